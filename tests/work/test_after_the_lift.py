"""Correcting and withdrawing: nothing disappears without a trace, and whoever had the old words is told."""

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from factories import Office, dump, rows, text
from scenes import STAGES, Scene, edit_core, edit_own, set_delivery
from sqlmodel import col

from campaigns.domain.access import Actor, NeedsAnotherPerson, Role
from campaigns.domain.errors import BadInput, NotAllowed
from campaigns.domain.lifecycle import DeliveryState, Stage, TextState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.tables import AuditEvent, Campaign, Delivery, ReleasedText, Text
from campaigns.work.launch import correcting, scheduling
from campaigns.work.partners import consenting, matching
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.reading import public_campaign, public_feed

MINUTE = timedelta(minutes=1)


@pytest.fixture
def live(office: Office) -> Scene:
    """A public campaign whose partner published through a webhook, by mail and by hand."""
    scene = STAGES["live"](office)
    for kind in (ChannelKind.WEBHOOK, ChannelKind.EMAIL, ChannelKind.BY_HAND):
        set_delivery(scene.place, scene.delivery(kind), state=DeliveryState.LIVE, attempts=1, sent_at=scene.now)
    return scene


def consented_correction(scene: Scene) -> str:
    """The partner edits and says yes; gives the revision."""
    revision = edit_own(scene).revision
    consenting.consent(scene.place, scene.partner, scene.text_id, revision=revision, now=scene.now)
    return str(revision)


def correct(scene: Scene) -> None:
    """The partner corrects its text."""
    revision = consented_correction(scene)
    correcting.correct(scene.place, scene.partner, scene.text_id, revision=revision, now=scene.now)


def sent(scene: Scene, *events: Event) -> list[Delivery]:
    """The partner's deliveries of these events that are not cancelled."""
    own = col(Delivery.organisation_id) == scene.partner.organisation_id
    found = rows(scene.place, Delivery, own, col(Delivery.event).in_(events))
    return [row for row in found if row.state is not DeliveryState.CANCELLED]


def page(scene: Scene) -> list[tuple[str, bool, bool]]:
    """Headline, corrected, withdrawn of every voice on the Swedish page."""
    slug = rows(scene.place, Campaign)[0].slug
    shown = public_campaign(scene.place.engine, slug=slug, language="sv", now=scene.now)
    return [(voice.headline, voice.corrected, voice.withdrawn_at is not None) for voice in (*shown.core, *shown.voices)]


def test_a_correction_reaches_page_feed_and_every_channel_that_had_the_text(live: Scene) -> None:
    """With a new `updated`, and in reply to what it corrects."""
    before = {row.id: row.body for row in sent(live, Event.MESSAGE_PUBLISHED)}
    correct(live)
    assert ("Vi finns här", True, False) in page(live)
    entries = {entry.voice.headline: entry.voice for entry in public_feed(live.place.engine, now=live.now).entries}
    assert entries["Vi finns här"].updated_at == live.now
    assert entries["Vi finns här"].published_at == Office.LIFT
    corrections = {row.kind: row for row in sent(live, Event.MESSAGE_CORRECTED)}
    assert set(corrections) == {ChannelKind.WEBHOOK, ChannelKind.EMAIL, ChannelKind.BY_HAND}
    said = json.loads(corrections[ChannelKind.WEBHOOK].body)["data"]["message"]
    assert said["headline"] == "Vi finns här"
    letter = message_from_bytes(corrections[ChannelKind.EMAIL].body, policy=SMTP)
    assert live.delivery(ChannelKind.EMAIL) in letter["In-Reply-To"]
    assert {row.id: row.body for row in sent(live, Event.MESSAGE_PUBLISHED)} == before


def test_a_correction_needs_a_new_yes(live: Scene) -> None:
    """To exactly the corrected revision, of a text that says something else, without faults."""

    def task(revision: str) -> None:
        correcting.correct(live.place, live.partner, live.text_id, revision=revision, now=live.now)

    with pytest.raises(correcting.NothingToCorrect):
        task(live.text(live.text_id).revision)
    edit_own(live)
    with pytest.raises(correcting.ConsentNeeded):
        task(live.text(live.text_id).revision)
    with pytest.raises(consenting.NotThatText):
        task("sha256:0")
    broken = text("Rubrik", "Ingen siffra.")
    matching.edit_text(
        live.place, live.partner, live.message_id, language="sv", content=broken, expected_version=2, now=live.now
    )
    with pytest.raises(BadInput):
        consenting.consent(
            live.place, live.partner, live.text_id, revision=live.text(live.text_id).revision, now=live.now
        )


