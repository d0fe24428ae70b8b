"""Approval: two people, exactly what was asked for, nothing missing unseen; and then it is frozen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from factories import Office, draft, dump, rows, text
from scenes import CHANNELS
from sqlmodel import col, update

from campaigns.channels.base import DoesNotFit, Outgoing, Rendered
from campaigns.domain.access import NeedsAnotherPerson, Role
from campaigns.domain.errors import BadInput, NotAllowed
from campaigns.domain.lifecycle import DeliveryState, NotInThisStage, Stage, TextState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Delivery, Message, Release, ReleasedText, Text
from campaigns.work.campaign import registering
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.launch import approving, scheduling
from campaigns.work.organisations import organisation
from campaigns.work.partners import consenting, matching


def edit_core(office: Office, campaign_id: str, *, by: object = None, content: TextContent | None = None) -> None:
    """Save the Swedish core text once more."""
    who = by or office.communicator
    (core, *_) = matching.own_messages(office.place, office.communicator, campaign_id, now=office.now)
    version = next((own.version for own in core.texts if own.language == "sv"), 0)
    matching.edit_text(
        office.place,
        who,  # type: ignore[arg-type] # an Actor
        core.message_id,
        language="sv",
        content=content or text("Ny rubrik"),
        expected_version=version,
        now=office.now,
    )


def ask(office: Office, campaign_id: str) -> str:
    """The communicator asks, once every language is ready."""
    office.make_ready(campaign_id)
    return approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)


def approve(office: Office, campaign_id: str, revision: str, *, by: object = None) -> approving.Approved:
    """The approver, or another, says yes."""
    who = by or office.approver
    return approving.approve(office.place, who, campaign_id, revision=revision, now=office.now)  # type: ignore[arg-type] # an Actor


def test_nobody_approves_what_they_asked_for_themselves(office: Office) -> None:
    """Two people; but two who both asked may confirm each other."""
    campaign_id = office.briefed()
    office.make_ready(campaign_id)
    revision = approving.ask_approval(office.place, office.approver, campaign_id, now=office.now)
    with pytest.raises(NeedsAnotherPerson):
        approve(office, campaign_id, revision)
    ask(office, campaign_id)
    approving.ask_approval(office.place, office.approver, campaign_id, now=office.now)
    approve(office, campaign_id, revision)


def test_whoever_wrote_a_core_text_cannot_approve_it(office: Office) -> None:
    """Even if another asked."""
    campaign_id = office.briefed()
    edit_core(office, campaign_id, by=office.approver)
    revision = ask(office, campaign_id)
    before = dump(office.place)
    with pytest.raises(NeedsAnotherPerson):
        approve(office, campaign_id, revision)
    assert dump(office.place) == before


def test_only_an_approver_approves(office: Office) -> None:
    """A communicator asks."""
    campaign_id = office.briefed()
    revision = ask(office, campaign_id)
    with pytest.raises(NotAllowed):
        approve(office, campaign_id, revision, by=office.member(office.police, {Role.COMMUNICATOR}))


def test_what_changed_after_it_was_asked_for_is_not_approved(office: Office) -> None:
    """A core text, a partner's new yes, or a language left out."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    changes: list[Callable[[], object]] = [
        lambda: edit_core(office, campaign_id),
        lambda: office.consented(partner, campaign_id),
        lambda: approving.leave_out(office.place, office.communicator, campaign_id, language="en", now=office.now),
    ]
    for change in changes:
        revision = ask(office, campaign_id)
        change()
        with pytest.raises(approving.NotAsked):
            approve(office, campaign_id, revision)
    assert rows(office.place, Release) == []


def test_an_approval_is_not_asked_for_once_and_used_twice(office: Office) -> None:
    """After reopening, what was asked for before counts no more, however often it was asked."""
    campaign_id = office.briefed()
    revision = ask(office, campaign_id)
    assert ask(office, campaign_id) == revision
    approve(office, campaign_id, revision)
    scheduling.reopen(office.place, office.communicator, campaign_id, now=office.now)
    with pytest.raises(approving.NotAsked):
        approve(office, campaign_id, revision)


