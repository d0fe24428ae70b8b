"""A campaign that is public in Swedish while its English becomes ready, and the tasks of late languages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from factories import Office, rows, text
from scenes import STAGES, Scene
from sqlmodel import col

from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent
from campaigns.store.tables import Campaign, Text
from campaigns.work.late import adding, ending, opening
from campaigns.work.launch import approving
from campaigns.work.partners import briefing, consenting, matching

LATE = TextContent(headline="The money does not come", long="Call 114 14. Never lend your account.")
NOON = Office.LIFT + timedelta(hours=3)
"""A whole minute after T at which a late language opens."""


def public_without(office: Office, *, shown_in_swedish: bool = False, **wanted: Any) -> Scene:
    """A public campaign whose English was left out, or is shown in Swedish. The office's clock is a minute after T."""
    scene = STAGES["draft"](office)
    choose = approving.show_in_swedish if shown_in_swedish else approving.leave_out
    choose(office.place, office.communicator, scene.campaign_id, language="en", now=office.now)
    briefing.open_briefing(office.place, office.communicator, scene.campaign_id, now=office.now)
    office.accept(scene.partner, scene.campaign_id)
    saved = office.consented(scene.partner, scene.campaign_id, channels=[ChannelKind.WEBHOOK, ChannelKind.EMAIL])
    office.approve(scene.campaign_id)
    office.now = Office.LIFT
    office.record_live(scene.campaign_id)
    office.now = Office.LIFT + timedelta(minutes=1)
    message_id = rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id
    return replace(scene, now=office.now, text_id=saved.text_id, message_id=message_id, **wanted)


def answered_in_english(s: Scene) -> matching.Saved:
    """The partner writes its message in English too, and consents."""
    saved = matching.edit_text(
        s.place, s.partner, s.message_id, language="en", content=text("We listen", "Call us, or 114 14."),
        expected_version=0, now=s.now,
    )  # fmt: skip
    consenting.consent(s.place, s.partner, saved.text_id, revision=saved.revision, now=s.now)
    return saved


def propose(s: Scene, opens_at: datetime | None = NOON) -> str:
    """The communicator asks."""
    return adding.propose_language(s.place, s.communicator, s.campaign_id, language="en", opens_at=opens_at, now=s.now)


def approve(s: Scene, opens_at: datetime | None = NOON, *, revision: str = "") -> adding.Added:
    """The approver says yes to what was asked for."""
    return adding.approve_language(
        s.place, s.approver, s.campaign_id, language="en", revision=revision or propose(s, opens_at),
        opens_at=opens_at, now=s.now,
    )  # fmt: skip


def call_off(s: Scene) -> None:
    """The communicator stops it."""
    ending.call_off_language(s.place, s.communicator, s.campaign_id, language="en", now=s.now)


def slug_of(s: Scene) -> str:
    """The public name of the scene's campaign."""
    return rows(s.place, Campaign, col(Campaign.id) == s.campaign_id)[0].slug


Task = Callable[[Scene], object]
ASKED: dict[str, str] = {}


def _ask(s: Scene) -> None:
    ASKED[s.campaign_id] = propose(s)


AUDITED: Mapping[str, tuple[str, Task]] = {
    "propose_language": ("late", propose),
    "approve_language": ("late", lambda s: approve(s, revision=ASKED[s.campaign_id])),
    "call_off_language": ("late", call_off),
    "open_languages": ("late", lambda s: opening.open_languages(s.place, s.campaign_id, now=NOON)),
}
PREPARED: Mapping[str, Task] = {"approve_language": _ask, "call_off_language": approve, "open_languages": approve}
