"""One's own organisation: channels, topics and places, contact details, notices, the calendar, and changing sides."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from desks import Desk, at_desk
from factories import Office, rows
from living import living
from sqlmodel import col
from wordpress_sites import PASSWORD, USER, WordPressSite

from campaigns.channels.webhook import Webhook
from campaigns.domain.access import Actor, Role
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Campaign, Channel, Member, Organisation, Subscription
from campaigns.web.icalendar import folded
from campaigns.web.workplace.desk import safe_way
from campaigns.work.accounts import joining
from campaigns.work.organisations import channels_kept, inviting

HOME = "/arbete/organisation"
HOOK = "http://127.0.0.1:9/in"


@pytest.fixture
def admin(sqlite_office: Office) -> Actor:
    """The administrator of an organisation with a webhook."""
    organisation = sqlite_office.organisation("Jouren (exempel)", channels=[(ChannelKind.WEBHOOK, HOOK)])
    return sqlite_office.member(organisation, {Role.ADMINISTRATOR})


@pytest.fixture
def desk(sqlite_office: Office, admin: Actor, tmp_path: Path) -> Desk:
    """Their browser."""
    return at_desk(sqlite_office, tmp_path, admin)


def beside(desk: Desk, office: Office, actor: Actor) -> Desk:
    """Another member's browser on the same application."""
    return Desk(desk.client.application, office.place, actor, now=office.now)


def channel_page(office: Office, actor: Actor) -> str:
    """Where the first channel of an organisation is changed."""
    return f"{HOME}/kanaler/{channels_kept.channels_of(office.place, actor)[0].id}"


def test_a_new_webhook_shows_its_secret_once(desk: Desk) -> None:
    """Nothing shows it again."""
    form = {"kind": "webhook", "address": f"{HOOK}/b", "name": "Vår webbplats"}
    answer = desk.post(f"{HOME}/kanaler", form).get_data(as_text=True)
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", answer)
    assert found
    again = desk.get(f"{HOME}/kanaler").get_data(as_text=True)
    assert "Vår webbplats" in again
    assert found[0] not in again


def test_a_secret_is_given_out_only_after_a_fresh_second_factor(
    sqlite_office: Office, admin: Actor, tmp_path: Path
) -> None:
    """An hour after the login the form asks for a code, and without one nothing is stored."""
    office = sqlite_office
    late = Desk(
        at_desk(office, tmp_path, admin).client.application,
        office.place, admin, now=office.now, proved_at=office.now - timedelta(hours=1),
    )  # fmt: skip
    page = channel_page(office, admin)
    assert 'name="code"' in late.get(page).get_data(as_text=True)
    stamp = channels_kept.channels_of(office.place, admin)[0].stamp
    assert late.post(f"{page}/nyckel", {"stamp": stamp}).status_code == 422
    assert late.post(f"{HOME}/kanaler", {"kind": "webhook", "address": f"{HOOK}/b"}).status_code == 422
    assert channels_kept.channels_of(office.place, admin)[0].stamp == stamp
    assert len(rows(office.place, Channel)) == 1


def test_a_bad_address_is_refused_at_its_field(desk: Desk) -> None:
    """What was typed stays."""
    for address in ("ftp://example.org", "", HOOK):
        answer = desk.post(f"{HOME}/kanaler", {"kind": "webhook", "address": address, "name": "Min"})
        assert answer.status_code == 422
        assert 'value="Min"' in answer.get_data(as_text=True)


