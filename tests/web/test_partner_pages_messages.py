"""A partner's own messages in the browser: beginning, channels, and consent to what was read and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from desks import at_desk
from factories import Office, rows, text
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Consent, Message, ReleasedText, Text
from campaigns.work.partners import consenting, matching

CHANNELS = [(ChannelKind.EMAIL, "lista@example.org"), (ChannelKind.BY_HAND, "anslag@example.org")]
KINDS = [kind for kind, _ in CHANNELS]


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    """An office on SQLite."""
    return sqlite_office


def message_of(office: Office, saved: matching.Saved) -> str:
    """The message that a text belongs to."""
    return rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id


def standing(office: Office) -> list[Consent]:
    """The consents that stand."""
    return rows(office.place, Consent, col(Consent.taken_back_at).is_(None))


def begun(office: Office) -> tuple[Actor, str, str, matching.Saved]:
    """A partner with a text through two channels: partner, campaign, message, text."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    saved = office.answer(partner, campaign_id, channels=KINDS)
    return partner, campaign_id, message_of(office, saved), saved


def test_a_core_message_is_answered_once_however_often_the_button_is_pressed(office: Office, tmp_path: Path) -> None:
    """Both lead to the same message."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    desk, core = at_desk(office, tmp_path, partner), office.core_message(campaign_id)
    address = f"/arbete/kampanj/{campaign_id}/vara-budskap"
    assert "Skriv vårt svar" in desk.get(address).get_data(as_text=True)
    answers = [desk.post(address, {"answers": core}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(rows(office.place, Message, col(Message.answers_id) == core)) == 1


def test_another_organisation_finds_neither_message_nor_consent(office: Office, tmp_path: Path) -> None:
    """Nor does a colleague who has not accepted the terms."""
    partner, campaign_id, message_id, _ = begun(office)
    other = office.partner("Andra (exempel)")
    office_of_other = office.briefed(other)
    assert office_of_other != campaign_id
    colleague = office.member(partner.organisation_id or "", {Role.PUBLISHER})
    base = f"/arbete/budskap/{message_id}"
    for who in (other, colleague, office.communicator):
        desk = at_desk(office, tmp_path, who)
        for page in ("", "/sv/klartecken", "/sv/karnbudskapet"):
            answer = desk.get(base + page)
            assert answer.status_code == 404
            assert "Vi lyssnar" not in answer.get_data(as_text=True)
        for page in ("/kanaler", "/sv/klartecken", "/sv/ta-tillbaka", "/sv/dra-tillbaka"):
            assert desk.post(base + page, {"revision": "x", "sure": "1"}).status_code == 404
    assert not standing(office)


def test_consent_is_given_to_what_was_on_the_screen(office: Office, tmp_path: Path) -> None:
    """Pressed twice it is one yes, and who gave it stands there."""
    partner, _, message_id, saved = begun(office)
    desk, address = at_desk(office, tmp_path, partner), f"/arbete/budskap/{message_id}/sv/klartecken"
    shown = desk.get(address).get_data(as_text=True)
    assert f'name="revision" value="{saved.revision}"' in shown
    assert "Vi lyssnar" in shown
    assert "lista@example.org" in shown
    for _ in range(2):
        assert desk.post(address, {"revision": saved.revision}).status_code == 303
    assert [given.revision for given in standing(office)] == [saved.revision]
    assert "exempel gav klartecken" in desk.get(address).get_data(as_text=True)


def test_consent_to_words_that_were_changed_meanwhile_is_refused_and_shows_what_changed(
    office: Office, tmp_path: Path
) -> None:
    """The new words are there to read, with their own button."""
    partner, _, message_id, saved = begun(office)
    newer = matching.edit_text(
        office.place, partner, message_id, language="sv", content=text("Vi lyssnar alltid", "Ring oss, eller 114 14."),
        expected_version=1, now=office.now,
    )  # fmt: skip
    desk, address = at_desk(office, tmp_path, partner), f"/arbete/budskap/{message_id}/sv/klartecken"
    answer = desk.post(address, {"revision": saved.revision})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "alltid</ins>" in shown
    assert f'value="{newer.revision}"' in shown
    assert not standing(office)
    for nonsense in ("", "sha256:0"):
        assert desk.post(address, {"revision": nonsense}).status_code == 422
    assert not standing(office)


def test_a_consent_to_an_older_version_is_said_to_hold_no_more(office: Office, tmp_path: Path) -> None:
    """With what changed since."""
    partner, _, message_id, saved = begun(office)
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    matching.edit_text(
        office.place, partner, message_id, language="sv", content=text("Vi lyssnar nu", "Ring oss, eller 114 14."),
        expected_version=1, now=office.now,
    )  # fmt: skip
    shown = at_desk(office, tmp_path, partner).get(f"/arbete/budskap/{message_id}/sv/klartecken").get_data(as_text=True)
    assert "Det gäller inte för den här" in shown
    assert "nu</ins>" in shown


def test_other_channels_take_the_consent_back_and_say_so(office: Office, tmp_path: Path) -> None:
    """The same channels again take nothing back."""
    partner, _, message_id, saved = begun(office)
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    desk, address = at_desk(office, tmp_path, partner), f"/arbete/budskap/{message_id}/kanaler"
    desk.post(address, {"channels": [kind.value for kind in KINDS]})
    assert len(standing(office)) == 1
    answer = desk.post(address, {"channels": ["email"]}, follow_redirects=True)
    assert "behöver ges på nytt" in answer.get_data(as_text=True)
    assert not standing(office)


def test_a_reader_sees_and_changes_nothing_and_is_told_who_can(office: Office, tmp_path: Path) -> None:
    """The buttons are not there, and the addresses behind them are not either."""
    partner, campaign_id, message_id, saved = begun(office)
    reader = office.member(partner.organisation_id or "", {Role.READER})
    office.accept(reader, campaign_id)
    desk, base = at_desk(office, tmp_path, reader), f"/arbete/budskap/{message_id}"
    shown = desk.get(f"{base}/sv/klartecken").get_data(as_text=True)
    assert "Klartecken ges av en utgivare" in shown
    assert "<bdi>exempel</bdi>" in shown
    assert "Ge klartecken</button>" not in shown
    assert "Spara kanalerna" not in desk.get(base).get_data(as_text=True)
    assert "Skriv vårt svar" not in desk.get(f"/arbete/kampanj/{campaign_id}/vara-budskap").get_data(as_text=True)
    for page in ("/kanaler", "/sv/klartecken", "/sv/ta-tillbaka", "/sv/dra-tillbaka"):
        assert desk.post(base + page, {"revision": saved.revision, "sure": "1"}).status_code == 404
    begin = desk.post(f"/arbete/kampanj/{campaign_id}/vara-budskap", {"answers": office.core_message(campaign_id)})
    assert begin.status_code == 404
    assert not standing(office)


def test_an_editor_writes_and_does_not_consent(office: Office, tmp_path: Path) -> None:
    """Consent needs a publisher."""
    partner, campaign_id, message_id, saved = begun(office)
    editor = office.member(partner.organisation_id or "", {Role.EDITOR})
    office.accept(editor, campaign_id)
    desk = at_desk(office, tmp_path, editor)
    assert "Spara kanalerna" in desk.get(f"/arbete/budskap/{message_id}").get_data(as_text=True)
    answer = desk.post(f"/arbete/budskap/{message_id}/sv/klartecken", {"revision": saved.revision})
    assert answer.status_code == 404
    assert not standing(office)


def test_taking_back_before_the_lift_takes_the_text_out_of_the_release(office: Office, tmp_path: Path) -> None:
    """The page says so first; afterwards it cannot come back by itself."""
    partner, campaign_id, message_id, saved = begun(office)
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    office.approve(campaign_id)
    desk, base = at_desk(office, tmp_path, partner), f"/arbete/budskap/{message_id}/sv"
    assert "lämnar texten det godkända utskicket" in desk.get(f"{base}/klartecken").get_data(as_text=True)
    assert desk.post(f"{base}/ta-tillbaka").status_code == 303
    released = rows(office.place, ReleasedText, col(ReleasedText.text_id) == saved.text_id)
    assert all(row.superseded_at for row in released)
    assert "godkänt utan den här texten" in desk.get(f"{base}/klartecken").get_data(as_text=True)
    assert desk.post(f"{base}/ta-tillbaka").status_code == 404
    assert desk.post(f"{base}/klartecken", {"revision": saved.revision}).status_code == 422


def test_after_the_lift_a_text_is_withdrawn_and_not_taken_back(office: Office, tmp_path: Path) -> None:
    """It is asked for twice, for it cannot be undone."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.live(partner)
    message = matching.own_messages(office.place, partner, campaign_id, now=office.now)[0]
    desk, base = at_desk(office, tmp_path, partner), f"/arbete/budskap/{message.message_id}/sv"
    shown = desk.get(f"{base}/klartecken").get_data(as_text=True)
    assert "Dra tillbaka texten" in shown
    assert "Ta tillbaka klartecken" not in shown
    assert desk.post(f"{base}/ta-tillbaka").status_code == 422
    assert desk.post(f"{base}/dra-tillbaka").status_code == 422
    assert desk.post(f"{base}/dra-tillbaka", {"sure": "1"}).status_code == 303
    assert "drogs tillbaka" in desk.get(f"{base}/klartecken").get_data(as_text=True)


