"""Administration: there for stewards alone, calm, and honest about what it does."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from desks import Desk, at_desk
from factories import Office, dump, rows
from living import Living, living
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.checkpoints import read_checkpoint
from campaigns.store import audit
from campaigns.store.checkpoint_files import written
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, GlossaryTerm, MemberInvitation, Organisation
from campaigns.work.audit.checkpointing import Keeper, read_all, verify
from campaigns.work.partners import briefing
from campaigns.work.stewards.organisations import withdraw_verification

HOME = "/arbete/forvaltning"
PAGES = (
    "",
    "/organisationer",
    "/organisationer/ny",
    "/sprak",
    "/platser",
    "/villkor",
    "/villkor/jamfor",
    "/villkor/ny",
    "/ordlista",
    "/ordlista/ny",
    "/halsa",
    "/granskning",
    "/granskning.csv",
    "/granskning.jsonl",
    "/granskning/kontrollpunkt.json",
)
POSTS = (
    "/organisationer/ny",
    "/organisationer/{partner}/verifiera",
    "/organisationer/{partner}/aterta",
    "/organisationer/{partner}/administrator",
    "/villkor/ny",
    "/ordlista/ny",
    "/ordlista/x",
    "/ordlista/x/godkann",
    "/ordlista/x/ta-bort",
    "/halsa",
)
NEW = {
    "name": "Idrottsklubben (exempel)",
    "kind": "sports",
    "place": ["SE-AB"],
    "language": ["sv", "so"],
    "note": "Ringde kansliet.",
    "administrator_name": "Amina",
    "administrator_email": "amina@example.org",
    "locale": "sv",
}
TERM = {"swedish": "embargo", "language": "so", "preferred": "xayiraad", "avoid": "mamnuuc\nreeban", "note": "Ordbok."}


@pytest.fixture
def world(sqlite_office: Office) -> Living:
    """A living world."""
    return living(sqlite_office)


@pytest.fixture
def steward(world: Living, tmp_path: Path) -> Desk:
    """The steward's browser."""
    return at_desk(world.office, tmp_path, world.steward)


