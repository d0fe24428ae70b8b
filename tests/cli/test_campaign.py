"""`campaign import`, `export`, `archive`, `list`: a file comes in whole, or tells its faults and changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from shell import Shell

FILE = """\
campaign:
  name: Prata i tid
  topics: [rekrytering]
  places: [SE, SE-M]
  lift_at: 2026-12-14 06:00
  briefing_opens_at: 2026-11-30 09:00
  languages: [sv, en]
  secrecy: {ground: ingen, decided_by: kommunikationsdirektör}
  contact: {name: Kampanjgruppen, email: kampanj@example.se}

key_facts:
  - {kind: phone, value: "114 14", says: polisen}

briefing: |
  ## Läget
  Två stycken.

core_messages:
  - name: huvudbudskap
    headline: {sv: Prata i dag, en: Talk today}
    long:
      sv: Prata med ditt barn. Ring 114 14.
      en: Talk with your child. Call 114 14.

partners:
  - name: Jouren (exempel)
    kind: helpline
    places: [SE]
    languages: [sv]
    channels:
      - {kind: webhook, address: "https://example.org/in"}

matching_messages:
  - by: Jouren (exempel)
    answers: huvudbudskap
    headline: {sv: Ring oss}
    long: {sv: Vi lyssnar. Polisen svarar på 114 14.}
    channels: [webhook]
