"""A campaign file becomes a draft, or tells everything that is wrong with it at once."""

import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.errors import BadInput, Fault, Severity
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact
from campaigns.work.campaign.drafts import CampaignDraft, ChannelDraft
from campaigns.work.campaign_file.reading import _why_not, read_campaign_file, read_campaign_path

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

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


def read(text: str, *, now: datetime = NOW) -> tuple[CampaignDraft, list[Fault]]:
    return read_campaign_file(text.encode(), now=now, step=MINUTE)


def changed(old: str, new: str) -> str:
    """The file above with one passage changed."""
    assert old in FILE, old
    return FILE.replace(old, new, 1)


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        read(text)
    return caught.value.faults


def faults_or_none(text: str) -> tuple[Fault, ...] | None:
    try:
        read(text)
    except BadInput as refused:
        return refused.faults
    return None


def only(faults: Iterable[Fault]) -> Fault:
    (fault,) = faults
    return fault


def test_a_file_without_faults_becomes_a_draft() -> None:
    """Every section arrives, times in UTC and the slug made from the name."""
    draft, warnings = read(FILE)
    assert warnings == []
    assert (draft.name, draft.slug, draft.places) == ("Prata i tid", "prata-i-tid", ("SE", "SE-M"))
    assert draft.lift_at == datetime(2026, 12, 14, 5, tzinfo=UTC)
    assert draft.briefing == "## Läget\nTvå stycken."
    assert draft.key_facts == (KeyFact(kind=FactKind.PHONE, value="114 14", says="polisen"),)
    assert draft.core_messages[0].texts["en"].headline == "Talk today"
    assert draft.partners[0].kind is OrganisationKind.HELPLINE
    assert draft.partners[0].channels == (ChannelDraft(kind=ChannelKind.WEBHOOK, address="https://example.org/in"),)
    assert draft.matching_messages[0].channels == (ChannelKind.WEBHOOK,)
    assert not draft.example


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "sentence"),
    [
        ("  name: Prata i tid\n", "", 1, "campaign", "The field name is missing. Add it."),
        ("Prata i tid", '""', 2, "campaign.name", "The field name is missing. Add it."),
        ("  topics:", "  topisc:", 3, "campaign.topisc", "Did you mean topics?"),
        ("  topics:", "  budget:", 3, "campaign.budget", "There is no field budget here. These exist: name,"),
        ("places: [SE, SE-M]", "places: SE", 4, "campaign.places", "for one entry: [SE]"),
        ("places: [SE, SE-M]", "places: []", 4, "campaign.places", "The field places is missing"),
        ("places: [SE, SE-M]", "places: [SE, ]\n  example: kanske", 5, "campaign.example", "kanske is neither true"),
        ("SE-M]", "Skåne]", 4, "campaign.places[2]", "Skåne is not a place in the table. Nearest: SE-M (Skåne län)"),
        ("[sv, en]", "[sv, en, arabiska]", 7, "campaign.languages[3]", "Nearest: ar (arabiska)"),
        ("[sv, en]", "[sv, en, no]", 7, "campaign.languages[3]", "no is not a language in the table"),
        ("[sv, en]", "[sv, en, sv]", 7, "campaign.languages[3]", "sv is listed twice"),
        ("[sv, en]", "[sv, en, ~]", 7, "campaign.languages[3]", "This entry is empty"),
        ("kampanj@example.se", "kampanj", 9, "campaign.contact.email", "kampanj is not an e-mail address"),
        ("  name: Prata i tid", "  name: [Prata]", 2, "campaign.name", "There should be a single value here"),
        ("  name: Prata i tid", "  name: Prata\n  slug: Prata I Tid", 3, "campaign.slug", "part of an address"),
        ('kind: phone, value: "114 14"', "kind: telefon, value: 1", 12, "key_facts[1].kind", "not a kind of key fact"),
        ('kind: phone, value: "114 14"', "kind: phone", 12, "key_facts[1]", "has no value"),
        ('kind: phone, value: "114 14"', "kind: sentence", 12, "key_facts[1]", "has no wording"),
        ('kind: phone, value: "114 14"', "kind: sentence, value: x", 12, "key_facts[1].value", "sentence has no value"),
        ("says: polisen", "sv: polisen", 12, "key_facts[1].sv", "Only a sentence has a wording"),
        ('phone, value: "114 14"', "link, value: ftp://x.se", 12, "key_facts[1].value", "begins with https://"),
        ("    headline: {sv: Prata i dag", "    headline: {xx: Prata i dag, sv: A", 20, "core_messages[1].headline.xx",
         "xx is not a language"),
        ("headline: {sv: Ring oss}", "headline: Ring oss", 36, "matching_messages[1].headline", "fields with names"),
        ("kind: helpline", "kind: hjälplinje", 27, "partners[1].kind", "Nearest: helpline"),
        ("kind: webhook, ", "kind: webbhook, ", 31, "partners[1].channels[1].kind", "Nearest: webhook"),
        ("https://example.org/in", "example.org/in", 31, "partners[1].channels[1].address", "complete web address"),
        (', address: "https://example.org/in"', "", 31, "partners[1].channels[1]", "The channel has no address"),
        ("  - by: Jouren (exempel)", "  - by: Juren (exempel)", 34, "matching_messages[1].by",
         "Nearest: Jouren (exempel)"),
        ("answers: huvudbudskap", "answers: huvudbudskapet", 35, "matching_messages[1].answers",
         "Nearest: huvudbudskap"),
        ("channels: [webhook]", "channels: [facebook]", 38, "matching_messages[1].channels[1]",
         "facebook is not a kind of channel"),
    ],
)  # fmt: skip
def test_a_fault_tells_its_line_its_field_and_what_to_do(
    old: str, new: str, line: int, field: str, sentence: str
) -> None:
    """The writer finds the place without searching."""
    fault = next(fault for fault in faults_of(changed(old, new)) if fault.field == field)
    assert fault.line == line
    assert sentence in str(fault)


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    """Nobody should have to import ten times to find ten faults."""
    text = changed("2026-12-14 06:00", "snart").replace("kampanj@example.se", "x@").replace("kind: helpline", "kind: x")
    faults = faults_of(text.replace("polisen}", 'polisen}\n  - {kind: link, value: "x"}'))
    assert [fault.field for fault in faults] == [
        "campaign.lift_at", "campaign.contact.email", "key_facts[2].value", "partners[1].kind",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-09-30 06:00", "has already passed"),
        ("2026-12-14 06:00:30", "must be on a whole minute"),
        ("2027-03-28 02:30", "does not exist"),
        ("2026-10-25 02:30", "happens twice"),
        ("2026-02-30 06:00", "is not a time. Write it like this: 2026-12-14 06:00"),
        ("2026-12-14", "is not a time"),
        ("06:00", "is not a time"),
        ("2026-12-14 24:30", "is not a time"),
        ("2026-12-31 23:59:60", "is not a time"),  # a leap second
        ("0001-01-01 00:00+14:00", "is not a time"),
        ("nästa fredag", "is not a time"),
    ],
)
def test_a_lift_time_that_cannot_be_meant_is_a_fault(written: str, sentence: str) -> None:
    """The clock's two odd nights, the past, half minutes and things that are no times."""
    text = changed("2026-12-14 06:00", written).replace("2026-11-30 09:00", "2026-09-01 09:00")
    fault = only(faults_of(text))
    assert (fault.field, fault.line) == ("campaign.lift_at", 5)
    assert sentence in str(fault)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-10-25 02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25 02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ('"2026-12-14T06:00"', datetime(2026, 12, 14, 5, 0, tzinfo=UTC)),
        ("2026-12-14 6:00:00", datetime(2026, 12, 14, 5, 0, tzinfo=UTC)),
        ("2026-12-14T05:00Z", datetime(2026, 12, 14, 5, 0, tzinfo=UTC)),
    ],
)
def test_times_are_swedish_unless_they_have_an_offset(written: str, instant: datetime) -> None:
    """With its offset even the hour that comes twice is one instant."""
    text = changed("2026-12-14 06:00", written).replace("2026-11-30 09:00", "2026-10-20 09:00")
    assert read(text)[0].lift_at == instant


