"""A campaign in every stage with its people, and every task that can be tried there: who does it, and with what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from factories import Office, rows, text
from sqlmodel import col, update
from upload_scenes import UPLOAD_TASKS, agreed, film, image

from campaigns.domain.access import Actor, Role
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.interchange import Format
from campaigns.store.engine import writing
from campaigns.store.tables import Delivery, Text
from campaigns.work.campaign import facts, times
from campaigns.work.campaign.facts_rules import FIELDS
from campaigns.work.launch import approving, correcting, scheduling
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.texts import core as text_core
from campaigns.work.translating import files
from campaigns.work.uploads.withdrawing import propose_withdraw_upload
from campaigns.work.workplace import Workplace

CHANNELS = [
    (ChannelKind.WEBHOOK, "http://127.0.0.1:9/in"),
    (ChannelKind.EMAIL, "lista@example.org"),
    (ChannelKind.BY_HAND, "redaktion@example.org"),
]
DAY = timedelta(days=1)
EARLIER = Office.LIFT - timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """All a task may need. `text_id` is the partner's text, consented; `core_id` is the Swedish core text.

    `upload_id` goes with the partner's message, consented; `core_upload_id` with the core message.
    """

    place: Workplace
    now: datetime
    operator: Actor
    communicator: Actor
    approver: Actor
    partner: Actor
    colleague: Actor
    newcomer: Actor
    campaign_id: str
    core_message_id: str
    core_id: str
    message_id: str
    text_id: str
    upload_id: str = ""
    core_upload_id: str = ""

    def text(self, text_id: str) -> Text:
        """A text as it stands."""
        return rows(self.place, Text, col(Text.id) == text_id)[0]

    def delivery(self, kind: ChannelKind) -> str:
        """The id of the partner's delivery through a channel."""
        wanted = col(Delivery.organisation_id) == self.partner.organisation_id, col(Delivery.kind) == kind
        return next(row.id for row in rows(self.place, Delivery, *wanted) if row.event == "message.published")


def _draft(office: Office) -> Scene:
    """A draft. The newcomer's organisation follows nothing here, so that it can be invited later."""
    partner = office.partner(channels=CHANNELS)
    assert partner.organisation_id
    newcomer = office.member(office.organisation("Nykomlingen (exempel)", places=["SE-BD"]), {Role.PUBLISHER})
    campaign_id = office.registered(places=("SE-AC",))
    core = matching.own_messages(office.place, office.communicator, campaign_id, now=office.now)[0]
    core_id = next(own.text_id for own in core.texts if own.language == "sv")
    return Scene(
        place=office.place,
        now=office.now,
        operator=office.operator,
        communicator=office.communicator,
        approver=office.approver,
        partner=partner,
        colleague=office.member(partner.organisation_id, {Role.EDITOR}),
        newcomer=newcomer,
        campaign_id=campaign_id,
        core_message_id=core.message_id,
        core_id=core_id,
        message_id=core.message_id,
        text_id=core_id,
        core_upload_id=film(office, office.communicator, core.message_id),
    )


def _briefing(office: Office) -> Scene:
    """The partner has consented, and approval is asked for."""
    scene = _draft(office)
    briefing.open_briefing(office.place, office.communicator, scene.campaign_id, now=office.now)
    office.accept(scene.partner, scene.campaign_id)
    saved = office.consented(scene.partner, scene.campaign_id, channels=list(office.place.channels))
    office.make_ready(scene.campaign_id)
    message_id = rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id
    upload_id = agreed(office, scene.partner, image(office, scene.partner, message_id))
    approving.ask_approval(office.place, office.communicator, scene.campaign_id, now=office.now)
    return replace(scene, message_id=message_id, text_id=saved.text_id, upload_id=upload_id)


def _approved(office: Office) -> Scene:
    """Someone has asked to lift it two hours earlier."""
    scene = _briefing(office)
    _approve(scene)
    scheduling.propose_lift_early(office.place, office.communicator, scene.campaign_id, lift_at=EARLIER, now=office.now)
    return scene


def _held(office: Office) -> Scene:
    scene = _approved(office)
    scheduling.hold(office.place, office.communicator, scene.campaign_id, now=office.now)
    return scene


def _overdue(office: Office) -> Scene:
    """Held, and T has passed meanwhile."""
    return replace(_held(office), now=Office.LIFT + timedelta(minutes=5))


def _by_the_clock(office: Office) -> Scene:
    """T has passed and no worker was alive to record it. A core text is edited, a withdrawal asked for."""
    scene = replace(_approved(office), now=Office.LIFT + timedelta(minutes=5))
    _prepare_correction(scene)
    return scene


