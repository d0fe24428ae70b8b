"""The tasks of translating: what must be there before each, and how it is done in a scene."""

from collections.abc import Callable, Mapping
from typing import Any

from factories import rows, text
from scenes import Scene
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import Job, SourceEdit
from campaigns.store.tables import Assignment, Delivery, Member, Text, TextRemark
from campaigns.work.launch import approving, correcting
from campaigns.work.partners import matching
from campaigns.work.translating import afterwards, asking, remarks, source_changes, steps, telling_back

Task = Callable[[Scene], object]
ENGLISH = TextContent(headline="The money does not come", long="Call 114 14. Never lend your account.")


def translation(s: Scene, language: str = "en") -> Text:
    """The core message in English."""
    of_core = col(Text.message_id) == s.core_message_id
    return rows(s.place, Text, of_core, col(Text.language) == language)[0]


def now_of(s: Scene) -> dict[str, Any]:
    """What every step wants: the language, the revision that was read, and the time."""
    return {"language": "en", "revision": translation(s).revision, "now": s.now}


def translate(s: Scene, content: TextContent = ENGLISH) -> matching.Saved:
    """The communicator writes the English anew."""
    return matching.edit_text(
        s.place,
        s.communicator,
        s.core_message_id,
        language="en",
        content=content,
        expected_version=translation(s).version,
        now=s.now,
    )


def hand_over(s: Scene) -> None:
    """The translator is done."""
    steps.hand_over(s.place, s.communicator, s.core_message_id, **now_of(s))


def translate_and_hand_over(s: Scene) -> None:
    """Both."""
    translate(s)
    hand_over(s)


def let_pass(s: Scene) -> None:
    """The approver has read it."""
    steps.let_pass(s.place, s.approver, s.core_message_id, **now_of(s))


def send_back(s: Scene) -> None:
    """The approver wants changes."""
    steps.send_back(s.place, s.approver, s.core_message_id, note="Det heter något annat.", **now_of(s))


def tell_back(s: Scene) -> None:
    """The approver tells in Swedish what it says."""
    telling_back.tell_back(s.place, s.approver, s.core_message_id, says="Pengarna kommer inte.", **now_of(s))


def translate_and_tell_back(s: Scene) -> None:
    """Both."""
    translate(s)
    tell_back(s)


def confirm_told(s: Scene) -> None:
    """The author confirms it."""
    telling_back.confirm_told(s.place, s.communicator, s.core_message_id, **now_of(s))


def told(scene: Scene, kind: NoticeKind) -> set[str]:
    """Who gets a notice of a kind."""
    return {row.recipient for row in rows(scene.place, Delivery, col(Delivery.notice) == kind.value)}


def email_of(s: Scene, member_id: str | None) -> str:
    """A member's address."""
    return rows(s.place, Member, col(Member.id) == member_id)[0].email


def ask(s: Scene, *, job: Job = Job.TRANSLATE) -> str:
    """The newcomer, who is not invited, is asked for the English."""
    return asking.ask_for_text(
        s.place,
        s.communicator,
        s.core_message_id,
        language="en",
        job=job,
        email=email_of(s, s.newcomer.member_id),
        note="Tack!",
        now=s.now,
    )


def end(s: Scene) -> None:
    """The newcomer is not asked any more."""
    asking.end_assignment(s.place, s.communicator, rows(s.place, Assignment)[0].id, now=s.now)


def suggest(s: Scene) -> str:
    """The approver suggests another word."""
    headline = translation(s).headline
    return remarks.remark(
        s.place,
        s.approver,
        s.core_message_id,
        language="en",
        says="Kortare.",
        part=Variant.HEADLINE,
        instead_of=headline,
        suggests="No money comes",
        now=s.now,
    )


def take_suggestion(s: Scene) -> int:
    """The communicator takes it up."""
    return remarks.take_suggestion(s.place, s.communicator, rows(s.place, TextRemark)[0].id, now=s.now)


def settle(s: Scene) -> None:
    """The communicator declines it."""
    remarks.settle_remark(s.place, s.communicator, rows(s.place, TextRemark)[0].id, now=s.now)


def edit_swedish(s: Scene, content: TextContent | None = None) -> matching.Saved:
    """The communicator writes the Swedish anew."""
    return matching.edit_text(
        s.place,
        s.communicator,
        s.core_message_id,
        language="sv",
        content=content or text("Pengarna kommmer aldrig"),
        expected_version=translation(s, "sv").version,
        now=s.now,
    )


def judge(s: Scene, kind: SourceEdit = SourceEdit.MEANING) -> tuple[str, ...]:
    """The communicator says what the change of the Swedish text means."""
    revision = translation(s, "sv").revision
    return source_changes.judge_change(
        s.place, s.communicator, s.core_message_id, kind=kind, revision=revision, now=s.now
    )


def publish_unread(s: Scene) -> None:
    """The approver decides that the corrected English cannot wait for a reader."""
    text = translation(s)
    correcting.correct(s.place, s.approver, text.id, revision=text.revision, unread=True, now=s.now)


def translate_and_publish_unread(s: Scene) -> None:
    """Both."""
    translate(s)
    publish_unread(s)


def read_afterwards(s: Scene, *, right: bool = True, note: str = "", by: Actor | None = None) -> None:
    """The approver, who wrote none of it, reads what is public already."""
    afterwards.read_afterwards(
        s.place, by or s.approver, s.core_message_id, right=right, note=note, **now_of(s)
    )  # fmt: skip


PREPARED: Mapping[str, Task] = {
    "read_afterwards": translate_and_publish_unread,
    "hand_over": translate,
    "let_pass": translate_and_hand_over,
    "tell_back": translate,
    "confirm_told": translate_and_tell_back,
    "end_assignment": ask,
    "take_suggestion": suggest,
    "settle_remark": suggest,
    "judge_change": edit_swedish,
}

AUDITED: Mapping[str, tuple[str, Task]] = {
    "show_in_swedish": (
        "briefing",
        lambda s: approving.show_in_swedish(s.place, s.communicator, s.campaign_id, language="en", now=s.now),
    ),
    "ask_for_text": ("briefing", ask),
    "end_assignment": ("briefing", end),
    "hand_over": ("briefing", hand_over),
    "let_pass": ("briefing", let_pass),
    "send_back": ("briefing", send_back),
    "tell_back": ("briefing", tell_back),
    "confirm_told": ("briefing", confirm_told),
    "read_afterwards": ("live", read_afterwards),
    "remark": ("briefing", suggest),
    "take_suggestion": ("briefing", take_suggestion),
    "settle_remark": ("briefing", settle),
    "judge_change": ("briefing", judge),
}