def test_a_core_text_is_corrected_by_someone_who_did_not_write_it(live: Scene) -> None:
    """The communicator wrote it, so the approver confirms; a partner cannot."""
    edit_core(live)
    revision = live.text(live.core_id).revision
    with pytest.raises(NotAllowed):
        correcting.correct(live.place, live.communicator, live.core_id, revision=revision, now=live.now)
    correcting.correct(live.place, live.approver, live.core_id, revision=revision, now=live.now)
    assert page(live)[0] == ("Pengarna kom aldrig", True, False)


def test_an_approver_does_not_confirm_their_own_correction(live: Scene) -> None:
    """Another person, always."""
    content = text("Approverns egen")
    matching.edit_text(
        live.place, live.approver, live.core_message_id, language="sv", content=content, expected_version=2,
        now=live.now,
    )  # fmt: skip
    with pytest.raises(NeedsAnotherPerson):
        correcting.correct(
            live.place, live.approver, live.core_id, revision=live.text(live.core_id).revision, now=live.now
        )


def test_an_approver_who_wrote_part_of_a_correction_does_not_confirm_it(office: Office, live: Scene) -> None:
    """Also when another saved last; a correction that went out before counts no more."""

    def edit(who: Actor, headline: str) -> str:
        saved = matching.edit_text(
            live.place, who, live.core_message_id, language="sv", content=text(headline),
            expected_version=live.text(live.core_id).version, now=live.now,
        )  # fmt: skip
        return saved.revision

    edit(live.approver, "Approverns egen")
    revision = edit(live.communicator, "Approverns egen!")
    with pytest.raises(NeedsAnotherPerson):
        correcting.correct(live.place, live.approver, live.core_id, revision=revision, now=live.now)
    second = office.member(office.police, {Role.APPROVER})
    correcting.correct(live.place, second, live.core_id, revision=revision, now=live.now)
    revision = edit(live.communicator, "Ännu en rättelse")
    correcting.correct(live.place, live.approver, live.core_id, revision=revision, now=live.now)


