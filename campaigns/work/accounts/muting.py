"""Which notices a member does without. What calls somebody to act, or keeps an embargo, nobody can do without."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from campaigns.channels.notices import SENTENCES, NoticeKind
from campaigns.domain.access import Actor
from campaigns.domain.errors import NotThere
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Member
from campaigns.work.workplace import Workplace

ALWAYS_TOLD = frozenset(
    {
        NoticeKind.MEMBER_INVITED,
        NoticeKind.PASSWORD_ASKED,
        NoticeKind.ACCOUNT_CHANGED,
        NoticeKind.PARTNER_UNVERIFIED,
        NoticeKind.POSTPONED,
        NoticeKind.HELD,
        NoticeKind.LANGUAGE_HELD,
        NoticeKind.LIFTED_EARLY,
        NoticeKind.WITHDRAWN,
        NoticeKind.MATERIAL_CHANGED,
        NoticeKind.CONSENT_NEEDED,
        NoticeKind.DELIVERY_NEEDS_PERSON,
        NoticeKind.CHANNEL_SILENT,
        NoticeKind.CHANNEL_PAUSED,
        NoticeKind.REHEARSAL_FAILED,
        NoticeKind.BY_HAND_REMINDER,
        NoticeKind.REMINDER,
        NoticeKind.DISARMED,
        NoticeKind.REARMING_ASKED,
        NoticeKind.REARMED,
    }
)


@dataclass(frozen=True, kw_only=True)
class NoticeChoice:
    """One kind of notice: its subject and what it says, as sentences to translate, and whether it is wanted."""

    kind: str
    subject: str
    says: str
    wanted: bool
    is_grave: bool


def wants(member: Member, kind: NoticeKind) -> bool:
    """Whether a member gets notices of a kind."""
    return kind in ALWAYS_TOLD or kind.value not in member.muted


def notice_choices(place: Workplace, actor: Actor) -> list[NoticeChoice]:
    """Every kind of notice, with what the member chose. Raises NotThere."""
    with reading(place.engine) as session:
        member = session.get(Member, actor.member_id) if actor.member_id else None
        if member is None:
            raise NotThere
        return [
            NoticeChoice(
                kind=kind.value, subject=subject, says=says, wanted=wants(member, kind), is_grave=kind in ALWAYS_TOLD
            )
            for kind, (subject, says) in SENTENCES.items()
        ]


def choose_notices(place: Workplace, actor: Actor, *, wanted: Collection[str], now: datetime) -> None:
    """Get these kinds of notices and the grave ones, and do without the others. Raises NotThere."""
    with writing(place.engine) as session:
        member = session.get(Member, actor.member_id, with_for_update=True) if actor.member_id else None
        if member is None:
            raise NotThere
        member.muted = [kind.value for kind in NoticeKind if kind not in ALWAYS_TOLD and kind.value not in wanted]
        session.add(member)
        audit.record(session, actor, "member.notices_chosen", now=now)
