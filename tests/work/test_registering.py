"""Registering a campaign, from a form or a file: all of it, or nothing."""

from datetime import timedelta

import pytest
from factories import Office, draft, dump, rows, text
from sqlmodel import col

from campaigns import data
from campaigns.domain.access import Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere, SamklangError
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.times import LiftInThePast, LiftNotOnStep
from campaigns.store.tables import AuditEvent, Campaign, Channel, Message, Text, TextVersion
from campaigns.work.campaign import exporting, registering
from campaigns.work.campaign.drafts import ChannelDraft, MatchingDraft, PartnerDraft
from campaigns.work.campaign_file.reading import read_campaign_file
from campaigns.work.launch import reporting
from campaigns.work.texts.writing import NotACampaignLanguage

PARTNER = PartnerDraft(
    name="Jouren (exempel)",
    kind=OrganisationKind.HELPLINE,
    places=("SE",),
    languages=("sv",),
    channels=(ChannelDraft(kind=ChannelKind.WEBHOOK, address="http://127.0.0.1:9/in"),),
)


def test_a_registered_campaign_is_a_draft_that_only_its_owner_knows(office: Office) -> None:
    """Its texts have their first version, and translations know what they were made from."""
    office.registered()
    (campaign,) = rows(office.place, Campaign)
    assert campaign.stage is Stage.DRAFT
    assert campaign.owner_id == office.police
    assert len(rows(office.place, TextVersion)) == len(rows(office.place, Text)) == 2
    swedish, english = (rows(office.place, Text, col(Text.language) == tag)[0] for tag in ("sv", "en"))
    assert english.source_revision == swedish.revision


def test_the_sample_file_is_imported_whole(office: Office) -> None:
    """The operator names no owner while there is one police organisation."""
    read, _ = read_campaign_file(data.SAMPLE_CAMPAIGN.read_bytes(), now=office.now, step=timedelta(seconds=60))
    registering.register(office.place, office.operator, read, now=office.now)
    assert len(rows(office.place, Message)) == len(read.core_messages) + len(read.matching_messages)
    again = exporting.export(office.place, office.operator, read.slug)
    assert again.core_messages == read.core_messages
    assert {answer.by for answer in again.matching_messages} == {answer.by for answer in read.matching_messages}


def test_a_late_fault_in_a_file_leaves_nothing_behind(office: Office) -> None:
    """The very last text is in a language the campaign does not have: no campaign, no partner, no event."""
    answer = MatchingDraft(by=PARTNER.name, answers="huvudbudskap", texts={"so": text()})
    bad = draft(partners=(PARTNER,)).model_copy(update={"matching_messages": (answer,)})
    before = dump(office.place)
    with pytest.raises(NotACampaignLanguage):
        registering.register(office.place, office.communicator, bad, now=office.now)
    assert dump(office.place) == before


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (
            {"lift_at": Office.NOW - timedelta(minutes=1), "briefing_opens_at": Office.NOW - timedelta(hours=1)},
            LiftInThePast,
        ),
        ({"lift_at": Office.LIFT + timedelta(seconds=1)}, LiftNotOnStep),
        ({"slug": "tagen"}, registering.SlugTaken),
        ({"partners": (PARTNER.model_copy(update={"name": "Polisen (exempel)"}),)}, registering.OwnPartner),
    ],
)
def test_what_cannot_be_registered_is_refused(
    office: Office, wanted: dict[str, object], refusal: type[SamklangError]
) -> None:
    """A lift in the past or between two minutes, an address that is taken, oneself as a partner."""
    office.registered(slug="tagen")
    before = dump(office.place)
    with pytest.raises(refusal):
        office.registered(**wanted)
    assert dump(office.place) == before


def test_a_file_adds_no_channel_to_a_partner_that_is_there(office: Office) -> None:
    """A partner speaks through its own channels; the operator is told of the difference, others are not."""
    office.organisation(PARTNER.name)
    by_police = registering.register(office.place, office.communicator, draft(partners=(PARTNER,)), now=office.now)
    assert (by_police.organisations, by_police.notes) == ((), ())
    by_operator = registering.register(office.place, office.operator, draft(partners=(PARTNER,)), now=office.now)
    assert [note.message for note in by_operator.notes] == [registering.CHANNEL_NOT_ADDED]
    assert rows(office.place, Channel) == []


def test_a_new_partners_secrets_are_told_once(office: Office) -> None:
    """And never shown by whoever prints the value."""
    registered = registering.register(office.place, office.operator, draft(partners=(PARTNER,)), now=office.now)
    (added,) = registered.organisations
    ((address, secret),) = added.webhook_secrets.items()
    assert (added.name, address) == (PARTNER.name, PARTNER.channels[0].address)
    assert secret not in repr(registered)
    assert [office.place.vault.open(kept) for row in rows(office.place, Channel) for kept in row.secrets] == [secret]


def test_every_address_that_cannot_work_is_told_with_its_partner(office: Office) -> None:
    """All at once, and nothing is stored."""
    bad = [
        PARTNER.model_copy(
            update={
                "name": name,
                "channels": (ChannelDraft(kind=ChannelKind.WEBHOOK, address="https://a:b@example.org/in"),),
            }
        )
        for name in ("Jouren A (exempel)", "Jouren B (exempel)")
    ]
    before = dump(office.place)
    with pytest.raises(BadInput) as refused:
        registering.register(office.place, office.operator, draft(partners=tuple(bad)), now=office.now)
    assert [fault.field for fault in refused.value.faults] == ["Jouren A (exempel)", "Jouren B (exempel)"]
    assert dump(office.place) == before


def test_the_operator_names_the_owner_where_there_are_several(office: Office) -> None:
    """Otherwise it would be a guess."""
    other = office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE)
    with pytest.raises(registering.NoPoliceOrganisation):
        registering.register(office.place, office.operator, draft(), now=office.now)
    registering.register_for(office.place, office.operator, draft(), owner="Polisen Nord (exempel)", now=office.now)
    assert rows(office.place, Campaign)[0].owner_id == other
    with pytest.raises(registering.NoPoliceOrganisation):
        registering.register_for(
            office.place, office.communicator, draft(), owner="Polisen Nord (exempel)", now=office.now
        )


def test_a_partner_cannot_register_a_campaign(office: Office) -> None:
    """The police do."""
    with pytest.raises(NotAllowed):
        registering.register(office.place, office.partner(), draft(), now=office.now)


def test_one_police_organisation_does_not_see_anothers_campaign(office: Office) -> None:
    """Not in the list, not its state, not its receipt, not by rehearsing it."""
    office.registered(slug="hemlig")
    stranger = office.member(
        office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE), {Role.COMMUNICATOR}
    )
    assert reporting.campaign_list(office.place, stranger, now=office.now) == []
    with pytest.raises(NotThere):
        reporting.status(office.place, stranger, "hemlig", now=office.now)
    with pytest.raises(NotThere):
        reporting.release_receipt(office.place, stranger, "hemlig")
    assert len(reporting.campaign_list(office.place, office.operator, now=office.now)) == 1
    assert reporting.status(office.place, office.approver, "hemlig", now=office.now).stage is Stage.DRAFT


def test_registering_is_in_the_audit_trail(office: Office) -> None:
    """With the member and the campaign."""
    campaign_id = office.registered()
    (event,) = rows(office.place, AuditEvent, col(AuditEvent.action) == "campaign.registered")
    assert (event.campaign_id, event.member_id) == (campaign_id, office.communicator.member_id)
