"""A third language of the interface, added as the README says: one tag and one catalogue, and everything speaks it.

Polish has three plural forms where English has two. Its sentences here are the English ones between marks: ⟪…⟫.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from babel.messages.pofile import write_po
from desks import at_desk
from factories import Office, rows
from public_samples import make_app
from registered import register
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.cli.click_words import click_speaks
from campaigns.data import languages
from campaigns.domain import languages as spoken
from campaigns.domain.access import Role
from campaigns.domain.release import ChannelKind
from campaigns.i18n import Words, catalogues, words_for
from campaigns.i18n.__main__ import main
from campaigns.store.tables import Delivery
from campaigns.work.organisations import inviting

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of catalogues of its own, with the catalogues there are and a Polish one that is empty still."""
    folder = tmp_path_factory.mktemp("translations")
    shutil.copytree(catalogues.CATALOGUES, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "CATALOGUES", folder)
        yield folder
    catalogues.machine_catalogue.cache_clear()
    words_for.cache_clear()


@pytest.fixture(scope="module")
def empty(folder: Path) -> Path:
    """What `update` makes for the translator: every sentence, none of them translated."""
    assert main(["update", "pl"]) == 1
    return folder / "pl" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="module")
def translated(empty: Path) -> Path:
    """The same file when the translator is done."""
    catalogue = catalogues.read_catalogue("pl")
    for message in catalogue:
        if isinstance(message.id, tuple | list):
            message.string = tuple(f"⟪{message.id[1]}⟫{form}" for form in range(catalogue.num_plurals))
        elif message.id:
            message.string = f"⟪{message.id}⟫"
    with empty.open("wb") as written:
        write_po(written, catalogue)
    return empty


@pytest.fixture
def polish(translated: Path, monkeypatch: pytest.MonkeyPatch) -> Words:
    """The interface with Polish: the one line that is changed."""
    assert translated.exists()
    monkeypatch.setattr(spoken, "UI_LANGUAGES", (*spoken.UI_LANGUAGES, "pl"))
    return words_for("pl")


@pytest.mark.usefixtures("polish")
def test_the_public_pages_speak_it_and_offer_it_everywhere() -> None:
    """Each at an address of its own, found from every other, and with Polish around Polish content only."""
    reader = make_app().test_client()
    for address in ("/pl/", "/pl/about", "/pl/accessibility", "/material?ui=pl", "/kampanj/gangsnacket/sv?ui=pl"):
        answer = reader.get(address)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, address
        assert "⟪To the content⟫" in page
        assert re.search(r'<a href="[^"]*" lang="pl" dir="ltr" aria-current="true">Polski</a>', page), address
    for address in ("/", "/en/", "/om", "/material"):
        assert re.search(r'lang="pl" dir="ltr">Polski</a>', reader.get(address).get_data(as_text=True)), address
    assert '<html lang="pl" dir="ltr">' in reader.get("/pl/").get_data(as_text=True)
    assert 'hreflang="pl"' in reader.get("/").get_data(as_text=True)
    assert "/pl/about" in reader.get("/sitemap.xml").get_data(as_text=True)
    assert "Preferred-Languages: sv, en, pl" in reader.get("/.well-known/security.txt").get_data(as_text=True)
    nowhere = reader.get("/kampanj/nowhere").get_data(as_text=True)
    assert '<div class="other" lang="pl" dir="ltr">' in nowhere
    assert "⟪There is no page here⟫" in nowhere


def test_without_it_there_is_no_trace_of_it() -> None:
    """The address of a language that the interface does not speak is nonsense as any other."""
    reader = make_app().test_client()
    assert reader.get("/pl/").data == reader.get("/nonsense/").data
    assert "Polski" not in reader.get("/").get_data(as_text=True)