def test_an_approval_is_asked_for_anew_when_t_is_moved(office: Office) -> None:
    """It was asked for another T; also when T is moved back."""
    campaign_id = office.briefed()
    revision = ask(office, campaign_id)
    later = Office.LIFT + (Office.LIFT - Office.NOW)
    for lift_at in (later, Office.LIFT):
        scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=lift_at, now=office.now)
        assert approving.going_out(office.place, office.approver, campaign_id).lift_at == lift_at
        with pytest.raises(approving.NotAsked):
            approve(office, campaign_id, revision)
    approve(office, campaign_id, ask(office, campaign_id))


def write(office: Office, table: type[Any], values: dict[str, Any]) -> None:
    """Change something behind the tasks' back."""
    with writing(office.place.engine) as session:
        session.connection().execute(update(table).values(**values))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Campaign, {"lift_at": Office.LIFT - (Office.LIFT - Office.NOW) / 2}),
        (Campaign, {"key_facts": [{"kind": "phone", "value": "112", "says": "", "wordings": []}]}),
        (Message, {"position": 7}),
    ],
)
def test_approval_binds_when_in_which_order_and_with_which_numbers(
    sqlite_office: Office, table: type[Any], values: dict[str, Any]
) -> None:
    """Another T, another order or another number to call is another release."""
    office = sqlite_office
    campaign_id = office.briefed()
    before = approving.going_out(office.place, office.approver, campaign_id).revision
    write(office, table, values)
    assert approving.going_out(office.place, office.approver, campaign_id).revision != before


def test_approval_binds_the_channels_that_are_really_used(office: Office) -> None:
    """A core message that names none leaves through all the police have; a new one is seen, and asked for anew."""
    campaign_id = office.briefed()
    revision = ask(office, campaign_id)
    kind, address = CHANNELS[0]
    organisation.add_channel(
        office.place, office.operator, organisation_id=office.police, kind=kind, address=address, now=office.now
    )
    with pytest.raises(approving.NotAsked):
        approve(office, campaign_id, revision)
    seen = approving.going_out(office.place, office.approver, campaign_id)
    assert {going.channels for going in seen.texts} == {(kind,)}
    approve(office, campaign_id, ask(office, campaign_id))


def test_an_approver_who_wrote_any_version_does_not_approve(office: Office) -> None:
    """That another saved a comma after them hides nothing; what was approved once is somebody else's yes already."""
    campaign_id = office.briefed()
    edit_core(office, campaign_id, by=office.approver, content=text("Approverns egen"))
    edit_core(office, campaign_id, content=text("Approverns egen!"))
    revision = ask(office, campaign_id)
    with pytest.raises(NeedsAnotherPerson):
        approve(office, campaign_id, revision)
    other = office.member(office.police, {Role.APPROVER})
    approve(office, campaign_id, revision, by=other)
    scheduling.reopen(office.place, office.communicator, campaign_id, now=office.now)
    edit_core(office, campaign_id, content=text("Ny igen"))
    approve(office, campaign_id, ask(office, campaign_id))


def test_a_text_that_is_taken_out_of_a_release_keeps_the_review_it_had(office: Office) -> None:
    """Somebody else has read these words. The Swedish is a draft again, and so is a partner's."""
    campaign_id = office.approved(office.partner())
    scheduling.reopen(office.place, office.communicator, campaign_id, now=office.now)
    states = {(row.language, row.state) for row in rows(office.place, Text)}
    assert states == {("sv", TextState.DRAFT), ("en", TextState.REVIEWED)}
    ask(office, campaign_id)