@pytest.mark.parametrize("opens_at", ["2026-12-14 06:00", "2026-12-15 06:00"])
def test_the_briefing_opens_before_the_lift(opens_at: str) -> None:
    """At the same instant is too late."""
    fault = only(faults_of(changed("2026-11-30 09:00", opens_at)))
    assert (fault.field, fault.line) == ("campaign.briefing_opens_at", 6)


def test_two_partners_of_one_name_are_told_with_both_lines() -> None:
    """Capitals do not make another name."""
    twin = "  - {name: JOUREN (exempel), kind: youth, places: [SE], languages: [sv]}\n\nmatching_messages:"
    fault = only(faults_of(changed("\nmatching_messages:", twin)))
    assert (fault.line, fault.facts["first"]) == (32, 26)


def test_two_core_messages_of_one_name_are_told_with_both_lines() -> None:
    """A matching message could not tell which of them it answers."""
    twin = '  - {name: Huvudbudskap, headline: {sv: A}, long: {sv: "Ring 114 14"}}\n\npartners:'
    fault = only(fault for fault in faults_of(changed("\npartners:", twin)) if fault.severity is Severity.ERROR)
    assert (fault.line, fault.facts["first"]) == (24, 19)


def test_a_partner_answers_a_core_message_once() -> None:
    """Several languages belong into one message."""
    again = "  - {by: jouren (exempel), answers: huvudbudskap, headline: {sv: A}, long: {sv: Ring 114 14}}\n"
    fault = only(faults_of(FILE + again))
    assert (fault.line, fault.facts["first"]) == (39, 34)


