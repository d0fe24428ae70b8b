"""The pages of facts, times and registering: nothing typed is lost, and nobody is overwritten."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from desks import Desk, at_desk
from factories import Office, rows

from campaigns.data import SAMPLE_CAMPAIGN
from campaigns.domain.access import Role
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.tables import Campaign

SHORT = {"Accept": "application/json"}


def typed(**wanted: Any) -> dict[str, Any]:
    """A form of facts as it is sent."""
    given = {
        "version": "1", "name": "Gängsnacket", "topics": "rekrytering", "audiences": "", "places": ["SE"],
        "municipalities": "", "languages": ["sv", "en"], "briefing": "## Lägesbild\nHemligt underlag.",
        "secrecy_ground": "ingen", "secrecy_decided_by": "kommunikationsdirektör", "secrecy_condition": "",
        "contact_name": "Kampanjgruppen", "contact_email": "kampanj@example.se",
        "fact": ["0"], "fact-0-kind": "phone", "fact-0-value": "114 14", "fact-0-says": "",
    }  # fmt: skip
    return given | wanted


def moment(name: str, local: str, **more: str) -> dict[str, str]:
    """A date and a time as they are typed."""
    day, hour = local.split(" ")
    return {f"{name}-date": day, f"{name}-time": hour, **{f"{name}-{part}": value for part, value in more.items()}}


def campaign(office: Office, campaign_id: str) -> Campaign:
    """The campaign's row."""
    return rows(office.place, Campaign, Campaign.id == campaign_id)[0]


def desk_and_campaign(office: Office, folder: Path, **wanted: Any) -> tuple[Desk, str]:
    """The communicator's browser and a campaign of theirs."""
    return at_desk(office, folder, office.communicator), office.registered(**wanted)


def test_facts_are_saved_and_the_page_shows_them_again(sqlite_office: Office, tmp_path: Path) -> None:
    """A form that is sent as it is shown changes nothing."""
    desk, campaign_id = desk_and_campaign(sqlite_office, tmp_path)
    address = f"/arbete/kampanj/{campaign_id}/uppgifter"
    answer = desk.post(address, typed(name="Nytt namn", municipalities="se-m-1280"))
    assert answer.status_code == 303
    stored = campaign(sqlite_office, campaign_id)
    assert (stored.name, stored.places, stored.version) == ("Nytt namn", ["SE", "SE-M-1280"], 2)
    page = desk.get(address).get_data(as_text=True)
    assert "Nytt namn" in page
    assert "SE-M-1280" in page
    again = typed(name="Nytt namn", municipalities="SE-M-1280", version="2")
    assert desk.post(address, again, headers=SHORT).get_json()["version"] == 2


def test_rows_come_and_go_without_a_script_and_nothing_is_saved(sqlite_office: Office, tmp_path: Path) -> None:
    """What was typed in the other fields stands there still."""
    desk, campaign_id = desk_and_campaign(sqlite_office, tmp_path)
    address = f"/arbete/kampanj/{campaign_id}/uppgifter"
    more = desk.post(address, typed(name="Halvskrivet", add="sentence")).get_data(as_text=True)
    assert 'name="fact-1-in-en"' in more
    assert "Halvskrivet" in more
    less = desk.post(address, typed(remove="fact-0")).get_data(as_text=True)
    assert "114 14" not in less
    assert campaign(sqlite_office, campaign_id).version == 1


def test_what_was_typed_is_kept_when_it_cannot_be_saved(sqlite_office: Office, tmp_path: Path) -> None:
    """The fault stands at its field, for a script as one sentence."""
    desk, campaign_id = desk_and_campaign(sqlite_office, tmp_path)
    address = f"/arbete/kampanj/{campaign_id}/uppgifter"
    wrong = typed(contact_email="ingen adress", briefing="Långt och mödosamt skrivet.")
    answer = desk.post(address, wrong)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Långt och mödosamt skrivet." in page
    assert 'href="#f-contact_email"' in page
    short = desk.post(address, wrong, headers=SHORT)
    assert (short.status_code, bool(short.get_json()["problem"])) == (422, True)


def test_two_who_change_the_same_see_both_and_one_chooses(sqlite_office: Office, tmp_path: Path) -> None:
    """Theirs, mine, or a wording of both; what only one changed is joined."""
    desk, campaign_id = desk_and_campaign(sqlite_office, tmp_path)
    address = f"/arbete/kampanj/{campaign_id}/uppgifter"
    desk.post(address, typed(name="Den förstas"))
    met = desk.post(address, typed(name="Den andras", topics="skola"))
    assert met.status_code == 409
    page = met.get_data(as_text=True)
    assert "Den förstas" in page
    assert "Den andras" in page
    assert campaign(sqlite_office, campaign_id).name == "Den förstas"
    assert desk.post(address, typed(name="Den andras"), headers=SHORT).status_code == 409
    desk.post(address, typed(name="Den andras", topics="skola", version="2", **{"pick-name": "theirs"}))
    stored = campaign(sqlite_office, campaign_id)
    assert (stored.name, stored.topics) == ("Den förstas", ["skola"])
    desk.post(address, typed(topics="skola", version="3", **{"pick-name": "own", "own-name": "Bådas"}))
    assert campaign(sqlite_office, campaign_id).name == "Bådas"
    history = desk.get(f"{address}/historik").get_data(as_text=True)
    assert "Bådas" in history