@pytest.mark.usefixtures("polish")
def test_a_member_chooses_it_in_the_account(sqlite_office: Office, tmp_path: Path) -> None:
    """The pages speak it from then on, and so does the account's own list of languages."""
    person = register(sqlite_office, tmp_path)
    browser = person.logged_in()
    assert '<option value="pl"' in browser.get("/arbete/konto").get_data(as_text=True)
    assert browser.send("/arbete/konto", {"name": "Anna", "locale": "pl"}).status_code == 303
    page = browser.get("/arbete/konto").get_data(as_text=True)
    assert '<html lang="pl" dir="ltr">' in page
    assert "⟪Your account⟫" in page
    assert '<option value="pl" selected>polski</option>' in page


@pytest.mark.usefixtures("polish")
def test_who_is_invited_in_it_gets_mail_in_it(sqlite_office: Office, tmp_path: Path) -> None:
    """The form offers it, the mail is written in it, its subject and its times too."""
    administrator = sqlite_office.member(sqlite_office.police, {Role.ADMINISTRATOR})
    assert '<option value="pl"' in at_desk(sqlite_office, tmp_path, administrator).get(
        "/arbete/organisation/medlemmar"
    ).get_data(as_text=True)
    inviting.invite_member(
        sqlite_office.place,
        administrator,
        organisation_id=administrator.organisation_id or "",
        email="ny@example.org",
        name="Ny",
        roles={Role.COMMUNICATOR},
        locale="pl",
        by_mail=True,
        now=sqlite_office.now,
    )
    letter = rows(sqlite_office.place, Delivery, col(Delivery.kind) == ChannelKind.EMAIL)[-1]
    assert letter.notice == NoticeKind.MEMBER_INVITED
    mail = message_from_bytes(letter.body, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body
    assert "⟪" in mail["Subject"]
    assert "⟪" in body.get_content()


def test_it_says_times_numbers_and_languages_as_people_do(polish: Words) -> None:
    """By Babel, 24 hours, and always with the zone."""
    assert polish.when(T) == "poniedziałek, 14 grudnia 2026 06:00 (⟪Swedish time⟫)"
    assert polish.day(T) == "14 grudnia 2026"
    assert polish.number(12345.5) == "12\N{NO-BREAK SPACE}345,5"
    assert polish.called(languages()["so"]) == "somalijski"
    assert polish.called(languages()["rmf"]) == "romani tšimb (kaale)"


def test_each_plural_form_of_it_is_used(polish: Words) -> None:
    """1 dzień, 2 dni, 5 dni: three forms, one of them for most numbers."""
    said = [polish.span(timedelta(days=days)) for days in (1, 2, 5, 22)]
    assert said == ["⟪1 days⟫0", "⟪2 days⟫1", "⟪5 days⟫2", "⟪22 days⟫1"]


def test_the_command_line_speaks_it(polish: Words) -> None:
    """click's own words too, from the same catalogue."""
    assert polish._("Missing command.") == "⟪Missing command.⟫"
    with click_speaks("pl"):
        from gettext import gettext  # noqa: PLC0415 - as click does

        assert gettext("Missing command.") == "⟪Missing command.⟫"


def test_half_a_catalogue_is_refused(
    translated: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`missing` passes the whole one, and names a sentence without words, a form that lacks, a field gone wrong."""
    assert main(["missing", "pl"]) == 0
    whole = translated.read_text(encoding="utf-8")
    faults = {
        'msgstr "⟪To the content⟫"': 'msgstr ""',
        'msgstr[2] "⟪{count} days⟫2"': 'msgstr[2] ""',
        'msgstr "⟪in {span}⟫"': 'msgstr "⟪in {sapn}⟫"',
    }
    capsys.readouterr()
    for before, after in faults.items():
        assert before in whole
        half = translated.parent.parent.parent / "half" / "pl" / "LC_MESSAGES" / "messages.po"
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(whole.replace(before, after), encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(catalogues, "CATALOGUES", half.parent.parent.parent)
            assert main(["missing", "pl"]) == 1
        told = capsys.readouterr()
        assert len(told.out.splitlines()) == 1
        assert "lack Polish" in told.err


@pytest.mark.parametrize("arguments", [[], ["guess"], ["missing", "xx"], ["update", "en"], ["update", "pl", "de"]])
def test_the_tool_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    """A language outside the table has neither name nor direction, and English has no catalogue."""
    assert main(arguments) == 2
