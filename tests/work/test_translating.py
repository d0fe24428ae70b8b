"""A translation from missing to ready: who may do what to it, what makes it stale, and what the gate says."""

from dataclasses import replace
from typing import Any

import pytest
from factories import Office, dump, rows, text
from scenes import STAGES, Scene
from sqlmodel import col, delete
from translating_tasks import (
    ENGLISH,
    ask,
    confirm_told,
    edit_swedish,
    email_of,
    end,
    hand_over,
    judge,
    let_pass,
    now_of,
    send_back,
    suggest,
    take_suggestion,
    tell_back,
    translate,
    translate_and_hand_over,
    translate_and_tell_back,
    translation,
)

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import NeedsAnotherPerson, Role
from campaigns.domain.embargo import asked_may_read
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import Job, Lack, NotInThisState, Outcome, SourceEdit
from campaigns.interchange import Format
from campaigns.store.engine import writing
from campaigns.store.tables import (
    Acceptance,
    Assignment,
    Campaign,
    Delivery,
    Membership,
    Message,
    SourceChange,
    TextRemark,
)
from campaigns.work import approving, briefing, correcting, matching, partner_briefing, scheduling
from campaigns.work.at_hand import at_hand, at_hand_for_text
from campaigns.work.overview import overview
from campaigns.work.overview_cards import Waits
from campaigns.work.text_desk import text_on_desk
from campaigns.work.translating import asking, remarks, source_changes, steps, telling_back
from campaigns.work.translating.desk import translation_on_desk
from campaigns.work.translating.matrix import translation_matrix
from campaigns.work.translating.mine import asked_by, my_tasks
from campaigns.work.translation_files import translators_file
from campaigns.work.writing import TextsAreFrozen


@pytest.fixture
def scene(sqlite_office: Office) -> Scene:
    """A campaign in briefing whose English is ready."""
    return STAGES["briefing"](sqlite_office)


def told(scene: Scene, kind: NoticeKind) -> set[str]:
    """Who gets a notice of a kind."""
    return {row.recipient for row in rows(scene.place, Delivery, col(Delivery.notice) == kind.value)}


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


# Whoever is asked by name


def see(scene: Scene, *, language: str = "en") -> str:
    """What the newcomer reads of the Swedish text beside the one they were asked for."""
    found = text_on_desk(scene.place, scene.newcomer, scene.core_message_id, language, now=scene.now)
    return found.beside.content.headline if found.beside else ""


def accept(scene: Scene) -> None:
    """The newcomer accepts the embargo terms."""
    version = briefing.terms_now(scene.place).version
    briefing.accept_terms(scene.place, scene.newcomer, scene.campaign_id, version=version, now=scene.now)


@pytest.mark.parametrize("stage", ["draft", "briefing", "approved", "held", "live", "by_the_clock"])
def test_whoever_is_asked_sees_one_text_and_its_source_once_the_terms_are_accepted(
    sqlite_office: Office, stage: str
) -> None:
    """Also while the police still write, and of the campaign no more than its name."""
    scene = STAGES[stage](sqlite_office)
    accepting = replace(scene, now=Office.NOW)
    with pytest.raises(NotThere):
        see(scene)
    ask(accepting)
    with pytest.raises(NotThere):
        see(scene)
    it = at_hand_for_text(scene.place, scene.newcomer, scene.campaign_id, now=Office.NOW)
    assert it.public or not it.name
    accept(scene)
    assert see(scene).startswith("Pengarna")
    assert at_hand_for_text(scene.place, scene.newcomer, scene.campaign_id, now=scene.now).name == "Gängsnacket"
    for closed in ("sv", "so"):
        with pytest.raises(NotThere):
            see(scene, language=closed)
    for opens in (at_hand, partner_briefing.background):
        with pytest.raises(NotThere):
            opens(scene.place, scene.newcomer, scene.campaign_id, now=scene.now)


@pytest.mark.parametrize("stage", ["cancelled", "withdrawn"])
def test_a_campaign_that_is_stopped_is_closed_to_whoever_was_asked(sqlite_office: Office, stage: str) -> None:
    """The police stopped it: nothing of it is read any more."""
    scene = STAGES["live" if stage == "withdrawn" else "approved"](sqlite_office)
    ask(scene)
    accept(scene)
    see(scene)
    _stop(scene, stage)
    with pytest.raises(NotThere):
        see(scene)


