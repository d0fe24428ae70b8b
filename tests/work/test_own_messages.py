"""A partner's own message: nobody else reads it, nobody overwrites it unseen, and it leaves only with consent."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from factories import Office, dump, rows, text
from scenes import CHANNELS
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.tables import AuditEvent, Consent, Delivery, Message, ReleasedText, Text, TextVersion
from campaigns.work.launch import approving, correcting, scheduling
from campaigns.work.loading import TermsNotAccepted
from campaigns.work.partners import consenting, matching
from campaigns.work.texts.writing import NotACampaignLanguage, SomeoneElseWrote, TextsAreFrozen

MINUTE = timedelta(minutes=1)


def edit(office: Office, partner: object, message_id: str, version: int, headline: str = "Ny rubrik") -> matching.Saved:
    """Save a message's Swedish text as the next version after one."""
    return matching.edit_text(
        office.place,
        partner,  # type: ignore[arg-type] # an Actor; the name is shorter here
        message_id,
        language="sv",
        content=text(headline),
        expected_version=version,
        now=office.now,
    )


def message_of(office: Office, saved: matching.Saved) -> str:
    """The message a text belongs to."""
    return rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id


def test_another_partners_draft_is_not_there(office: Office) -> None:
    """Not to read, not to edit, not to consent to; like a made-up one. The police do not get it either."""
    own, other = office.partner(), office.partner("Andra (exempel)")
    campaign_id = office.briefed(own, other)
    saved = office.answer(own, campaign_id)
    message_id = message_of(office, saved)
    before = dump(office.place)
    assert matching.own_messages(office.place, other, campaign_id, now=office.now) == []
    for who, which in ((other, message_id), (office.communicator, message_id), (own, "nonsense")):
        with pytest.raises(NotThere):
            edit(office, who, which, 1)
        with pytest.raises(NotThere):
            matching.choose_channels(office.place, who, which, channels=[], now=office.now)
    for which in (saved.text_id, "nonsense"):
        with pytest.raises(NotThere):
            consenting.consent(office.place, other, which, revision=saved.revision, now=office.now)
        with pytest.raises(NotThere):
            consenting.take_back(office.place, other, which, now=office.now)
    assert dump(office.place) == before


def test_a_message_is_begun_once_for_an_organisation(office: Office) -> None:
    """Two members who begin get the same one; it answers a core message of the same campaign."""
    partner = office.partner()
    assert partner.organisation_id
    colleague = office.member(partner.organisation_id, {Role.EDITOR})
    campaign_id, other_id = office.briefed(partner, colleague), office.briefed(partner)
    core = office.core_message(campaign_id)
    begun = {
        matching.begin_message(office.place, who, campaign_id, answers=core, now=office.now)
        for who in (partner, colleague)
    }
    assert len(begun) == 1
    for wrong in (office.core_message(other_id), *begun, "nonsense"):
        with pytest.raises(NotThere):
            matching.begin_message(office.place, partner, campaign_id, answers=wrong, now=office.now)


def test_nothing_is_written_before_the_terms_are_accepted(office: Office) -> None:
    """And a reader only reads."""
    partner = office.partner()
    assert partner.organisation_id
    reader = office.member(partner.organisation_id, {Role.READER})
    campaign_id = office.briefed(reader)
    core = office.core_message(campaign_id)
    with pytest.raises(TermsNotAccepted):
        matching.begin_message(office.place, partner, campaign_id, answers=core, now=office.now)
    with pytest.raises(NotAllowed):
        matching.begin_message(office.place, reader, campaign_id, answers=core, now=office.now)


def test_two_who_edit_the_same_text_lose_nothing(office: Office) -> None:
    """The later one is told which version stands; every version is kept."""
    partner = office.partner()
    saved = office.answer(partner, office.briefed(partner))
    message_id = message_of(office, saved)
    assert edit(office, partner, message_id, 1, "Först").version == 2
    before = dump(office.place)
    for version in (0, 1, 3):
        with pytest.raises(SomeoneElseWrote) as told:
            edit(office, partner, message_id, version, "Sedan")
        assert told.value.facts == {"current": 2, "expected": version}
    assert dump(office.place) == before
    versions = rows(office.place, TextVersion, col(TextVersion.text_id) == saved.text_id)
    assert [row.content["headline"] for row in sorted(versions, key=lambda row: row.version)] == ["Vi lyssnar", "Först"]


