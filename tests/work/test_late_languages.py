"""A language that became ready after T: never early, by two people, and everywhere at its own instant."""

import json
from datetime import timedelta

import pytest
from factories import Office, dump, rows, text
from late_scenes import (
    NOON,
    answered_in_english,
    approve,
    call_off,
    heard,
    propose,
    public_without,
    slug_of,
    told_everywhere,
    waiting,
)
from scenes import Scene, set_delivery
from sqlmodel import col
from translating_tasks import edit_swedish, translate, translation

from campaigns.domain.access import NeedsAnotherPerson
from campaigns.domain.errors import BadInput, NotThere
from campaigns.domain.lifecycle import DeliveryState, NotInThisStage, TextState
from campaigns.domain.release import Event
from campaigns.domain.times import LiftInThePast, LiftNotOnStep
from campaigns.store import audit
from campaigns.store.disarming import disarm
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Delivery, MaterialSet, ReleasedText, Text
from campaigns.work.late import adding, ending
from campaigns.work.late.languages import NotLate, SwedishIsNotPublished
from campaigns.work.late.opening import open_languages
from campaigns.work.launch import correcting
from campaigns.work.launch.approving import NotAsked
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.launch.reporting import release_receipt
from campaigns.work.launch.scheduling import NothingToConfirm, void_proposals
from campaigns.work.partners import consenting, matching
from campaigns.work.reading import public_campaign, public_feed, public_sitemap
from campaigns.work.texts.writing import WaitsToOpen

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def late(office: Office) -> Scene:
    """A public campaign whose English was left out and is ready now, on both databases."""
    scene = public_without(office)
    office.make_ready(scene.campaign_id)
    return scene


@pytest.fixture
def quick(sqlite_office: Office) -> Scene:
    """The same on the embedded database, for rules that no database decides on."""
    scene = public_without(sqlite_office)
    sqlite_office.make_ready(scene.campaign_id)
    return scene


def test_a_late_language_opens_at_its_instant_and_not_a_moment_before(late: Scene) -> None:
    """Page, feeds, lists and sitemap; by the clock alone, before anything is recorded."""
    answered_in_english(late)
    approve(late)
    before, at = NOON - MOMENT, NOON
    assert heard(late, "en", before) == []
    assert "The money never comes" not in told_everywhere(late, before)
    assert "'en'" not in told_everywhere(late, before)
    assert heard(late, "en", at) == ["The money never comes", "We listen"]
    assert heard(late, "sv", at) == ["Pengarna kommer aldrig", "Vi lyssnar"]
    entries = {entry.voice.headline: entry.voice for entry in public_feed(late.place.engine, now=at).entries}
    assert entries["The money never comes"].published_at == NOON
    assert entries["Pengarna kommer aldrig"].published_at == Office.LIFT
    assert str(public_sitemap(late.place.engine, now=at)).count("'en'") == 1


def test_what_is_recorded_stays_open_when_a_clock_steps_back(late: Scene) -> None:
    """And it is recorded once: texts, what was decided before T, audit, notices and material."""
    approve(late)
    open_languages(late.place, late.campaign_id, now=NOON - MOMENT)
    assert heard(late, "en", NOON - MOMENT) == []
    open_languages(late.place, late.campaign_id, now=NOON)
    stored = dump(late.place)
    open_languages(late.place, late.campaign_id, now=NOON + timedelta(minutes=1))
    assert dump(late.place) == stored
    assert heard(late, "en", late.now) == ["The money never comes", "Vi lyssnar"]
    assert rows(late.place, Campaign, col(Campaign.id) == late.campaign_id)[0].left_out == {}
    assert translation(late).state is TextState.PUBLISHED
    assert coming_lifts(late.place.engine, until=NOON + timedelta(days=1)) == []
    notices = rows(late.place, Delivery, col(Delivery.notice) == "language_added")
    assert len(notices) == len({row.recipient for row in notices}) == 4
    made = rows(late.place, MaterialSet, col(MaterialSet.language) == "en", col(MaterialSet.superseded_at).is_(None))
    assert [row.embargoed for row in made] == [False]


def test_what_leaves_is_planned_for_its_instant_with_ids_made_once(late: Scene) -> None:
    """Every webhook of those who take part hears of the language; the partner's words go through its own channels."""
    answered_in_english(late)
    added = approve(late)
    planned = waiting(late)
    assert len(planned) == added.deliveries
    assert {row.planned_at for row in planned} == {row.due_at for row in planned} == {NOON}
    assert {row.state for row in planned} == {DeliveryState.PLANNED}
    assert sorted(row.event.value for row in planned) == [
        "campaign.language_added", "message.published", "message.published",
    ]  # fmt: skip
    (announced,) = waiting(late, Event.LANGUAGE_ADDED)
    said = json.loads(announced.body)
    assert said["type"] == "campaign.language_added"
    assert said["data"]["language"]["tag"] == "en"
    assert said["data"]["language"]["url"].endswith(f"/kampanj/{slug_of(late)}/en")
    assert "message" not in said["data"]
    (lift,) = coming_lifts(late.place.engine, until=NOON)
    assert (lift.campaign_id, lift.lift_at, lift.is_late) == (late.campaign_id, NOON, True)