"""
# What a communicator hands over in practice: languages without text, and channels that nobody can deliver to yet.
UNFINISHED = (
    FILE.replace("[sv, en]", "[sv, sv-simple, en, ar, ti]")
    .replace("says: polisen}", "says: polisen, inte akut}")
    .replace("channels: [webhook]", "channels: [webhook, email, mastodon, by_hand]")
)
SIX_FAULTS = (
    ("SE-M]", "Skåne]"),
    ("06:00", "06:00:10"),
    ("[sv, en]", "[sv, en, xx]"),
    ("kampanj@example.se", "x@"),
    ("kind: helpline", "kind: x"),
    ("på 114 14.}", "på fredag.}"),
)
BY_MAIL = "{name: Kyrkan (exempel), kind: faith, places: [SE], languages: [sv], channels: "
TWO_PARTNERS = FILE.replace(
    "partners:\n", "partners:\n  - {name: jouren (EXEMPEL), kind: faith, places: [SE], languages: [sv]}\n"
)


@pytest.fixture
def police(shell: Shell) -> Shell:
    """The police are there."""
    shell.police()
    return shell


def written(shell: Shell, text: str) -> str:
    """The text in a file."""
    file = shell.folder / "kampanj.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_good_file_is_registered_and_says_when_and_where(police: Shell) -> None:
    """With the zone, how long until then, and the address from then on."""
    said = police("campaign", "import", written(police, FILE))
    assert (said.code, said.err) == (0, "")
    assert "måndag 14 december 2026 kl. 06.00 (svensk tid, om 20 dagar och 20 timmar)" in said.out
    assert "http://127.0.0.1:8000/kampanj/prata-i-tid" in said.out
    assert "Jouren (exempel) är tillagd." in said.out
    assert "Signeringsnyckel för https://example.org/in, visas bara den här gången: whsec_" in said.out


def test_an_organisation_that_is_here_stays_as_it_is(police: Shell) -> None:
    """What the file says otherwise is told, with how to add it."""
    assert police("organisation", "add", "Jouren (exempel)", "--kind", "faith").code == 0
    said = police("campaign", "import", written(police, FILE))
    assert said.code == 0
    kind, channel = said.err.splitlines()
    assert kind.startswith("Obs: Jouren (exempel) finns redan som ")
    assert "Jouren (exempel) inte har: webhook, https://example.org/in. Den lades inte till." in channel
    assert channel.endswith("python app.py organisation add-channel")
    assert "är tillagd" not in said.out
    assert "https://example.org/in" not in "\n".join(police.dump())


def test_mail_channels_without_a_mail_server_are_kept_with_a_note(police: Shell) -> None:
    """One note a kind; a mail server set later finds them there."""
    mail = "[{kind: email, address: a@example.org}, {kind: email, address: b@example.org}]"
    said = police(
        "campaign", "import", written(police, FILE.replace("partners:\n", f"partners:\n  - {BY_MAIL}{mail}}}\n"))
    )
    assert said.code == 0
    assert said.err == (
        "Obs: Antal kanaler i filen av slaget e-post: 2. "
        "Inget kan skickas med e-post förrän SAMKLANG_SMTP_URL är angiven.\n"
    )
    assert "b@example.org" in "\n".join(police.dump())


def test_an_address_that_cannot_work_stops_an_import(police: Shell) -> None:
    """The partner is named, with the setting for trials."""
    before = police.dump()
    file = written(police, FILE.replace("https://example.org/in", "http://example.org/in"))
    head, fault = police.fails("campaign", "import", file).splitlines()
    assert head == "Antal fel i underlaget: 1. Inget sparades."
    assert fault.startswith("Jouren (exempel): Inget kan skickas till http://example.org/in: ")
    assert "SAMKLANG_ALLOW_PRIVATE_RECEIVERS=1" in fault
    assert police.dump() == before


def test_notes_are_not_counted_as_faults(police: Shell) -> None:
    """Faults first, then what is only worth a look, each in the order of the file."""
    said = police.fails("campaign", "import", written(police, UNFINISHED.replace("kind: helpline", "kind: x")))
    head, *lines = said.splitlines()
    notes = [line for line in lines if line.startswith("Obs: ")]
    assert head == f"Fel: {len(lines) - len(notes)}, påpekanden: {len(notes)}. Inget sparades."
    assert notes
    assert lines[len(lines) - len(notes) :] == notes


def test_a_good_file_as_json(police: Shell) -> None:
    """The lift is in UTC there."""
    said = police("campaign", "import", written(police, FILE), "--json")
    assert said.err == ""
    found = said.json
    ((address, secret),) = found["organisations"][0].pop("webhook_secrets").items()
    assert (address, secret[:6]) == ("https://example.org/in", "whsec_")
    assert found | {"id": ""} == {
        "id": "", "slug": "prata-i-tid", "lift_at": "2026-12-14T05:00:00Z", "warnings": 0,
        "organisations": [{"name": "Jouren (exempel)"}],
    }  # fmt: skip


def test_an_unfinished_file_is_registered_with_warnings(police: Shell) -> None:
    """They go to standard error, so that JSON stays JSON."""
    said = police("campaign", "import", written(police, UNFINISHED), "--json")
    assert said.code == 0
    assert said.json["warnings"] == len(said.err.splitlines()) >= 6
    assert all(line.startswith("Obs: rad ") for line in said.err.splitlines())
    assert "Det finns ingen text på tigrinska än." in said.err
    assert "Den här versionen kan inte publicera genom Mastodon" in said.err


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("[sv, en]", "[sv, en, arabiska]", "rad 7, campaign.languages[3]", "Närmast: ar (arabiska)"),
        ("[SE, SE-M]", "[SE, Skåne]", "rad 4, campaign.places[2]", "Närmast: SE-M (Skåne län)"),
        ("kind: webhook,", "kind: telegram,", "rad 31, partners[1].channels[1].kind", "är inget slags kanal"),
        ("channels: [webhook]", "channels: [webbhook]", "rad 38, matching_messages[1].channels[1]", "Närmast: webhook"),
        ("2026-12-14 06:00", "2026-11-22 06:00", "rad 5, campaign.lift_at", "har redan passerat. Välj en senare tid"),
        ("2026-12-14 06:00", "2026-12-14 06:00:30", "rad 5, campaign.lift_at", "måste lyftas på en hel minut. Välj"),
        ("2026-12-14 06:00", "2027-03-28 02:30", "rad 5, campaign.lift_at", "klockan ställs fram den natten"),
        ("2026-12-14 06:00", "2026-10-25 02:30", "rad 5, campaign.lift_at", "2026-10-25 02:30+02:00 för första"),
        ("2026-11-30 09:00", "2026-12-14 06:00", "rad 6, campaign.briefing_opens_at", "inte innan embargot lyfts"),
        ("Prata med ditt barn. Ring 114 14.", "Prata.", "rad 22, core_messages[1].long.sv", "114 14 saknas"),
        ("kampanj@example.se", "kampanj", "rad 9, campaign.contact.email", "är ingen e-postadress"),
        ("  name: Prata i tid\n", "", "rad 1, campaign", "Fältet name saknas. Lägg till det."),
        ("  topics: [", "  topics: [[", "rad", "hakparentes"),
        ("    long: {sv: Vi", "\tlong: {sv: Vi", "rad 37", "Dra in med blanksteg, inte tabb"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_line_field_and_remedy_and_nothing_is_imported(
    police: Shell, old: str, new: str, place: str, sentence: str
) -> None:
    """One line a fault; the database is the same to the last byte."""
    assert old in FILE
    file, before = written(police, FILE.replace(old, new, 1)), police.dump()
    head, *lines = police.fails("campaign", "import", file).splitlines()
    faults = [line for line in lines if not line.startswith("Obs: ")]
    notes = len(lines) - len(faults)
    assert head.startswith(
        f"Fel: {len(faults)}, påpekanden: {notes}." if notes else f"Antal fel i underlaget: {len(faults)}."
    )
    assert [line for line in faults if line.startswith(place) and sentence in line], faults
    assert police.dump() == before


def test_two_partners_of_one_name_are_a_fault(police: Shell) -> None:
    """Capitals do not tell them apart."""
    said = police.fails("campaign", "import", written(police, TWO_PARTNERS))
    assert "är redan namnet på rad" in said


def test_every_fault_of_a_file_is_in_one_report(police: Shell) -> None:
    """Nobody should have to import five times to find five faults."""
    text = FILE
    for old, new in SIX_FAULTS:
        assert old in text
        text = text.replace(old, new, 1)
    before = police.dump()
    said = police.fails("campaign", "import", written(police, text))
    assert said.startswith("Antal fel i underlaget: 6. Inget sparades.")
    lines = [int(line.split(",")[0].removeprefix("rad ")) for line in said.splitlines()[1:]]
    assert lines == sorted(lines)
    assert police.dump() == before


def test_what_is_no_campaign_file_is_told_in_one_sentence(police: Shell) -> None:
    """Empty, huge, binary, in another encoding, missing, a folder."""
    folder = police.folder
    huge = folder / "stor.yaml"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    contents = {
        "tom.yaml": (b"", "Filen är tom"),
        "bild.yaml": (b"\x89PNG\r\n\x1a\n\x00\x00", "ingen textfil"),
        "utf16.yaml": (FILE.encode("utf-16"), "sparad som UTF-16"),
        "latin.yaml": (FILE.encode("latin-1"), "inte sparade som UTF-8"),
        "lista.yaml": (b"- a\n- b\n", "Här ska fält med namn och värden stå"),
        "text.yaml": (b"hej\n", "ingen kampanj"),
    }
    before = police.dump()
    for name, (content, sentence) in contents.items():
        (folder / name).write_bytes(content)
        assert sentence in police.fails("campaign", "import", str(folder / name)), name
    assert "större än 5 MB" in police.fails("campaign", "import", str(huge))
    assert police.fails("campaign", "import", str(folder / "finns-inte.yaml")).startswith("Det finns ingen fil ")
    assert "är en mapp" in police.fails("campaign", "import", str(folder))
    assert "är ingen vanlig fil" in police.fails("campaign", "import", "/dev/null")
    assert police.dump() == before


def test_a_file_one_may_not_read_is_told(police: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is made up here."""
    file = written(police, FILE)

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("campaigns.work.campaign_file.reading._bytes_of", refuse)
    assert "Du får inte läsa" in police.fails("campaign", "import", file)


