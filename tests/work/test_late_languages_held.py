"""A late language on hold: one person stops it at once, another lets it go on, and meanwhile nothing of it opens."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from factories import Office, dump, rows, text
from late_scenes import (
    NOON,
    answered_in_english,
    approve,
    call_off,
    heard,
    hold,
    propose,
    public_without,
    resume,
    told_everywhere,
    waiting,
)
from scenes import Scene, set_delivery
from sqlmodel import col
from translating_tasks import edit_swedish, translate, translation

from campaigns.domain.access import NeedsAnotherPerson
from campaigns.domain.errors import NotThere, Refused
from campaigns.domain.lifecycle import DeliveryState, NotInThisStage, TextState
from campaigns.domain.times import LiftInThePast, LiftNotOnStep
from campaigns.store import audit
from campaigns.store.disarming import disarm
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Delivery, MaterialSet, Member, Release, Text
from campaigns.work.late import ending, holding
from campaigns.work.late.desk import LateStep, late_desk, late_languages
from campaigns.work.late.languages import NotLate, SwedishIsNotPublished
from campaigns.work.late.opening import open_languages
from campaigns.work.launch import correcting
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.launch.room import launch_room
from campaigns.work.partners import consenting
from campaigns.work.texts.writing import WaitsHeld

HOUR = timedelta(hours=1)
AFTER = NOON + HOUR
"""When the agreed instant has passed."""


@pytest.fixture
def held(office: Office) -> Scene:
    """A late language with a partner's words beside the police's, approved for noon and on hold, on both databases."""
    return on_hold(office)


@pytest.fixture
def quick(sqlite_office: Office) -> Scene:
    """The same on the embedded database, for rules that no database decides on."""
    return on_hold(sqlite_office)


def on_hold(office: Office) -> Scene:
    """Approved for noon by two people, then held by one of them."""
    scene = public_without(office)
    office.make_ready(scene.campaign_id)
    answered_in_english(scene)
    approve(scene)
    hold(scene)
    return scene


def release_of(s: Scene) -> Release:
    """The late language's own."""
    return rows(s.place, Release, col(Release.language) == "en")[-1]


def states(s: Scene) -> set[DeliveryState]:
    """Of what the late language sends."""
    return {row.state for row in waiting(s)}


def actions(s: Scene) -> list[str]:
    """What the audit trail has of languages, in its order."""
    return [one.action for one in rows(s.place, AuditEvent) if one.action.startswith("language.")]


def test_what_is_held_does_not_open_when_its_instant_comes(held: Scene) -> None:
    """Neither by the clock nor by a worker; page, feeds, lists and sitemap are as if it had never been approved."""
    open_languages(held.place, held.campaign_id, now=AFTER)
    assert heard(held, "en", AFTER) == []
    assert "The money never comes" not in told_everywhere(held, AFTER)
    assert "'en'" not in told_everywhere(held, AFTER)
    assert states(held) == {DeliveryState.HELD}
    assert coming_lifts(held.place.engine, until=AFTER) == []
    assert release_of(held).opened_at is None
    assert [one.action for one in rows(held.place, AuditEvent)][-1] == "language.held"


def test_another_lets_it_go_on_towards_its_instant_as_if_nothing_had_been(held: Scene) -> None:
    """The same ids and the same bytes, due when they were."""
    before = {row.id: (row.body, row.headers) for row in waiting(held)}
    resume(held)
    assert {row.id: (row.body, row.headers) for row in waiting(held)} == before
    assert states(held) == {DeliveryState.PLANNED}
    assert {row.due_at for row in waiting(held)} == {NOON}
    assert heard(held, "en", NOON - timedelta(microseconds=1)) == []
    assert heard(held, "en", NOON) == ["The money never comes", "We listen"]
    (lift,) = coming_lifts(held.place.engine, until=NOON)
    assert (lift.lift_at, lift.is_late) == (NOON, True)