def seen(desk: Desk, path: str) -> str:
    """A page of administration that answers."""
    answer = desk.get(HOME + path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_for_anyone_but_a_steward_administration_does_not_exist(world: Living, tmp_path: Path) -> None:
    """Not one page, for the police who lead campaigns or for an administrator; and no form does anything."""
    office = world.office
    partner = office.organisation("Tredje (exempel)")
    before = None
    for actor in (office.communicator, office.approver, world.administrator):
        desk = at_desk(office, tmp_path, actor)
        assert [desk.get(HOME + path).status_code for path in PAGES] == [404] * len(PAGES)
        assert desk.get(f"{HOME}/organisationer/{partner}").status_code == 404
        before = before or dump(office.place)["organisations"]
        posts = [desk.post(HOME + path.format(partner=partner), NEW | TERM).status_code for path in POSTS]
        assert posts == [404] * len(POSTS)
    assert dump(office.place)["organisations"] == before


def test_reading_all_of_it_changes_nothing(steward: Desk, world: Living) -> None:
    """Every page and both files, by GET."""
    organisation = f"/organisationer/{world.helpline.organisation_id}"
    seen(steward, "")
    before = {table: rows_of for table, rows_of in dump(world.office.place).items() if table != "sessions"}
    for path in (*PAGES, organisation):
        seen(steward, path)
    after = {table: rows_of for table, rows_of in dump(world.office.place).items() if table != "sessions"}
    assert after == before


def test_the_first_page_names_the_organisations_that_need_somebody(steward: Desk, world: Living) -> None:
    """Unverified, and hanging on one person."""
    office = world.office
    alone = office.organisation("Ensamma (exempel)")
    withdraw_verification(office.place, world.steward, alone, note="Ingen svarar.", now=office.now)
    page = seen(steward, "")
    assert "1 organisation är inte verifierad" in page
    assert "1 organisation hänger på en person" in page
    assert page.count(f"/arbete/forvaltning/organisationer/{alone}") == 2


def test_organisations_are_found_by_name_and_kind(steward: Desk) -> None:
    """An address that means nothing is no fault."""
    assert "Studieförbundet" not in seen(steward, "/organisationer?q=ungdoms")
    assert "Ungdomsjouren" not in seen(steward, "/organisationer?slag=study_association")
    assert "Ingen organisation passar in" in seen(steward, "/organisationer?q=finns+inte")
    assert "Ungdomsjouren" in seen(steward, "/organisationer?slag=x&sida=99&verifierad=ja")


def test_an_organisation_shows_people_and_channels_but_no_address_of_a_channel(steward: Desk, world: Living) -> None:
    """Contact data only; nothing of when somebody logged in, and no key."""
    page = seen(steward, f"/organisationer/{world.helpline.organisation_id}")
    assert "webhook" in page
    assert "127.0.0.1:9/hook" not in page
    assert "lista@example.org" not in page
    assert steward.get(f"{HOME}/organisationer/finns-inte").status_code == 404


def test_verifying_needs_a_word_of_how_and_keeps_what_was_typed(steward: Desk, world: Living) -> None:
    """And withdrawing why."""
    address = f"{HOME}/organisationer/{world.helpline.organisation_id}"
    answer = steward.post(f"{address}/aterta", {"note": ""})
    assert answer.status_code == 422
    assert "Skriv hur du vet det" in answer.get_data(as_text=True)
    assert steward.post(f"{address}/aterta", {"note": "Nedlagd."}).status_code == 303
    assert "Inte verifierad" in steward.get(address).get_data(as_text=True)
    too_long = "x" * 501
    answer = steward.post(f"{address}/verifiera", {"note": too_long})
    assert answer.status_code == 422
    assert too_long in answer.get_data(as_text=True)
    assert steward.post(f"{address}/verifiera", {"note": "Ringde växeln."}).status_code == 303
    assert "Ringde växeln." in steward.get(address).get_data(as_text=True)


def test_an_organisation_is_added_and_its_administrator_invited_in_one_form(steward: Desk, world: Living) -> None:
    """With everything typed kept while something is wrong."""
    place = world.office.place
    answer = steward.post(f"{HOME}/organisationer/ny", NEW | {"administrator_email": "ingen adress", "kind": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Ringde kansliet." in page
    assert "ingen adress" in page
    assert re.search(r'value="so" checked', page)
    answer = steward.post(f"{HOME}/organisationer/ny", NEW)
    (added,) = rows(place, Organisation, col(Organisation.name) == NEW["name"])
    assert answer.headers["Location"] == f"{HOME}/organisationer/{added.id}"
    assert added.verified_by == world.steward.member_id
    page = seen(steward, f"/organisationer/{added.id}")
    assert "amina@example.org" in page
    address = f"{HOME}/organisationer/{added.id}/administrator"
    assert steward.post(address, {"name": "B", "email": "fel", "locale": "sv"}).status_code == 422
    assert steward.post(address, {"name": "B", "email": "b@example.org", "locale": "en"}).status_code == 303
    assert {row.email for row in rows(place, MemberInvitation)} >= {"amina@example.org", "b@example.org"}


def test_terms_are_looked_at_before_they_are_published_and_then_hold(steward: Desk, world: Living) -> None:
    """The look shows word by word what changes; nothing is published by it."""
    place = world.office.place
    old = briefing.terms_now(place)
    typed = {"swedish": old.swedish + " Tack.", "english": old.english + " Thanks.", "newer_than": "1"}
    look = steward.post(f"{HOME}/villkor/ny", typed | {"step": "look"}).get_data(as_text=True)
    assert re.search(r"<ins>.*?Tack", look)
    assert briefing.terms_now(place).version == 1
    wrong = steward.post(f"{HOME}/villkor/ny", typed | {"swedish": "Utan tid.", "step": "publish"})
    assert wrong.status_code == 422
    assert "Utan tid." in wrong.get_data(as_text=True)
    assert steward.post(f"{HOME}/villkor/ny", typed | {"step": "publish"}).status_code == 303
    assert briefing.terms_now(place).version == 2
    assert "Tack" in seen(steward, "/villkor/jamfor?fran=1&till=2")
    assert steward.get(f"{HOME}/villkor/jamfor?fran=7").status_code == 404
    late = steward.post(f"{HOME}/villkor/ny", typed | {"step": "publish"})
    assert "Version 2 publicerades medan du skrev" in late.get_data(as_text=True)


def test_publishing_terms_asks_once_more_who_it_is(world: Living, tmp_path: Path) -> None:
    """A session left open on a desk publishes nothing."""
    office = world.office
    earlier = office.now.replace(hour=office.now.hour - 1)
    desk = at_desk(office, tmp_path, world.steward)
    stale = Desk(desk.client.application, office.place, world.steward, now=office.now, proved_at=earlier)
    typed = {"swedish": "Till {lift_at}.", "english": "Until {lift_at}.", "newer_than": "1", "step": "publish"}
    answer = stale.post(f"{HOME}/villkor/ny", typed)
    assert answer.status_code == 422
    assert "Till {lift_at}." in answer.get_data(as_text=True)
    assert briefing.terms_now(office.place).version == 1


def test_a_term_is_added_changed_and_taken_away(steward: Desk, world: Living) -> None:
    """What was typed is kept when it cannot be saved; a word from the right is shown from the right."""
    place = world.office.place
    answer = steward.post(f"{HOME}/ordlista/ny", TERM | {"preferred": ""})
    assert answer.status_code == 422
    assert "mamnuuc\nreeban" in answer.get_data(as_text=True)
    assert steward.post(f"{HOME}/ordlista/ny", TERM).status_code == 303
    assert steward.post(f"{HOME}/ordlista/ny", TERM).status_code == 422
    steward.post(f"{HOME}/ordlista/ny", TERM | {"language": "ar", "preferred": "حظر", "avoid": ""})
    assert 'lang="ar" dir="rtl">حظر' in seen(steward, "/ordlista?sprak=ar")
    assert "xayiraad" not in seen(steward, "/ordlista?sprak=ar")
    (term,) = rows(place, GlossaryTerm, col(GlossaryTerm.language) == "so")
    assert "reeban" in seen(steward, f"/ordlista/{term.id}")
    assert steward.post(f"{HOME}/ordlista/{term.id}", TERM | {"preferred": "joojin"}).status_code == 303
    assert "joojin" in seen(steward, "/ordlista")
    assert steward.post(f"{HOME}/ordlista/{term.id}/ta-bort").status_code == 303
    assert steward.get(f"{HOME}/ordlista/{term.id}").status_code == 404


def test_a_term_is_a_draft_until_a_second_steward_approves_what_was_on_the_screen(steward: Desk, world: Living) -> None:
    """Whoever wrote it finds no button, and is refused with a sentence when asking for it anyway."""
    steward.post(f"{HOME}/ordlista/ny", TERM)
    (term,) = rows(world.office.place, GlossaryTerm, col(GlossaryTerm.language) == "so")
    page = seen(steward, f"/ordlista/{term.id}")
    assert "så en annan förvaltare godkänner den" in page
    assert "/godkann" not in page
    approve, mark = f"{HOME}/ordlista/{term.id}/godkann", term.edited_at.isoformat()
    assert "Här krävs två personer" in steward.post(approve, {"seen": mark}).text
    office = world.office
    other = office.member(office.police, {Role.STEWARD})
    second = Desk(steward.client.application, office.place, other, now=office.now)
    assert "/godkann" in seen(second, f"/ordlista/{term.id}")
    assert second.post(approve, {"seen": "igår"}).status_code == 422
    assert second.post(approve, {"seen": mark}).status_code == 303
    assert "Den trycks i kommande material" in seen(steward, f"/ordlista/{term.id}")


def test_the_tables_show_every_language_in_its_own_script_and_every_county(steward: Desk) -> None:
    """With where they come from."""
    languages, places = seen(steward, "/sprak"), seen(steward, "/platser")
    assert '<span lang="ar" dir="rtl">العربية</span>' in languages
    assert "bara" in languages
    assert "Polisregion Nord" in places
    assert "Norrbottens län" in places


def test_health_tells_no_secret_and_asks_the_outside_only_when_told_to(steward: Desk, world: Living) -> None:
    """The mail server of the tests answers nobody, which only the button finds out."""
    calm = seen(steward, "/halsa")
    assert "En e-postserver är inställd." in calm
    asked = steward.post(f"{HOME}/halsa").get_data(as_text=True)
    assert "E-postservern tar inte emot" in asked or "SAMKLANG_SMTP_URL" in asked
    for page in (calm, asked):
        assert "x" * 40 not in page
        assert "127.0.0.1:9/hook" not in page
        assert "Gängsnacket" not in page
    assert world.campaigns


def test_the_trail_is_filtered_and_taken_out_as_it_is_seen(steward: Desk, world: Living) -> None:
    """The files hold what the page shows, names of the own campaigns in it."""
    campaign_id = world.campaigns["briefing"]
    page = seen(steward, f"/granskning?kampanj={campaign_id}&grupp=briefing")
    assert "öppnade underlaget till kampanjen Gängsnacket inför jul och nyår" in page
    assert f"granskning.csv?grupp=briefing&amp;kampanj={campaign_id}" in page
    sheet = seen(steward, f"/granskning.csv?kampanj={campaign_id}&grupp=briefing").removeprefix("\ufeff")
    found = list(csv.DictReader(io.StringIO(sheet)))
    assert {row["campaign"] for row in found} == {campaign_id}
    assert "question.asked" in {row["action"] for row in found}
    assert steward.get(f"{HOME}/granskning?fran=igår").status_code == 422
    assert "Ingen händelse passar in" in seen(steward, "/granskning?fran=2031-01-01")


def test_a_checkpoint_is_taken_along_and_holds_against_the_trail(steward: Desk, world: Living, tmp_path: Path) -> None:
    """A signed file with a name that says when; what the trail says of it later is in the command `audit verify`."""
    answer = steward.get(f"{HOME}/granskning/kontrollpunkt.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "private, no-store"
    made = read_checkpoint(answer.get_data(as_text=True))
    assert made.file_name in answer.headers["Content-Disposition"]
    file = written(tmp_path / made.file_name, made)
    assert verify(world.office.place, read_all([file], world.office.place.audit_keys())).holds


def test_the_newest_checkpoint_is_shown_where_a_folder_is_set(world: Living, tmp_path: Path) -> None:
    """None is set, it cannot be read, nothing is in it, all is well, and events are missing."""
    office, folder = world.office, tmp_path / "mount"
    desk = at_desk(office, tmp_path, world.steward)
    assert "Inga kontrollpunkter sparas av sig själva" in seen(desk, "/granskning")
    office.place = replace(office.place, audit_checkpoints=folder)
    desk = at_desk(office, tmp_path, world.steward)
    assert "Mappen för kontrollpunkter går inte att läsa" in seen(desk, "/granskning")
    folder.mkdir()
    assert "Ingen kontrollpunkt har lagts någon annanstans än" in seen(desk, "/granskning")
    assert Keeper(office.place).keep(now=office.now)
    assert "Den nyaste kontrollpunkten håller: " in seen(desk, "/granskning")
    with writing(office.place.engine) as session:
        last = audit.end(session).number
        session.delete(session.get_one(AuditEvent, last))
    page = seen(desk, "/granskning")
    assert "Den nyaste kontrollpunkten håller inte" in page
    assert f"Händelse {last} som kontrollpunkten" in page
    assert page.count("/granskning/kontrollpunkt.json") == 1


def test_a_role_that_is_taken_away_closes_administration_at_once(world: Living, tmp_path: Path) -> None:
    """The session of the page before does not help."""
    office = world.office
    reader = office.member(office.police, {Role.READER})
    assert at_desk(office, tmp_path, reader).get(HOME).status_code == 404