def test_a_withdrawal_asked_for_before_a_correction_is_asked_for_anew(live: Scene) -> None:
    """Nobody asked to withdraw the words that stand there now."""
    revision = live.text(live.core_id).revision
    correcting.correct(live.place, live.approver, live.core_id, revision=revision, now=live.now)
    with pytest.raises(scheduling.NothingToConfirm):
        correcting.withdraw_message(live.place, live.approver, live.core_id, now=live.now)
    correcting.propose_withdraw_message(live.place, live.communicator, live.core_id, now=live.now)
    correcting.withdraw_message(live.place, live.approver, live.core_id, now=live.now)


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_ending_what_no_worker_recorded_records_it_as_a_worker_would(office: Office, end: str) -> None:
    """The same event and the same states of texts, before its own."""
    scene = STAGES["by_the_clock"](office)
    if end == "close":
        correcting.close(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    else:
        correcting.confirm_withdraw(scene.place, scene.approver, scene.campaign_id, now=scene.now)
    actions = [row.action for row in sorted(rows(scene.place, AuditEvent), key=lambda row: row.number)]
    assert actions[-2:] == ["campaign.live", "campaign.closed" if end == "close" else "campaign.withdrawn"]
    assert live_texts(scene) == {TextState.PUBLISHED}


def live_texts(scene: Scene) -> set[TextState]:
    """How the texts of the release stand that nobody edited since."""
    return {row.state for row in rows(scene.place, Text, col(Text.id) != scene.core_id)}


def test_what_is_armed_still_leaves_when_the_work_was_ended_at_once(office: Office) -> None:
    """A closed campaign is public, so a worker that records it is told so."""
    scene = STAGES["by_the_clock"](office)
    correcting.close(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    office.now = scene.now
    assert office.record_live(scene.campaign_id)


@pytest.mark.parametrize(
    ("written", "corrected", "withdrawn"),
    [
        ({"state": DeliveryState.PLANNED, "attempts": 0}, Event.MESSAGE_PUBLISHED, None),
        ({"state": DeliveryState.REFUSED, "attempts": 1}, Event.MESSAGE_PUBLISHED, None),
        ({"state": DeliveryState.LATE, "attempts": 1}, Event.MESSAGE_PUBLISHED, None),
        ({"state": DeliveryState.PLANNED, "attempts": 2}, Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN),
        ({"state": DeliveryState.LATE, "attempts": 8}, Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN),
        ({"state": DeliveryState.UNKNOWN, "attempts": 1}, Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN),
        ({"state": DeliveryState.SENDING, "attempts": 1}, Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN),
    ],
)
def test_what_a_channel_is_told_depends_on_whether_the_old_text_arrived(
    office: Office, written: dict[str, object], corrected: Event, withdrawn: Event | None
) -> None:
    """What certainly never arrived is replaced, or not sent at all; what may have is put right. Never the old words."""
    scene = STAGES["live"](office)
    old = scene.delivery(ChannelKind.WEBHOOK)
    set_delivery(scene.place, old, sent_at=None, **written)
    hook = col(Delivery.kind) == ChannelKind.WEBHOOK, col(Delivery.language) == "sv"
    correct(scene)
    (new,) = [row for row in rows(scene.place, Delivery, *hook) if row.id != old]
    assert (new.event, new.state) == (corrected, DeliveryState.PLANNED)
    assert "Vi finns här" in new.body.decode()
    correcting.withdraw_message(scene.place, scene.partner, scene.text_id, now=scene.now + MINUTE)
    waiting = [row for row in rows(scene.place, Delivery, *hook) if row.state is DeliveryState.PLANNED]
    assert [row.event for row in waiting] == ([withdrawn] if withdrawn else [])


def test_a_withdrawn_message_leaves_a_tombstone_and_every_channel_is_told(live: Scene) -> None:
    """The letter says so in words; the webhook names the message and repeats nothing."""
    correcting.withdraw_message(live.place, live.partner, live.text_id, now=live.now)
    assert ("", False, True) in page(live)
    told = {row.kind: row for row in sent(live, Event.MESSAGE_WITHDRAWN)}
    assert set(told) == {ChannelKind.WEBHOOK, ChannelKind.EMAIL, ChannelKind.BY_HAND}
    letter = message_from_bytes(told[ChannelKind.EMAIL].body, policy=SMTP)
    for part in ("plain", "html"):
        body = letter.get_body((part,))
        assert body is not None
        assert "Budskapet har dragits tillbaka." in body.get_content()
    for row in told.values():
        assert b"Vi lyssnar" not in row.body
    with pytest.raises(correcting.AlreadyWithdrawn):
        correcting.withdraw_message(live.place, live.partner, live.text_id, now=live.now)


def test_what_is_withdrawn_does_not_come_back_as_a_correction(live: Scene) -> None:
    """Withdrawing is once and for all."""
    revision = consented_correction(live)
    correcting.withdraw_message(live.place, live.partner, live.text_id, now=live.now)
    before = dump(live.place)
    with pytest.raises(correcting.AlreadyWithdrawn):
        correcting.correct(live.place, live.partner, live.text_id, revision=revision, now=live.now)
    assert dump(live.place) == before


def test_a_core_text_is_withdrawn_by_two_people(live: Scene) -> None:
    """One asked while the scene was set; a day later that counts no more."""
    with pytest.raises(NeedsAnotherPerson):
        correcting.withdraw_message(live.place, live.communicator, live.core_id, now=live.now)
    late = live.now + scheduling.PROPOSAL_LASTS
    with pytest.raises(scheduling.NothingToConfirm):
        correcting.withdraw_message(live.place, live.approver, live.core_id, now=late)
    correcting.withdraw_message(live.place, live.approver, live.core_id, now=live.now)
    assert page(live)[0] == ("", False, True)


def test_a_partner_asks_nobody_to_withdraw_its_own_text(live: Scene) -> None:
    """It withdraws alone; but an editor cannot do it in the organisation's name."""
    with pytest.raises(NotAllowed):
        correcting.withdraw_message(
            live.place, replace(live.partner, roles=frozenset({Role.EDITOR})), live.text_id, now=live.now
        )
    with pytest.raises(NotAllowed):
        correcting.propose_withdraw_message(live.place, live.partner, live.text_id, now=live.now)


@pytest.mark.parametrize("stage", ["by_the_clock", "live", "closed"])
def test_a_campaign_is_withdrawn_by_two_people(office: Office, stage: str) -> None:
    """Also when no worker ever recorded it: every text is a tombstone, and what never left never leaves."""
    scene = STAGES[stage](office)
    with pytest.raises(NeedsAnotherPerson):
        correcting.confirm_withdraw(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    correcting.confirm_withdraw(scene.place, scene.approver, scene.campaign_id, now=scene.now)
    (campaign,) = rows(scene.place, Campaign)
    assert (campaign.stage, campaign.withdrawn_at) == (Stage.WITHDRAWN, scene.now)
    assert campaign.lifted_at is not None
    texts = rows(scene.place, ReleasedText, col(ReleasedText.superseded_at).is_(None))
    assert {text.withdrawn_at for text in texts} == {scene.now}
    waiting = rows(scene.place, Delivery, col(Delivery.state) == "planned", col(Delivery.release_id).is_not(None))
    assert {row.event for row in waiting} <= {Event.MESSAGE_WITHDRAWN}
    assert bool(waiting) is (stage != "by_the_clock")
    assert page(scene) == []


def test_a_withdrawal_nobody_confirmed_for_a_day_lapses(live: Scene) -> None:
    """It answered what happened then."""
    late = live.now + scheduling.PROPOSAL_LASTS
    with pytest.raises(scheduling.NothingToConfirm):
        correcting.confirm_withdraw(live.place, live.approver, live.campaign_id, now=late)


def test_nobody_is_told_twice_that_a_message_was_withdrawn(live: Scene) -> None:
    """First the message, then the whole campaign."""
    correcting.withdraw_message(live.place, live.partner, live.text_id, now=live.now)
    told = {row.id for row in sent(live, Event.MESSAGE_WITHDRAWN)}
    correcting.confirm_withdraw(live.place, live.approver, live.campaign_id, now=live.now + MINUTE)
    assert {row.id for row in sent(live, Event.MESSAGE_WITHDRAWN)} == told
    (first,) = rows(live.place, ReleasedText, col(ReleasedText.text_id) == live.text_id)
    assert first.withdrawn_at == live.now


def test_a_text_that_left_the_release_is_not_withdrawn(office: Office) -> None:
    """It was never public, also when it was part of a release that was reopened."""
    scene = STAGES["approved"](office)
    scheduling.reopen(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    office.approve(scene.campaign_id)
    consenting.take_back(scene.place, scene.partner, scene.text_id, now=scene.now)
    with pytest.raises(correcting.NotPublicYet):
        correcting.withdraw_message(scene.place, scene.partner, scene.text_id, now=scene.now)
    with pytest.raises(correcting.NotInRelease):
        correcting.withdraw_message(scene.place, scene.partner, scene.text_id, now=Office.LIFT)


def test_after_reopening_only_the_release_that_went_out_is_followed_up(office: Office) -> None:
    """The deliveries of the first are cancelled for good."""
    scene = STAGES["approved"](office)
    scheduling.reopen(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    office.approve(scene.campaign_id)
    planned = [row for row in sent(scene, Event.MESSAGE_PUBLISHED) if row.state is DeliveryState.PLANNED]
    for row in planned:
        set_delivery(scene.place, row.id, state=DeliveryState.LIVE, attempts=1)
    correcting.withdraw_message(scene.place, scene.partner, scene.text_id, now=Office.LIFT)
    assert len(sent(scene, Event.MESSAGE_WITHDRAWN)) == len(planned) == 3


def test_a_closed_campaign_stays_public_and_is_not_corrected(live: Scene) -> None:
    """Only withdrawn."""
    revision = consented_correction(live)
    correcting.close(live.place, live.communicator, live.campaign_id, now=live.now)
    assert len(page(live)) == 2
    with pytest.raises(CampaignIsOver):
        correcting.correct(live.place, live.partner, live.text_id, revision=revision, now=live.now)
