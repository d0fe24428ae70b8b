"""The page of search: help, finds that lead somewhere, and nothing that tells of what one may not see."""

import re
from pathlib import Path

from desks import at_desk
from factories import Office
from living import living


def test_without_words_it_says_how_to_search(sqlite_office: Office, tmp_path: Path) -> None:
    """Not an empty page."""
    shown = at_desk(sqlite_office, tmp_path, sqlite_office.communicator).get("/arbete/sok").get_data(as_text=True)
    assert "Sök i det du får se." in shown


def test_what_is_searched_for_is_shown_again_and_never_as_markup(sqlite_office: Office, tmp_path: Path) -> None:
    """The field keeps it."""
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    shown = desk.get("/arbete/sok", query_string={"q": '"><script>'}).get_data(as_text=True)
    assert 'value="&#34;&gt;&lt;script&gt;"' in shown
    assert "Inget hittades." in shown


def test_a_partner_cannot_tell_a_hidden_campaign_from_none(sqlite_office: Office, tmp_path: Path) -> None:
    """The two answers differ in nothing but the word itself."""
    partner = sqlite_office.partner()
    sqlite_office.briefed(name="Norrsken")
    desk = at_desk(sqlite_office, tmp_path, partner)
    hidden, none = (
        re.sub(r'(?s)<input type="hidden"[^>]*>', "", desk.get(f"/arbete/sok?q={word}").get_data(as_text=True))
        for word in ("norrsken", "norrbrud")
    )
    assert hidden.replace("norrsken", "norrbrud") == none


def test_every_find_leads_somewhere(sqlite_office: Office, tmp_path: Path) -> None:
    """For the police and for a partner, in a workplace with life in it."""
    world = living(sqlite_office)
    for actor in (sqlite_office.communicator, world.helpline):
        desk = at_desk(sqlite_office, tmp_path, actor)
        for word in ("gängsnacket", "114", "styrelse", "exempel", "lyssnar", "nätet"):
            shown = desk.get("/arbete/sok", query_string={"q": word}).get_data(as_text=True)
            for address in set(re.findall(r'<p class="strong"><a href="([^"]+)"', shown)):
                assert desk.get(address, follow_redirects=True).status_code == 200, address