def test_a_text_is_only_in_a_language_of_the_campaign(office: Office) -> None:
    """In another it would never be shown."""
    partner = office.partner()
    with pytest.raises(NotACampaignLanguage):
        office.answer(partner, office.briefed(partner), language="so")


def test_a_translation_is_stale_when_its_source_changes(office: Office) -> None:
    """Computed from the source's hash, for the partner's own texts too."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    message_id = message_of(office, office.answer(partner, campaign_id))
    english = text("We listen", "Call 114 14.")
    matching.edit_text(
        office.place, partner, message_id, language="en", content=english, expected_version=0, now=office.now
    )
    for stale in (False, True):
        (message,) = matching.own_messages(office.place, partner, campaign_id, now=office.now)
        assert {own.language: own.stale for own in message.texts} == {"en": stale, "sv": False}
        edit(office, partner, message_id, 1 + stale)


def test_consent_is_to_one_revision_and_lapses_with_an_edit(office: Office) -> None:
    """Also when the words come back: an earlier yes to exactly them stands again."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id)

    def going_out() -> int:
        return len(approving.going_out(office.place, office.approver, campaign_id).texts)

    assert going_out() == 3
    changed = edit(office, partner, message_of(office, saved), 1)
    assert going_out() == 2
    with pytest.raises(consenting.NotThatText):
        consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    consenting.consent(office.place, partner, saved.text_id, revision=changed.revision, now=office.now)
    assert going_out() == 3


def test_consenting_twice_is_one_yes(office: Office) -> None:
    """And after it was taken back it is a new one."""
    partner = office.partner()
    saved = office.consented(partner, office.briefed(partner))
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    assert len(rows(office.place, Consent)) == 1
    consenting.take_back(office.place, partner, saved.text_id, now=office.now)
    with pytest.raises(NotThere):
        consenting.take_back(office.place, partner, saved.text_id, now=office.now)
    later = office.now + MINUTE
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=later)
    (given,) = rows(office.place, Consent)
    assert (given.given_at, given.taken_back_at) == (later, None)


def test_a_text_with_faults_is_saved_and_gets_no_consent(office: Office) -> None:
    """A draft may lack a key fact; what leaves may not."""
    partner = office.partner()
    saved = office.answer(partner, office.briefed(partner), content=text("Rubrik", "Ingen siffra."))
    assert saved.faults
    with pytest.raises(BadInput):
        consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)


def test_only_a_publisher_consents(office: Office) -> None:
    """An editor writes; the police never say yes for a partner."""
    partner = office.partner()
    assert partner.organisation_id
    editor = office.member(partner.organisation_id, {Role.EDITOR})
    saved = office.answer(partner, office.briefed(partner, editor))
    for who in (editor, office.communicator):
        with pytest.raises(NotAllowed):
            consenting.consent(office.place, who, saved.text_id, revision=saved.revision, now=office.now)


def test_texts_and_channels_are_frozen_after_approval(office: Office) -> None:
    """What was approved is what is published."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL])
    office.approve(campaign_id)
    before = dump(office.place)
    with pytest.raises(TextsAreFrozen):
        edit(office, partner, message_of(office, saved), 1)
    with pytest.raises(TextsAreFrozen):
        matching.choose_channels(office.place, partner, message_of(office, saved), channels=[], now=office.now)
    assert dump(office.place) == before


def test_other_channels_need_a_new_yes(office: Office) -> None:
    """An editor may choose them, and cannot send the organisation's words where it never said yes to."""
    partner = office.partner(channels=CHANNELS)
    assert partner.organisation_id
    editor = office.member(partner.organisation_id, {Role.EDITOR})
    campaign_id = office.briefed(partner, editor)
    saved = office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL, ChannelKind.BY_HAND])
    message_id = message_of(office, saved)

    def choose(*channels: ChannelKind) -> list[str]:
        matching.choose_channels(office.place, editor, message_id, channels=channels, now=office.now)
        last = max(rows(office.place, AuditEvent), key=lambda row: row.number)
        told: list[str] = last.details["consents_taken_back"]
        return told

    def counts() -> bool:
        (own,) = matching.own_messages(office.place, partner, campaign_id, now=office.now)
        return own.texts[0].consented

    assert (choose(ChannelKind.BY_HAND, ChannelKind.EMAIL), counts()) == ([], True)
    assert (choose(ChannelKind.WEBHOOK, *own_kinds(office, message_id)), counts()) == ([saved.text_id], False)
    assert [going for going in seen(office, campaign_id) if not going.is_core] == []
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    assert [len(going.channels) for going in seen(office, campaign_id) if not going.is_core] == [3]


