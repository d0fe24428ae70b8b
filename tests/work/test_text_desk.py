"""Texts on the desk: who sees what of which, two who write the same, the history, and the core messages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from counting import counted
from factories import Office, dump, rows, text
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent, Variant
from campaigns.store.tables import AuditEvent, Message, TextVersion
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.launch.scheduling import reopen
from campaigns.work.partners import briefing, matching
from campaigns.work.partners.matching import Saved
from campaigns.work.texts.channels import channel_previews
from campaigns.work.texts.core import (
    MessageIsAnswered,
    MessagesAreSettled,
    MessageWasReleased,
    add_core_message,
    core_messages,
    move_core_message,
    remove_core_message,
)
from campaigns.work.texts.desk import Door, TextOnDesk, core_to_begin_from, text_on_desk
from campaigns.work.texts.history import restore_version, text_history
from campaigns.work.texts.meeting import Meeting, meet

BASE = text("Vi lyssnar", "Pengarna kommer aldrig. Barnen får skulden. Ring 114 14 om du är orolig.")


class Case:
    """A partner with a text in Swedish on a campaign in briefing."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.partner = office.partner(channels=[(ChannelKind.EMAIL, "lista@example.org")])
        self.campaign_id = office.briefed(self.partner)
        self.core = office.core_message(self.campaign_id)
        office.answer(self.partner, self.campaign_id, content=BASE)
        self.message = matching.own_messages(office.place, self.partner, self.campaign_id, now=office.now)[0].message_id

    def desk(self, actor: Actor | None = None, message: str | None = None, language: str = "sv") -> TextOnDesk:
        return text_on_desk(
            self.office.place, actor or self.partner, message or self.message, language, now=self.office.now
        )

    def edit(self, version: int, **parts: str) -> Saved:
        return matching.edit_text(
            self.office.place, self.partner, self.message, language="sv", content=replace(BASE, **parts),
            expected_version=version, now=self.office.now,
        )  # fmt: skip

    def meet(self, mine: TextContent, began_from: int = 1) -> Meeting:
        return meet(
            self.office.place, self.partner, self.message, language="sv", mine=mine, began_from=began_from,
            now=self.office.now,
        )  # fmt: skip


@pytest.fixture
def case(office: Office) -> Case:
    """On both databases."""
    return Case(office)


@pytest.fixture
def light(sqlite_office: Office) -> Case:
    """Where the database makes no difference."""
    return Case(sqlite_office)


def test_a_text_lies_beside_the_core_message_with_its_key_facts_marked(case: Case) -> None:
    """In the same language; joined, the parts are the core text."""
    beside = case.desk().beside
    assert beside is not None
    assert (beside.language, beside.is_core) == ("sv", True)
    assert (True, "114 14") in beside.parts
    assert "".join(part for _, part in beside.parts) == beside.content.long


def test_a_translation_of_the_police_lies_beside_its_swedish_text(light: Case) -> None:
    """And the Swedish text beside nothing."""
    english = light.desk(light.office.communicator, light.core, "en").beside
    assert english is not None
    assert (english.language, english.is_core) == ("sv", False)
    assert light.desk(light.office.communicator, light.core).beside is None


def test_a_text_not_begun_is_empty_and_has_no_faults_yet(light: Case) -> None:
    """Nobody is scolded for what they have not written."""
    empty = light.desk(language="en")
    assert (empty.version, empty.text_id, empty.checks.faults) == (0, "", ())


def test_a_text_of_another_organisation_is_not_there(case: Case) -> None:
    """Nor is the core message on a partner's desk, nor a language the campaign lacks, nor nonsense."""
    other = case.office.partner("Annan (exempel)")
    for actor, message, language in [
        (other, case.message, "sv"),
        (case.partner, case.core, "sv"),
        (case.office.communicator, case.message, "sv"),
        (case.partner, case.message, "fi"),
        (case.partner, "0" * 32, "sv"),
    ]:
        with pytest.raises(NotThere):
            case.desk(actor, message, language)


def test_the_core_text_is_hidden_while_the_briefing_is_closed(light: Case) -> None:
    """Before it opens a partner sees its own words and not the police's, and cannot begin from them."""
    office = light.office
    earlier = office.now - timedelta(days=3)
    desk = text_on_desk(office.place, light.partner, light.message, "sv", now=earlier)
    assert desk.beside is None
    assert desk.checks.as_core is None
    assert core_to_begin_from(office.place, light.partner, light.message, "sv", now=earlier) == TextContent()
    assert core_to_begin_from(office.place, light.partner, light.message, "sv", now=office.now).long


def test_the_desk_says_whether_the_text_may_be_written(light: Case) -> None:
    """Open, frozen by approval, public, over."""
    office = light.office
    assert light.desk().door is Door.OPEN
    office.approve(light.campaign_id)
    assert light.desk().door is Door.FROZEN
    office.now = Office.LIFT
    assert light.desk().door is Door.PUBLIC
    assert light.desk().released is False  # it had no consent
    assert light.desk(office.communicator, light.core).released is True


