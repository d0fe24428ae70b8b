"""Telling members that something happened: neutral mails, stored in the same transaction as what they tell of."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.base import Rendered
from campaigns.channels.notices import NoticeKind, render_notice
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.i18n import words_for
from campaigns.store.tables import Campaign, Delivery, Member
from campaigns.work.loading import invited_organisations, members_of
from campaigns.work.workplace import Workplace


def tell(
    session: Session,
    place: Workplace,
    kind: NoticeKind,
    members: Iterable[Member],
    *,
    campaign: Campaign,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Store a notice to each member, to leave now or at a later instant. It holds times and a link, never a word.

    Without a mail server nothing is stored: `doctor` says so, and old news shall not leave when one is set later.
    """
    if ChannelKind.EMAIL not in place.channels:
        return
    for member in members:
        delivery_id = new_id()
        notice = _rendered(place, kind, member, delivery_id=delivery_id, campaign=campaign, at=at or now)
        session.add(
            Delivery(
                id=delivery_id,
                event=Event.NOTICE,
                campaign_id=campaign.id,
                kind=ChannelKind.EMAIL,
                notice=kind.value,
                recipient=member.email,
                content_type=notice.content_type,
                headers=dict(notice.headers),
                body=notice.body,
                state=DeliveryState.PLANNED,
                generation=campaign.generation,
                planned_at=at or now,
                due_at=at or now,
                created_at=now,
            )
        )


def _rendered(
    place: Workplace, kind: NoticeKind, member: Member, *, delivery_id: str, campaign: Campaign, at: datetime
) -> Rendered:
    words = words_for(member.locale if member.locale in {"sv", "en"} else "sv")
    return render_notice(
        kind,
        delivery_id=delivery_id,
        to=member.email,
        sender=place.mail_from,
        base_url=place.base_url,
        path=place.path_of(campaign.id),
        facts={"lift_at": campaign.lift_at, "briefing_opens_at": campaign.briefing_opens_at},
        _=words._,
        when=words.when,
        language=words.language,
        at=at,
    )


def briefed_members(session: Session, campaign: Campaign) -> Sequence[Member]:
    """The members of every organisation whose invitation stands, and of the owner."""
    return members_of(session, [*invited_organisations(session, campaign), campaign.owner_id])


def invited_members(session: Session, campaign: Campaign) -> Sequence[Member]:
    """The members of every organisation whose invitation stands."""
    owner = {member.id for member in members_of(session, [campaign.owner_id])}
    return [member for member in briefed_members(session, campaign) if member.id not in owner]


def owners(session: Session, campaign: Campaign) -> Sequence[Member]:
    """The members of the police organisation that registered the campaign."""
    return members_of(session, [campaign.owner_id])


def forget(
    session: Session,
    campaign: Campaign,
    kinds: Collection[NoticeKind],
    *,
    recipients: Collection[str] | None = None,
    now: datetime,
) -> None:
    """Cancel notices of these kinds whose time has not come, to everyone or to some.

    What is due and only waits for another try still goes: it tells what has happened already.
    """
    coming = select(Delivery).where(
        col(Delivery.campaign_id) == campaign.id,
        col(Delivery.notice).in_([kind.value for kind in kinds]),
        col(Delivery.state) == DeliveryState.PLANNED,
        col(Delivery.planned_at) > now,
    )
    if recipients is not None:
        coming = coming.where(col(Delivery.recipient).in_(recipients))
    for notice in session.exec(coming.with_for_update()):
        notice.state = DeliveryState.CANCELLED
        session.add(notice)


def told_since(session: Session, campaign: Campaign, kind: NoticeKind, *, since: datetime) -> set[str]:
    """The addresses that got a notice of this kind after an instant."""
    return set(
        session.exec(
            select(Delivery.recipient).where(
                col(Delivery.campaign_id) == campaign.id,
                col(Delivery.notice) == kind.value,
                col(Delivery.created_at) > since,
            )
        )
    )


def tell_of_briefing(
    session: Session, place: Workplace, campaign: Campaign, members: Iterable[Member], *, now: datetime
) -> None:
    """Tell when the briefing opens, unless it is open already. The notice holds T as it is planned now."""
    at = campaign.briefing_opens_at
    if at > now:
        tell(session, place, NoticeKind.BRIEFING_OPENED, members, campaign=campaign, now=now, at=at)
