"""Local editions in the workplace: one's own, what differs since each was written, and its documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.editions import LocalPart
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.library import Download, Making, Shelf
from campaigns.domain.word_diff import word_diff
from campaigns.materials.contents import conversation_card
from campaigns.materials.html_page import html_page
from campaigns.store import edition_visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, LocalEdition, MaterialSet, Member, Organisation
from campaigns.work.campaign.at_hand import AtHand, editions_at_hand
from campaigns.work.editions.logo_contents import logo_mark, logos_of, with_picture
from campaigns.work.editions.reading import edition_file
from campaigns.work.editions.wanting import cores_now, local_of, source_of
from campaigns.work.editions.writing import mark_of
from campaigns.work.library.contents import Content, material_of, under_embargo
from campaigns.work.library.shelves import items_of, shelf_of_set
from campaigns.work.workplace import Workplace

Woven = list[tuple[str, str]]
_SHOWN = ("headline", "short", "long")


@dataclass(frozen=True, kw_only=True)
class OwnEdition:
    """An edition of one's own organisation. `changes` are the core texts that differ from those it was written beside.

    `mark` is what the core texts are known by now. `shelf` is None until the release is approved.
    """

    id: str
    campaign_id: str
    language: str
    slug: str
    part: LocalPart
    version: int
    offered_at: datetime | None
    edited_at: datetime
    edited_by: str
    is_behind: bool
    changes: tuple[Woven, ...]
    mark: str
    shelf: Shelf | None


@dataclass(frozen=True, kw_only=True)
class EditionDesk:
    """One's own editions in a campaign. `languages` are those in which the core message is written.

    `logo` is the sum of the logo that they bear, empty where the organisation has none.
    """

    it: AtHand
    logo: str
    languages: tuple[str, ...]
    editions: tuple[OwnEdition, ...]


def editions_of(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> EditionDesk:
    """One's own organisation's editions of a campaign. Raises NotThere unless it may have any."""
    actor.must(Permission.READ_BRIEFING)
    it = editions_at_hand(place, actor, campaign_id, now=now)
    with reading(place.engine) as session:
        campaign = _open(session, actor, campaign_id, now)
        return _desk(session, place, actor, it, campaign, now)


def edition_of(place: Workplace, actor: Actor, edition_id: str, *, now: datetime) -> tuple[EditionDesk, OwnEdition]:
    """One of them, with what lies beside it. Raises NotThere for every other."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign_id = _own(session, actor, edition_id, now)[1].id
    desk = editions_of(place, actor, campaign_id, now=now)
    return desk, next(one for one in desk.editions if one.id == edition_id)


def campaigns_with_editions(place: Workplace, actor: Actor, *, now: datetime) -> frozenset[str]:
    """The campaigns of which the member's organisation may have editions."""
    if not actor.may(Permission.READ_BRIEFING):
        return frozenset()
    with reading(place.engine) as session:
        return frozenset(session.exec(select(Campaign.id).where(edition_visibility.desk_is_open(actor, now))))


def _open(session: Session, actor: Actor, campaign_id: str, now: datetime) -> Campaign:
    found = session.exec(
        select(Campaign).where(col(Campaign.id) == campaign_id, edition_visibility.desk_is_open(actor, now))
    ).first()
    if found is None:
        raise NotThere
    return found


def _own(session: Session, actor: Actor, edition_id: str, now: datetime) -> tuple[LocalEdition, Campaign, Organisation]:
    row = session.exec(
        select(LocalEdition, Campaign, Organisation)
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
        .where(col(LocalEdition.id) == edition_id, edition_visibility.is_own(actor, now))
    ).first()
    if row is None:
        raise NotThere
    return row


def _desk(
    session: Session, place: Workplace, actor: Actor, it: AtHand, campaign: Campaign, now: datetime
) -> EditionDesk:
    core = {tag: source_of(content) for tag, content in cores_now(session, place, campaign).items()}
    rows = session.exec(
        select(LocalEdition, Member.name)
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .outerjoin(Member, col(Member.id) == col(LocalEdition.edited_by))
        .where(col(LocalEdition.campaign_id) == campaign.id, edition_visibility.is_own(actor, now))
        .order_by(col(LocalEdition.created_at), col(LocalEdition.id))
    ).all()
    made = _shelves(session, actor, campaign, now)
    return EditionDesk(
        it=it,
        logo=logo_mark(session, actor.organisation_id or ""),
        languages=tuple(tag for tag in campaign.languages if core.get(tag)),
        editions=tuple(
            _edition(edition, name, core.get(edition.language, []), made.get(edition.id)) for edition, name in rows
        ),
    )


def _shelves(session: Session, actor: Actor, campaign: Campaign, now: datetime) -> Mapping[str, Shelf]:
    rows = session.exec(
        select(MaterialSet)
        .join(LocalEdition, col(LocalEdition.id) == col(MaterialSet.edition_id))
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .where(col(Campaign.id) == campaign.id, edition_visibility.set_is_own(actor, now))
    ).all()
    items = items_of(session, [row for row in rows if row.state is Making.MADE])
    return {row.edition_id or "": shelf_of_set(row, items.get(row.id, ())) for row in rows}


def _edition(edition: LocalEdition, name: str | None, source: list[Content], shelf: Shelf | None) -> OwnEdition:
    return OwnEdition(
        id=edition.id,
        campaign_id=edition.campaign_id,
        language=edition.language,
        slug=edition.slug,
        part=edition.part,
        version=edition.version,
        offered_at=edition.offered_at,
        edited_at=edition.edited_at,
        edited_by=name or "",
        is_behind=source != edition.source,
        changes=_changes(edition.source, source),
        mark=mark_of(source),
        shelf=shelf,
    )


def _changes(old: list[Content], new: list[Content]) -> tuple[Woven, ...]:
    """Message by message in their order, as words that went and came."""
    size = max(len(old), len(new))
    before = [*map(_words, old), *[""] * (size - len(old))]
    after = [*map(_words, new), *[""] * (size - len(new))]
    return tuple(word_diff(one, other) for one, other in zip(before, after, strict=True) if one != other)


def _words(said: Content) -> str:
    return "\n\n".join(said[part] for part in _SHOWN if said[part])


def preview_edition(place: Workplace, actor: Actor, edition_id: str, *, now: datetime) -> bytes:
    """The conversation card of an edition as an HTML page, made of what stands now. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        edition, campaign, organisation = _own(session, actor, edition_id, now)
        embargoed = not is_public(campaign.embargo, now=now)
        core = cores_now(session, place, campaign).get(edition.language)
        if core is None or not core["messages"]:
            raise NotThere
        logo = logos_of(session, [organisation.id]).get(organisation.id)
        content = with_picture(session, under_embargo(core) | {"edition": local_of(edition, organisation, logo)})
        version = edition.version
    return html_page(conversation_card(material_of(content, version=version, embargoed=embargoed)))


def edition_download(place: Workplace, actor: Actor, edition_id: str, *, name: str, now: datetime) -> Download:
    """A file of one's own edition: before T with the embargo line, then as anyone has it. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        wanted = [edition_visibility.set_is_own(actor, now), col(LocalEdition.id) == edition_id]
        return edition_file(session, wanted, name)
