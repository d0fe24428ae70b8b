"""`organisation add` and `member invite`: the first set-up, without a browser."""

from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from factories import Office
from shell import Shell

from campaigns.work.organisations import organisation

ADD = ("organisation", "add")
CHANNEL = ("organisation", "add-channel")
INVITE = ("member", "invite")
HOOK = "https://example.org/in"
FULL = (
    "Ungdomsjouren (exempel)", "--kind", "helpline", "--place", "SE-M", "--place", "SE-AB", "--language", "sv",
    "--language", "ar", "--topic", "rekrytering", "--webhook", "https://example.org/in", "--contact", "x@example.org",
)  # fmt: skip


def test_an_organisation_is_added_with_everything_one_can_say_of_it(shell: Shell) -> None:
    """The webhook's secret is shown once, and kept encrypted."""
    said = shell(*ADD, *FULL, "--json")
    assert (said.code, said.err) == (0, "")
    assert said.json["name"] == "Ungdomsjouren (exempel)"
    secret = said.json["webhook_secrets"]["https://example.org/in"]
    assert secret.startswith("whsec_")
    dump = "\n".join(shell.dump())
    assert secret not in dump
    assert all(part in dump for part in ("SE-AB", "rekrytering", "x@example.org", "https://example.org/in"))


def test_the_secret_is_said_in_words_too(shell: Shell) -> None:
    """With the address it belongs to."""
    said = shell(*ADD, *FULL)
    assert "Ungdomsjouren (exempel) är tillagd." in said.out
    assert "Signeringsnyckel för https://example.org/in, visas bara den här gången: whsec_" in said.out


def test_all_that_is_wrong_with_an_organisation_is_said_at_once(shell: Shell) -> None:
    """And nothing of it is stored."""
    before = shell.dump()
    said = shell.fails(
        *ADD, "X", "--kind", "helpline", "--place", "Skåne", "--place", "SE-M", "--language", "svenska",
        "--webhook", "example.org", "--webhook", "ftp://example.org", "--contact", "ingen",
    )  # fmt: skip
    assert said.splitlines() == [
        "Antal fel i underlaget: 5. Inget sparades.",
        "place: Det finns ingen plats Skåne.",
        "language: Det finns inget språk svenska.",
        "address: example.org passar inte kanalen webhook.",
        "address: ftp://example.org passar inte kanalen webhook.",
        "contact: ingen är ingen e-postadress.",
    ]
    assert shell.dump() == before


def test_a_name_without_letters_is_refused(shell: Shell) -> None:
    """Nobody could call it anything."""
    assert "name: Namnet saknas." in shell.fails(*ADD, "  ", "--kind", "helpline")


def test_a_name_that_is_taken_is_refused_with_what_to_do(shell: Shell) -> None:
    """Two of one name would be mistaken for each other."""
    shell.police()
    before = shell.dump()
    said = shell.fails(*ADD, "Polisen (exempel)", "--kind", "police")
    assert "Det finns redan en organisation som heter Polisen (exempel)." in said
    assert shell.dump() == before


@pytest.mark.parametrize("option", ["--email", "--by-hand"])
def test_channels_that_need_mail_are_refused_without_a_mail_server(shell: Shell, option: str) -> None:
    """The sentence says which setting is missing, and nothing is half added."""
    before = shell.dump()
    said = shell.fails(*ADD, "X", "--kind", "helpline", option, "lista@example.org")
    assert "kräver en e-postserver: ange SAMKLANG_SMTP_URL." in said
    assert shell.dump() == before