def test_what_the_release_holds_is_refused_with_the_way_out(sqlite_office: Office, tmp_path: Path) -> None:
    """The page says so before anybody writes, and the refusal says it again."""
    office = sqlite_office
    desk, campaign_id = at_desk(office, tmp_path, office.communicator), office.approved()
    address = f"/arbete/kampanj/{campaign_id}/uppgifter"
    assert f"/arbete/kampanj/{campaign_id}/utskick" in desk.get(address).get_data(as_text=True)
    assert desk.post(address, typed(name="Annat")).status_code == 422
    assert desk.post(address, typed(briefing="Nytt")).status_code == 303


def test_pages_of_another_police_organisation_are_not_there(sqlite_office: Office, tmp_path: Path) -> None:
    """Nor for a partner that is not invited."""
    office = sqlite_office
    campaign_id = office.registered()
    elsewhere = office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE)
    ends = ("", "/uppgifter", "/uppgifter/historik", "/tid", "/tid/rad", "/partner", "/stall-in", "/avsluta")
    for who in (office.member(elsewhere, {Role.COMMUNICATOR, Role.APPROVER}), office.partner()):
        desk = at_desk(office, tmp_path, who)
        assert [desk.get(f"/arbete/kampanj/{campaign_id}{end}").status_code for end in ends] == [404] * len(ends)


