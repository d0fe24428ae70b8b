"""Verifying organisations and adding new ones: who is told of campaigns is decided by a person who has checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Invitation, Organisation
from campaigns.work.campaign.drafts import is_email
from campaigns.work.loading import is_over
from campaigns.work.organisations.checks import table_faults
from campaigns.work.organisations.inviting import add_invitation
from campaigns.work.organisations.organisation import add_organisation
from campaigns.work.telling import owners, tell
from campaigns.work.workplace import Workplace

LONGEST_NOTE = 500


class AlreadyVerified(Refused):
    """Two stewards at once: the first one's note stands."""

    message = N_("{name} is verified already.")


class NotYetVerified(Refused):
    """There is nothing to withdraw."""

    message = N_("{name} is not verified, so there is nothing to withdraw.")


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """An organisation to add, how it was checked, and who will be its first administrator."""

    name: str
    kind: OrganisationKind
    places: Sequence[str]
    languages: Sequence[str]
    note: str
    administrator_name: str
    administrator_email: str
    locale: str = "sv"


@dataclass(frozen=True, kw_only=True)
class Welcomed:
    """What came of it. `token` is the secret part of the invitation's link, shown once, where no mail carries it."""

    organisation_id: str
    ends: datetime
    token: str | None


def verify(place: Workplace, actor: Actor, organisation_id: str, *, note: str, now: datetime) -> None:
    """Say that an organisation is who it says it is, and how that was checked. From now on it can be briefed.

    Raises NotThere, AlreadyVerified, or BadInput without a note.
    """
    actor.must(Permission.VERIFY)
    _check_note(note)
    with writing(place.engine) as session:
        organisation = _organisation(session, organisation_id)
        if organisation.verified_at is not None:
            raise AlreadyVerified(name=organisation.name)
        _verified(organisation, actor, note, now)
        session.add(organisation)
        audit.record(session, actor, "organisation.verified", now=now, details={"organisation": organisation.id})


def withdraw_verification(place: Workplace, actor: Actor, organisation_id: str, *, note: str, now: datetime) -> None:
    """Take a verification back, and say why. It gets no new invitations; those it has, the police take back one by one.

    The police of each campaign that it takes part in are told.

    Raises NotThere, NotYetVerified, or BadInput without a note.
    """
    actor.must(Permission.VERIFY)
    _check_note(note)
    with writing(place.engine) as session:
        organisation = _organisation(session, organisation_id)
        if organisation.verified_at is None:
            raise NotYetVerified(name=organisation.name)
        organisation.verified_at, organisation.verified_by = None, None
        organisation.verification_note = note.strip()
        session.add(organisation)
        for campaign in _taking_part(session, organisation):
            members = owners(session, campaign)
            tell(session, place, NoticeKind.PARTNER_UNVERIFIED, members, campaign=campaign, now=now, besides=actor)
        details = {"organisation": organisation.id}
        audit.record(session, actor, "organisation.verification_withdrawn", now=now, details=details)


def _taking_part(session: Session, organisation: Organisation) -> Sequence[Campaign]:
    """The campaigns to which its invitation stands and whose work is not over."""
    return [
        campaign
        for campaign in session.exec(
            select(Campaign)
            .join(Invitation, col(Invitation.campaign_id) == col(Campaign.id))
            .where(col(Invitation.organisation_id) == organisation.id, col(Invitation.revoked_at).is_(None))
            .order_by(col(Campaign.lift_at))
        )
        if not is_over(campaign.stage)
    ]


def welcome(place: Workplace, actor: Actor, newcomer: Newcomer, *, now: datetime) -> Welcomed:
    """Add a checked organisation and invite its first administrator. Raises NameTaken or BadInput."""
    actor.must(Permission.FOUND_ORGANISATION)
    if faults := _newcomer_faults(newcomer):
        raise BadInput(faults)
    with writing(place.engine) as session:
        organisation = add_organisation(
            session,
            name=newcomer.name,
            kind=newcomer.kind,
            places=newcomer.places,
            languages=newcomer.languages,
            topics=(),
            now=now,
        )
        _verified(organisation, actor, newcomer.note, now)
        organisation.contact_name, organisation.contact_email = (
            newcomer.administrator_name,
            newcomer.administrator_email,
        )
        session.add(organisation)
        welcomed = _invite(
            session,
            place,
            organisation,
            name=newcomer.administrator_name,
            email=newcomer.administrator_email,
            locale=newcomer.locale,
            now=now,
        )
        details = {"organisation": organisation.id, "verified": True, "administrator_invited": True}
        audit.record(session, actor, "organisation.added", now=now, details=details)
        return welcomed


def invite_administrator(
    place: Workplace, actor: Actor, organisation_id: str, *, name: str, email: str, locale: str = "sv", now: datetime
) -> Welcomed:
    """Invite an administrator to an organisation that has lost its own, or whose first one never came.

    Raises NotThere or BadInput.
    """
    actor.must(Permission.FOUND_ORGANISATION)
    with writing(place.engine) as session:
        organisation = _organisation(session, organisation_id)
        welcomed = _invite(session, place, organisation, name=name, email=email, locale=locale, now=now)
        details = {"organisation": organisation.id}
        audit.record(session, actor, "organisation.administrator_invited", now=now, details=details)
        return welcomed


def _invite(
    session: Session, place: Workplace, organisation: Organisation, *, name: str, email: str, locale: str, now: datetime
) -> Welcomed:
    by_mail = ChannelKind.EMAIL in place.channels
    invitation, token = add_invitation(
        session,
        place,
        organisation,
        email=email,
        name=name,
        roles={Role.ADMINISTRATOR},
        locale=locale,
        by_mail=by_mail,
        now=now,
    )
    return Welcomed(organisation_id=organisation.id, ends=invitation.expires_at, token=None if by_mail else token)


def _organisation(session: Session, organisation_id: str) -> Organisation:
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        raise NotThere
    return organisation


def _verified(organisation: Organisation, actor: Actor, note: str, now: datetime) -> None:
    organisation.verified_at, organisation.verified_by = now, actor.member_id
    organisation.verification_note = note.strip()


def _check_note(note: str) -> None:
    if faults := _note_faults(note):
        raise BadInput(faults)


def _note_faults(note: str) -> list[Fault]:
    if not note.strip():
        return [Fault(field="note", message=N_("Say how you know, so that a colleague can follow it."))]
    if len(note) > LONGEST_NOTE:
        return [Fault(field="note", message=N_("At most {most} characters fit here."), facts={"most": LONGEST_NOTE})]
    return []


def _newcomer_faults(newcomer: Newcomer) -> list[Fault]:
    faults = [*table_faults(newcomer.name, newcomer.places, newcomer.languages), *_note_faults(newcomer.note)]
    if not newcomer.places:
        faults.append(Fault(field="place", message=N_("Choose at least one place.")))
    if not newcomer.languages:
        faults.append(Fault(field="language", message=N_("Choose at least one language.")))
    if not newcomer.administrator_name:
        faults.append(Fault(field="administrator_name", message=N_("This must be filled in.")))
    if not is_email(newcomer.administrator_email):
        message = N_("{email} is not an e-mail address.")
        faults.append(
            Fault(field="administrator_email", message=message, facts={"email": newcomer.administrator_email})
        )
    return faults