def test_with_a_mail_server_they_are_taken(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs to listen there yet."""
    monkeypatch.setenv("SAMKLANG_SMTP_URL", "smtp://127.0.0.1:9")
    said = shell(*ADD, "X", "--kind", "helpline", "--email", "lista@example.org", "--by-hand", "anna@example.org")
    assert said.code == 0


def test_an_invitation_gives_a_link_and_when_it_ends(shell: Shell) -> None:
    """With the zone, and how long that is."""
    shell.police()
    invited = (*INVITE, "anna@example.se", "--organisation", "Polisen (exempel)", "--role", "communicator")
    said = shell(*invited)
    assert said.code == 0
    assert "http://127.0.0.1:8000/inbjudan/" in said.out
    assert "måndag 7 december 2026 kl. 10.00 (svensk tid, om 14 dagar)" in said.out
    found = shell(*invited, "--role", "approver", "--name", "exempel", "--language", "en", "--json").json
    assert found["email"] == "anna@example.se"
    token = found["link"].rpartition("/")[2]
    assert token not in "\n".join(shell.dump())


def test_inviting_again_ends_the_earlier_link_and_says_so(shell: Shell, shell_office: Office) -> None:
    """Two links for one person would be one too many to look after; other people's stay open."""
    invited = (*INVITE, "anna@example.se", "--organisation", "Polisen (exempel)", "--role", "communicator", "--json")
    other = shell(*INVITE, "bo@example.se", *invited[3:]).json
    first, second = shell(*invited).json, shell(*invited).json
    assert (first["replaces_earlier"], second["replaces_earlier"]) == (False, True)
    assert "Den tidigare länken fungerar inte längre." in shell(*invited[:-1]).out
    for earlier in (first, second):
        with pytest.raises(organisation.InvitationOver):
            organisation.join(shell_office.place, token=earlier["link"].rpartition("/")[2], now=shell.now)
    organisation.join(shell_office.place, token=other["link"].rpartition("/")[2], now=shell.now)


def test_a_channel_is_added_to_an_organisation_that_is_here(shell: Shell) -> None:
    """By name or slug; the secret of a webhook is shown once and never in the database."""
    shell.police()
    said = shell(*CHANNEL, "Polisen (exempel)", "--webhook", HOOK)
    assert said.code == 0
    assert f"Polisen (exempel) kan nu nås på {HOOK}." in said.out
    secret = said.out.split()[-1]
    assert secret.startswith("whsec_")
    assert secret not in "\n".join(shell.dump())
    assert "har redan den här kanalen" in shell.fails(*CHANNEL, "polisen-exempel", "--webhook", HOOK)
    found = shell(*CHANNEL, "polisen-exempel", "--webhook", f"{HOOK}/2", "--json").json
    assert (found["kind"], [*found["webhook_secrets"]]) == ("webhook", [f"{HOOK}/2"])
    assert "SAMKLANG_SMTP_URL" in shell.fails(*CHANNEL, "polisen-exempel", "--email", "lista@example.org")
    assert "Det finns ingen organisation som heter Ingen." in shell.fails(*CHANNEL, "Ingen", "--webhook", HOOK)


def test_a_wordpress_site_is_added_with_a_password_that_is_never_an_argument(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes from a file, from standard input or from a prompt, and is shown nowhere."""
    shell.police()
    site = (*CHANNEL, "Polisen (exempel)", "--wordpress")
    file = tmp_path / "password"
    file.write_text("abcd EFGH\n", encoding="utf-8")
    said = shell(*site, "https://example.org", "--user", "anna", "--secret-file", str(file), "--json")
    assert (said.json["kind"], said.json["webhook_secrets"]) == ("wordpress", {})
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"abcd EFGH\n")))
    assert shell(*site, "https://example.org/b", "--user", "anna", "--secret-file", "-").code == 0
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_facts: "abcd EFGH")
    said = shell(*site, "https://example.org/c", "--user", "anna")
    assert said.code == 0
    assert "EFGH" not in said.out + said.err + "\n".join(shell.dump())


def test_half_a_login_to_wordpress_is_refused(shell: Shell, tmp_path: Path) -> None:
    """No user, an empty file, plain http: nothing is stored."""
    shell.police()
    before = shell.dump()
    site, empty = (*CHANNEL, "Polisen (exempel)", "--wordpress"), tmp_path / "empty"
    empty.write_text("", encoding="utf-8")
    assert "--user" in shell.fails(*site, "https://example.org", "--secret-file", str(empty), code=2)
    login = ("--user", "anna", "--secret-file", str(empty))
    assert "password: Den här kanalen behöver" in shell.fails(*site, "https://example.org", *login)
    assert "den börjar inte med https" in shell.fails(*site, "http://example.org", *login)
    assert shell.dump() == before


@pytest.mark.parametrize(
    ("address", "reason", "is_for_trials"),
    [
        ("http://example.org/in", "den börjar inte med https", True),
        ("https://127.0.0.1/in", "den leder till ett privat eller reserverat nät", True),
        ("https://anna:x@example.org/in", "den innehåller", False),
    ],
)
def test_an_address_that_cannot_work_is_refused_at_once(
    shell: Shell, address: str, reason: str, *, is_for_trials: bool
) -> None:
    """With the reason and, where that would help, the setting for trials."""
    shell.police()
    before = shell.dump()
    for command in ((*ADD, "X", "--kind", "helpline"), (*CHANNEL, "polisen-exempel")):
        said = shell.fails(*command, "--webhook", address)
        assert reason in said
        assert ("SAMKLANG_ALLOW_PRIVATE_RECEIVERS" in said) is is_for_trials
    assert shell.dump() == before


def test_an_invitation_may_name_the_organisation_by_its_slug(shell: Shell) -> None:
    """It is easier to type."""
    shell.police()
    assert shell(*INVITE, "a@example.se", "--organisation", "polisen-exempel", "--role", "reader").code == 0


def test_an_invitation_into_nowhere_says_so(shell: Shell) -> None:
    """And how to add the organisation."""
    said = shell.fails(*INVITE, "a@example.se", "--organisation", "Ingen", "--role", "reader")
    assert said.startswith(
        "Det finns ingen organisation som heter Ingen. Lägg till den med: python app.py organisation"
    )


def test_all_that_is_wrong_with_an_invitation_is_said_at_once(shell: Shell) -> None:
    """The police have no editors, and everyone has an address."""
    shell.police()
    before = shell.dump()
    said = shell.fails(
        *INVITE, "anna", "--organisation", "Polisen (exempel)", "--role", "editor", "--role", "publisher"
    )
    assert "Antal fel i underlaget: 3." in said
    assert "email: anna är ingen e-postadress." in said
    assert "kan inte ha rollen redaktör. Välj bland " in said
    assert shell.dump() == before
