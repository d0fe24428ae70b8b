"""What is made of local editions, settled in the transaction of whatever changes them or the core texts.

An edition is always printed beside the message that counts now: words that do not stand any more are never handed out.
That its own part was written beside earlier ones is said, and its makers are told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.embargo import is_public
from campaigns.domain.library import Making, glossary_rests
from campaigns.store import edition_sets, shelves
from campaigns.store.edition_traces import leave_traces
from campaigns.store.tables import Campaign, LocalEdition, MaterialSet, Message, Organisation, Text
from campaigns.work.editions.logo_contents import logos_of
from campaigns.work.library.contents import Content, content_in, contents_of, digest_of, is_held_by, under_embargo
from campaigns.work.loading import invited_organisations, members_of
from campaigns.work.telling import tell_once_settled
from campaigns.work.workplace import Workplace


def want_editions(
    session: Session, place: Workplace, campaign: Campaign, contents: Mapping[str, Content], *, now: datetime
) -> None:
    """Ask for every edition anew whose content differs, and tell the makers of those beside whom the message changed.

    `contents` are the campaign's own by language; an edition in a language that is not among them has no documents.
    """
    rows = session.exec(
        select(LocalEdition, Organisation)
        .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
        .where(col(LocalEdition.campaign_id) == campaign.id)
    ).all()
    there: dict[str, list[MaterialSet]] = {edition.id: [] for edition, _ in rows}
    if rows:
        for one in session.exec(edition_sets.standing_of_editions(list(there))):
            there[one.edition_id or ""].append(one)
    logos = logos_of(session, {organisation.id for _, organisation in rows}) if rows else {}
    behind: set[str] = set()
    for edition, organisation in rows:
        content = contents.get(edition.language)
        if any(not content or old.content["messages"] != content["messages"] for old in there[edition.id]):
            behind.add(organisation.id)
        local = local_of(edition, organisation, logos.get(organisation.id))
        whole = content | {"edition": local} if content else None
        _want(session, campaign, edition, whole, there[edition.id], now=now)
    _tell(session, place, campaign, behind, now=now)


def _want(
    session: Session,
    campaign: Campaign,
    edition: LocalEdition,
    whole: Content | None,
    old: Sequence[MaterialSet],
    *,
    now: datetime,
) -> None:
    kinds = {False} if is_public(campaign.embargo, now=now) else {True, False}
    rests, there = glossary_rests(campaign.lift_at, now=now), {one.embargoed for one in old}
    if whole and there >= kinds and all(is_held_by(one, whole, glossary_rests=rests) for one in old):
        shelves.supersede(session, [one.id for one in old if one.embargoed not in kinds], now=now)
        return
    if old:
        leave_traces(session, campaign.id, now=now, sets=[one.id for one in old])
    shelves.supersede(session, [one.id for one in old], now=now)
    if whole:
        version = edition_sets.newest_of_edition(session, edition.id) + 1
        shelves.want(session, _sets(campaign, edition, whole, kinds, version=version, now=now))


def local_of(edition: LocalEdition, organisation: Organisation, logo: Content | None) -> dict[str, Any]:
    """What is printed of an edition."""
    said = {"organisation": organisation.name, "slug": edition.slug} | asdict(edition.part)
    return said | {"logo": logo} if logo else said


def _sets(
    campaign: Campaign, edition: LocalEdition, content: Content, kinds: Iterable[bool], *, version: int, now: datetime
) -> list[MaterialSet]:
    digest = digest_of(content)
    return [
        MaterialSet(
            id=shelves.id_of(
                campaign_id=f"{campaign.id}|{edition.id}",
                language=edition.language,
                embargoed=embargoed,
                version=version,
                digest=digest,
            ),
            campaign_id=campaign.id,
            edition_id=edition.id,
            language=edition.language,
            embargoed=embargoed,
            version=version,
            digest=digest,
            content=under_embargo(content) if embargoed else content,
            state=Making.WAITING,
            wanted_at=now,
        )
        for embargoed in sorted(kinds)
    ]


def _tell(session: Session, place: Workplace, campaign: Campaign, behind: set[str], *, now: datetime) -> None:
    if not is_public(campaign.embargo, now=now):
        behind = behind & {*invited_organisations(session, campaign)} if behind else behind
    if behind:
        members = members_of(session, sorted(behind))
        tell_once_settled(session, place, NoticeKind.MATERIAL_CHANGED, members, campaign=campaign, now=now)


def cores_now(session: Session, place: Workplace, campaign: Campaign) -> Mapping[str, Content]:
    """What editions stand beside, by language: the release, or before approval the core texts as they are."""
    if released := contents_of(session, place, campaign):
        return released
    texts = session.exec(
        select(Text)
        .join(Message, col(Message.id) == col(Text.message_id))
        .where(col(Message.campaign_id) == campaign.id, col(Message.answers_id).is_(None))
        .order_by(col(Message.position), col(Message.id))
    ).all()
    written = {text.language for text in texts}
    return {tag: content_in(place, campaign, tag, core=texts) for tag in campaign.languages if tag in written}


def source_of(content: Content) -> list[dict[str, Any]]:
    """The core texts of a content in its own language."""
    return [said for _, said in content["messages"]]