def test_a_campaign_needs_to_know_which_police_registers_it(shell: Shell) -> None:
    """None is too few, and two are too many unless one is named."""
    file = written(shell, FILE)
    assert "--owner" in shell.fails("campaign", "import", file)
    shell.police()
    assert shell("organisation", "add", "Region Syd (exempel)", "--kind", "police").code == 0
    assert "--owner" in shell.fails("campaign", "import", file)
    assert shell.fails("campaign", "import", file, "--owner", "Nisse") == (
        "Det finns ingen polisorganisation som heter Nisse. De här finns: Polisen (exempel) och Region Syd (exempel).\n"
    )
    assert shell("campaign", "import", file, "--owner", "Region Syd (exempel)").code == 0


def test_an_address_that_is_taken_is_refused_whole(police: Shell) -> None:
    """The partners of the second file are not added either."""
    file = written(police, FILE)
    assert police("campaign", "import", file).code == 0
    before = police.dump()
    second = written(police, FILE.replace("Jouren (exempel)", "Kyrkan (exempel)"))
    assert "Det finns redan en kampanj med adressen prata-i-tid." in police.fails("campaign", "import", second)
    assert police.dump() == before


def test_what_is_exported_can_be_imported_elsewhere(
    police: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And exports to the same bytes again, so nothing is lost on the way."""
    assert police("campaign", "import", written(police, FILE)).code == 0
    copy = tmp_path / "kopia.yaml"
    assert str(copy) in police("campaign", "export", "prata-i-tid", "--output", str(copy)).out
    assert copy.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "annan"))
    police.police()
    assert police("campaign", "import", str(copy)).code == 0
    assert police("campaign", "export", "prata-i-tid").out == copy.read_text(encoding="utf-8")


def test_an_export_never_overwrites(police: Shell) -> None:
    """Nor does it make folders."""
    file = written(police, FILE)
    assert police("campaign", "import", file).code == 0
    assert "finns redan. Välj ett annat namn." in police.fails("campaign", "export", "prata-i-tid", "--output", file)
    assert Path(file).read_text(encoding="utf-8") == FILE
    elsewhere = str(police.folder / "ingen" / "fil.yaml")
    assert elsewhere in police.fails("campaign", "export", "prata-i-tid", "--output", elsewhere)


def test_the_public_record_is_one_file_that_says_that_it_is_under_embargo(police: Shell, tmp_path: Path) -> None:
    """Written once, never over anything, and for its owner's eyes."""
    assert police("campaign", "import", written(police, FILE)).code == 0
    file = tmp_path / "arkiv.zip"
    said = police("campaign", "archive", "prata-i-tid", str(file))
    assert f"Handlingarna i Prata i tid finns nu i {file}." in said.out
    assert "under embargo till måndag 14 december 2026 kl. 06.00 (svensk tid)." in said.out
    assert "förvara filen säkert" in said.out
    assert file.stat().st_mode & 0o077 == 0
    with ZipFile(file) as archive:
        assert archive.namelist() == ["LASMIG.html", "arkiv.json", "kampanj.yaml", "handelser.csv", "SHA256SUMS"]
        assert "Beslutat av kommunikationsdirektör." in archive.read("LASMIG.html").decode()
    assert "filen finns redan; välj ett annat namn" in police.fails("campaign", "archive", "prata-i-tid", str(file))
    other = str(tmp_path / "annan.zip")
    assert police("campaign", "archive", "prata-i-tid", other, "--json").json["campaign"] == "prata-i-tid"
    assert "adressen finns-inte" in police.fails("campaign", "archive", "finns-inte", str(tmp_path / "x.zip"))


def test_an_unknown_campaign_is_said_to_be_unknown(police: Shell) -> None:
    """At the machine itself that tells nobody anything, and 'there is nothing' helps nobody."""
    said = police.fails("campaign", "export", "finns-inte")
    assert said == "Det finns ingen kampanj med adressen finns-inte. Alla visas med: python app.py campaign list\n"


def test_the_list_shows_every_campaign_with_zone_and_distance(police: Shell) -> None:
    """And addresses whole, so that they can be copied."""
    assert "Ingen kampanj är registrerad än." in police("campaign", "list").out
    long = "Prata i tid och fortsätt att prata med varandra under hela vintern och våren"
    assert police("campaign", "import", written(police, FILE.replace("Prata i tid", long))).code == 0
    said = police("campaign", "list").out
    assert "…" not in said
    assert "(svensk tid)" in " ".join(said.split())
    assert "om 20 dagar" in said
    (line,) = police("campaign", "list", "--json").json
    assert (line["stage"], line["public"], line["lift_at"]) == ("draft", False, "2026-12-14T05:00:00Z")
    police.now = datetime(2026, 12, 14, 5, 0, tzinfo=UTC) + timedelta(hours=1)
    assert "för 1 timme sedan" in " ".join(police("campaign", "list").out.split())