def test_a_partner_of_the_campaign_finds_none_of_the_police_pages(sqlite_office: Office, tmp_path: Path) -> None:
    """Invited and briefed, it has its own."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    desk = at_desk(office, tmp_path, partner)
    for end in ("/uppgifter", "/tid", "/partner", "/stall-in"):
        assert desk.get(f"/arbete/kampanj/{campaign_id}{end}").status_code == 404
        assert desk.post(f"/arbete/kampanj/{campaign_id}{end}", typed()).status_code in {404, 405}


def try_times(desk: Desk, campaign_id: str, lift: str, **more: str) -> str:
    """The page of times with a lift tried out in its address."""
    query = urlencode(moment("briefing_opens_at", "2026-11-23 08:00") | moment("lift_at", lift, **more))
    return desk.get(f"/arbete/kampanj/{campaign_id}/tid?{query}").get_data(as_text=True)


def test_a_time_is_tried_out_without_changing_anything(sqlite_office: Office, tmp_path: Path) -> None:
    """Christmas Eve before dawn is worth a word."""
    desk, campaign_id = desk_and_campaign(sqlite_office, tmp_path)
    page = try_times(desk, campaign_id, "2026-12-24 05:00")
    assert "julafton" in page
    assert "Det är natt" in page
    assert campaign(sqlite_office, campaign_id).lift_at == Office.LIFT


def test_the_hour_that_is_missing_is_refused_and_the_one_that_comes_twice_is_asked_for(
    sqlite_office: Office, tmp_path: Path
) -> None:
    """In spring and in autumn; an offset that stayed from another day counts for nothing."""
    office = sqlite_office
    office.now = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
    campaign_id = office.registered(briefing_opens_at=office.now, lift_at=office.now + timedelta(days=9))
    desk = at_desk(office, tmp_path, office.communicator)
    address, opens = f"/arbete/kampanj/{campaign_id}/tid", moment("briefing_opens_at", "2026-10-01 10:00")
    assert desk.post(address, opens | moment("lift_at", "2027-03-28 02:30")).status_code == 422
    asked = desk.post(address, opens | moment("lift_at", "2026-10-25 02:30"))
    assert asked.status_code == 422
    assert 'name="lift_at-offset" value="+01:00"' in asked.get_data(as_text=True)
    for offset, hour in (("+02:00", 0), ("+01:00", 1)):
        assert desk.post(address, opens | moment("lift_at", "2026-10-25 02:30", offset=offset)).status_code == 303
        assert campaign(office, campaign_id).lift_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    desk.post(address, opens | moment("lift_at", "2026-12-14 06:00", offset="+02:00"))
    assert campaign(office, campaign_id).lift_at == datetime(2026, 12, 14, 5, 0, tzinfo=UTC)


def test_after_approval_the_time_is_moved_on_another_page(sqlite_office: Office, tmp_path: Path) -> None:
    """This one leads there and sets nothing."""
    office = sqlite_office
    desk, campaign_id = at_desk(office, tmp_path, office.communicator), office.approved()
    page = desk.get(f"/arbete/kampanj/{campaign_id}/tid").get_data(as_text=True)
    assert f'class="button primary" href="/arbete/kampanj/{campaign_id}/utskick"' in page
    times = moment("briefing_opens_at", "2026-11-23 08:00") | moment("lift_at", "2026-12-14 06:00")
    assert desk.post(f"/arbete/kampanj/{campaign_id}/tid", times).status_code == 422
    assert campaign(office, campaign_id).lift_at == Office.LIFT


def new(**wanted: Any) -> dict[str, Any]:
    """The form of a new campaign."""
    times = moment("briefing_opens_at", "2026-11-23 10:00") | moment("lift_at", "2026-12-14 06:00")
    return typed(headline="Pengarna kommer aldrig", long="", slug="", **times) | wanted


def test_a_campaign_is_registered_with_the_least(sqlite_office: Office, tmp_path: Path) -> None:
    """And one leads on to its page."""
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    assert desk.get("/arbete/kampanj/ny?bradskande=1").status_code == 200
    answer = desk.post("/arbete/kampanj/ny", new())
    assert answer.status_code == 303
    assert desk.get(answer.headers["Location"]).status_code == 200


def test_a_new_campaign_that_lacks_something_is_shown_again(sqlite_office: Office, tmp_path: Path) -> None:
    """Every fault at once, and what was typed."""
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    answer = desk.post("/arbete/kampanj/ny", new(name="", headline="", long="Det här hann jag skriva."))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Det här hann jag skriva." in page
    assert 'href="#f-name"' in page
    assert 'href="#f-headline"' in page
    assert desk.post("/arbete/kampanj/ny", new(slug="Inte så")).status_code == 422
    assert desk.post("/arbete/kampanj/ny", new(**moment("lift_at", "2020-01-01 06:00"))).status_code == 422
    assert rows(sqlite_office.place, Campaign) == []


def test_whoever_may_not_register_has_no_form_for_it(sqlite_office: Office, tmp_path: Path) -> None:
    """An approver and a partner."""
    for who in (sqlite_office.approver, sqlite_office.partner()):
        desk = at_desk(sqlite_office, tmp_path, who)
        assert [desk.get(f"/arbete/kampanj/ny{end}").status_code for end in ("", "/fil")] == [404, 404]


def test_a_file_is_checked_mended_and_registered(sqlite_office: Office, tmp_path: Path) -> None:
    """Its faults are listed with their lines, and what was sent stands there to be mended."""
    office, whole = sqlite_office, SAMPLE_CAMPAIGN.read_text(encoding="utf-8")
    desk = at_desk(office, tmp_path, office.communicator)
    broken = whole.replace("2026-12-14 06:00", "2026-13-14 06:00")
    faulty = desk.post("/arbete/kampanj/ny/fil", {"file": (io.BytesIO(broken.encode()), "k.yaml"), "do": "check"})
    assert faulty.status_code == 422
    page = faulty.get_data(as_text=True)
    assert "rad 10" in page
    assert "2026-13-14 06:00" in page
    shown = desk.post("/arbete/kampanj/ny/fil", {"text": whole, "do": "check"})
    assert shown.status_code == 200
    assert rows(office.place, Campaign) == []
    done = desk.post("/arbete/kampanj/ny/fil", {"text": whole, "do": "register"})
    assert done.status_code in {200, 303}
    assert [one.slug for one in rows(office.place, Campaign)] == ["gangsnacket"]
    assert desk.post("/arbete/kampanj/ny/fil", {"text": whole, "do": "register"}).status_code == 422
    assert desk.post("/arbete/kampanj/ny/fil", {"file": (io.BytesIO(b"\xff\xfe\x00"), "k.yaml")}).status_code == 422
    assert desk.post("/arbete/kampanj/ny/fil", {"text": ""}).status_code == 422


def test_a_campaign_is_cancelled_only_after_it_was_asked(sqlite_office: Office, tmp_path: Path) -> None:
    """Reading the question changes nothing; whoever cancels proves a second factor."""
    office = sqlite_office
    desk, campaign_id = desk_and_campaign(office, tmp_path)
    address = f"/arbete/kampanj/{campaign_id}/stall-in"
    assert desk.get(address).status_code == 200
    assert campaign(office, campaign_id).stage is Stage.DRAFT
    assert desk.post(address).status_code == 303
    assert campaign(office, campaign_id).stage is Stage.CANCELLED
    assert desk.post(address).status_code == 422
    app, an_hour_ago = desk.client.application, office.now - timedelta(hours=1)
    old = Desk(app, office.place, office.communicator, now=office.now, proved_at=an_hour_ago)
    assert old.post(f"/arbete/kampanj/{office.registered()}/stall-in").status_code == 422


def test_the_work_on_a_public_campaign_is_ended(sqlite_office: Office, tmp_path: Path) -> None:
    """It stays public; a draft has no work to end."""
    office = sqlite_office
    public, draft = office.live(), office.registered(lift_at=Office.LIFT + timedelta(days=9))
    desk = at_desk(office, tmp_path, office.communicator)
    assert desk.post(f"/arbete/kampanj/{public}/avsluta").status_code == 303
    assert campaign(office, public).stage is Stage.CLOSED
    assert desk.post(f"/arbete/kampanj/{draft}/avsluta").status_code == 422