def _live(office: Office) -> Scene:
    """The same, recorded by a worker; one delivery is unclear, and one was handed to a person."""
    scene = replace(_approved(office), now=Office.LIFT + timedelta(minutes=5))
    office.now = scene.now
    office.record_live(scene.campaign_id)
    set_delivery(scene.place, scene.delivery(ChannelKind.WEBHOOK), state=DeliveryState.UNKNOWN, attempts=1)
    set_delivery(scene.place, scene.delivery(ChannelKind.BY_HAND), state=DeliveryState.SENDING, attempts=1)
    _prepare_correction(scene)
    return scene


def _closed(office: Office) -> Scene:
    scene = _live(office)
    correcting.close(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    return scene


def _cancelled(office: Office) -> Scene:
    scene = _approved(office)
    scheduling.cancel(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    return scene


def _withdrawn(office: Office) -> Scene:
    scene = _live(office)
    correcting.confirm_withdraw(scene.place, scene.approver, scene.campaign_id, now=scene.now)
    return scene


def _prepare_correction(scene: Scene) -> None:
    edit_core(scene)
    correcting.propose_withdraw(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    correcting.propose_withdraw_message(scene.place, scene.communicator, scene.core_id, now=scene.now)
    propose_withdraw_upload(scene.place, scene.communicator, scene.core_upload_id, now=scene.now)


def set_delivery(place: Workplace, delivery_id: str, **values: object) -> None:
    """What a worker would have written about a delivery."""
    with writing(place.engine) as session:
        session.connection().execute(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


STAGES: Mapping[str, Callable[[Office], Scene]] = {
    "draft": _draft,
    "briefing": _briefing,
    "approved": _approved,
    "held": _held,
    "overdue": _overdue,
    "by_the_clock": _by_the_clock,
    "live": _live,
    "closed": _closed,
    "cancelled": _cancelled,
    "withdrawn": _withdrawn,
}


def edit_core(s: Scene) -> matching.Saved:
    """The communicator saves the Swedish core text once more."""
    content, version = text("Pengarna kom aldrig"), s.text(s.core_id).version
    return matching.edit_text(
        s.place, s.communicator, s.core_message_id, language="sv", content=content, expected_version=version, now=s.now
    )


def edit_own(s: Scene) -> matching.Saved:
    """The partner saves its text once more."""
    content, version = text("Vi finns här"), s.text(s.text_id).version
    return matching.edit_text(
        s.place, s.partner, s.message_id, language="sv", content=content, expected_version=version, now=s.now
    )


def accept_terms(s: Scene) -> None:
    """A second member of the partner accepts."""
    version = briefing.terms_now(s.place).version
    briefing.accept_terms(s.place, s.colleague, s.campaign_id, version=version, now=s.now)


def approve(s: Scene) -> object:
    """The approver says yes to what the release would hold now."""
    return _approve(s)


def _approve(s: Scene) -> approving.Approved:
    revision = approving.going_out(s.place, s.approver, s.campaign_id).revision
    return approving.approve(s.place, s.approver, s.campaign_id, revision=revision, now=s.now)


def take_in_file(s: Scene) -> object:
    """The communicator looks at a translator's file with another English headline, and saves it."""
    _, raw = files.translators_file(s.place, s.communicator, s.campaign_id, "en", Format.CSV, now=s.now)
    filled = raw.replace(b"The money never comes", b"No money ever comes")
    mark = files.look_at_file(s.place, s.communicator, s.campaign_id, "en", filled, now=s.now).mark
    return files.take_in_file(s.place, s.communicator, s.campaign_id, "en", filled, mark=mark, now=s.now)


def save_facts(s: Scene) -> object:
    """The communicator rewrites the briefing, which is open to changes until the campaign is over."""
    at_hand = facts.facts_at_hand(s.place, s.communicator, s.campaign_id, now=s.now)
    content = {name: getattr(at_hand.facts, name) for name in FIELDS} | {"briefing": "## Ny lägesbild"}
    return facts.save_facts(
        s.place, s.communicator, s.campaign_id, content=content, expected_version=at_hand.version, now=s.now
    )


def set_times(s: Scene) -> None:
    """A day later, with the briefing open as long as before."""
    times.set_times(
        s.place,
        s.communicator,
        s.campaign_id,
        lift_at=Office.LIFT + DAY,
        briefing_opens_at=Office.NOW - timedelta(hours=1),
        now=s.now,
    )


BEFORE_T = {"briefing", "approved", "held", "overdue"}
PUBLIC = {"by_the_clock", "live"}
STAYS_PUBLIC = PUBLIC | {"closed"}

TASKS: Mapping[str, tuple[Callable[[Scene], object], set[str]]] = {
    "open_briefing": (lambda s: briefing.open_briefing(s.place, s.communicator, s.campaign_id, now=s.now), {"draft"}),
    "invite": (
        lambda s: briefing.invite(
            s.place, s.communicator, s.campaign_id, organisation_id=s.newcomer.organisation_id or "", now=s.now
        ),
        BEFORE_T | PUBLIC,
    ),
    "revoke": (
        lambda s: briefing.revoke(
            s.place, s.communicator, s.campaign_id, organisation_id=s.partner.organisation_id or "", now=s.now
        ),
        BEFORE_T,
    ),
    "accept_terms": (accept_terms, BEFORE_T | PUBLIC),
    "ask": (
        lambda s: briefing.ask(s.place, s.partner, s.campaign_id, question="Varför?", now=s.now),
        BEFORE_T | PUBLIC,
    ),
    "edit_text": (edit_own, {"briefing"} | PUBLIC),
    "edit_text (core)": (edit_core, {"draft", "briefing"} | PUBLIC),
    "take_in_file": (take_in_file, {"draft", "briefing"}),
    "choose_channels": (
        lambda s: matching.choose_channels(s.place, s.partner, s.message_id, channels=[], now=s.now),
        {"briefing"} | PUBLIC,
    ),
    "consent": (
        lambda s: consenting.consent(s.place, s.partner, s.text_id, revision=s.text(s.text_id).revision, now=s.now),
        {"briefing"} | PUBLIC,
    ),
    "take_back": (lambda s: consenting.take_back(s.place, s.partner, s.text_id, now=s.now), BEFORE_T),
    "leave_out": (
        lambda s: approving.leave_out(s.place, s.communicator, s.campaign_id, language="en", now=s.now),
        {"draft", "briefing"},
    ),
    "ask_approval": (
        lambda s: approving.ask_approval(s.place, s.communicator, s.campaign_id, now=s.now),
        {"briefing"},
    ),
    "approve": (approve, {"briefing"}),
    "hold": (lambda s: scheduling.hold(s.place, s.approver, s.campaign_id, now=s.now), {"approved"}),
    "resume": (lambda s: scheduling.resume(s.place, s.approver, s.campaign_id, now=s.now), {"held"}),
    "postpone": (
        lambda s: scheduling.postpone(s.place, s.approver, s.campaign_id, lift_at=Office.LIFT + DAY, now=s.now),
        {"draft"} | BEFORE_T,
    ),
    "propose_lift_early": (
        lambda s: scheduling.propose_lift_early(s.place, s.approver, s.campaign_id, lift_at=EARLIER, now=s.now),
        {"approved"},
    ),
    "confirm_lift_early": (
        lambda s: scheduling.confirm_lift_early(s.place, s.approver, s.campaign_id, lift_at=EARLIER, now=s.now),
        {"approved"},
    ),
    "reopen": (
        lambda s: scheduling.reopen(s.place, s.approver, s.campaign_id, now=s.now),
        {"approved", "held", "overdue"},
    ),
    "cancel": (
        lambda s: scheduling.cancel(s.place, s.approver, s.campaign_id, now=s.now),
        {"draft"} | BEFORE_T,
    ),
    "correct": (
        lambda s: correcting.correct(s.place, s.approver, s.core_id, revision=s.text(s.core_id).revision, now=s.now),
        PUBLIC,
    ),
    "withdraw_message": (
        lambda s: correcting.withdraw_message(s.place, s.partner, s.text_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "withdraw_message (core)": (
        lambda s: correcting.withdraw_message(s.place, s.approver, s.core_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "propose_withdraw_message": (
        lambda s: correcting.propose_withdraw_message(s.place, s.approver, s.core_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "propose_withdraw": (
        lambda s: correcting.propose_withdraw(s.place, s.approver, s.campaign_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "confirm_withdraw": (
        lambda s: correcting.confirm_withdraw(s.place, s.approver, s.campaign_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "close": (lambda s: correcting.close(s.place, s.approver, s.campaign_id, now=s.now), PUBLIC),
    "save_facts": (save_facts, {"draft"} | BEFORE_T | PUBLIC),
    "set_times": (set_times, {"draft", "briefing"}),
    "add_core_message": (
        lambda s: text_core.add_core_message(s.place, s.communicator, s.campaign_id, name="Ännu ett", now=s.now),
        {"draft", "briefing"},
    ),
    "move_core_message": (
        lambda s: text_core.move_core_message(s.place, s.communicator, s.core_message_id, earlier=True, now=s.now),
        {"draft", "briefing"},
    ),
    "remove_core_message": (
        lambda s: text_core.remove_core_message(s.place, s.communicator, s.core_message_id, now=s.now),
        {"draft"},
    ),
    **UPLOAD_TASKS,
}
