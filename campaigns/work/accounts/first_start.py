"""The first start: whoever runs the service opens one link, and is its first member.

The link holds a proof that only the service's own key makes. It works while there is no member at all, and never again.
"""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from campaigns.domain.access import Role
from campaigns.domain.errors import N_, BadInput, Fault, NotThere
from campaigns.domain.ids import MemberId, new_id
from campaigns.domain.organisations import OrganisationKind
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Member, Membership, Organisation
from campaigns.work.accounts.joining import acting
from campaigns.work.campaign.drafts import is_email
from campaigns.work.organisations.inviting import LONGEST_NAME
from campaigns.work.organisations.organisation import add_organisation
from campaigns.work.workplace import Workplace

FIRST_ROLES = (Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.STEWARD)
"""Not approver: nobody approves their own release, so the second person is invited as one."""
_PURPOSE = b"samklang: first start"


def first_start_token(secret_key: str) -> str:
    """The secret part of the link, the same in every process."""
    return hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_first_start(place: Workplace) -> bool:
    """Whether there is no member yet."""
    with reading(place.engine) as session:
        return _is_empty(session)


def _is_empty(session: Session) -> bool:
    return session.exec(select(Member.id).limit(1)).first() is None


def must_be_first_start(place: Workplace, token: str, *, secret_key: str) -> None:
    """Raise NotThere unless the link is ours and nobody has used it."""
    if not hmac.compare_digest(token.encode(), first_start_token(secret_key).encode()) or not is_first_start(place):
        raise NotThere


def start_first(
    place: Workplace,
    *,
    token: str,
    secret_key: str,
    organisation: str,
    name: str,
    email: str,
    locale: str = "sv",
    now: datetime,
) -> MemberId:
    """Make the police organisation and its first member. Of two who try at once, one wins.

    Raises NotThere for whoever comes second, and BadInput or NameTaken for what cannot be.
    """
    must_be_first_start(place, token, secret_key=secret_key)
    if faults := _faults(organisation, name, email):
        raise BadInput(faults)
    with writing(place.engine) as session:
        _wait_for_others(session)
        if not _is_empty(session):
            raise NotThere
        police = _police(session, organisation, now)
        member = Member(id=new_id(), email=email.lower(), name=name, locale=locale, created_at=now)
        session.add(member)
        session.flush()
        roles = [role.value for role in FIRST_ROLES]
        session.add(Membership(member_id=member.id, organisation_id=police.id, roles=sorted(roles), created_at=now))
        actor = acting(member.id, police.id, roles)
        audit.record(session, actor, "service.first_started", now=now, details={"organisation": police.id})
        return MemberId(member.id)


def _wait_for_others(session: Session) -> None:
    """SQLite lets one write at a time by itself; on PostgreSQL the table of members is ours until we are done."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("LOCK TABLE members IN SHARE ROW EXCLUSIVE MODE"))


def _police(session: Session, name: str, now: datetime) -> Organisation:
    """The organisation, or the one that was added from the command line before anyone could log in."""
    there = session.exec(
        select(Organisation).where(col(Organisation.name) == name, col(Organisation.kind) == OrganisationKind.POLICE)
    ).first()
    return there or add_organisation(
        session, name=name, kind=OrganisationKind.POLICE, places=("SE",), languages=("sv",), topics=(), now=now
    )


def _faults(organisation: str, name: str, email: str) -> list[Fault]:
    faults = [
        Fault(field=field, message=N_("This must be filled in."))
        for field, value in (("organisation", organisation), ("name", name))
        if not value.strip()
    ]
    faults += [
        Fault(field=field, message=N_("The name is too long: at most {most} characters."), facts={"most": LONGEST_NAME})
        for field, value in (("organisation", organisation), ("name", name))
        if len(value) > LONGEST_NAME
    ]
    if not is_email(email):
        faults.append(Fault(field="email", message=N_("{email} is not an e-mail address."), facts={"email": email}))
    return faults
