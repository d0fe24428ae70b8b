"""Asking a person, by name, for one text: to translate it, to review it, or to tell in Swedish what it says.

Whoever is asked may be a member of any organisation. They see this text and the Swedish one it is made from, nothing
else of the campaign, and they accept the embargo terms first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, Role, roles_with
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.translating import SOURCE, Job
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Assignment, Member, Membership, Message, Organisation
from campaigns.work.telling import tell
from campaigns.work.texts.writing import NotACampaignLanguage
from campaigns.work.translating.reach import Reach, locked_reach, reach
from campaigns.work.workplace import Workplace

LONGEST_NOTE = 500


class NobodyThere(Refused):
    """A text goes to a person who is known here, never to an address."""

    message = N_(
        "No member of a verified organisation with a role that reads briefings has the address {email}. "
        "Ask an administrator of their organisation to invite them first."
    )


class AskedAlready(Refused):
    """Asking twice only makes two mails."""

    message = N_("{name} has been asked for this already.")


class NothingToTranslate(Refused):
    """Swedish is what everything is translated from."""

    message = N_("The Swedish text is the source. There is nothing to translate, review or tell back in it.")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who can be asked, with the organisation they would act for."""

    email: str
    name: str
    organisation: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody who was asked for a text, and for what."""

    assignment_id: str
    member_id: str
    name: str
    organisation: str
    job: Job
    note: str
    asked_at: datetime


def candidates(session: Session, found: Reach) -> list[Candidate]:
    """Translators to choose among. The police see those of every verified organisation that works in the language.

    A partner sees its own. Anybody else is asked by e-mail address.
    """
    own = found.actor.organisation_id
    is_core = found.message.answers_id is None
    return [
        Candidate(email=member.email, name=member.name or member.email, organisation=organisation.name)
        for member, membership, organisation in session.exec(_belonging()).all()
        if Role.TRANSLATOR in membership.roles
        and member.id != found.actor.member_id
        and (organisation.id == own or (is_core and found.language in organisation.languages))
    ]


def _belonging() -> Select[Member, Membership, Organisation]:
    return (
        select(Member, Membership, Organisation)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Member.active), col(Organisation.verified_at).is_not(None))
        .order_by(col(Organisation.name), col(Member.name))
    )


def ask_for_text(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    job: Job,
    email: str,
    note: str = "",
    now: datetime,
) -> str:
    """Ask a person, by the e-mail address of their account, for one text in one language. Gives the assignment's id.

    They act for the asking organisation if they belong to it, else for one that works in the language, else for any of
    theirs. They are told by a mail without a word of the campaign. Raises NobodyThere, AskedAlready, NothingToTranslate
    or NotACampaignLanguage.
    """
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must_keep()
        if language == SOURCE:
            raise NothingToTranslate
        if language not in found.campaign.languages:
            raise NotACampaignLanguage(language=language, possible=list(found.campaign.languages))
        member, organisation = _whom(session, found, email)
        if _standing(session, found, member, organisation, job):
            raise AskedAlready(name=member.name or member.email)
        asked = Assignment(
            id=new_id(),
            message_id=found.message.id,
            language=language,
            job=job,
            member_id=member.id,
            organisation_id=organisation.id,
            note=note.strip()[:LONGEST_NOTE],
            asked_by=actor.member_id or "",
            asked_at=now,
        )
        session.add(asked)
        tell(session, place, NoticeKind.TEXT_ASKED, [member], campaign=found.campaign, now=now, besides=actor)
        details = {"message": message_id, "language": language, "member": member.id, "job": job.value}
        audit.record(session, actor, "text.asked", now=now, campaign_id=found.campaign.id, details=details)
        return asked.id


def _whom(session: Session, found: Reach, email: str) -> tuple[Member, Organisation]:
    able = roles_with(Permission.READ_BRIEFING)
    rows = [
        (member, organisation)
        for member, membership, organisation in session.exec(
            _belonging().where(func.lower(col(Member.email)) == email.strip().lower())
        ).all()
        if able.intersection(membership.roles)
    ]
    if not rows:
        raise NobodyThere(email=email.strip())
    own = found.actor.organisation_id
    return min(rows, key=lambda row: (row[1].id != own, found.language not in row[1].languages, row[1].name))


def _standing(session: Session, found: Reach, member: Member, organisation: Organisation, job: Job) -> bool:
    standing = select(Assignment.id).where(
        col(Assignment.message_id) == found.message.id,
        col(Assignment.language) == found.language,
        col(Assignment.member_id) == member.id,
        col(Assignment.organisation_id) == organisation.id,
        col(Assignment.job) == job,
        col(Assignment.ended_at).is_(None),
    )
    return session.exec(standing).first() is not None


def end_assignment(place: Workplace, actor: Actor, assignment_id: str, *, now: datetime) -> None:
    """Take back what somebody was asked for, or step back from it oneself. What they wrote stays.

    Whoever does not accept the terms may step back all the same. Raises NotThere for an assignment that does not stand,
    or is neither one's own nor of one's organisation's text.
    """
    with writing(place.engine) as session:
        asked = session.get(Assignment, assignment_id, with_for_update=True)
        if asked is None or asked.ended_at is not None:
            raise NotThere
        is_mine = (asked.member_id, asked.organisation_id) == (actor.member_id, actor.organisation_id)
        if not is_mine and not reach(session, actor, asked.message_id, asked.language, now=now).keeps:
            raise NotThere
        campaign_id = session.get_one(Message, asked.message_id).campaign_id
        asked.ended_at = now
        session.add(asked)
        details = {
            "message": asked.message_id,
            "language": asked.language,
            "member": asked.member_id,
            "job": asked.job.value,
        }
        audit.record(session, actor, "text.ask_ended", now=now, campaign_id=campaign_id, details=details)


def asked_for(session: Session, message_ids: Sequence[str], language: str | None = None) -> dict[str, list[Asked]]:
    """Who is asked for texts of messages, by `message.language`, oldest first, in one query."""
    query = (
        select(Assignment, Member, Organisation)
        .join(Member, col(Member.id) == col(Assignment.member_id))
        .join(Organisation, col(Organisation.id) == col(Assignment.organisation_id))
        .where(col(Assignment.message_id).in_(message_ids), col(Assignment.ended_at).is_(None))
        .order_by(col(Assignment.asked_at), col(Assignment.id))
    )
    if language is not None:
        query = query.where(col(Assignment.language) == language)
    found: dict[str, list[Asked]] = {}
    for asked, member, organisation in session.exec(query):
        found.setdefault(f"{asked.message_id}.{asked.language}", []).append(
            Asked(
                assignment_id=asked.id,
                member_id=member.id,
                name=member.name or member.email,
                organisation=organisation.name,
                job=asked.job,
                note=asked.note,
                asked_at=asked.asked_at,
            )
        )
    return found


def asked_members(session: Session, message_id: str, languages: Collection[str], job: Job) -> Sequence[Member]:
    """Those who are asked for a job with a message in any of these languages, to be told of something.

    Whoever has left the organisation they were asked to act for hears no more of it.
    """
    asked = select(Assignment.member_id).where(
        exists().where(
            col(Membership.member_id) == col(Assignment.member_id),
            col(Membership.organisation_id) == col(Assignment.organisation_id),
        ),
        col(Assignment.message_id) == message_id,
        col(Assignment.language).in_(list(languages)),
        col(Assignment.job) == job,
        col(Assignment.ended_at).is_(None),
    )
    return session.exec(
        select(Member).where(col(Member.id).in_(asked), col(Member.active)).order_by(col(Member.email))
    ).all()