def test_a_duplicate_field_is_told_with_both_lines() -> None:
    """YAML itself would silently keep the last."""
    fault = only(faults_of(changed("  topics:", "  name: En annan\n  topics:")))
    assert (fault.line, fault.field, fault.facts["first"]) == (3, "campaign.name", 2)


def test_a_text_in_a_language_that_the_campaign_does_not_list_is_a_fault() -> None:
    """Either the list or the text is a mistake, and only a person knows which."""
    fault = only(faults_of(changed("languages: [sv, en]", "languages: [sv]")))
    assert (fault.line, fault.field) == (20, "core_messages[1].headline.en")


def test_a_text_without_a_key_fact_stops_the_import() -> None:
    """In core and matching messages alike, with the path down to the language."""
    faults = faults_of(FILE.replace("Call 114 14", "Call us").replace("svarar på 114 14", "svarar"))
    assert [(fault.line, fault.field) for fault in faults] == [
        (23, "core_messages[1].long.en"),
        (37, "matching_messages[1].long.sv"),
    ]


def test_a_language_without_a_text_is_a_warning() -> None:
    """The campaign can be registered while translators are at work."""
    _, warnings = read(changed("languages: [sv, en]", "languages: [sv, en, so]"))
    assert str(only(warnings)) == "line 19, core_messages[1]: There is no text yet in somaliska."
    assert only(warnings).severity is Severity.WARNING


def test_a_message_without_any_text_is_a_fault() -> None:
    """There would be nothing to publish."""
    text = changed("    headline: {sv: Ring oss}\n    long: {sv: Vi lyssnar. Polisen svarar på 114 14.}\n", "")
    assert only(faults_of(text)).field == "matching_messages[1]"


def test_channels_without_address_or_not_yet_delivered_are_warnings() -> None:
    """Nothing is lost: a person publishes by hand, or the address comes later."""
    _, warnings = read(changed("channels: [webhook]", "channels: [webhook, email, mastodon]"))
    assert [(fault.field, fault.severity) for fault in warnings] == [
        ("matching_messages[1].channels[2]", Severity.WARNING),
        ("matching_messages[1].channels[3]", Severity.WARNING),
    ]
    assert "publishes by hand in the organisation gets the text" in str(warnings[1])


def test_a_comma_that_tears_a_text_apart_is_mended_with_a_warning() -> None:
    """`{says: polisen, inte akut}` means one text, and YAML reads two fields."""
    draft, warnings = read(changed("says: polisen}", "says: polisen, inte akut, alltså}"))
    assert draft.key_facts[0].says == "polisen, inte akut, alltså"
    assert (only(warnings).line, only(warnings).field) == (12, "key_facts[1].says")


def test_numbers_and_words_are_taken_as_they_are_written() -> None:
    """YAML 1.1 would read an octal number, a boolean, base 60 and a date."""
    draft, _ = read(changed("topics: [rekrytering]", "topics: [0114, no, 06:00, 2026-12-14, 1_000]"))
    assert draft.topics == ("0114", "no", "06:00", "2026-12-14", "1_000")


def test_names_are_found_whatever_their_capitals() -> None:
    """A matching message gets the name as it stands among the partners."""
    draft, _ = read(changed("by: Jouren (exempel)", "by: JOUREN  (Exempel)"))
    assert draft.matching_messages[0].by == "Jouren (exempel)"


@pytest.mark.parametrize("text", ["hej", "- a\n- b\n", "{}", "campaign:\n", "campaign: hej\ncore_messages: x\n"])
def test_something_else_than_a_campaign_is_told(text: str) -> None:
    """Other YAML is no campaign."""
    assert faults_of(text)


