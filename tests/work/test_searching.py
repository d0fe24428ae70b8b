"""Search finds what a member may see, and never tells that there is anything else."""

import pytest
from factories import Office, draft, text

from campaigns.domain.access import Actor, Role
from campaigns.domain.organisations import OrganisationKind
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.overview.searching import Hit, Kind, search
from campaigns.work.partners import briefing


def found(office: Office, actor: Actor, wanted: str) -> dict[Kind, list[Hit]]:
    """The finds by kind."""
    return {group.kind: list(group.hits) for group in search(office.place, actor, wanted, now=office.now)}


@pytest.mark.parametrize(
    "wanted", ["gängsnacket", "GÄNGSNACKET", "gäng", "SNACK", "ga\u0308ngsnacket", "  gängsnacket "]
)
def test_capitals_parts_and_ways_to_write_a_letter_do_not_matter(office: Office, wanted: str) -> None:
    """On SQLite and PostgreSQL alike, whatever their own idea of small letters."""
    campaign_id = office.registered(name="GÄNGSNACKET i Örebro")
    (hit,) = found(office, office.communicator, wanted)[Kind.CAMPAIGN]
    assert (hit.campaign_id, hit.title) == (campaign_id, "GÄNGSNACKET i Örebro")


def test_a_partner_who_has_not_accepted_the_terms_finds_nothing_by_the_campaigns_name(office: Office) -> None:
    """Neither its name nor its messages; after accepting both."""
    partner = office.partner()
    campaign_id = office.briefed(name="Operation Norrsken", briefing="Norrsken")
    assert search(office.place, partner, "norrsken", now=office.now) == ()
    assert search(office.place, partner, "pengarna", now=office.now) == ()
    office.accept(partner, campaign_id)
    assert set(found(office, partner, "norrsken")) == {Kind.CAMPAIGN}
    assert set(found(office, partner, "pengarna")) == {Kind.CORE}


def test_a_briefing_that_is_not_open_yet_is_not_searched(office: Office) -> None:
    """The terms alone open nothing."""
    partner = office.partner()
    office.briefed(partner, name="Operation Norrsken", briefing_opens_at=office.now.replace(hour=23))
    assert search(office.place, partner, "norrsken", now=office.now) == ()


def test_another_organisations_draft_is_never_found(office: Office) -> None:
    """Not by another partner, and not by the police."""
    one, other = office.partner("Ena"), office.partner("Andra")
    campaign_id = office.briefed(one, other)
    office.answer(one, campaign_id, content=text("Hemligt utkast", "Ring 114 14."))
    assert set(found(office, one, "hemligt utkast")) == {Kind.OWN}
    for stranger in (other, office.communicator, office.approver):
        assert search(office.place, stranger, "hemligt utkast", now=office.now) == ()


@pytest.mark.parametrize("wanted", ["%", "_", "100_", "\\", "%%"])
def test_signs_of_the_database_are_letters_like_others(office: Office, wanted: str) -> None:
    """They match themselves and nothing else."""
    office.registered(name="Vanlig kampanj")
    assert search(office.place, office.communicator, wanted, now=office.now) == ()
    office.registered(name=f"Kampanj {wanted} procent")
    assert len(found(office, office.communicator, wanted)[Kind.CAMPAIGN]) == 1


def test_an_empty_search_finds_nothing(office: Office) -> None:
    """Blanks are empty too."""
    office.registered()
    assert search(office.place, office.communicator, "  ", now=office.now) == ()


def test_a_question_is_found_by_partners_once_it_is_answered(office: Office) -> None:
    """The police find it at once."""
    asker, other = office.partner("Ena"), office.partner("Andra")
    campaign_id = office.briefed(asker, other)
    asked = briefing.ask(office.place, asker, campaign_id, question="Finns affischen?", now=office.now)
    assert set(found(office, office.communicator, "affischen")) == {Kind.QUESTION}
    assert search(office.place, other, "affischen", now=office.now) == ()
    briefing.answer(office.place, office.communicator, asked, text="Ja.", now=office.now)
    assert set(found(office, other, "affischen")) == {Kind.QUESTION}


def test_only_the_police_look_up_organisations_and_everybody_only_their_own_colleagues(office: Office) -> None:
    """Who else takes part is nothing a search tells a partner."""
    partner = office.partner("Norra föreningen")
    office.partner("Norra andra")
    assert len(found(office, office.communicator, "norra")[Kind.ORGANISATION]) == 2
    assert search(office.place, partner, "norra", now=office.now) == ()
    assert len(found(office, partner, "exempel")[Kind.MEMBER]) == 1


def test_other_police_find_nothing_of_a_campaign_under_embargo(office: Office) -> None:
    """It is the registering organisation's own until T."""
    others = office.member(office.organisation("Annan polis", kind=OrganisationKind.POLICE), {Role.COMMUNICATOR})
    office.registered(name="Operation Norrsken")
    assert search(office.place, others, "norrsken", now=office.now) == ()


def test_a_role_that_may_not_read_briefings_finds_no_campaign(office: Office) -> None:
    """An administrator keeps members and channels."""
    administrator = office.member(office.police, {Role.ADMINISTRATOR})
    office.registered(name="Operation Norrsken")
    assert search(office.place, administrator, "norrsken", now=office.now) == ()


def test_a_public_campaign_is_found_by_everyone_and_leads_to_its_public_page(office: Office) -> None:
    """For whoever was not invited."""
    stranger = office.member(office.organisation("Utanför", topics=("annat",)), {Role.EDITOR})
    office.live(name="Operation Norrsken")
    (hit,) = found(office, stranger, "norrsken")[Kind.CAMPAIGN]
    assert not hit.is_mine


def test_the_words_around_a_find_are_cut_from_its_text(office: Office) -> None:
    """Before, the find itself as it is written, after."""
    long = f"{'ord ' * 50}Ring 114 14 NU. {'mer ' * 50}"
    message = MessageDraft(name="huvudbudskap", texts={"sv": text("Rubrik", long), "en": text("Title", "114 14")})
    assert draft(core_messages=(message,)).core_messages
    office.registered(core_messages=(message,))
    hit = found(office, office.communicator, "114 14 nu")[Kind.CORE][0]
    before, match, after = hit.around
    assert match == "114 14 NU"
    assert before.startswith("…")
    assert after.endswith("…")