def test_others_are_compared_with_only_once_they_are_public(sqlite_office: Office) -> None:
    """A draft that says the same as another's draft is told nothing before T, and a hint after."""
    office = sqlite_office
    one, two = office.partner("En (exempel)"), office.partner("Två (exempel)")
    campaign_id = office.briefed(one, two)
    for partner in (one, two):
        office.consented(partner, campaign_id, content=BASE)
    message = matching.own_messages(office.place, one, campaign_id, now=office.now)[0].message_id
    assert not text_on_desk(office.place, one, message, "sv", now=office.now).checks.like_another
    office.approve(campaign_id)
    assert text_on_desk(office.place, one, message, "sv", now=Office.LIFT).checks.like_another


def test_reading_a_text_takes_no_query_for_each_language_or_partner(sqlite_office: Office) -> None:
    """As many for a campaign with many as for one with few, and none of them locks."""
    office, counts = sqlite_office, []
    for languages, others in ((("sv", "en"), 0), (("sv", "en", "fi", "so"), 3)):
        core = (MessageDraft(name="m", texts={tag: text() for tag in languages}),)
        partners = [office.partner(f"{len(languages)} {n} (exempel)") for n in range(others + 1)]
        campaign_id = office.briefed(*partners, languages=languages, core_messages=core)
        for partner in partners:
            office.consented(partner, campaign_id, content=BASE)
        message = matching.own_messages(office.place, partners[0], campaign_id, now=office.now)[0].message_id
        with counted(office.place) as seen:
            text_on_desk(office.place, partners[0], message, "sv", now=office.now)
            text_history(office.place, partners[0], message, "sv", now=office.now)
            core_messages(office.place, office.communicator, campaign_id)
            channel_previews(office.place, partners[0], message, "sv", now=office.now)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_saving_the_same_words_makes_no_new_version(case: Case) -> None:
    """From whatever version: a save whose answer was lost may be sent again, and consent stands."""
    case.edit(1, long="Nytt. Ring 114 14.")
    again = case.edit(1, long="Nytt. Ring 114 14.")
    assert again.version == 2
    assert len(rows(case.office.place, TextVersion, col(TextVersion.text_id) == again.text_id)) == 2


def test_edits_of_different_sentences_are_joined_to_look_at(case: Case) -> None:
    """Nothing is stored by it."""
    case.edit(1, long=BASE.long.replace("aldrig", "inte"))
    before = dump(case.office.place)
    meeting = case.meet(replace(BASE, long=BASE.long.replace("orolig", "rädd")))
    assert meeting.is_clean
    assert [(met.variant, met.merged.text) for met in meeting.joined] == [
        (Variant.LONG, BASE.long.replace("aldrig", "inte").replace("orolig", "rädd"))
    ]
    assert dump(case.office.place) == before


def test_edits_of_the_same_words_are_to_be_chosen_between(case: Case) -> None:
    """With who it was, and all three wordings."""
    case.edit(1, headline="Vi hör dig")
    meeting = case.meet(replace(BASE, headline="Vi finns"))
    (met,) = meeting.to_choose
    assert (met.base, met.theirs, met.mine) == ("Vi lyssnar", "Vi hör dig", "Vi finns")
    assert (meeting.version, meeting.by) == (2, "exempel")


def test_what_one_sat_and_wrote_is_one_step_of_the_history(case: Case) -> None:
    """Each version is there when asked for; a later sitting is a step of its own."""
    for version, words in enumerate(("a", "b", "c"), start=1):
        case.office.now += timedelta(minutes=2)
        case.edit(version, long=f"{words}. Ring 114 14.")
    case.office.now += timedelta(hours=1)
    case.edit(4, long="d. Ring 114 14.")
    place, now = case.office.place, case.office.now
    history = text_history(place, case.partner, case.message, "sv", now=now)
    assert [step.version for step in history.steps] == [5, 4]
    every = text_history(place, case.partner, case.message, "sv", every=True, now=now)
    assert [step.version for step in every.steps] == [5, 4, 3, 2, 1]
    (variant, parts), *_ = every.steps[0].changes
    assert variant is Variant.LONG
    assert ("gone", "c") in parts
    assert ("added", "d") in parts


def test_an_earlier_version_is_taken_up_as_a_new_one(case: Case) -> None:
    """What lay between stays; a version that never was is not there."""
    case.edit(1, long="Annat. Ring 114 14.")

    def restore(version: int) -> Saved:
        return restore_version(
            case.office.place, case.partner, case.message, language="sv", version=version, expected_version=2,
            now=case.office.now,
        )  # fmt: skip

    assert restore(1).version == 3
    assert case.desk().content == BASE
    with pytest.raises(NotThere):
        restore(9)