def _stop(scene: Scene, stage: str) -> None:
    if stage == "cancelled":
        scheduling.cancel(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    else:
        correcting.propose_withdraw(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
        correcting.confirm_withdraw(scene.place, scene.approver, scene.campaign_id, now=scene.now)


def test_whoever_is_asked_to_translate_writes_and_hands_over_and_nothing_else(scene: Scene) -> None:
    """They do not review, confirm or ask others, and it ends when it is ended."""
    ask(scene)
    accept(scene)
    saved = matching.edit_text(
        scene.place,
        scene.newcomer,
        scene.core_message_id,
        language="en",
        content=ENGLISH,
        expected_version=translation(scene).version,
        now=scene.now,
    )
    steps.hand_over(
        scene.place, scene.newcomer, scene.core_message_id, language="en", revision=saved.revision, now=scene.now
    )
    assert translation(scene).state is TextState.TRANSLATED
    with pytest.raises(NotAllowed):
        steps.let_pass(scene.place, scene.newcomer, scene.core_message_id, **now_of(scene))
    with pytest.raises(NotAllowed):
        telling_back.confirm_told(scene.place, scene.newcomer, scene.core_message_id, **now_of(scene))
    with pytest.raises(NotAllowed):
        asking.ask_for_text(
            scene.place, scene.newcomer, scene.core_message_id, language="en", job=Job.REVIEW, email="x@example.org",
            now=scene.now,
        )  # fmt: skip
    end(scene)
    with pytest.raises(NotThere):
        see(scene)


def test_whoever_is_asked_to_review_may_not_write(scene: Scene) -> None:
    """They say yes or ask for changes, and suggest words."""
    ask(scene, job=Job.REVIEW)
    accept(scene)
    translate_and_hand_over(scene)
    with pytest.raises(NotAllowed):
        matching.edit_text(
            scene.place, scene.newcomer, scene.core_message_id, language="en", content=text(),
            expected_version=translation(scene).version, now=scene.now,
        )  # fmt: skip
    steps.let_pass(scene.place, scene.newcomer, scene.core_message_id, **now_of(scene))
    assert translation(scene).state is TextState.REVIEWED


def test_whoever_is_asked_is_told_without_a_word_and_sees_it_in_their_list(scene: Scene) -> None:
    """Before the terms there is a language and who asks; after them the rest."""
    ask(scene)
    assert told(scene, NoticeKind.TEXT_ASKED) == {email_of(scene, scene.newcomer.member_id)}
    (task,) = my_tasks(scene.place, scene.newcomer, now=scene.now)
    assert (task.campaign, task.name, task.note, task.is_open) == ("", "", "", False)
    assert asked_by(scene.place, scene.newcomer, scene.campaign_id, now=scene.now).organisation == "Polisen (exempel)"
    accept(scene)
    (task,) = my_tasks(scene.place, scene.newcomer, now=scene.now)
    assert (task.campaign, task.name, task.note, task.is_open) == ("Gängsnacket", "huvudbudskap", "Tack!", True)
    with pytest.raises(NotThere):
        asked_by(scene.place, scene.colleague, scene.campaign_id, now=scene.now)


def test_what_waits_by_name_stands_on_the_first_page(scene: Scene) -> None:
    """One card for all of it, and none when there is nothing to do."""
    ask(scene)
    (card,) = [one for one in overview(scene.place, scene.newcomer, now=scene.now).waiting if one.waits is Waits.TEXTS]
    assert (card.count, card.languages, card.name) == (1, ("en",), "")
    accept(scene)
    assert Waits.TEXTS not in {one.waits for one in overview(scene.place, scene.newcomer, now=scene.now).waiting}
    translate(scene)
    assert Waits.TEXTS in {one.waits for one in overview(scene.place, scene.newcomer, now=scene.now).waiting}


def test_only_a_known_person_is_asked_and_not_twice(scene: Scene) -> None:
    """For a language of the campaign, and never for its Swedish."""
    place, actor, message_id, now = scene.place, scene.communicator, scene.core_message_id, scene.now
    ask(scene)
    with pytest.raises(asking.AskedAlready):
        ask(scene)
    with pytest.raises(asking.NobodyThere):
        asking.ask_for_text(
            place, actor, message_id, language="en", job=Job.REVIEW, email="nobody@example.org", now=now
        )
    email = email_of(scene, scene.newcomer.member_id)
    with pytest.raises(asking.NothingToTranslate):
        asking.ask_for_text(place, actor, message_id, language="sv", job=Job.TRANSLATE, email=email, now=now)
    assert asking.ask_for_text(place, actor, message_id, language="en", job=Job.REVIEW, email=email.upper(), now=now)


def test_a_partner_asks_for_its_own_text_and_nobody_else_reads_it(scene: Scene) -> None:
    """Not the police either: every voice is its own."""
    outsider = email_of(scene, scene.newcomer.member_id)
    asking.ask_for_text(
        scene.place, scene.partner, scene.message_id, language="en", job=Job.TRANSLATE, email=outsider, now=scene.now
    )
    accept(scene)
    found = text_on_desk(scene.place, scene.newcomer, scene.message_id, "en", now=scene.now)
    assert found.beside is not None
    assert found.beside.content.headline == "Vi lyssnar"
    with pytest.raises(NotThere):
        asking.ask_for_text(
            scene.place, scene.communicator, scene.message_id, language="en", job=Job.TRANSLATE, email=outsider,
            now=scene.now,
        )  # fmt: skip
    with pytest.raises(NotThere):
        translation_on_desk(scene.place, scene.communicator, scene.message_id, "en", now=scene.now)


def test_whoever_was_asked_by_a_partner_that_is_no_longer_invited_reads_no_more(office: Office) -> None:
    """Its own texts are closed to the partner then, and so to everybody it asked."""
    scene = STAGES["briefing"](office)
    outsider = email_of(scene, scene.newcomer.member_id)
    asking.ask_for_text(
        scene.place, scene.partner, scene.message_id, language="en", job=Job.TRANSLATE, email=outsider, now=scene.now
    )
    assert len(my_tasks(scene.place, scene.newcomer, now=scene.now)) == 1
    accept(scene)
    assert translators_file(scene.place, scene.newcomer, scene.campaign_id, "en", Format.CSV, now=scene.now)
    partner = scene.partner.organisation_id or ""
    briefing.revoke(scene.place, scene.communicator, scene.campaign_id, organisation_id=partner, now=scene.now)
    for read in (text_on_desk, translation_on_desk):
        with pytest.raises(NotThere):
            read(scene.place, scene.newcomer, scene.message_id, "en", now=scene.now)
    with pytest.raises(NotThere):
        translators_file(scene.place, scene.newcomer, scene.campaign_id, "en", Format.CSV, now=scene.now)
    with pytest.raises(NotThere):
        at_hand_for_text(scene.place, scene.newcomer, scene.campaign_id, now=scene.now)
    assert my_tasks(scene.place, scene.newcomer, now=scene.now) == []


def test_whoever_left_the_organisation_they_were_asked_for_hears_no_more(scene: Scene) -> None:
    """Not even in a mail without a word of the campaign."""
    ask(scene)
    with writing(scene.place.engine) as session:
        session.exec(delete(Membership).where(col(Membership.member_id) == scene.newcomer.member_id))
    edit_swedish(scene)
    judge(scene)
    assert told(scene, NoticeKind.SOURCE_CHANGED) == set()
    translate_and_hand_over(scene)
    with writing(scene.place.engine) as session:
        session.exec(delete(Membership).where(col(Membership.member_id) == scene.communicator.member_id))
    send_back(scene)
    assert told(scene, NoticeKind.CHANGES_ASKED) == set()


def test_a_role_that_reads_no_briefings_sees_none_of_what_was_asked(scene: Scene) -> None:
    """As when it was taken from them after they were asked; the first page asks the same."""
    ask(scene)
    accept(scene)
    assert my_tasks(scene.place, replace(scene.newcomer, roles=frozenset()), now=scene.now) == []


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("stage", sorted(STAGES))
def test_whoever_was_asked_reads_what_the_rule_says(sqlite_office: Office, stage: str, *, accepted: bool) -> None:
    """The rule in the domain and its twin in SQL, in every stage."""
    scene = STAGES[stage](sqlite_office)
    [campaign] = rows(scene.place, Campaign)
    [message] = rows(scene.place, Message, col(Message.answers_id).is_(None))
    who: dict[str, Any] = {"member_id": scene.newcomer.member_id, "organisation_id": scene.newcomer.organisation_id}
    asked: dict[str, Any] = {"message_id": message.id, "language": "en", "job": Job.REVIEW, "asked_at": scene.now}
    terms: dict[str, Any] = {"terms_version": 1, "lift_at": campaign.lift_at, "accepted_at": scene.now}
    with writing(scene.place.engine) as session:
        session.add(Assignment(id="asked", asked_by=scene.communicator.member_id or "", **asked, **who))
        if accepted:
            session.add(Acceptance(campaign_id=campaign.id, **terms, **who))
    if asked_may_read(campaign.embargo, accepted=accepted, now=scene.now):
        assert text_on_desk(scene.place, scene.newcomer, message.id, "en", now=scene.now).name
    else:
        with pytest.raises(NotThere):
            text_on_desk(scene.place, scene.newcomer, message.id, "en", now=scene.now)


def test_one_steps_back_from_what_one_was_asked_for(scene: Scene) -> None:
    """And nobody else's assignment can be ended by a stranger."""
    assignment = ask(scene)
    accept(scene)
    with pytest.raises(NotThere):
        asking.end_assignment(scene.place, scene.partner, assignment, now=scene.now)
    asking.end_assignment(scene.place, scene.newcomer, assignment, now=scene.now)
    assert my_tasks(scene.place, scene.newcomer, now=scene.now) == []


# Remarks


def test_whoever_does_not_accept_the_terms_steps_back_too(scene: Scene) -> None:
    """Without having read a word."""
    asking.end_assignment(scene.place, scene.newcomer, ask(scene), now=scene.now)
    assert my_tasks(scene.place, scene.newcomer, now=scene.now) == []


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


def test_only_whoever_reads_briefings_can_be_asked(sqlite_office: Office) -> None:
    """An administrator alone keeps members and channels."""
    scene = STAGES["briefing"](sqlite_office)
    assert scene.newcomer.organisation_id
    only = sqlite_office.member(scene.newcomer.organisation_id, {Role.ADMINISTRATOR})
    with pytest.raises(asking.NobodyThere):
        asking.ask_for_text(
            scene.place, scene.communicator, scene.core_message_id, language="en", job=Job.REVIEW,
            email=email_of(scene, only.member_id), now=scene.now,
        )  # fmt: skip
