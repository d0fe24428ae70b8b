"""A correction that an approver published unread is read afterwards, by another than those who wrote it."""

from dataclasses import replace

import pytest
from factories import Office, dump, rows
from scenes import STAGES, Scene
from sqlmodel import col
from translating_tasks import (
    ask,
    confirm_told,
    email_of,
    hand_over,
    let_pass,
    publish_unread,
    read_afterwards,
    tell_back,
    told,
    translate,
    translate_and_publish_unread,
    translation,
)

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, NeedsAnotherPerson, Role
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import Job, Lack
from campaigns.store.tables import AuditEvent, Delivery, TextReview, UnreadCorrection
from campaigns.work.launch import correcting
from campaigns.work.overview.cards import Waits
from campaigns.work.overview.page import overview
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.translating import afterwards, matrix, mine
from campaigns.work.translating.afterwards import NothingToRead
from campaigns.work.translating.desk import TranslationOnDesk, translation_on_desk
from campaigns.work.translating.steps import NotThatRevision, SayWhat

OTHER = TextContent(headline="The money never arrives", long="Call 114 14.", short="Call 114 14.")
THIRD = TextContent(headline="No money ever arrives", long="Call 114 14.", short="Call 114 14.")


def public(office: Office) -> Scene:
    """A public campaign, and a third colleague at the police beside writer and approver."""
    scene = STAGES["approved"](office)
    office.now = Office.LIFT
    office.record_live(scene.campaign_id)
    return replace(scene, now=office.now, colleague=office.member(office.police, {Role.COMMUNICATOR}))


@pytest.fixture
def unread(office: Office) -> Scene:
    """The communicator's English is public since the approver decided that it could not wait; on both databases."""
    scene = public(office)
    translate_and_publish_unread(scene)
    return scene


@pytest.fixture
def quick(sqlite_office: Office) -> Scene:
    """The same on the embedded database, for rules that no database decides on."""
    scene = public(sqlite_office)
    translate_and_publish_unread(scene)
    return scene


def waits(s: Scene, actor: Actor) -> list[tuple[str, ...]]:
    """The languages that wait to be read, on a member's start page."""
    cards = overview(s.place, actor, now=s.now).waiting
    return [card.languages for card in cards if card.waits is Waits.UNREAD]


def called(s: Scene) -> set[str]:
    """Who is told since T that a text waits for a reader."""
    kind = col(Delivery.notice) == NoticeKind.REVIEW_WAITS.value
    return {row.recipient for row in rows(s.place, Delivery, kind, col(Delivery.created_at) >= Office.LIFT)}


def on_matrix(s: Scene) -> bool:
    """Whether the English row says that a public text is unread."""
    found = matrix.translation_matrix(s.place, s.communicator, s.campaign_id)
    return next(row.is_unread for row in found.rows if row.language == "en")


def desk(s: Scene, actor: Actor) -> TranslationOnDesk:
    """The page of the English."""
    return translation_on_desk(s.place, actor, s.core_message_id, "en", now=s.now)


def newest_action(s: Scene) -> str:
    """The last thing that was done."""
    return max(rows(s.place, AuditEvent), key=lambda one: one.number).action


def test_it_waits_for_those_who_can_read_it_and_wrote_none_of_it(unread: Scene) -> None:
    """On the matrix, on their start pages and by mail; not for its writer, who sees that it waits for another."""
    assert on_matrix(unread)
    assert (waits(unread, unread.colleague), waits(unread, unread.communicator)) == ([("en",)], [])
    assert email_of(unread, unread.colleague.member_id) in called(unread)
    assert email_of(unread, unread.communicator.member_id) not in called(unread)
    seen = desk(unread, unread.colleague)
    assert (seen.may.read_afterwards, seen.wrote, seen.lacks[0]) == (True, False, Lack.REVIEW)
    assert seen.unread is not None
    assert seen.unread.at == unread.now
    own = desk(unread, unread.communicator)
    assert (own.may.read_afterwards, own.wrote) == (False, True)


def test_once_another_has_read_it_nothing_waits(unread: Scene) -> None:
    """Who read it is recorded; the text stays public as it is."""
    read_afterwards(unread, by=unread.colleague)
    assert not on_matrix(unread)
    assert waits(unread, unread.colleague) == []
    assert desk(unread, unread.colleague).unread is None
    (row,) = rows(unread.place, UnreadCorrection)
    assert (row.read_by, row.read_at) == (unread.colleague.member_id, unread.now)
    review = rows(unread.place, TextReview, col(TextReview.revision) == translation(unread).revision)[-1]
    assert (review.member_id, review.passed) == (unread.colleague.member_id, True)
    assert translation(unread).state is TextState.PUBLISHED
    assert newest_action(unread) == "text.read_afterwards"
    with pytest.raises(NothingToRead):
        read_afterwards(unread, by=unread.colleague)


