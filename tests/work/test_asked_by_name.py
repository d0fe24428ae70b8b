"""Whoever is asked for one text by name: what they see, what they may do, and when it ends."""

from dataclasses import replace
from typing import Any

import pytest
from factories import Office, rows, text
from scenes import STAGES, Scene
from sqlmodel import col, delete
from translating_tasks import (
    ENGLISH,
    ask,
    edit_swedish,
    email_of,
    end,
    judge,
    now_of,
    send_back,
    told,
    translate,
    translate_and_hand_over,
    translation,
)

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Role
from campaigns.domain.embargo import asked_may_read
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.lifecycle import TextState
from campaigns.domain.translating import Job
from campaigns.interchange import Format
from campaigns.store.engine import writing
from campaigns.store.tables import (
    Acceptance,
    Assignment,
    Campaign,
    Membership,
    Message,
)
from campaigns.work.campaign.at_hand import at_hand, at_hand_for_text
from campaigns.work.launch import correcting, scheduling
from campaigns.work.overview.cards import Waits
from campaigns.work.overview.page import overview
from campaigns.work.partners import briefing, briefing_page, matching
from campaigns.work.texts.desk import text_on_desk
from campaigns.work.translating import asking, steps, telling_back
from campaigns.work.translating.desk import translation_on_desk
from campaigns.work.translating.files import translators_file
from campaigns.work.translating.mine import asked_by, my_tasks


@pytest.fixture
def scene(sqlite_office: Office) -> Scene:
    """A campaign in briefing whose English is ready."""
    return STAGES["briefing"](sqlite_office)


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
    for opens in (at_hand, briefing_page.background):
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


def test_whoever_does_not_accept_the_terms_steps_back_too(scene: Scene) -> None:
    """Without having read a word."""
    asking.end_assignment(scene.place, scene.newcomer, ask(scene), now=scene.now)
    assert my_tasks(scene.place, scene.newcomer, now=scene.now) == []


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