def test_a_later_instant_is_in_what_leaves_and_on_every_page(held: Scene) -> None:
    """Each delivery keeps its id and its words, and says the new time, as it would have been rendered for it."""
    later = AFTER + HOUR
    ids = {row.id for row in waiting(held)}
    resume(held, later, now=AFTER)
    planned = waiting(held)
    assert {row.id for row in planned} == ids
    assert {row.planned_at for row in planned} == {row.due_at for row in planned} == {later}
    webhooks = [json.loads(row.body) for row in planned if row.kind == "webhook"]
    assert len(webhooks) == 2
    assert {one["timestamp"] for one in webhooks} == {later.isoformat().replace("+00:00", "Z")}
    assert "T12:00:00Z" not in json.dumps(webhooks)
    assert heard(held, "en", later - timedelta(microseconds=1)) == []
    assert heard(held, "en", later) == ["The money never comes", "We listen"]
    open_languages(held.place, held.campaign_id, now=later)
    assert release_of(held).opened_at == later


def test_once_its_instant_has_passed_it_can_open_at_once(held: Scene) -> None:
    """Public in the same transaction, told and made as at any opening; what leaves is due."""
    resume(held, None, now=AFTER)
    assert heard(held, "en", AFTER) == ["The money never comes", "We listen"]
    assert {row.due_at for row in waiting(held)} == {AFTER}
    assert translation(held).state is TextState.PUBLISHED
    assert rows(held.place, Delivery, col(Delivery.notice) == "language_added")
    assert rows(held.place, MaterialSet, col(MaterialSet.language) == "en", col(MaterialSet.superseded_at).is_(None))
    assert actions(held)[-2:] == ["language.held", "language.resumed_now"]


def _at(opens_at: datetime | None, *, now: datetime) -> Callable[[Scene], None]:
    return lambda s: resume(s, opens_at, now=now)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (_at(NOON, now=AFTER), holding.InstantHasPassed),
        (_at(NOON, now=NOON - timedelta(milliseconds=999)), holding.InstantHasPassed),
        (_at(None, now=NOON - HOUR), holding.EarlierThanAgreed),
        (_at(NOON - HOUR, now=NOON - 2 * HOUR), holding.EarlierThanAgreed),
        (_at(AFTER, now=AFTER), LiftInThePast),
        (_at(AFTER + timedelta(seconds=1), now=AFTER), LiftNotOnStep),
        (hold, holding.LanguageIsHeld),
        (translate, WaitsHeld),
        (propose, NotLate),
    ],
    ids=[
        "its own instant has passed", "less than a second is left", "at once before its instant", "earlier",
        "a time that is not to come", "between two minutes", "held already", "its words are frozen", "asked for again",
    ],
)  # fmt: skip
def test_what_a_hold_does_not_let_happen_changes_nothing(
    quick: Scene, act: Callable[[Scene], object], why: type[Refused]
) -> None:
    """Each says why."""
    before = dump(quick.place)
    with pytest.raises(why):
        act(quick)
    assert dump(quick.place) == before


def test_whoever_held_it_does_not_resume_it(quick: Scene) -> None:
    """A doubt is not lifted by the one who had it; and nothing is resumed that is not held."""
    with pytest.raises(NeedsAnotherPerson):
        resume(replace(quick, approver=quick.communicator))
    resume(quick)
    with pytest.raises(NotThere):
        resume(quick)


def test_what_has_begun_to_leave_is_not_held(quick: Scene) -> None:
    """From one second before, and when something was tried, though a clock was set back since: nor called off."""
    resume(quick)
    with pytest.raises(ending.LanguageIsOpen):
        hold(quick, now=NOON - timedelta(milliseconds=999))
    set_delivery(quick.place, waiting(quick)[0].id, attempts=1)
    for act in (hold, call_off):
        with pytest.raises(ending.LanguageIsOpen):
            act(quick)


def test_a_held_one_is_called_off_also_after_its_instant(quick: Scene) -> None:
    """Nothing of it was ever public, and its words can be edited again."""
    ending.call_off_language(quick.place, quick.communicator, quick.campaign_id, language="en", now=AFTER)
    assert waiting(quick) == []
    assert heard(quick, "en", AFTER) == []
    translate(quick)