def test_a_core_message_that_was_changed_is_shown_beside_what_it_was(office: Office, tmp_path: Path) -> None:
    """A partner sees that something changed since it wrote, and which words."""
    partner, campaign_id, message_id, _ = begun(office)
    desk, base = at_desk(office, tmp_path, partner), f"/arbete/budskap/{message_id}"
    assert desk.get(f"{base}/sv/karnbudskapet").status_code == 404
    office.now += timedelta(minutes=1)
    matching.edit_text(
        office.place, office.communicator, office.core_message(campaign_id), language="sv",
        content=text("Pengarna kommer inte"), expected_version=1, now=office.now,
    )  # fmt: skip
    assert "kärnbudskapet har ändrats" in desk.get(base).get_data(as_text=True)
    shown = desk.get(f"{base}/sv/karnbudskapet").get_data(as_text=True)
    assert "aldrig</del>" in shown
    assert "inte</ins>" in shown


def test_what_must_be_mended_is_said_before_anybody_consents(office: Office, tmp_path: Path) -> None:
    """The text lacks the phone number that every version keeps."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.answer(partner, campaign_id, content=text("Vi lyssnar", "Ring oss."))
    address = f"/arbete/budskap/{message_of(office, saved)}/sv/klartecken"
    desk = at_desk(office, tmp_path, partner)
    assert "Det här måste rättas först" in desk.get(address).get_data(as_text=True)
    assert desk.post(address, {"revision": saved.revision}).status_code == 422
    assert not standing(office)


def test_by_hand_gives_ready_words_in_every_language_and_a_reminder(office: Office, tmp_path: Path) -> None:
    """The reminder is there when the release is approved."""
    partner, campaign_id, message_id, saved = begun(office)
    shown = at_desk(office, tmp_path, partner).get(f"/arbete/budskap/{message_id}").get_data(as_text=True)
    assert "ord att klistra in" in shown
    assert "data-copy=" in shown
    consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    office.approve(campaign_id)
    shown = at_desk(office, tmp_path, partner).get(f"/arbete/budskap/{message_id}").get_data(as_text=True)
    assert "/paminnelse.ics" in shown
    assert "texterna är frysta" in shown


def test_a_language_that_is_not_written_has_no_consent_page(office: Office, tmp_path: Path) -> None:
    """Nor has one that does not exist."""
    partner, _, message_id, _ = begun(office)
    desk = at_desk(office, tmp_path, partner)
    for language in ("en", "xx", "sv%22"):
        assert desk.get(f"/arbete/budskap/{message_id}/{language}/klartecken").status_code == 404
