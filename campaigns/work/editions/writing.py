"""Local editions: writing one's own part beside a campaign's message, following the message, and offering it."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.editions import MOST_EDITIONS, Contact, LocalPart, local_faults
from campaigns.domain.errors import N_, Fault, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.store import audit, edition_sets, edition_visibility
from campaigns.store.edition_traces import leave_traces
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, LocalEdition, Organisation
from campaigns.work.campaign.drafts import one_line, prose
from campaigns.work.editions.logo_contents import hold_logo, logo_mark
from campaigns.work.editions.wanting import cores_now, source_of, want_editions
from campaigns.work.library.contents import Content, contents_of, digest_of
from campaigns.work.loading import is_over
from campaigns.work.texts.writing import SomeoneElseWrote, must_pass
from campaigns.work.workplace import Workplace

LANGUAGE_NEEDED = N_("Choose a language in which the core message is written.")
TOO_MANY = N_("Your organisation has {most} editions here already. Delete one first.")


class MessageChangedAgain(Refused):
    """One follows what one has read, not whatever came after it."""

    message = N_("The message was changed again after you opened the page. Look at what differs now.")


class NotThatVersion(Refused):
    """Consent is to what was seen."""

    message = N_("The edition was changed after you looked at it. Look at it as it is now, and offer that.")


class NotOffered(Refused):
    """There is nothing to take back."""

    message = N_("This edition is not offered to everyone, so there is nothing to take back.")


def begin_edition(
    place: Workplace, actor: Actor, campaign_id: str, *, language: str, part: LocalPart, now: datetime
) -> str:
    """A new edition in one language; gives its id. Raises NotThere, or BadInput with everything that is wrong."""
    actor.must(Permission.WRITE_MATCHING)
    part = tidy(part)
    with writing(place.engine) as session:
        hold_logo(session, actor.organisation_id or "")
        campaign, organisation = _open_campaign(session, actor, campaign_id, now)
        source = _source(session, place, campaign, language)
        missing = [] if source else [Fault(message=LANGUAGE_NEEDED, field="language")]
        must_pass([*missing, *_count_faults(session, campaign, organisation), *local_faults(part)])
        edition_id = new_id()
        edition = LocalEdition(
            id=edition_id,
            campaign_id=campaign.id,
            organisation_id=organisation.id,
            language=language,
            slug=f"{organisation.slug}-{edition_id[:6]}",
            title=part.title,
            version=1,
            source=source,
            edited_at=now,
            created_at=now,
        )
        _write(edition, part, actor, now)
        session.add(edition)
        _settle(session, place, campaign, edition, actor, "edition.begun", now=now)
        return edition_id


def tidy(part: LocalPart) -> LocalPart:
    """The same without stray blanks; contacts and questions that say nothing are left out."""
    contacts = (Contact(**{name: one_line(said) for name, said in asdict(one).items()}) for one in part.contacts)
    questions = (one_line(question) for question in part.questions)
    return LocalPart(
        title=one_line(part.title),
        place=one_line(part.place),
        introduction=prose(part.introduction),
        contacts=tuple(one for one in contacts if any(asdict(one).values())),
        questions=tuple(question for question in questions if question),
    )


def _open_campaign(session: Session, actor: Actor, campaign_id: str, now: datetime) -> tuple[Campaign, Organisation]:
    row = session.exec(
        select(Campaign, Organisation)
        .join(Organisation, col(Organisation.id) == actor.organisation_id)
        .where(col(Campaign.id) == campaign_id, edition_visibility.desk_is_open(actor, now))
        .with_for_update(of=[Campaign])
    ).first()
    if row is None:
        raise NotThere
    return row


def _source(session: Session, place: Workplace, campaign: Campaign, language: str) -> list[Content]:
    """The core texts in a language as they are now; none if there are none."""
    found = cores_now(session, place, campaign).get(language)
    return source_of(found) if found else []


def _count_faults(session: Session, campaign: Campaign, organisation: Organisation) -> list[Fault]:
    ours = col(LocalEdition.campaign_id) == campaign.id, col(LocalEdition.organisation_id) == organisation.id
    count = session.exec(select(func.count()).select_from(LocalEdition).where(*ours)).one()
    return [Fault(message=TOO_MANY, field="title", facts={"most": MOST_EDITIONS})] if count >= MOST_EDITIONS else []


def _write(edition: LocalEdition, part: LocalPart, actor: Actor, now: datetime) -> None:
    edition.title, edition.place, edition.introduction = part.title, part.place, part.introduction
    edition.contacts = [asdict(one) for one in part.contacts]
    edition.questions = list(part.questions)
    edition.edited_by, edition.edited_at = actor.member_id, now


def _settle(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    edition: LocalEdition,
    actor: Actor,
    event: str,
    *,
    now: datetime,
) -> None:
    """What is made of it, and what is recorded of the step."""
    session.flush()
    want_editions(session, place, campaign, contents_of(session, place, campaign), now=now)
    details = {"edition": edition.id, "language": edition.language, "version": edition.version}
    audit.record(session, actor, event, now=now, campaign_id=campaign.id, details=details)


def save_edition(
    place: Workplace, actor: Actor, edition_id: str, *, part: LocalPart, expected_version: int, now: datetime
) -> int:
    """Store one's own part as the next version, and give its number. It is offered to everyone anew after that.

    Saving what stands there already changes nothing. Raises NotThere, BadInput or SomeoneElseWrote.
    """
    actor.must(Permission.WRITE_MATCHING)
    part = tidy(part)
    with writing(place.engine) as session:
        edition, campaign = _own(session, actor, edition_id, now)
        must_pass(local_faults(part))
        if edition.part != part:
            if edition.version != expected_version:
                raise SomeoneElseWrote(current=edition.version, expected=expected_version)
            leave_traces(session, campaign.id, now=now, edition_id=edition.id)
            _write(edition, part, actor, now)
            edition.version += 1
            edition.offered_at = edition.offered_by = None
            session.add(edition)
        _settle(session, place, campaign, edition, actor, "edition.saved", now=now)
        return edition.version


def _own(session: Session, actor: Actor, edition_id: str, now: datetime) -> tuple[LocalEdition, Campaign]:
    """An edition of the member's organisation and its campaign, locked."""
    return _locked(session, edition_id, edition_visibility.is_own(actor, now))


