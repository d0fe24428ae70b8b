"""A translation from missing to ready: who may do what to it, what makes it stale, and what the gate says."""

from dataclasses import replace
from typing import Any

import pytest
from factories import Office, dump, rows, text
from scenes import STAGES, Scene
from sqlmodel import col
from translating_tasks import (
    ENGLISH,
    ask,
    confirm_told,
    edit_swedish,
    email_of,
    hand_over,
    judge,
    let_pass,
    now_of,
    send_back,
    suggest,
    take_suggestion,
    tell_back,
    told,
    translate,
    translate_and_hand_over,
    translate_and_tell_back,
    translation,
)

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import NeedsAnotherPerson
from campaigns.domain.errors import BadInput, NotThere
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import Job, Lack, NotInThisState, Outcome, SourceEdit
from campaigns.store.tables import (
    Campaign,
    SourceChange,
    TextRemark,
)
from campaigns.work.launch import approving
from campaigns.work.partners import matching
from campaigns.work.texts.writing import TextsAreFrozen
from campaigns.work.translating import remarks, source_changes, steps, telling_back
from campaigns.work.translating.desk import translation_on_desk
from campaigns.work.translating.matrix import translation_matrix


@pytest.fixture
def scene(sqlite_office: Office) -> Scene:
    """A campaign in briefing whose English is ready."""
    return STAGES["briefing"](sqlite_office)


def lacking(scene: Scene) -> tuple[Lack, ...]:
    """What the English lacks."""
    return translation_on_desk(scene.place, scene.approver, scene.core_message_id, "en", now=scene.now).lacks


