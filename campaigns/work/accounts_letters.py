"""Letters about an account: neutral mails, stored in the same transaction as what they tell of."""

from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind, render_notice
from campaigns.domain.ids import new_id
from campaigns.domain.languages import ui_language
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.i18n import words_for
from campaigns.store.tables import Delivery, Member
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
    delivery_id, words = new_id(), words_for(ui_language(member.locale))
    letter = render_notice(
        kind,
        delivery_id=delivery_id,
        to=member.email,
        sender=place.mail_from,
        base_url=place.base_url,
        path=path,
        facts={"link_works_until": ends},
        _=words._,
        when=words.when,
        language=words.language,
        at=now,
    )
    session.add(
        Delivery(
            id=delivery_id,
            event=Event.NOTICE,
            kind=ChannelKind.EMAIL,
            notice=kind.value,
            recipient=member.email,
            content_type=letter.content_type,
            headers=dict(letter.headers),
            body=letter.body,
            state=DeliveryState.PLANNED,
            planned_at=now,
            due_at=now,
            created_at=now,
        )
    )
    session.flush()
