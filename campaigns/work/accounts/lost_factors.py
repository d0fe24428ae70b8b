"""A lost phone, and the recovery codes with it: an administrator clears the way, and the password alone leads back in.

The administrator learns nothing and gets in nowhere: whoever comes back must still know the password, or read the mail
that gives a new one, and sets up an app of their own before anything opens.
"""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from campaigns.domain.access import Actor, NeedsAnotherPerson, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Member, Membership, Passkey
from campaigns.work.accounts.letters import tell_of_change
from campaigns.work.accounts.sessions import end_sessions_in
from campaigns.work.workplace import Workplace


class ActsElsewhere(Refused):
    """An administrator of one organisation must not weaken an account that opens another's doors."""

    message = N_("This person also acts for another organisation, so only a steward of the service can do this.")


def clear_factors(place: Workplace, actor: Actor, member_id: str, *, now: datetime) -> None:
    """Forget a colleague's app, recovery codes and passkeys, and end all their sessions. They are told by mail.

    Raises NotThere for anyone outside one's own organisation, NeedsAnotherPerson for oneself, and ActsElsewhere for
    somebody who belongs to several organisations unless a steward does it.
    """
    actor.must(Permission.INVITE)
    if actor.member_id == member_id:
        raise NeedsAnotherPerson
    with writing(place.engine) as session:
        member = _colleague(session, actor, member_id)
        member.totp_secret, member.recovery_codes = None, []
        member.uniquifier = new_id()
        session.add(member)
        session.connection().execute(delete(Passkey).where(col(Passkey.member_id) == member_id))
        end_sessions_in(session, member_id, now=now)
        tell_of_change(session, place, member, now=now)
        audit.record(session, actor, "account.factors_cleared", now=now, details={"member": member_id})


def _colleague(session: Session, actor: Actor, member_id: str) -> Member:
    if session.get(Membership, (member_id, actor.organisation_id)) is None:
        raise NotThere
    belongs = session.exec(select(Membership).where(col(Membership.member_id) == member_id)).all()
    if len(belongs) > 1 and not actor.may(Permission.VERIFY):
        raise ActsElsewhere
    return session.get_one(Member, member_id, with_for_update=True)