def _locked(session: Session, edition_id: str, wanted: ColumnElement[bool]) -> tuple[LocalEdition, Campaign]:
    row = session.exec(
        select(LocalEdition, Campaign)
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .where(col(LocalEdition.id) == edition_id, wanted)
        .with_for_update(of=[LocalEdition, Campaign])
    ).first()
    if row is None:
        raise NotThere
    return row


def follow_message(place: Workplace, actor: Actor, edition_id: str, *, seen: str, now: datetime) -> None:
    """Say that one's own part still fits the message as it is now. `seen` is the mark of what was on the screen.

    Raises NotThere or MessageChangedAgain.
    """
    actor.must(Permission.WRITE_MATCHING)
    with writing(place.engine) as session:
        edition, campaign = _own(session, actor, edition_id, now)
        source = _source(session, place, campaign, edition.language)
        if mark_of(source) != seen:
            raise MessageChangedAgain
        edition.source = source
        session.add(edition)
        _settle(session, place, campaign, edition, actor, "edition.followed", now=now)


def mark_of(source: list[Content]) -> str:
    """A mark by which core texts are known again."""
    return digest_of({"source": source})


def offer_edition(
    place: Workplace, actor: Actor, edition_id: str, *, version: int, logo: str = "", now: datetime
) -> None:
    """Say yes, for the organisation, that everyone may have exactly this version once the campaign is public.

    `logo` is the sum of the logo that was seen with it, or empty. Raises NotThere or NotThatVersion.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        edition, campaign = _own(session, actor, edition_id, now)
        if edition.version != version or logo_mark(session, edition.organisation_id) != logo:
            raise NotThatVersion
        if edition.offered_at is None:
            edition.offered_at, edition.offered_by = now, actor.member_id
            session.add(edition)
        _settle(session, place, campaign, edition, actor, "edition.offered", now=now)


def take_back_edition(place: Workplace, actor: Actor, edition_id: str, *, now: datetime) -> None:
    """Offer it to nobody any more, at any time. What others have saved stays with them. Raises NotThere, NotOffered."""
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        edition, campaign = _own(session, actor, edition_id, now)
        if edition.offered_at is None:
            raise NotOffered
        leave_traces(session, campaign.id, now=now, edition_id=edition.id)
        edition.offered_at = edition.offered_by = None
        session.add(edition)
        _settle(session, place, campaign, edition, actor, "edition.taken_back", now=now)


def remove_edition(place: Workplace, actor: Actor, edition_id: str, *, now: datetime) -> None:
    """Delete it with all that was made of it, also once the campaign is over or closed to the organisation.

    While everyone may have it, or will from T, whoever may take it back does this. Raises NotThere, or NotAllowed for
    an editor while it is offered.
    """
    actor.must(Permission.WRITE_MATCHING)
    with writing(place.engine) as session:
        edition, campaign = _locked(session, edition_id, edition_visibility.may_be_deleted(actor, now))
        if edition.offered_at is not None and not is_over(campaign.stage):
            actor.must(Permission.CONSENT)
        details = {"edition": edition.id, "language": edition.language, "version": edition.version}
        leave_traces(session, campaign.id, now=now, edition_id=edition.id)
        edition_sets.forget_edition(session, edition.id)
        session.delete(edition)
        audit.record(session, actor, "edition.removed", now=now, campaign_id=campaign.id, details=details)
