"""A public translation is corrected once another has read it; what touches key facts is told in Swedish first."""

import pytest
from factories import Office, rows
from scenes import STAGES, Scene
from sqlmodel import col
from translating_tasks import confirm_told, edit_swedish, hand_over, let_pass, tell_back, translate, translation

from campaigns.domain.errors import NotAllowed
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import Lack
from campaigns.store.tables import AuditEvent, ReleasedText
from campaigns.work.launch import correcting
from campaigns.work.launch.correcting import NotReadByAnother
from campaigns.work.launch.correction_checks import Weight
from campaigns.work.launch.correction_page import public_text

WORDS = TextContent(headline="The money never arrives", long="Call 114 14.", short="Call 114 14.")
NUMBER = TextContent(headline="The money never comes", long="Call 114 14, or 112.", short="Call 114 14.")


@pytest.fixture
def live(sqlite_office: Office) -> Scene:
    """A public campaign in Swedish and English, whose Swedish text is the published one."""
    scene = STAGES["approved"](sqlite_office)
    sqlite_office.now = Office.LIFT
    sqlite_office.record_live(scene.campaign_id)
    return scene


def publish(s: Scene, *, unread: bool = False) -> None:
    """The approver publishes the English as it stands."""
    text = translation(s)
    correcting.correct(s.place, s.approver, text.id, revision=text.revision, unread=unread, now=Office.LIFT)


def weight(s: Scene) -> Weight:
    """What the page says of it."""
    return public_text(s.place, s.approver, translation(s).id, now=Office.LIFT).weight


def corrected(s: Scene) -> list[str]:
    """What was said of corrections in the audit trail."""
    said = col(AuditEvent.action).in_(["text.corrected", "text.corrected_unread"])
    return [event.action for event in rows(s.place, AuditEvent, said)]


def test_other_words_are_published_when_another_has_read_them(live: Scene) -> None:
    """No number changed, so nobody need tell it in Swedish again."""
    translate(live, WORDS)
    assert weight(live).lacks == (Lack.TRANSLATION, Lack.REVIEW)
    with pytest.raises(NotReadByAnother):
        publish(live)
    hand_over(live)
    with pytest.raises(NotReadByAnother):
        publish(live)
    let_pass(live)
    assert (weight(live).lacks, weight(live).is_heavy) == ((), False)
    publish(live)
    assert corrected(live) == ["text.corrected"]


def test_a_changed_number_is_told_in_swedish_and_confirmed_first(live: Scene) -> None:
    """And stands beside the correction, as it was and as it will be."""
    translate(live, NUMBER)
    hand_over(live)
    let_pass(live)
    assert (weight(live).gone, weight(live).come) == ((), ("112",))
    assert weight(live).lacks == (Lack.BACK_TRANSLATION,)
    tell_back(live)
    assert weight(live).lacks == (Lack.CONFIRMATION,)
    with pytest.raises(NotReadByAnother):
        publish(live)
    confirm_told(live)
    publish(live)
    assert corrected(live) == ["text.corrected"]


def test_a_wrong_number_is_put_right_at_once_by_an_approvers_decision(live: Scene) -> None:
    """The trail says who decided it, and what was lacking."""
    translate(live, NUMBER)
    text = translation(live)
    with pytest.raises(NotAllowed):
        correcting.correct(live.place, live.communicator, text.id, revision=text.revision, unread=True, now=Office.LIFT)
    publish(live, unread=True)
    assert corrected(live) == ["text.corrected_unread"]
    (event,) = rows(live.place, AuditEvent, col(AuditEvent.action) == "text.corrected_unread")
    assert event.member_id == live.approver.member_id
    assert event.details["lacks"] == "translation, review, back_translation"
    newest = rows(live.place, ReleasedText, col(ReleasedText.text_id) == text.id, col(ReleasedText.version) == 2)
    assert [row.long for row in newest] == ["Call 114 14, or 112."]


def test_a_decision_that_was_not_needed_is_not_written_down(live: Scene) -> None:
    """A correction that lacks nothing is an ordinary one."""
    translate(live, WORDS)
    hand_over(live)
    let_pass(live)
    publish(live, unread=True)
    assert corrected(live) == ["text.corrected"]


def test_the_swedish_text_has_no_reviewer_of_its_own(live: Scene) -> None:
    """Whoever approves the correction reads it, as at T."""
    edit_swedish(live)
    text = translation(live, "sv")
    correcting.correct(live.place, live.approver, text.id, revision=text.revision, now=Office.LIFT)
    assert corrected(live) == ["text.corrected"]
    translate(live, WORDS)
    assert weight(live).lacks == (Lack.TRANSLATION, Lack.REVIEW)