def test_what_was_made_from_other_swedish_words_is_called_off_though_its_instant_has_passed(held: Scene) -> None:
    """A hold keeps it back; a correction of the Swedish text ends it. While that is only written, nobody resumes."""
    revision = edit_swedish(held, text("Pengarna kom aldrig")).revision
    with pytest.raises(SwedishIsNotPublished):
        resume(held, None, now=AFTER)
    correcting.correct(held.place, held.approver, held.core_id, revision=revision, now=AFTER)
    assert waiting(held) == []
    assert rows(held.place, Delivery, col(Delivery.notice) == "language_called_off")
    with pytest.raises(NotThere):
        resume(held, None, now=AFTER)


def test_a_withdrawn_campaign_and_one_whose_work_is_ended_resume_nothing(held: Scene) -> None:
    """Ending the work calls off what is on hold, for nobody would look at it any more."""
    correcting.close(held.place, held.communicator, held.campaign_id, now=AFTER)
    assert waiting(held) == []
    assert translation(held).state is TextState.REVIEWED
    with pytest.raises(NotThere):
        resume(held, None, now=AFTER)
    assert actions(held)[-1] == "language.called_off"


def test_what_waits_for_its_instant_still_opens_when_the_work_is_ended(quick: Scene) -> None:
    """As before: it was agreed, and nobody stopped it. Held then, it is only called off."""
    resume(quick)
    correcting.close(quick.place, quick.communicator, quick.campaign_id, now=quick.now)
    assert heard(quick, "en", NOON) == ["The money never comes", "We listen"]
    hold(quick)
    with pytest.raises(NotInThisStage):
        resume(quick)


def test_a_partner_takes_its_consent_back_while_it_is_held(held: Scene) -> None:
    """Also after the agreed instant: its words were never out. The rest goes on without them."""
    (own,) = rows(held.place, Text, col(Text.message_id) == held.message_id, col(Text.language) == "en")
    consenting.take_back(held.place, held.partner, own.id, now=AFTER)
    resume(held, None, now=AFTER)
    assert heard(held, "en", AFTER) == ["The money never comes", "Vi lyssnar"]


def test_a_restored_copy_does_not_open_what_was_held(held: Scene) -> None:
    """Though its instant had passed when the copy was made: it is called off, and takes two people anew."""
    with writing(held.place.engine) as session:
        audit.record(session, None, "lift.told", now=AFTER, campaign_id=held.campaign_id)
        disarm(session, now=AFTER + HOUR)
    assert heard(held, "en", AFTER + HOUR) == []
    assert waiting(held) == []
    assert translation(held).state is TextState.TRANSLATED


def test_who_held_it_and_when_is_said_where_one_looks(quick: Scene) -> None:
    """On its own page, on the campaign's and in the launch room; the police are told by mail, and nobody else."""
    holder, other = (
        rows(quick.place, Member, col(Member.id) == one.member_id)[0] for one in (quick.communicator, quick.approver)
    )
    desk = late_desk(quick.place, quick.approver, quick.campaign_id, "en", now=quick.now)
    assert desk.agreed is not None
    assert desk.agreed.held is not None
    assert (desk.agreed.held.by, desk.agreed.held.at, desk.agreed.held.by_me) == (holder.name, quick.now, False)
    (one,) = late_languages(quick.place, quick.approver, quick.campaign_id, now=AFTER)
    assert one.step is LateStep.HELD
    (later,) = launch_room(quick.place, quick.approver, quick.campaign_id, now=AFTER).later
    assert (later.language, later.held_by, later.opens_at) == ("en", holder.name, NOON)
    told = rows(quick.place, Delivery, col(Delivery.notice) == "language_held")
    assert [row.recipient for row in told] == [other.email]
    resume(quick)
    told = rows(quick.place, Delivery, col(Delivery.notice) == "language_resumed")
    assert [row.recipient for row in told] == [holder.email]