def test_a_text_whose_yes_is_taken_back_is_a_draft_again(office: Office) -> None:
    """The others stay approved."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id)
    office.approve(campaign_id)
    consenting.take_back(office.place, partner, saved.text_id, now=office.now)
    assert rows(office.place, Text, col(Text.id) == saved.text_id)[0].state is TextState.DRAFT


def test_a_missing_language_stands_in_the_way_until_a_named_person_leaves_it_out(office: Office) -> None:
    """No language left behind unseen; and it can be taken in again."""
    campaign_id = office.briefed(languages=("sv", "en", "so"))
    with pytest.raises(BadInput) as told:
        ask(office, campaign_id)
    assert [fault.field for fault in told.value.faults] == ["huvudbudskap.so"]
    approving.leave_out(office.place, office.communicator, campaign_id, language="so", now=office.now)
    assert rows(office.place, Campaign)[0].left_out == {"so": office.communicator.member_id}
    ask(office, campaign_id)
    approving.take_in(office.place, office.communicator, campaign_id, language="so", now=office.now)
    with pytest.raises(BadInput):
        ask(office, campaign_id)
    for task, language in ((approving.leave_out, "fi"), (approving.take_in, "en")):
        with pytest.raises(approving.NotALanguage):
            task(office.place, office.communicator, campaign_id, language=language, now=office.now)


def test_a_core_message_does_not_vanish_with_a_language_left_out(office: Office) -> None:
    """One that exists only in English is missing in Swedish, also when English is left out."""
    messages = (*draft().core_messages, MessageDraft(name="extra", texts={"en": text("More", "Call 114 14.")}))
    campaign_id = office.briefed(core_messages=messages)
    approving.leave_out(office.place, office.communicator, campaign_id, language="en", now=office.now)
    with pytest.raises(BadInput) as told:
        ask(office, campaign_id)
    assert [fault.field for fault in told.value.faults] == ["extra.sv"]


def test_a_release_needs_a_core_message(office: Office) -> None:
    """With every language left out there is nothing to publish."""
    campaign_id = office.briefed()
    for language in ("sv", "en"):
        approving.leave_out(office.place, office.communicator, campaign_id, language=language, now=office.now)
    with pytest.raises(approving.NoCoreMessage):
        ask(office, campaign_id)


def test_faults_in_core_texts_stand_in_the_way(office: Office) -> None:
    """All of them are named."""
    campaign_id = office.briefed()
    edit_core(office, campaign_id, content=text("", "Ingen siffra"))
    with pytest.raises(BadInput) as told:
        ask(office, campaign_id)
    assert {fault.field for fault in told.value.faults} >= {"huvudbudskap.sv.headline", "huvudbudskap.sv.long"}


def test_a_text_a_channel_cannot_take_is_found_at_approval(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and not at T; nothing is frozen."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL])
    revision = ask(office, campaign_id)

    def render(_: object) -> None:
        raise DoesNotFit(organisation="x", language="sv", channel="email", reason="it is too long")

    before = dump(office.place)
    with monkeypatch.context() as full:
        full.setattr(office.place.channels[ChannelKind.EMAIL], "render", render)
        with pytest.raises(DoesNotFit):
            approve(office, campaign_id, revision)
    assert dump(office.place) == before


def test_one_partners_text_that_cannot_be_rendered_stops_nobody_once_it_is_left_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 27. Whatever breaks in it breaks at approval, with its name; without it all others are approved."""
    broken, whole = (office.partner(f"{name} (exempel)", channels=CHANNELS) for name in ("Trasig", "Hel"))
    campaign_id = office.briefed(broken, whole)
    bad = office.consented(broken, campaign_id, channels=[ChannelKind.EMAIL])
    office.consented(whole, campaign_id, channels=[ChannelKind.EMAIL])
    email = office.place.channels[ChannelKind.EMAIL]
    render = email.render

    def breaking(outgoing: Outgoing) -> Rendered:
        if outgoing.organisation == "Trasig (exempel)":
            raise DoesNotFit(organisation=outgoing.organisation, language="sv", channel="email", reason="too long")
        return render(outgoing)

    monkeypatch.setattr(email, "render", breaking)
    revision = ask(office, campaign_id)
    before = dump(office.place)
    with pytest.raises(DoesNotFit, match="Trasig"):
        approve(office, campaign_id, revision)
    assert [row.stage for row in rows(office.place, Campaign)] == [Stage.BRIEFING]
    assert dump(office.place)["deliveries"] == before["deliveries"]
    consenting.take_back(office.place, broken, bad.text_id, now=office.now)
    approve(office, campaign_id, ask(office, campaign_id))
    planned = rows(office.place, Delivery, col(Delivery.event) == Event.MESSAGE_PUBLISHED)
    assert {row.organisation_id for row in planned if row.kind is ChannelKind.EMAIL} == {whole.organisation_id}