def own_kinds(office: Office, message_id: str) -> list[ChannelKind]:
    """The kinds a message leaves through."""
    return [ChannelKind(kind) for kind in rows(office.place, Message, col(Message.id) == message_id)[0].channels]


def seen(office: Office, campaign_id: str) -> Sequence[approving.GoingOut]:
    """What the approver sees."""
    return approving.going_out(office.place, office.approver, campaign_id).texts


def test_beginning_a_message_again_changes_none_of_its_channels(office: Office) -> None:
    """So the yes to it stands."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL])
    begun = matching.begin_message(
        office.place, partner, campaign_id, answers=office.core_message(campaign_id), channels=[ChannelKind.WEBHOOK],
        now=office.now,
    )  # fmt: skip
    assert (begun, own_kinds(office, begun)) == (message_of(office, saved), [ChannelKind.EMAIL])
    (own,) = matching.own_messages(office.place, partner, campaign_id, now=office.now)
    assert own.texts[0].consented


def test_after_the_lift_a_choice_of_channels_takes_back_no_yes(office: Office) -> None:
    """What was published with it stays published with it."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.live(partner)
    (own,) = matching.own_messages(office.place, partner, campaign_id, now=office.now)
    matching.choose_channels(office.place, partner, own.message_id, channels=[], now=office.now)
    (own,) = matching.own_messages(office.place, partner, campaign_id, now=office.now)
    assert own.texts[0].consented


def test_a_yes_taken_back_takes_out_one_message_and_no_tombstone(office: Office) -> None:
    """Its deliveries are cancelled, the others go on, nobody publishing by hand is reminded in vain."""
    first = office.partner(channels=CHANNELS)
    second = office.partner("Andra (exempel)", channels=CHANNELS)
    campaign_id = office.briefed(first, second)
    saved = office.consented(first, campaign_id, channels=list(office.place.channels))
    office.consented(second, campaign_id, channels=list(office.place.channels))
    office.approve(campaign_id)
    consenting.take_back(office.place, first, saved.text_id, now=office.now)
    messages = rows(office.place, Delivery, col(Delivery.event) == Event.MESSAGE_PUBLISHED)
    states = {(row.organisation_id, row.state) for row in messages}
    assert states == {
        (first.organisation_id, DeliveryState.CANCELLED),
        (second.organisation_id, DeliveryState.PLANNED),
    }
    released = rows(office.place, ReleasedText, col(ReleasedText.text_id) == saved.text_id)
    assert [(row.superseded_at, row.withdrawn_at) for row in released] == [(office.now, None)]
    reminders = rows(
        office.place, Delivery, col(Delivery.event) == Event.NOTICE, col(Delivery.planned_at) > office.now,
        col(Delivery.state) == DeliveryState.PLANNED,
    )  # fmt: skip
    assert len(reminders) == 1


def test_from_the_last_second_a_yes_is_not_taken_back(office: Office) -> None:
    """What is public is withdrawn, which leaves a tombstone."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id)
    office.approve(campaign_id)
    for now in (Office.LIFT - scheduling.LAST_MOMENT, Office.LIFT):
        with pytest.raises(consenting.ConsentIsPublished):
            consenting.take_back(office.place, partner, saved.text_id, now=now)


def test_after_the_lift_a_yes_to_a_coming_correction_is_taken_back(office: Office) -> None:
    """What is published stays; the correction waits for a new yes."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id)
    office.approve(campaign_id)
    office.now = Office.LIFT + MINUTE
    changed = edit(office, partner, message_of(office, saved), 1)
    consenting.consent(office.place, partner, saved.text_id, revision=changed.revision, now=office.now)
    consenting.take_back(office.place, partner, saved.text_id, now=office.now)
    with pytest.raises(correcting.ConsentNeeded):
        correcting.correct(office.place, partner, saved.text_id, revision=changed.revision, now=office.now)
    assert all(row.superseded_at is None for row in rows(office.place, ReleasedText))


def test_a_message_begun_and_left_empty_hurts_nobody(office: Office) -> None:
    """It is simply not part of the release."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    matching.begin_message(office.place, partner, campaign_id, answers=office.core_message(campaign_id), now=office.now)
    assert office.approve(campaign_id).deliveries == 1  # campaign.lifted to its webhook
    assert len(rows(office.place, Message)) == 2