def test_more_than_two_hundred_faults_are_not_listed() -> None:
    """A file of another kind must not fill the screen."""
    faults = faults_of(FILE + "".join(f"x{number}: 1\n" for number in range(300)))
    assert len(faults) == 201
    assert faults[-1].facts == {"count": 200}


def test_many_warnings_do_not_hide_an_error() -> None:
    """What stops the import is told first."""
    kinds = "    channels: [mastodon, bluesky, wordpress]\n"
    twins = "".join(
        f"  - {{name: budskap {number}, headline: {{sv: A}}, long: {{sv: Ring 114 14}}}}\n" for number in range(49)
    )
    text = changed("languages: [sv, en]", "languages: [sv, en, ar, fa, so, ti]").replace(
        "\npartners:", twins + "\npartners:"
    )
    faults = faults_of(text.replace("    channels: [webhook]\n", kinds) + "nonsense: 1\n")
    assert faults[0].field == "nonsense"
    assert len(faults) == 201


@pytest.mark.parametrize(
    ("section", "entry"),
    [
        ("key_facts", "  - {kind: phone, value: 1}\n"),
        ("partners", "  - {name: a, kind: other, places: [SE], languages: [sv]}\n"),
        ("matching_messages", "  - {by: a, answers: b, headline: {sv: c}, long: {sv: d}}\n"),
        ("core_messages", "  - {name: a, nmae: b, headline: {sv: c}, long: {sv: d}}\n"),
        ("nonsense", "  - {a: b}\n"),
    ],
)
def test_a_hostile_file_of_five_megabytes_is_refused_in_seconds(section: str, entry: str) -> None:
    """No section grows more than in proportion to its entries."""
    text = f"{section}:\n" + entry * (4_900_000 // len(entry))
    started = time.process_time()
    assert faults_of(text)
    assert time.process_time() - started < 20


def test_a_large_and_valid_file_is_read_in_seconds() -> None:
    """A thousand partners, and long texts."""
    partners = "".join(
        f"  - {{name: Förening {number}, kind: other, places: [SE], languages: [sv]}}\n" for number in range(900)
    )
    answers = "".join(
        f"  - {{by: Förening {number}, answers: huvudbudskap, headline: {{sv: A}}, "
        f"long: {{sv: {'Vi lyssnar. ' * 300} 114 14}}}}\n"
        for number in range(900)
    )
    text = changed("\nmatching_messages:\n", partners + "\nmatching_messages:\n") + answers
    started = time.process_time()
    draft, _ = read(text)
    assert len(draft.matching_messages) == 901
    assert time.process_time() - started < 20


@given(st.data())
def test_a_damaged_file_is_either_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    """Whatever is torn out or written over, nothing but BadInput is ever raised."""
    start = data.draw(st.integers(0, len(FILE)))
    end = data.draw(st.integers(start, min(start + 60, len(FILE))))
    damage = data.draw(st.text(alphabet='{}[]:,-"|&*!%@~ \n\t#0aåsv\0\x85\u2028', max_size=8))
    faults = faults_or_none(FILE[:start] + damage + FILE[end:])
    assert faults is None or (faults and all(re.search(r"\w", str(fault)) for fault in faults))


def test_a_file_on_disk_is_read(tmp_path: Path) -> None:
    """With the mark that some editors write first."""
    path = tmp_path / "kampanj.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.encode())
    assert read_campaign_path(path, now=NOW, step=MINUTE)[0] == read(FILE)[0]


def test_a_path_that_leads_to_no_campaign_file_is_told(tmp_path: Path) -> None:
    """Missing, a folder, a device, too large: each has its own sentence."""
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(5_000_001)
    expected = {
        tmp_path / "missing.yaml": "There is no file",
        large / "below.yaml": "There is no file",
        tmp_path: "is a folder",
        Path("/dev/null"): "is not an ordinary file",
        large: "larger than 5 MB",
        Path("a\0b"): "cannot be read",
    }
    for path, sentence in expected.items():
        with pytest.raises(BadInput) as caught:
            read_campaign_path(path, now=NOW, step=MINUTE)
        assert sentence in str(only(caught.value.faults))


def test_a_file_one_may_not_read_is_told(tmp_path: Path) -> None:
    """Asked of the sentence itself: an administrator may read everything, so a real file would not refuse."""
    fault = _why_not(tmp_path / "x.yaml", PermissionError(13, "Permission denied"))
    assert "You may not read" in str(fault)