def test_there_is_one_delivery_for_each_message_language_and_channel(office: Office) -> None:
    """And one `campaign.lifted` for each webhook of those who take part. A channel nobody has is a gap."""
    partner = office.partner(channels=CHANNELS[:2])
    office.partner("Bara inbjuden (exempel)", channels=CHANNELS[:1])
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id, channels=list(office.place.channels))
    message_id = rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id
    english = matching.edit_text(
        office.place, partner, message_id, language="en", content=text("We listen", "Call 114 14."),
        expected_version=0, now=office.now,
    )  # fmt: skip
    consenting.consent(office.place, partner, english.text_id, revision=english.revision, now=office.now)
    approved = office.approve(campaign_id)
    planned = rows(office.place, Delivery, col(Delivery.release_id) == approved.release_id)
    assert approved.deliveries == len(planned) == len({row.id for row in planned})
    assert sorted((row.event.value, row.kind.value, row.language) for row in planned) == [
        ("campaign.lifted", "webhook", ""),
        ("campaign.lifted", "webhook", ""),
        ("message.published", "email", "en"),
        ("message.published", "email", "sv"),
        ("message.published", "webhook", "en"),
        ("message.published", "webhook", "sv"),
    ]
    assert {(row.state, row.planned_at, row.attempts) for row in planned} == {(DeliveryState.PLANNED, Office.LIFT, 0)}
    assert approved.gaps == (("Ungdomsjouren (exempel)", ChannelKind.BY_HAND),)


def test_a_core_message_leaves_through_all_channels_of_the_police(office: Office) -> None:
    """Unless it names some."""
    for kind, address in CHANNELS:
        organisation.add_channel(
            office.place, office.operator, organisation_id=office.police, kind=kind, address=address, now=office.now
        )
    assert office.approve(office.briefed()).deliveries == 2 * 3 + 1


def test_frozen_bytes_do_not_change_when_the_text_is_edited_later(office: Office) -> None:
    """After T an edit prepares a correction; until then the public and the channels have what was approved."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.live(partner)
    frozen = {row.id: row.body for row in rows(office.place, Delivery)}
    released = [row.headline for row in rows(office.place, ReleasedText)]
    edit_core(office, campaign_id)
    assert {row.id: row.body for row in rows(office.place, Delivery)} == frozen
    assert [row.headline for row in rows(office.place, ReleasedText)] == released
    hook = next(row for row in rows(office.place, Delivery) if row.kind is ChannelKind.WEBHOOK and row.language)
    assert json.loads(hook.body)["data"]["message"]["headline"] == "Vi lyssnar"
    assert hook.event is Event.MESSAGE_PUBLISHED


def test_what_a_person_sees_is_what_is_frozen(office: Office) -> None:
    """The same texts, channels and revision."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL])
    seen = approving.going_out(office.place, office.approver, campaign_id)
    office.approve(campaign_id)
    assert rows(office.place, Release)[0].revision == seen.revision
    assert {row.revision for row in rows(office.place, ReleasedText)} == {going.revision for going in seen.texts}
    assert [going.channels for going in seen.texts if not going.is_core] == [(ChannelKind.EMAIL,)]


def test_a_draft_is_not_approved(office: Office) -> None:
    """Partners come first."""
    campaign_id = registering.register(office.place, office.communicator, draft(), now=office.now).campaign_id
    with pytest.raises(NotInThisStage):
        ask(office, campaign_id)
