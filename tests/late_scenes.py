"""A campaign that is public in Swedish while its English becomes ready, the tasks of late languages, what they show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from factories import Office, rows, text
from scenes import STAGES, Scene
from sqlmodel import col

from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent
from campaigns.store.tables import Campaign, Delivery, Release, Text
from campaigns.work.late import adding, ending, holding, opening
from campaigns.work.launch import approving
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.reading import public_campaign, public_campaigns, public_feed, public_sitemap

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


def hold(s: Scene, *, now: datetime | None = None) -> None:
    """The communicator holds it."""
    holding.hold_language(s.place, s.communicator, s.campaign_id, language="en", now=now or s.now)


def resume(s: Scene, opens_at: datetime | None = NOON, *, now: datetime | None = None) -> None:
    """The approver, who did not hold it, lets it go on."""
    holding.resume_language(
        s.place, s.approver, s.campaign_id, language="en", opens_at=opens_at, now=now or s.now
    )  # fmt: skip


def slug_of(s: Scene) -> str:
    """The public name of the scene's campaign."""
    return rows(s.place, Campaign, col(Campaign.id) == s.campaign_id)[0].slug


def heard(s: Scene, language: str, now: datetime) -> Sequence[str]:
    """The headlines of a public page; empty where there is none."""
    try:
        page = public_campaign(s.place.engine, slug=slug_of(s), language=language, now=now)
    except NotThere:
        return []
    return [voice.headline for voice in (*page.core, *page.voices)]


def told_everywhere(s: Scene, now: datetime) -> str:
    """All that anybody outside can read."""
    engine, slug = s.place.engine, slug_of(s)
    said = [public_campaign(engine, slug=slug, language="sv", now=now), public_feed(engine, now=now)]
    said += [*public_campaigns(engine, language="en", now=now), *public_sitemap(engine, now=now)]
    return "\n".join(map(str, said))


def waiting(s: Scene, *events: Event) -> list[Delivery]:
    """Deliveries of the late language that are not cancelled."""
    release = rows(s.place, Release, col(Release.language) == "en")[-1]
    wanted = col(Delivery.release_id) == release.id
    return [
        row
        for row in rows(s.place, Delivery, wanted)
        if row.state is not DeliveryState.CANCELLED and (not events or row.event in events)
    ]


Task = Callable[[Scene], object]
ASKED: dict[str, str] = {}


def _ask(s: Scene) -> None:
    ASKED[s.campaign_id] = propose(s)


def _held(s: Scene) -> None:
    approve(s)
    hold(s)


AUDITED: Mapping[str, tuple[str, Task]] = {
    "propose_language": ("late", propose),
    "approve_language": ("late", lambda s: approve(s, revision=ASKED[s.campaign_id])),
    "call_off_language": ("late", call_off),
    "hold_language": ("late", hold),
    "resume_language": ("late", resume),
    "open_languages": ("late", lambda s: opening.open_languages(s.place, s.campaign_id, now=NOON)),
}
PREPARED: Mapping[str, Task] = {
    "approve_language": _ask,
    "call_off_language": approve,
    "hold_language": approve,
    "resume_language": _held,
    "open_languages": approve,
}
