"""Whom a campaign is told and why, who accepted, what they ask; and how many queries lists take."""

import pytest
from counting import counted
from factories import Office

from campaigns.domain.access import Role
from campaigns.domain.errors import NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.work.campaign.listing import Part, campaigns_at_hand
from campaigns.work.campaign.partner_list import PartnerList, find_partners, partner_list
from campaigns.work.campaign.steps import StepName, StepState, overview
from campaigns.work.partners import briefing


def listed(office: Office, campaign_id: str) -> PartnerList:
    """The list as the communicator sees it."""
    return partner_list(office.place, office.communicator, campaign_id)


def test_a_draft_proposes_those_whose_bevakning_it_meets_and_says_why(office: Office) -> None:
    """Topics and places that meet; others are not proposed."""
    office.organisation("Alla ämnen (exempel)", places=("SE-M",))
    office.organisation("Skolan (exempel)", topics=("skola", "Rekrytering"), places=("SE-AB",))
    office.organisation("Annat (exempel)", topics=("brand",))
    found = listed(office, office.registered(topics=("rekrytering",)))
    assert [(one.name, one.why.topics, one.why.places) for one in found.proposed if one.why] == [
        ("Alla ämnen (exempel)", (), ("Skåne län",)),
        ("Skolan (exempel)", ("rekrytering",), ("Stockholms län",)),
    ]
    assert found.invited == ()


def test_the_list_says_who_accepted_the_terms_and_who_was_taken_back(office: Office) -> None:
    """Those whose invitation stands come first."""
    one, other = office.partner("B (exempel)"), office.partner("A (exempel)")
    campaign_id = office.briefed(one, other)
    briefing.revoke(
        office.place, office.communicator, campaign_id, organisation_id=other.organisation_id or "", now=office.now
    )
    found = listed(office, campaign_id)
    assert [(row.partner.name, row.revoked_at is None) for row in found.invited] == [
        ("B (exempel)", True),
        ("A (exempel)", False),
    ]
    assert [(yes.name, yes.at, yes.is_old) for yes in found.standing[0].accepted] == [("exempel", office.now, False)]


def test_a_question_without_a_name_stays_without_one(office: Office) -> None:
    """The unanswered stand first."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    asked = briefing.ask(office.place, partner, campaign_id, question="Först?", now=office.now)
    briefing.answer(office.place, office.communicator, asked, text="Ja.", now=office.now)
    briefing.ask(office.place, partner, campaign_id, question="Varför?", unnamed=True, now=office.now)
    assert [(one.question, one.by) for one in listed(office, campaign_id).questions] == [
        ("Varför?", ""),
        ("Först?", "Ungdomsjouren (exempel)"),
    ]


def test_others_are_found_by_name_unless_they_are_invited(office: Office) -> None:
    """Signs that mean something to the database are signs like others."""
    invited = office.partner("Ungdom ett (exempel)")
    campaign_id = office.briefed(invited)
    office.organisation("Ungdom två 100 % (exempel)", topics=("brand",))
    search = [
        find_partners(office.place, office.communicator, campaign_id, words=asked) for asked in ("ungdom", "0 %", "%%")
    ]
    assert [[one.name for one in found] for found in search] == [
        ["Ungdom två 100 % (exempel)"],
        ["Ungdom två 100 % (exempel)"],
        [],
    ]


def test_another_police_organisation_finds_nothing(sqlite_office: Office) -> None:
    """Neither list, nor search, nor overview."""
    office = sqlite_office
    campaign_id = office.registered()
    elsewhere = office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE)
    other = office.member(elsewhere, {Role.COMMUNICATOR})
    for read in (
        lambda: partner_list(office.place, other, campaign_id),
        lambda: find_partners(office.place, other, campaign_id, words="a"),
        lambda: overview(office.place, other, campaign_id, public=False),
    ):
        with pytest.raises(NotThere):
            read()
    assert campaigns_at_hand(office.place, other, now=office.now) == ()


def test_lists_and_overview_take_as_many_queries_for_many_as_for_few(sqlite_office: Office) -> None:
    """For eight partners and six campaigns as for one of each."""
    office, counts = sqlite_office, []
    for more in (1, 7):
        everyone = [office.partner(f"Partner {more}.{n} (exempel)") for n in range(more)]
        for _ in range(more - 1):
            office.briefed(*everyone)
        campaign_id = office.briefed(*everyone)
        for partner in everyone:
            office.consented(partner, campaign_id)
            briefing.ask(office.place, partner, campaign_id, question="Varför?", now=office.now)
        with counted(office.place) as seen:
            listed(office, campaign_id)
            campaigns_at_hand(office.place, office.communicator, now=office.now)
            overview(office.place, office.communicator, campaign_id, public=False)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_steps_follow_the_work(sqlite_office: Office) -> None:
    """From a draft without a briefing to what is public."""
    office = sqlite_office
    partner = office.partner()

    def upcoming(campaign_id: str, *, public: bool = False) -> StepName | None:
        return overview(office.place, office.communicator, campaign_id, public=public).next_step

    assert upcoming(office.registered(briefing="")) is StepName.FACTS
    assert upcoming(office.registered(languages=("sv", "en", "ar"))) is StepName.MESSAGES
    assert upcoming(office.registered()) is StepName.PARTNERS
    campaign_id = office.briefed(partner)
    assert upcoming(campaign_id) is StepName.CONSENTS
    office.consented(partner, campaign_id)
    assert upcoming(campaign_id) is StepName.APPROVAL
    office.approve(campaign_id)
    assert upcoming(campaign_id) is StepName.RELEASE
    steps = overview(office.place, office.communicator, campaign_id, public=True).steps
    assert {state for _, state in steps} == {StepState.DONE}


def test_a_partner_sees_what_it_may_know_of_and_no_name_before_the_terms(sqlite_office: Office) -> None:
    """A draft is not there at all, and no figure of others is told."""
    office = sqlite_office
    partner = office.partner()
    office.registered(name="Utkast")
    office.briefed(name="Hemlig titel")
    (line,) = campaigns_at_hand(office.place, partner, now=office.now)
    assert (line.at.name, line.at.slug, line.invited, line.part) == ("", "", 0, Part.WORKING)
    office.accept(partner, line.at.id)
    assert campaigns_at_hand(office.place, partner, now=office.now)[0].at.name == "Hemlig titel"
