"""Letters about an account: neutral mails, stored in the same transaction as what they tell of."""

from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.release import ChannelKind
from campaigns.store.planned import store
from campaigns.store.tables import Member
from campaigns.work.notices import Notice, planned_notices
from campaigns.work.workplace import Workplace


def tell_of_change(session: Session, place: Workplace, member: Member, *, now: datetime) -> None:
    """Tell a member that their password or way to log in was changed: if it was a stranger, they must hear of it."""
    write_letter(session, place, NoticeKind.ACCOUNT_CHANGED, member, path="/arbete/konto", now=now)


def write_letter(
    session: Session,
    place: Workplace,
    kind: NoticeKind,
    member: Member,
    *,
    path: str,
    ends: datetime | None = None,
    now: datetime,
) -> None:
    """Store a letter, to leave at once. Without a mail server nothing is stored."""
    if ChannelKind.EMAIL not in place.channels:
        return
    notice = Notice(kind=kind, path=path, facts={"link_works_until": ends})
    store(session, planned_notices(place, notice, [(member.email, member.locale)], at=now, now=now))