def test_a_channel_is_tested_paused_changed_and_removed(
    sqlite_office: Office, admin: Actor, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step says in a sentence how the channel is."""
    monkeypatch.setattr(Webhook, "check", lambda *_args, **_facts: "HTTP 500")
    page = channel_page(sqlite_office, admin)
    assert "inte testad" in desk.get(page).get_data(as_text=True)
    assert desk.post(f"{page}/prova").status_code == 303
    assert "HTTP 500" in desk.get(page).get_data(as_text=True)
    desk.post(f"{page}/pausa")
    assert "pausad" in desk.get(page).get_data(as_text=True)
    desk.post(f"{page}/ateruppta")
    desk.post(f"{page}/namn", {"name": "Startsidan"})
    assert "Startsidan" in desk.get(page).get_data(as_text=True)
    stamp = channels_kept.channels_of(sqlite_office.place, admin)[0].stamp
    assert "whsec_" in desk.post(f"{page}/nyckel", {"stamp": stamp}).get_data(as_text=True)
    assert desk.post(f"{page}/nyckel", {"stamp": stamp}).status_code == 422
    desk.post(f"{page}/gammal-nyckel", {"stamp": channels_kept.channels_of(sqlite_office.place, admin)[0].stamp})
    assert not channels_kept.channels_of(sqlite_office.place, admin)[0].overlaps
    assert desk.post(f"{page}/ta-bort").status_code == 303
    assert desk.get(page).status_code == 404


def test_the_channels_of_others_are_not_there(sqlite_office: Office, admin: Actor, desk: Desk) -> None:
    """Nor may a colleague without the role change one's own, or see where a webhook leads."""
    office = sqlite_office
    page = channel_page(office, admin)
    stranger = beside(desk, office, office.member(office.organisation("Andra (exempel)"), {Role.ADMINISTRATOR}))
    colleague = beside(desk, office, office.member(admin.organisation_id or "", {Role.EDITOR}))
    assert stranger.get(page).status_code == 404
    assert HOOK not in colleague.get(page).get_data(as_text=True)
    for step in ("namn", "prova", "pausa", "ateruppta", "nyckel", "gammal-nyckel", "inloggning", "ta-bort"):
        assert stranger.post(f"{page}/{step}").status_code == 404
        assert colleague.post(f"{page}/{step}").status_code == 404
    assert colleague.post(f"{HOME}/kanaler", {"kind": "webhook", "address": f"{HOOK}/b"}).status_code == 404
    assert colleague.post(f"{HOME}/bevakningar", {"places": "SE"}).status_code == 404
    assert colleague.post(f"{HOME}/uppgifter", {"name": "x"}).status_code == 404


def test_a_wordpress_site_is_added_tested_and_given_another_login(
    sqlite_office: Office, admin: Actor, desk: Desk
) -> None:
    """What is missing is said at its field; the password is never shown, not even to whoever just typed it."""
    page, form = f"{HOME}/kanaler", {"kind": "wordpress", "name": "Webbplatsen"}
    with WordPressSite() as site:
        answer = desk.post(page, {**form, "address": site.url, "password": PASSWORD})
        assert answer.status_code == 422
        assert 'id="e-user"' in answer.get_data(as_text=True)
        assert PASSWORD not in answer.get_data(as_text=True)
        login = {"user": USER, "password": PASSWORD}
        assert desk.post(page, {**form, "address": f"{site.url}/wp-admin", **login}).status_code == 303
        (it,) = [
            one for one in channels_kept.channels_of(sqlite_office.place, admin) if one.kind is ChannelKind.WORDPRESS
        ]
        desk.post(f"{page}/{it.id}/prova")
        shown = desk.get(f"{page}/{it.id}").get_data(as_text=True)
        assert "WordPress" in shown
        assert "svarar" in shown
        assert PASSWORD not in shown
        changed = desk.post(f"{page}/{it.id}/inloggning", {"user": USER, "password": "wrong"})
        assert changed.status_code == 303
        desk.post(f"{page}/{it.id}/prova")
        assert "webbplatsen godtog inte inloggningen" in desk.get(f"{page}/{it.id}").get_data(as_text=True)
        refused = desk.post(f"{page}/{it.id}/inloggning", {"user": "an:na", "password": "x"})
        assert refused.status_code == 422
        assert "inget kolon" in refused.get_data(as_text=True)


def test_topics_places_and_languages_are_chosen_together(sqlite_office: Office, admin: Actor, desk: Desk) -> None:
    """Words of one's own beside those that others use; no place or no language is refused."""
    form = {"topics": ["rekrytering"], "others": "vräkning\r\n\r\nskuld", "places": ["SE-M", "SE-REGION-SYD"]}
    answer = desk.post(f"{HOME}/bevakningar", form)
    assert answer.status_code == 422
    assert "vräkning" in answer.get_data(as_text=True)
    assert desk.post(f"{HOME}/bevakningar", {**form, "languages": ["sv", "ar"]}).status_code == 303
    (followed,) = rows(sqlite_office.place, Subscription, col(Subscription.organisation_id) == admin.organisation_id)
    assert followed.topics == ["rekrytering", "vräkning", "skuld"]
    assert followed.places == ["SE-M", "SE-REGION-SYD"]
    (organisation,) = rows(sqlite_office.place, Organisation, col(Organisation.id) == admin.organisation_id)
    assert organisation.languages == ["sv", "ar"]
    assert "vräkning" in desk.get(f"{HOME}/bevakningar").get_data(as_text=True)
    assert desk.post(f"{HOME}/bevakningar", {**form, "places": ["XX"], "languages": ["sv"]}).status_code == 422


def test_topics_of_coming_campaigns_are_not_suggested(sqlite_office: Office, desk: Desk) -> None:
    """They would tell what is to come."""
    sqlite_office.briefed(topics=("hemligt ämne",))
    assert "hemligt ämne" not in desk.get(f"{HOME}/bevakningar").get_data(as_text=True)


def test_contact_details_are_checked_and_kept(desk: Desk) -> None:
    """A website is a web address."""
    form = {"name": "Jourhavande", "email": "jour@example.org", "phone": "114 14", "website": "example.org"}
    answer = desk.post(f"{HOME}/uppgifter", form)
    assert answer.status_code == 422
    assert 'id="e-website"' in answer.get_data(as_text=True)
    assert desk.post(f"{HOME}/uppgifter", {**form, "website": "https://example.org"}).status_code == 303
    assert "Jourhavande" in desk.get(HOME).get_data(as_text=True)


def test_one_acts_only_for_organisations_of_ones_own(sqlite_office: Office, admin: Actor, desk: Desk) -> None:
    """Changing to another is a form; a strange id is not there."""
    office = sqlite_office
    other = office.organisation("Andra (exempel)")
    assert desk.post("/arbete/byt", {"organisation": other}).status_code == 404
    (me,) = rows(office.place, Member, col(Member.id) == admin.member_id)
    token = inviting.invite_member(
        office.place, office.operator, organisation_id=other, email=me.email, name="x", roles={Role.READER},
        now=office.now,
    )  # fmt: skip
    joining.join(office.place, token=token, member_id=admin.member_id, now=office.now)
    browser = beside(desk, office, admin)
    answer = browser.post("/arbete/byt", {"organisation": other})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/arbete/")
    assert "<h1>Andra (exempel)</h1>" in browser.get(HOME).get_data(as_text=True)


def test_notices_that_ask_one_to_act_cannot_be_done_without(sqlite_office: Office, admin: Actor, desk: Desk) -> None:
    """Whatever a form says."""
    assert desk.post("/arbete/konto/aviseringar", {"wanted": ["approved"]}).status_code == 303
    (member,) = rows(sqlite_office.place, Member, col(Member.id) == admin.member_id)
    assert "approved" not in member.muted
    assert "question_answered" in member.muted
    assert not {"held", "postponed", "consent_needed", "withdrawn", "password_asked"} & set(member.muted)
    page = desk.get("/arbete/konto/aviseringar").get_data(as_text=True)
    assert re.search(r'value="approved" checked', page)
    assert 'value="held"' not in page


def feed(desk: Desk) -> str:
    """The path of a new calendar."""
    found = re.search(r"/kalender/[A-Za-z0-9_-]{43}\.ics", desk.post("/arbete/konto/kalender").get_data(as_text=True))
    assert found
    return found[0]


def test_no_calendar_ever_names_a_campaign(sqlite_office: Office, tmp_path: Path) -> None:
    """Whoever reads it, and in whatever stage the campaigns are; and it is a calendar by the standard."""
    world = living(sqlite_office)
    names = [campaign.name for campaign in rows(sqlite_office.place, Campaign)]
    first = at_desk(sqlite_office, tmp_path, world.administrator)
    for actor in (sqlite_office.communicator, world.helpline, world.study, world.reader):
        desk = beside(first, sqlite_office, actor)
        answer = desk.client.application.test_client().get(feed(desk))
        text = answer.get_data(as_text=True)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.mimetype == "text/calendar"
        assert "SUMMARY:Embargot lyfts (Samklang)" in text
        assert [name for name in names if name in text or name.split()[0] in text] == []
        lines = answer.data.split(b"\r\n")
        assert all(len(line) <= 75 and b"\n" not in line for line in lines)
        assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"")
        assert re.search(r"DTSTART:\d{8}T\d{6}Z", text)


def test_an_unknown_calendar_is_not_there(desk: Desk) -> None:
    """Nor is one that was closed."""
    path, outside = feed(desk), desk.client.application.test_client()
    nonsense = outside.get("/kalender/nonsens.ics")
    assert nonsense.status_code == 404
    assert outside.get(path).status_code == 200
    assert desk.post("/arbete/konto/kalender/stang").status_code == 303
    assert outside.get(path).data == nonsense.data


def test_long_lines_are_folded_between_characters() -> None:
    """No octet of a letter is torn from the others, and unfolded the line is as it was."""
    line = "SUMMARY:" + "åäö" * 60
    written = folded(line)
    assert all(len(part) <= 75 for part in written.split(b"\r\n"))
    assert written.decode().replace("\r\n ", "").rstrip("\r\n") == line


def test_the_way_back_after_a_login_may_be_an_invitation() -> None:
    """And still nothing elsewhere."""
    assert safe_way("/inbjudan/abc") == "/inbjudan/abc"
    for elsewhere in ("//example.org/inbjudan/x", "https://example.org/inbjudan/", "/inbjudan\\x", "/forsta-start/x"):
        assert safe_way(elsewhere) == "/arbete/"