def test_core_messages_are_added_ordered_and_removed(case: Case) -> None:
    """Each with one entry in the audit trail."""
    place, actor, now = case.office.place, case.office.communicator, case.office.now
    added = add_core_message(place, actor, case.campaign_id, name="  Var finns   hjälp? ", now=now)
    move_core_message(place, actor, added, earlier=True, now=now)
    names = [one.name for one in core_messages(place, actor, case.campaign_id).messages]
    assert names == ["Var finns hjälp?", "huvudbudskap"]
    matching.edit_text(place, actor, added, language="sv", content=BASE, expected_version=0, now=now)
    remove_core_message(place, actor, added, now=now)
    assert rows(place, Message, col(Message.id) == added) == []
    actions = [event.action for event in rows(place, AuditEvent) if event.action.startswith("core_message")]
    assert actions == ["core_message.added", "core_message.moved", "core_message.removed"]


@pytest.mark.parametrize("name", ["", "   ", "Huvudbudskap", "a" * 201, "a\x07b"])
def test_a_core_message_needs_a_name_of_its_own(light: Case, name: str) -> None:
    """The fault leads to the field."""
    with pytest.raises(BadInput) as told:
        add_core_message(
            light.office.place, light.office.communicator, light.campaign_id, name=name, now=light.office.now
        )
    assert [fault.field for fault in told.value.faults] == ["name"]


def test_a_message_that_partners_answer_stays(case: Case) -> None:
    """Their words would go with it."""
    with pytest.raises(MessageIsAnswered):
        remove_core_message(case.office.place, case.office.communicator, case.core, now=case.office.now)


def test_what_was_approved_is_settled_and_stays_for_the_record(sqlite_office: Office) -> None:
    """Also after it is opened again."""
    office = sqlite_office
    campaign_id = office.approved()
    core, place, police = office.core_message(campaign_id), office.place, office.communicator
    with pytest.raises(MessagesAreSettled):
        add_core_message(place, police, campaign_id, name="Ny", now=office.now)
    with pytest.raises(MessagesAreSettled):
        move_core_message(place, police, core, earlier=True, now=office.now)
    reopen(place, office.approver, campaign_id, now=office.now)
    with pytest.raises(MessageWasReleased):
        remove_core_message(place, police, core, now=office.now)


def test_core_messages_are_the_police_organisations_own(case: Case) -> None:
    """A partner lacks the permission, and another police organisation does not find them."""
    place, now = case.office.place, case.office.now
    elsewhere = case.office.member(
        case.office.organisation("Annan polis", kind=OrganisationKind.POLICE), {Role.COMMUNICATOR}
    )
    for refused, actor in ((NotAllowed, case.partner), (NotThere, elsewhere)):
        with pytest.raises(refused):
            add_core_message(place, actor, case.campaign_id, name="x", now=now)
        with pytest.raises(refused):
            move_core_message(place, actor, case.core, earlier=True, now=now)
        with pytest.raises(refused):
            remove_core_message(place, actor, case.core, now=now)
    with pytest.raises(NotThere):
        core_messages(place, elsewhere, case.campaign_id)


def test_each_channel_shows_what_it_would_send(case: Case) -> None:
    """Rendered by the channel itself, and nothing is stored."""
    before = dump(case.office.place)
    shown = channel_previews(case.office.place, case.partner, case.message, "sv", now=case.office.now)
    by_kind = {channel.kind: channel for channel in shown.channels}
    assert '"headline": "Vi lyssnar"' in by_kind[ChannelKind.WEBHOOK].json
    assert by_kind[ChannelKind.EMAIL].subject == "Vi lyssnar"
    assert "114 14" in by_kind[ChannelKind.EMAIL].plain
    assert "<h3>Vi lyssnar</h3>" in by_kind[ChannelKind.EMAIL].html
    assert "Vi lyssnar" in by_kind[ChannelKind.BY_HAND].plain
    assert dump(case.office.place) == before


def test_a_text_that_does_not_fit_a_channel_says_why(light: Case) -> None:
    """Before approval would say so."""
    light.edit(1, headline="Två\nrader")
    shown = channel_previews(light.office.place, light.partner, light.message, "sv", now=light.office.now)
    refused = {channel.kind for channel in shown.channels if channel.refused}
    assert refused == {ChannelKind.EMAIL, ChannelKind.BY_HAND}


def test_whoever_lost_the_invitation_sees_nothing_of_it(light: Case) -> None:
    """Not even their own words, until they are invited again."""
    assert light.partner.organisation_id is not None
    briefing.revoke(
        light.office.place, light.office.communicator, light.campaign_id,
        organisation_id=light.partner.organisation_id, now=light.office.now,
    )  # fmt: skip
    with pytest.raises(NotThere):
        light.desk()