def asks_for_approval(scene: Scene) -> list[str]:
    """What the gate says of English; nothing if approval could be asked for."""
    try:
        approving.ask_approval(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    except BadInput as error:
        return [fault.field for fault in error.faults]
    return []


def test_a_text_goes_from_written_to_ready_by_two_people_and_the_author(office: Office) -> None:
    """Each step on both kinds of database, and the gate opens at the last one."""
    scene = STAGES["briefing"](office)
    translate(scene)
    assert lacking(scene) == (Lack.TRANSLATION, Lack.REVIEW, Lack.BACK_TRANSLATION)
    hand_over(scene)
    assert translation(scene).state is TextState.TRANSLATED
    assert lacking(scene) == (Lack.REVIEW, Lack.BACK_TRANSLATION)
    let_pass(scene)
    assert translation(scene).state is TextState.REVIEWED
    assert asks_for_approval(scene) == ["huvudbudskap.en"]
    tell_back(scene)
    assert lacking(scene) == (Lack.CONFIRMATION,)
    confirm_told(scene)
    assert lacking(scene) == ()
    assert asks_for_approval(scene) == []


def test_new_words_need_everything_anew(scene: Scene) -> None:
    """A review and a back-translation are of the words that were read."""
    assert lacking(scene) == ()
    translate(scene)
    assert lacking(scene) == (Lack.TRANSLATION, Lack.REVIEW, Lack.BACK_TRANSLATION)


def test_the_reviewer_is_another_than_whoever_wrote_any_of_it(scene: Scene) -> None:
    """Also if a colleague wrote last, and whoever told it back did not write it either."""
    translate_and_hand_over(scene)
    before = dump(scene.place)
    with pytest.raises(NeedsAnotherPerson):
        steps.let_pass(scene.place, scene.communicator, scene.core_message_id, **now_of(scene))
    with pytest.raises(NeedsAnotherPerson):
        telling_back.tell_back(scene.place, scene.communicator, scene.core_message_id, says="x", **now_of(scene))
    assert dump(scene.place) == before


def test_whoever_told_it_back_does_not_confirm_it(scene: Scene) -> None:
    """The author compares what somebody else has read."""
    translate_and_tell_back(scene)
    with pytest.raises(NeedsAnotherPerson):
        telling_back.confirm_told(scene.place, scene.approver, scene.core_message_id, **now_of(scene))
    confirm_told(scene)


@pytest.mark.parametrize(
    "task", [hand_over, let_pass, send_back, tell_back, confirm_told], ids=lambda task: task.__name__
)
def test_a_step_is_for_the_words_that_were_read(scene: Scene, task: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was saved meanwhile is read first."""
    translate_and_hand_over(scene)
    older = now_of(scene) | {"revision": "sha256:" + "0" * 64}
    monkeypatch.setattr("translating_tasks.now_of", lambda _scene: older)
    with pytest.raises(steps.NotThatRevision):
        task(scene)  # type: ignore[operator] # a task


def test_a_page_that_showed_other_swedish_words_neither_passes_nor_confirms(scene: Scene) -> None:
    """The translation says the same as then; what it was read beside does not."""
    old = translation(scene, "sv").revision
    edit_swedish(scene)
    translate_and_hand_over(scene)
    tell_back(scene)
    for task, who in ((steps.let_pass, scene.approver), (telling_back.confirm_told, scene.communicator)):
        with pytest.raises(steps.NotThatRevision):
            task(scene.place, who, scene.core_message_id, beside=old, **now_of(scene))
        task(scene.place, who, scene.core_message_id, beside=translation(scene, "sv").revision, **now_of(scene))
    assert lacking(scene) == ()


def test_faults_are_mended_before_a_text_is_handed_over(scene: Scene) -> None:
    """The number is missing; nothing is stored, and all is said at once."""
    translate(scene, TextContent(headline="x", long="No number here."))
    with pytest.raises(BadInput) as error:
        hand_over(scene)
    assert [fault.field for fault in error.value.faults] == ["huvudbudskap.en.long"]
    assert translation(scene).state is TextState.DRAFT


def test_changes_are_asked_for_with_a_word_why_and_whoever_wrote_is_told(scene: Scene) -> None:
    """The text is a draft again."""
    translate_and_hand_over(scene)
    with pytest.raises(steps.SayWhat):
        steps.send_back(scene.place, scene.approver, scene.core_message_id, note=" ", **now_of(scene))
    send_back(scene)
    assert translation(scene).state is TextState.DRAFT
    assert told(scene, NoticeKind.CHANGES_ASKED) == {email_of(scene, scene.communicator.member_id)}
    with pytest.raises(NotInThisState):
        let_pass(scene)


def test_another_swedish_text_makes_every_translation_stale_until_it_is_looked_at(scene: Scene) -> None:
    """The work begins anew: somebody says that the words still fit, another reads them, and the author confirms it."""
    edit_swedish(scene)
    assert lacking(scene) == (Lack.FRESHNESS,)
    assert asks_for_approval(scene) == ["huvudbudskap.en"]
    now = translation(scene)
    translate(scene, now.content)
    assert lacking(scene) == (Lack.TRANSLATION, Lack.REVIEW, Lack.CONFIRMATION)
    hand_over(scene)
    let_pass(scene)
    confirm_told(scene)
    assert lacking(scene) == ()


def test_a_stale_text_is_neither_handed_over_nor_let_pass(scene: Scene) -> None:
    """It is looked at first."""
    translate(scene)
    edit_swedish(scene)
    with pytest.raises(steps.StillStale):
        hand_over(scene)


def test_whoever_says_that_a_text_still_fits_does_not_review_that(office: Office) -> None:
    """Saying so is a translator's work: the reviewer of before cannot carry it through the gate alone."""
    scene = STAGES["briefing"](office)
    translate_and_hand_over(scene)
    let_pass(scene)
    edit_swedish(scene, text("Pengarna kommer visst"))
    still = translation(scene)
    seen: dict[str, Any] = {
        "language": "en",
        "content": still.content,
        "expected_version": still.version,
        "now": scene.now,
    }
    for _ in range(2):  # an answer that was lost, and the same sent again
        matching.edit_text(scene.place, scene.approver, scene.core_message_id, **seen)
    assert translation(scene).version == still.version + 1
    steps.hand_over(scene.place, scene.approver, scene.core_message_id, **now_of(scene))
    with pytest.raises(NeedsAnotherPerson):
        let_pass(scene)


def test_what_was_confirmed_of_other_swedish_words_is_confirmed_anew(scene: Scene) -> None:
    """The back-translation still tells what the text says; whether that was meant is another question now."""
    translate_and_tell_back(scene)
    confirm_told(scene)
    assert Lack.CONFIRMATION not in lacking(scene)
    edit_swedish(scene, text("Pengarna kommer visst"))
    translate(scene)
    assert Lack.CONFIRMATION in lacking(scene)
    confirm_told(scene)
    translate(scene, replace(ENGLISH, headline="Other words"))
    edit_swedish(scene, text("Pengarna kommer kanske"))
    translate(scene)
    assert Lack.CONFIRMATION in lacking(scene)


def test_a_page_that_was_opened_long_ago_makes_no_fresh_text_stale(scene: Scene) -> None:
    """The same words, saved from beside older Swedish ones, say nothing of the text."""
    old = translation(scene, "sv").revision
    edit_swedish(scene)
    translate_and_hand_over(scene)
    made = translation(scene)
    matching.edit_text(
        scene.place,
        scene.communicator,
        scene.core_message_id,
        language="en",
        content=ENGLISH,
        expected_version=made.version,
        source_seen=old,
        now=scene.now,
    )
    assert translation(scene) == made


def test_a_typo_keeps_what_was_reviewed_and_is_recorded(scene: Scene) -> None:
    """The translations count as made from the mended text."""
    edit_swedish(scene)
    assert judge(scene, SourceEdit.TYPO) == ("en",)
    assert lacking(scene) == ()
    assert [(row.kind, row.languages) for row in rows(scene.place, SourceChange)] == [(SourceEdit.TYPO, ["en"])]
    with pytest.raises(source_changes.NothingChanged):
        judge(scene, SourceEdit.TYPO)


def test_a_key_fact_is_never_changed_as_a_typo(scene: Scene) -> None:
    """Nor is the negation; the translations stay stale."""
    edit_swedish(scene, text("Pengarna kommer", "Orolig? Ring 114 14."))
    before = dump(scene.place)
    with pytest.raises(source_changes.NoTypo):
        judge(scene, SourceEdit.TYPO)
    assert dump(scene.place) == before
    assert lacking(scene) == (Lack.FRESHNESS,)


def test_a_typo_cannot_hide_an_earlier_change_of_meaning(scene: Scene) -> None:
    """What is judged is everything since each translation was made, not the last save alone."""
    edit_swedish(scene, text("Pengarna kommer", "Orolig? Ring 114 14."))
    edit_swedish(scene, text("Pengarna kommmer", "Orolig? Ring 114 14."))
    with pytest.raises(source_changes.NoTypo):
        judge(scene, SourceEdit.TYPO)


def test_a_change_of_meaning_is_told_to_the_translators(scene: Scene) -> None:
    """Those who are asked for a language that is behind."""
    ask(scene)
    edit_swedish(scene)
    judge(scene, SourceEdit.MEANING)
    assert told(scene, NoticeKind.SOURCE_CHANGED) == {email_of(scene, scene.newcomer.member_id)}
    assert lacking(scene) == (Lack.FRESHNESS,)


def test_a_language_can_be_left_out_or_shown_in_swedish_by_name_and_never_both(scene: Scene) -> None:
    """And taken in again. Swedish stands in for others, so it cannot go."""
    place, actor, campaign_id = scene.place, scene.communicator, scene.campaign_id
    translate(scene)
    approving.show_in_swedish(place, actor, campaign_id, language="en", now=scene.now)
    assert asks_for_approval(scene) == []
    (campaign,) = rows(place, Campaign, col(Campaign.id) == campaign_id)
    assert (campaign.in_swedish, campaign.left_out) == ({"en": actor.member_id}, {})
    with pytest.raises(approving.SwedishIsShown):
        approving.leave_out(place, actor, campaign_id, language="sv", now=scene.now)
    for language in ("sv", "so"):
        with pytest.raises(approving.NotALanguage):
            approving.show_in_swedish(place, actor, campaign_id, language=language, now=scene.now)
    approving.leave_out(place, actor, campaign_id, language="en", now=scene.now)
    (campaign,) = rows(place, Campaign, col(Campaign.id) == campaign_id)
    assert (campaign.in_swedish, campaign.left_out) == ({}, {"en": actor.member_id})
    approving.take_in(place, actor, campaign_id, language="en", now=scene.now)
    assert asks_for_approval(scene) == ["huvudbudskap.en"]
    approving.leave_out(place, actor, campaign_id, language="sv", now=scene.now)
    with pytest.raises(approving.NoSwedish):
        approving.show_in_swedish(place, actor, campaign_id, language="en", now=scene.now)


def test_what_is_shown_in_swedish_does_not_go_out_in_its_own_words(scene: Scene) -> None:
    """Never a mix: an unfinished English text is not in the release."""
    approving.show_in_swedish(scene.place, scene.communicator, scene.campaign_id, language="en", now=scene.now)
    going = approving.going_out(scene.place, scene.approver, scene.campaign_id)
    assert {one.language for one in going.texts if one.is_core} == {"sv"}


def test_a_suggestion_is_taken_up_as_the_next_version(scene: Scene) -> None:
    """By whoever takes it, and the text is a draft again."""
    suggest(scene)
    before = translation(scene).version
    assert take_suggestion(scene) == before + 1
    assert translation(scene).headline == "No money comes"
    assert translation(scene).state is TextState.DRAFT
    assert [row.outcome for row in rows(scene.place, TextRemark)] == [Outcome.TAKEN]
    with pytest.raises(NotThere):
        take_suggestion(scene)


def test_a_suggestion_whose_place_is_gone_is_not_taken_up(scene: Scene) -> None:
    """Nothing is guessed."""
    suggest(scene)
    translate(scene)
    with pytest.raises(remarks.NotInTheText):
        take_suggestion(scene)


def test_a_remark_says_something_about_a_place_that_is_there(scene: Scene) -> None:
    """Not empty, not endless, and of words that stand once."""
    place, actor, message_id, now = scene.place, scene.approver, scene.core_message_id, scene.now
    with pytest.raises(remarks.NothingSaid):
        remarks.remark(place, actor, message_id, language="en", says=" ", now=now)
    with pytest.raises(remarks.RemarkTooLong):
        remarks.remark(place, actor, message_id, language="en", says="x" * 2001, now=now)
    for words in ("finns inte", "14"):
        with pytest.raises(remarks.NotInTheText):
            remarks.remark(
                place, actor, message_id, language="en", says="", part=Variant.LONG, instead_of=words, suggests="x",
                now=now,
            )  # fmt: skip


def test_what_is_frozen_takes_no_step(sqlite_office: Office) -> None:
    """What was approved is what is published."""
    scene = STAGES["approved"](sqlite_office)
    for task in (hand_over, let_pass, send_back, tell_back, confirm_told, judge):
        with pytest.raises(TextsAreFrozen):
            task(scene)


def test_the_matrix_shows_every_language_with_what_it_lacks_and_who_is_at_it(scene: Scene) -> None:
    """And that the Swedish has changed, until somebody has said what it means."""
    ask(scene)
    edit_swedish(scene)
    matrix = translation_matrix(scene.place, scene.communicator, scene.campaign_id)
    (column,) = matrix.columns
    swedish, english = matrix.rows
    assert swedish.is_ready
    assert english.cells[0].lacks == (Lack.FRESHNESS,)
    assert [one.job for one in english.cells[0].asked] == [Job.TRANSLATE]
    assert [(one.languages, one.may_be_a_typo) for one in column.behind] == [(("en",), True)]
    assert not column.judged
    judge(scene)
    assert translation_matrix(scene.place, scene.communicator, scene.campaign_id).columns[0].judged
    with pytest.raises(NotThere):
        translation_matrix(scene.place, scene.partner, scene.campaign_id)
