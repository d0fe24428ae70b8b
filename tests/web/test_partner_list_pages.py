"""The police's page of partners and questions: inviting, taking back, answering."""

from pathlib import Path

from desks import at_desk
from factories import Office, rows

from campaigns.domain.access import Role
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.tables import Campaign, Invitation, Question
from campaigns.work.partners import briefing


def test_the_briefing_is_opened_for_those_it_concerns(sqlite_office: Office, tmp_path: Path) -> None:
    """The page names them first."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.registered()
    desk, address = at_desk(office, tmp_path, office.communicator), f"/arbete/kampanj/{campaign_id}/partner"
    assert "Ungdomsjouren (exempel)" in desk.get(address).get_data(as_text=True)
    assert rows(office.place, Invitation) == []
    assert desk.post(f"{address}/oppna").status_code == 303
    assert rows(office.place, Campaign)[0].stage is Stage.BRIEFING
    assert [one.organisation_id for one in rows(office.place, Invitation)] == [partner.organisation_id]
    assert desk.post(f"{address}/oppna").status_code == 422


def test_others_are_searched_for_invited_and_taken_back(sqlite_office: Office, tmp_path: Path) -> None:
    """Taking back is asked for once more."""
    office = sqlite_office
    campaign_id = office.briefed()
    other = office.organisation("Kyrkan (exempel)", topics=("brand",))
    desk, address = at_desk(office, tmp_path, office.communicator), f"/arbete/kampanj/{campaign_id}/partner"
    assert other in desk.get(f"{address}?q=kyrk").get_data(as_text=True)
    assert desk.post(f"{address}/bjud-in", {"organisation": other}).status_code == 303
    assert desk.get(f"{address}/{other}/ta-tillbaka").status_code == 200
    assert rows(office.place, Invitation)[0].revoked_at is None
    assert desk.post(f"{address}/{other}/ta-tillbaka").status_code == 303
    assert rows(office.place, Invitation)[0].revoked_at == office.now
    assert desk.get(f"{address}/{other}/ta-tillbaka").status_code == 404
    assert desk.post(f"{address}/bjud-in", {"organisation": "ingen"}).status_code == 404


def test_questions_are_answered_and_an_empty_answer_is_said_at_its_field(sqlite_office: Office, tmp_path: Path) -> None:
    """An unnamed one shows no organisation; a question of another campaign is not there."""
    office = sqlite_office
    partner = office.partner("Frågvisa (exempel)")
    campaign_id = office.briefed(partner)
    asked = briefing.ask(office.place, partner, campaign_id, question="Varför?", unnamed=True, now=office.now)
    desk, address = at_desk(office, tmp_path, office.communicator), f"/arbete/kampanj/{campaign_id}/partner"
    assert "Ställd utan namn" in desk.get(address).get_data(as_text=True)
    empty = desk.post(f"{address}/svar/{asked}", {f"answer-{asked}": " "})
    assert (empty.status_code, f'href="#f-answer-{asked}"' in empty.get_data(as_text=True)) == (422, True)
    assert desk.post(f"{address}/svar/{asked}", {f"answer-{asked}": "Därför."}).status_code == 303
    assert rows(office.place, Question)[0].answer == "Därför."
    elsewhere = f"/arbete/kampanj/{office.registered()}/partner/svar/{asked}"
    assert desk.post(elsewhere, {f"answer-{asked}": "Nej."}).status_code == 404


def test_whoever_may_not_invite_or_is_elsewhere_finds_nothing_to_press(sqlite_office: Office, tmp_path: Path) -> None:
    """A partner, another police organisation, a steward of one's own."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    elsewhere = office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE)
    steward = office.member(office.police, {Role.STEWARD})
    for who in (partner, office.member(elsewhere, {Role.COMMUNICATOR}), steward):
        desk, address = at_desk(office, tmp_path, who), f"/arbete/kampanj/{campaign_id}/partner"
        ends = ("oppna", "bjud-in", f"{partner.organisation_id}/ta-tillbaka", "svar/ingen")
        assert desk.get(address).status_code == 404
        assert [desk.post(f"{address}/{end}").status_code for end in ends] == [404] * 4