def test_at_once_is_at_once(late: Scene) -> None:
    """Public in the same transaction; what leaves is due."""
    approve(late, None)
    assert heard(late, "en", late.now) == ["The money never comes", "Vi lyssnar"]
    assert translation(late).state is TextState.PUBLISHED
    assert {row.due_at for row in waiting(late)} == {late.now}


def test_a_language_that_was_shown_in_swedish_gets_its_own_words(sqlite_office: Office) -> None:
    """Until then its page stays Swedish and says so; never a mix."""
    scene = public_without(sqlite_office, shown_in_swedish=True)
    sqlite_office.make_ready(scene.campaign_id)
    approve(scene)
    page = public_campaign(scene.place.engine, slug=slug_of(scene), language="en", now=NOON - MOMENT)
    assert (page.in_swedish, page.core[0].language) == (("en",), "sv")
    page = public_campaign(scene.place.engine, slug=slug_of(scene), language="en", now=NOON)
    assert (page.in_swedish, page.core[0].language) == ((), "en")


def test_two_people_and_neither_wrote_it(quick: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked does not approve, nor whoever wrote any of it; and somebody must have asked."""
    with pytest.raises(NothingToConfirm):
        approve(quick, revision=_revision_now(quick))
    revision = adding.propose_language(
        quick.place, quick.approver, quick.campaign_id, language="en", opens_at=NOON, now=quick.now
    )
    with pytest.raises(NeedsAnotherPerson):
        approve(quick, revision=revision)
    content = text("The money never ever comes", "Call 114 14.")
    matching.edit_text(
        quick.place, quick.approver, quick.core_message_id, language="en", content=content, expected_version=1,
        now=quick.now,
    )  # fmt: skip
    monkeypatch.setattr(adding, "late_faults", lambda *_: [])  # as if all the rest were done
    with pytest.raises(NotAsked):
        approve(quick, revision=revision)
    with pytest.raises(NeedsAnotherPerson):
        approve(quick)


def _revision_now(s: Scene) -> str:
    """What would be approved, found without asking: the proposal is void at once."""
    revision = propose(s)
    with writing(s.place.engine) as session:
        campaign = session.get_one(Campaign, s.campaign_id)
        void_proposals(session, campaign, [adding.add_language_action("en")], now=s.now)
    return revision


def test_another_instant_than_was_asked_for_is_not_approved(quick: Scene) -> None:
    """Neither at once nor later: the instant is part of what was said yes to."""
    revision = propose(quick)
    for other in (None, NOON + timedelta(minutes=1)):
        with pytest.raises(NotAsked):
            approve(quick, other, revision=revision)
    with pytest.raises(LiftNotOnStep):
        propose(quick, NOON + MOMENT)
    with pytest.raises(LiftInThePast):
        propose(quick, Office.LIFT)


def test_an_edit_after_the_proposal_needs_a_new_one(quick: Scene) -> None:
    """And goes through gate and review anew."""
    revision = propose(quick)
    translate(quick)
    with pytest.raises(BadInput) as caught:
        approve(quick, revision=revision)
    assert "en" in str(caught.value.faults[0].facts)


def test_what_is_not_ready_is_not_asked_for(sqlite_office: Office) -> None:
    """The gate holds as at T; and a language that is out, or that the campaign is not in, is none to add."""
    scene = public_without(sqlite_office)
    translate(scene)
    before = dump(scene.place)
    with pytest.raises(BadInput):
        propose(scene)
    for language in ("sv", "so"):
        with pytest.raises(NotLate):
            adding.propose_language(
                scene.place, scene.communicator, scene.campaign_id, language=language, opens_at=None, now=scene.now
            )
    assert dump(scene.place) == before


def test_swedish_words_that_nobody_confirmed_do_not_come_out_in_another_language(
    quick: Scene,
) -> None:
    """A late language follows what is public in Swedish, not a draft of a correction."""
    edit_swedish(quick)
    with pytest.raises(SwedishIsNotPublished):
        propose(quick)


def test_approved_words_are_not_edited_before_they_open(quick: Scene) -> None:
    """Called off, they can be edited again, and nothing of them was ever out."""
    approve(quick)
    with pytest.raises(WaitsToOpen):
        translate(quick)
    call_off(quick)
    assert translation(quick).state is TextState.REVIEWED
    assert waiting(quick) == []
    assert heard(quick, "en", NOON + timedelta(days=1)) == []
    translate(quick)
    assert coming_lifts(quick.place.engine, until=NOON) == []


def test_it_is_called_off_until_one_second_before(quick: Scene) -> None:
    """Then whoever comes later has lost the race, and is told so."""
    approve(quick)
    with pytest.raises(ending.LanguageIsOpen):
        ending.call_off_language(
            quick.place, quick.communicator, quick.campaign_id, language="en", now=NOON - timedelta(milliseconds=999)
        )
    with pytest.raises(NotThere):
        ending.call_off_language(quick.place, quick.communicator, quick.campaign_id, language="so", now=quick.now)


def test_a_correction_of_the_swedish_text_calls_off_what_was_made_from_the_old_words(late: Scene) -> None:
    """It would say what does not hold any more; its people are told."""
    approve(late)
    revision = edit_swedish(late, text("Pengarna kom aldrig")).revision
    correcting.correct(late.place, late.approver, late.core_id, revision=revision, now=late.now)
    assert heard(late, "en", NOON) == []
    assert waiting(late) == []
    assert rows(late.place, Delivery, col(Delivery.notice) == "language_called_off")


def test_a_withdrawn_campaign_adds_no_language(late: Scene) -> None:
    """Neither what waits nor what is asked for later."""
    approve(late)
    correcting.propose_withdraw(late.place, late.communicator, late.campaign_id, now=late.now)
    correcting.confirm_withdraw(late.place, late.approver, late.campaign_id, now=late.now)
    page = public_campaign(late.place.engine, slug=slug_of(late), language=None, now=NOON)
    assert (page.core, page.languages) == ((), ())
    assert "never comes" not in str(page)
    assert waiting(late) == []
    with pytest.raises(NotInThisStage):
        propose(late)


def test_a_partner_takes_its_consent_back_before_the_language_opens(late: Scene) -> None:
    """Its words leave, the rest opens."""
    saved = answered_in_english(late)
    approve(late)
    consenting.take_back(late.place, late.partner, saved.text_id, now=late.now)
    assert heard(late, "en", NOON) == ["The money never comes", "Vi lyssnar"]
    assert [row.event for row in waiting(late)] == [Event.LANGUAGE_ADDED]


def test_a_late_text_is_corrected_and_withdrawn_as_any_other(late: Scene) -> None:
    """From its instant; before it there is nothing public to correct."""
    approve(late)
    text_id = translation(late).id
    with pytest.raises(correcting.NotInRelease):
        correcting.propose_withdraw_message(late.place, late.communicator, text_id, now=NOON - MOMENT)
    correcting.propose_withdraw_message(late.place, late.communicator, text_id, now=NOON)
    correcting.withdraw_message(late.place, late.approver, text_id, now=NOON)
    assert heard(late, "en", NOON) == ["", "Vi lyssnar"]
    assert rows(late.place, ReleasedText, col(ReleasedText.text_id) == text_id)[0].opens_at == NOON


@pytest.mark.parametrize("seen_open", [False, True], ids=["still to come", "open by the clock"])
def test_a_restored_copy_opens_no_language_that_was_still_to_come(late: Scene, *, seen_open: bool) -> None:
    """What readers may have seen stays; the rest is called off, and takes two people anew."""
    answered_in_english(late)
    approve(late)
    restored_at = NOON + timedelta(days=1)
    with writing(late.place.engine) as session:
        if seen_open:
            audit.record(session, None, "lift.told", now=NOON, campaign_id=late.campaign_id)
        disarm(session, now=restored_at)
    assert heard(late, "en", restored_at) == (["The money never comes", "We listen"] if seen_open else [])
    assert (translation(late).state is TextState.TRANSLATED) is not seen_open
    assert {row.state for row in rows(late.place, Delivery, col(Delivery.event) == Event.LANGUAGE_ADDED)} == {
        DeliveryState.LATE if seen_open else DeliveryState.CANCELLED
    }
    open_languages(late.place, late.campaign_id, now=restored_at)
    assert coming_lifts(late.place.engine, until=restored_at) == []


def test_the_receipt_counts_a_late_language_from_its_own_instant(quick: Scene) -> None:
    """Beside the release's own, which it leaves as it was."""
    before = release_receipt(quick.place, quick.operator, slug_of(quick))
    assert "languages" not in before
    approve(quick)
    for row in waiting(quick):
        set_delivery(quick.place, row.id, state=DeliveryState.LIVE, sent_at=NOON + timedelta(milliseconds=7))
    open_languages(quick.place, quick.campaign_id, now=NOON)
    after = release_receipt(quick.place, quick.operator, slug_of(quick))
    (english,) = after.pop("languages")
    assert after == before
    assert (english["language"], english["lift_at"]) == ("en", "2026-11-24T12:00:00Z")
    assert english["summary"]["sent_ms"]["last"] == 7.0
    assert (english["summary"]["early"], english["summary"]["live"]) == (0, 1)


def test_before_t_and_after_the_end_there_is_nothing_to_add(sqlite_office: Office) -> None:
    """Before T the release itself takes the language in."""
    scene = public_without(sqlite_office)
    sqlite_office.make_ready(scene.campaign_id)
    correcting.close(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    with pytest.raises(NotInThisStage):
        propose(scene)
    assert rows(scene.place, Text, col(Text.language) == "en")[0].state is TextState.REVIEWED