def test_a_fault_leads_to_a_correction_as_usual(unread: Scene) -> None:
    """It is a draft, its writer is told what is wrong, and the next version goes the ordinary way."""
    with pytest.raises(SayWhat):
        read_afterwards(unread, right=False, note=" ", by=unread.colleague)
    read_afterwards(unread, right=False, note="Numret är fel.", by=unread.colleague)
    assert translation(unread).state is TextState.DRAFT
    assert told(unread, NoticeKind.CHANGES_ASKED) == {email_of(unread, unread.communicator.member_id)}
    assert newest_action(unread) == "text.found_wrong_afterwards"
    assert desk(unread, unread.communicator).reviews[0].note == "Numret är fel."
    assert not on_matrix(unread)
    translate(unread, OTHER)
    hand_over(unread)
    let_pass(unread)
    tell_back(unread)
    confirm_told(unread)
    revision = translation(unread).revision
    correcting.correct(unread.place, unread.approver, translation(unread).id, revision=revision, now=unread.now)
    assert newest_action(unread) == "text.corrected"
    assert waits(unread, unread.colleague) == []


def test_no_writer_of_it_reads_it_for_it_to_count(quick: Scene) -> None:
    """Nor tells it in Swedish, nor lets pass what was built upon it: that would be two steps by one person."""
    with pytest.raises(NeedsAnotherPerson):
        read_afterwards(quick, by=quick.communicator)
    with pytest.raises(NeedsAnotherPerson):
        tell_back(replace(quick, approver=quick.communicator))
    other = replace(quick, communicator=quick.colleague)
    translate(other, OTHER)
    hand_over(other)
    with pytest.raises(NeedsAnotherPerson):
        let_pass(replace(quick, approver=quick.communicator))
    publish_unread(quick)
    assert (waits(quick, quick.communicator), waits(quick, quick.colleague), waits(quick, quick.approver)) == (
        [], [], [("en",)],
    )  # fmt: skip
    for writer in (quick.communicator, quick.colleague):
        with pytest.raises(NeedsAnotherPerson):
            read_afterwards(quick, by=writer)
    read_afterwards(quick)


def test_what_takes_its_place_ends_the_waiting(quick: Scene) -> None:
    """A correction that another has read first, and the text withdrawn."""
    translate(quick, OTHER)
    hand_over(quick)
    let_pass(replace(quick, approver=quick.colleague))
    publish_unread(quick)
    assert not on_matrix(quick)
    assert waits(quick, quick.approver) == []
    translate(quick, THIRD)
    publish_unread(quick)
    assert waits(quick, quick.approver) == [("en",)]
    text_id = translation(quick).id
    correcting.propose_withdraw_message(quick.place, quick.communicator, text_id, now=quick.now)
    correcting.withdraw_message(quick.place, quick.approver, text_id, now=quick.now)
    assert waits(quick, quick.approver) == []


def test_while_it_is_edited_the_new_words_wait_and_the_old_ones_when_they_come_back(quick: Scene) -> None:
    """Passing review with exactly the public words is reading them."""
    was = translation(quick).content
    translate(quick, OTHER)
    assert desk(quick, quick.colleague).unread is None
    with pytest.raises(NothingToRead):
        read_afterwards(quick, by=quick.colleague)
    translate(quick, was)
    assert desk(quick, quick.colleague).may.read_afterwards
    hand_over(quick)
    let_pass(quick)
    assert desk(quick, quick.colleague).unread is None
    assert waits(quick, quick.colleague) == []


def test_strangers_do_not_find_it_and_an_ended_campaign_waits_for_nobody(quick: Scene) -> None:
    """And another revision than the public one is not what was asked about."""
    before = dump(quick.place)
    with pytest.raises(NotThere):
        read_afterwards(quick, by=quick.newcomer)
    with pytest.raises(NotThatRevision):
        afterwards.read_afterwards(
            quick.place, quick.approver, quick.core_message_id, language="en", revision="sha256:0", right=True,
            now=quick.now,
        )  # fmt: skip
    assert dump(quick.place) == before
    correcting.close(quick.place, quick.communicator, quick.campaign_id, now=quick.now)
    with pytest.raises(CampaignIsOver):
        read_afterwards(quick)
    assert waits(quick, quick.colleague) == []


def test_whoever_is_asked_by_name_reads_it_from_another_organisation(sqlite_office: Office) -> None:
    """It stands among their texts as waiting, and they are told instead of everyone at the police."""
    scene = public(sqlite_office)
    translate(scene)
    ask(scene, job=Job.REVIEW)
    sqlite_office.accept(scene.newcomer, scene.campaign_id)
    publish_unread(scene)
    assert called(scene) == {email_of(scene, scene.newcomer.member_id)}
    (task,) = mine.my_tasks(scene.place, scene.newcomer, now=scene.now)
    assert task.waits_for_me
    read_afterwards(scene, by=scene.newcomer)
    (task,) = mine.my_tasks(scene.place, scene.newcomer, now=scene.now)
    assert not task.waits_for_me


def test_what_lacked_only_its_telling_in_swedish_was_read(sqlite_office: Office) -> None:
    """Nobody is asked to read it again; that it is not told is said as before."""
    scene = public(sqlite_office)
    translate(scene, TextContent(headline="The money never comes", long="Call 114 14, or 112.", short="Call 114 14."))
    hand_over(scene)
    let_pass(scene)
    publish_unread(scene)
    assert newest_action(scene) == "text.corrected_unread"
    assert rows(scene.place, UnreadCorrection) == []
    assert Lack.BACK_TRANSLATION in desk(scene, scene.colleague).lacks
