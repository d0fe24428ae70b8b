"""Telling members that something happened: neutral mails, stored in the same transaction as what they tell of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, roles_with
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.store.planned import store
from campaigns.store.tables import Campaign, Channel, Delivery, Member, MemberInvitation, Membership
from campaigns.work.accounts.muting import wants
from campaigns.work.loading import invited_organisations, members_of
from campaigns.work.notices import Notice, planned_notices
from campaigns.work.workplace import Workplace

SETTLES = timedelta(minutes=5)
WHILE_PREPARING = (
    NoticeKind.BRIEFING_OPENED,
    NoticeKind.TEXT_CHANGED,
    NoticeKind.CONSENT_NEEDED,
    NoticeKind.REVIEW_WAITS,
)
"""What may wait for its time, and means nothing any more to whoever is out of it, or when all is cancelled."""


def tell(
    session: Session,
    place: Workplace,
    kind: NoticeKind,
    members: Iterable[Member],
    *,
    campaign: Campaign,
    now: datetime,
    at: datetime | None = None,
    besides: Actor | None = None,
) -> None:
    """Store a notice to each member, to leave now or at a later instant. It holds times and a link, never a word.

    `besides` is who did what is told, and need not hear of it. Without a mail server nothing is stored: `doctor` says
    so, and old news shall not leave when one is set later.
    """
    if ChannelKind.EMAIL not in place.channels:
        return
    facts = {
        "lift_at": campaign.lift_at,
        "lifted_at": campaign.lifted_at,
        "briefing_opens_at": campaign.briefing_opens_at,
    }
    told = {name: facts[name] for name in ONLY.get(kind, USUAL)}
    notice = Notice(kind=kind, path=LEADS_TO.get(kind) or place.path_of(campaign.id), facts=told)
    readers = (
        (member.email, member.locale)
        for member in members
        if wants(member, kind) and (besides is None or member.id != besides.member_id)
    )
    store(session, planned_notices(place, notice, readers, campaign=campaign, at=at or now, now=now))


TRANSLATING = "/arbete/oversattning"
LEADS_TO: Mapping[NoticeKind, str] = {
    NoticeKind.CANCELLED: "/arbete",  # it is not there for partners any more, so there is no page of it to lead to
    NoticeKind.MATERIAL_CHANGED: "/arbete/material",  # it may be of a campaign that one is not invited to
    NoticeKind.TEXT_ASKED: TRANSLATING,  # whoever is asked by name may not open the campaign's own pages
    NoticeKind.REVIEW_WAITS: TRANSLATING,
    NoticeKind.CHANGES_ASKED: TRANSLATING,
    NoticeKind.SOURCE_CHANGED: TRANSLATING,
}
USUAL = ("lift_at", "briefing_opens_at")
ONLY: Mapping[NoticeKind, tuple[str, ...]] = {NoticeKind.LIFTED: ("lifted_at",)}
"""The times that a kind of notice tells, where they are not the usual ones."""


def tell_of_invitation(
    session: Session, place: Workplace, invitation: MemberInvitation, *, token: str, now: datetime
) -> None:
    """Store the mail with the link of an invitation. Without a mail server whoever invites hands the link over."""
    if ChannelKind.EMAIL not in place.channels:
        return
    notice = Notice(
        kind=NoticeKind.MEMBER_INVITED, path=f"/inbjudan/{token}", facts={"link_works_until": invitation.expires_at}
    )
    reader, organisation_id = (invitation.email, invitation.locale), invitation.organisation_id
    store(session, planned_notices(place, notice, [reader], organisation_id=organisation_id, at=now, now=now))


def tell_of_channel(
    session: Session, place: Workplace, kind: NoticeKind, members: Iterable[Member], *, channel: Channel, now: datetime
) -> None:
    """Store a notice about one of an organisation's channels. Without a mail server nothing is stored."""
    if ChannelKind.EMAIL not in place.channels:
        return
    notice = Notice(kind=kind, path=f"/arbete/organisation/kanaler/{channel.id}", facts={})
    readers = [(member.email, member.locale) for member in members]
    store(session, planned_notices(place, notice, readers, organisation_id=channel.organisation_id, at=now, now=now))


def briefed_members(session: Session, campaign: Campaign) -> Sequence[Member]:
    """The members of every organisation whose invitation stands, and those of the owner who read briefings."""
    invited = members_of(session, invited_organisations(session, campaign))
    known = {member.id for member in invited}
    both = [*invited, *(member for member in owners(session, campaign) if member.id not in known)]
    return sorted(both, key=lambda member: member.email)


def invited_members(session: Session, campaign: Campaign) -> Sequence[Member]:
    """The members of every organisation whose invitation stands."""
    owner = {member.id for member in members_of(session, [campaign.owner_id])}
    return [member for member in briefed_members(session, campaign) if member.id not in owner]


def owners(session: Session, campaign: Campaign) -> Sequence[Member]:
    """Those of the police organisation that registered the campaign who may open its pages."""
    return who_may(session, campaign.owner_id, Permission.READ_BRIEFING)


def who_may(session: Session, organisation_id: str, permission: Permission) -> Sequence[Member]:
    """The active members of an organisation whose roles in it hold a permission."""
    able = roles_with(permission)
    rows = session.exec(
        select(Member, Membership.roles)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(col(Membership.organisation_id) == organisation_id, col(Member.active))
        .order_by(col(Member.email))
    )
    return [member for member, roles in rows if able.intersection(roles)]


def tell_once_settled(
    session: Session,
    place: Workplace,
    kind: NoticeKind,
    members: Iterable[Member],
    *,
    campaign: Campaign,
    now: datetime,
    besides: Actor | None = None,
) -> None:
    """Tell of something that comes in bursts, such as saving a text: one notice, when it has had time to settle.

    Whoever is to be told already is told then, and of everything since.
    """
    coming = session.exec(
        select(Delivery.recipient).where(
            col(Delivery.campaign_id) == campaign.id,
            col(Delivery.notice) == kind.value,
            col(Delivery.state) == DeliveryState.PLANNED,
            col(Delivery.planned_at) > now,
        )
    ).all()
    others = [member for member in members if member.email not in coming]
    tell(session, place, kind, others, campaign=campaign, now=now, at=now + SETTLES, besides=besides)


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
    coming = [
        col(Delivery.campaign_id) == campaign.id,
        col(Delivery.notice).in_([kind.value for kind in kinds]),
        col(Delivery.state) == DeliveryState.PLANNED,
        col(Delivery.planned_at) > now,
    ]
    if recipients is not None:
        coming.append(col(Delivery.recipient).in_(recipients))
    session.flush()
    session.connection().execute(update(Delivery).where(*coming).values(state=DeliveryState.CANCELLED))


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
