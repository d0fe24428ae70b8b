"""What a partner is shown of a campaign, at each length it has come and in each stage; and what leaks to nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from desks import at_desk
from factories import Office, rows, text
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Acceptance, AuditEvent, Question
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.launch import correcting, scheduling
from campaigns.work.partners import briefing, matching

SECRETS = (
    "Gängsnacket",
    "gangsnacket-",
    "Hemligt underlag",
    "Pengarna kommer aldrig",
    "Vi lyssnar",
    "kampanj@example.se",
)
PAGES = ("", "/villkor", "/underlag", "/fragor", "/vara-budskap")
CHANNELS = [(ChannelKind.EMAIL, "lista@example.org"), (ChannelKind.BY_HAND, "anslag@example.org")]


def leaks(page: str) -> list[str]:
    """The words under embargo that stand in a page."""
    return [secret for secret in SECRETS if secret in page]


def read(office: Office, folder: Path, who: Actor, path: str) -> tuple[int, str]:
    """The status and the page that a member gets at last."""
    answer = at_desk(office, folder, who).get(path, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def in_same(office: Office, partner: Actor, *roles: Role) -> Actor:
    """A colleague of a partner."""
    assert partner.organisation_id
    return office.member(partner.organisation_id, set(roles))


@pytest.mark.parametrize("page", PAGES)
def test_an_outsider_is_told_that_nothing_is_there(sqlite_office: Office, tmp_path: Path, page: str) -> None:
    """Neither a member of an organisation that is not invited, nor one whose invitation was taken back."""
    office = sqlite_office
    revoked = office.partner("Återkallade (exempel)")
    campaign_id = office.briefed(revoked)
    outsider = office.partner("Utanför (exempel)")
    briefing.revoke(
        office.place, office.communicator, campaign_id, organisation_id=revoked.organisation_id or "", now=office.now
    )
    for who in (outsider, revoked):
        status, shown = read(office, tmp_path, who, f"/arbete/kampanj/{campaign_id}{page}")
        assert (status, leaks(shown)) == (404, [])


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_only_invited_is_shown_the_terms_without_a_word_of_the_campaign(
    sqlite_office: Office, tmp_path: Path, page: str
) -> None:
    """That a colleague accepted changes nothing."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    office.answer(partner, campaign_id)
    colleague = in_same(office, partner, Role.EDITOR)
    status, shown = read(office, tmp_path, colleague, f"/arbete/kampanj/{campaign_id}{page}")
    assert (status, leaks(shown)) == (200, [])
    assert "Vi godkänner villkoren" in shown
    assert "om 1 dag" in shown
    assert "Vi avstår" in shown


def test_accepting_opens_the_briefing_and_twice_is_once(sqlite_office: Office, tmp_path: Path) -> None:
    """The version that was shown is what is accepted."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed()
    desk = at_desk(office, tmp_path, partner)
    address = f"/arbete/kampanj/{campaign_id}/villkor"
    version = briefing.terms_now(office.place).version
    for _ in range(2):
        answer = desk.post(address, {"version": str(version)})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/arbete/kampanj/{campaign_id}")
    assert len(rows(office.place, Acceptance, col(Acceptance.campaign_id) == campaign_id)) == 1
    assert "Hemligt underlag" in desk.get(f"/arbete/kampanj/{campaign_id}/underlag").get_data(as_text=True)


@pytest.mark.parametrize("version", ["", "0", "77", "-1", "ett", "²"])
def test_terms_in_another_version_are_shown_again_and_not_accepted(
    sqlite_office: Office, tmp_path: Path, version: str
) -> None:
    """Whatever was sent instead of a number."""
    office = sqlite_office
    partner, campaign_id = office.partner(), ""
    campaign_id = office.briefed()
    answer = at_desk(office, tmp_path, partner).post(f"/arbete/kampanj/{campaign_id}/villkor", {"version": version})
    assert answer.status_code == 422
    assert "Vi godkänner villkoren" in answer.get_data(as_text=True)
    assert not rows(office.place, Acceptance, col(Acceptance.campaign_id) == campaign_id)


@pytest.mark.parametrize("page", PAGES)
def test_before_the_briefing_opens_there_is_no_word_of_the_campaign(
    sqlite_office: Office, tmp_path: Path, page: str
) -> None:
    """It says when it opens."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner, briefing_opens_at=office.now + timedelta(hours=3))
    status, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}{page}")
    assert (status, leaks(shown)) == (200, [])
    assert "om 3 timmar" in shown or page == "/vara-budskap"


def test_a_briefed_partner_reads_everything_and_prints_for_whom_it_is(sqlite_office: Office, tmp_path: Path) -> None:
    """The line stands in sight, and no mark is hidden."""
    office = sqlite_office
    partner = office.partner("Ungdomsjouren (exempel)")
    campaign_id = office.briefed(partner)
    _, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/underlag")
    for words in ("Delgiven Ungdomsjouren (exempel)", "embargo till", "Hemligt underlag", "114 14", "Kampanjgruppen"):
        assert words in shown
    assert all(sign not in shown for sign in "\u200b\u200c\u2060\ufeff")
    _, other = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}")
    assert "Skriv ert eget budskap" in other


def test_the_core_messages_are_read_in_arabic_from_right_to_left(sqlite_office: Office, tmp_path: Path) -> None:
    """A message that is not in Arabic is shown in Swedish and says so; the interface stays Swedish."""
    office = sqlite_office
    partner = office.partner()
    arabic = text("وعد العصابات كذبة", "اتصل بالرقم 114 14")
    core = (
        MessageDraft(name="huvudbudskap", texts={"sv": text(), "ar": arabic}),
        MessageDraft(name="syskon", texts={"sv": text("Du är inte ensam")}),
    )
    campaign_id = office.briefed(partner, languages=("sv", "ar"), core_messages=core)
    _, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/underlag?sprak=ar")
    assert 'lang="ar" dir="rtl">وعد العصابات كذبة' in shown
    assert 'بالرقم <bdi dir="ltr">114 14</bdi>' in shown
    assert "Du är inte ensam" in shown
    assert '<html lang="sv"' in shown
    status, _ = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/underlag?sprak=%3Cb%3E")
    assert status == 200


def test_markup_in_a_briefing_does_nothing(sqlite_office: Office, tmp_path: Path) -> None:
    """It is cleaned before it is shown."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner, briefing="<script>alert(1)</script> [klicka](javascript:alert(1))")
    _, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/underlag")
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown


def test_an_administrator_alone_is_told_who_can_read(sqlite_office: Office, tmp_path: Path) -> None:
    """And never the name, even if they accepted in another role once."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    administrator = in_same(office, partner, Role.ADMINISTRATOR)
    status, shown = read(office, tmp_path, administrator, f"/arbete/kampanj/{campaign_id}")
    assert (status, leaks(shown)) == (200, [])
    assert "Dina kollegor förbereder" in shown
    for page in PAGES[1:]:
        assert read(office, tmp_path, administrator, f"/arbete/kampanj/{campaign_id}{page}")[0] == 404
    refused = at_desk(office, tmp_path, administrator).post(f"/arbete/kampanj/{campaign_id}/villkor", {"version": "1"})
    assert refused.status_code == 404


def test_a_question_is_sent_once_and_its_asker_can_be_left_out(sqlite_office: Office, tmp_path: Path) -> None:
    """Without a name neither member nor organisation is stored, in the audit trail either."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    desk = at_desk(office, tmp_path, partner)
    for form in ({"question": "Får vi dela?"}, {"question": "Vem bestämmer?", "unnamed": "1"}):
        for _ in range(2):
            assert desk.post(f"/arbete/kampanj/{campaign_id}/fragor", form).status_code == 303
    asked = {row.question: row for row in rows(office.place, Question)}
    assert len(rows(office.place, Question)) == 2
    assert asked["Får vi dela?"].member_id == partner.member_id
    assert (asked["Vem bestämmer?"].member_id, asked["Vem bestämmer?"].organisation_id) == (None, None)
    trail = rows(office.place, AuditEvent, col(AuditEvent.action) == "question.asked")
    assert [event.member_id for event in trail] == [partner.member_id, None]


def test_a_question_that_waits_is_seen_by_its_own_organisation_only(sqlite_office: Office, tmp_path: Path) -> None:
    """When it is answered all who are briefed read it, and nobody reads who asked."""
    office = sqlite_office
    partner, other = office.partner("Första (exempel)"), office.partner("Andra (exempel)")
    campaign_id = office.briefed(partner, other)
    asked = briefing.ask(office.place, partner, campaign_id, question="Får vi dela?", now=office.now)
    address = f"/arbete/kampanj/{campaign_id}/fragor"
    assert "Får vi dela?" in read(office, tmp_path, partner, address)[1]
    assert "Får vi dela?" not in read(office, tmp_path, other, address)[1]
    briefing.answer(office.place, office.communicator, asked, text="Ja.", now=office.now)
    shown = read(office, tmp_path, other, address)[1]
    assert "Får vi dela?" in shown
    assert "Första (exempel)" not in shown


def test_what_was_typed_is_kept_when_a_question_cannot_be_sent(sqlite_office: Office, tmp_path: Path) -> None:
    """Empty, or after T."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.live(partner)
    address = f"/arbete/kampanj/{campaign_id}/fragor"
    answer = at_desk(office, tmp_path, partner).post(address, {"question": "Hann vi inte?"})
    assert answer.status_code == 422
    assert "Hann vi inte?" in answer.get_data(as_text=True)
    assert not rows(office.place, Question)
    office.now = Office.NOW
    second = office.briefed(partner)
    answer = at_desk(office, tmp_path, partner).post(f"/arbete/kampanj/{second}/fragor", {"question": "  "})
    assert answer.status_code == 422
    assert "Det här måste fyllas i" in answer.get_data(as_text=True) or "faulty" in answer.get_data(as_text=True)


def test_a_postponed_campaign_says_what_was_and_what_is(sqlite_office: Office, tmp_path: Path) -> None:
    """Nothing has to be accepted again."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    later = Office.LIFT + timedelta(days=3)
    scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=later, now=office.now)
    status, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}")
    assert status == 200
    assert "Tiden är flyttad" in shown
    assert "24 november" in shown
    assert "27 november" in shown


def test_a_held_campaign_says_what_it_means(sqlite_office: Office, tmp_path: Path) -> None:
    """What was written is still there."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.approved(partner)
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}")[1]
    assert "Kampanjen är pausad" in shown
    assert "Vi lyssnar" in read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/vara-budskap")[1]


def test_a_cancelled_campaign_leaves_the_own_drafts_and_no_name(sqlite_office: Office, tmp_path: Path) -> None:
    """A colleague who had not accepted finds nothing."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    office.answer(partner, campaign_id)
    scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    status, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/vara-budskap")
    assert status == 200
    assert "Vi lyssnar" in shown
    assert "Gängsnacket" not in shown
    colleague = in_same(office, partner, Role.EDITOR)
    assert read(office, tmp_path, colleague, f"/arbete/kampanj/{campaign_id}/vara-budskap")[0] == 404
    assert read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}/underlag")[0] == 404


def test_a_withdrawn_campaign_asks_to_take_down_what_was_published_by_hand(
    sqlite_office: Office, tmp_path: Path
) -> None:
    """Its briefing is gone."""
    office = sqlite_office
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.live(partner)
    correcting.propose_withdraw(office.place, office.communicator, campaign_id, now=office.now)
    correcting.confirm_withdraw(office.place, office.approver, campaign_id, now=office.now)
    for page in ("", "/underlag", "/fragor"):
        status, shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}{page}")
        assert status == 200
        assert "Ta ner det ni själva har publicerat" in shown
        assert "Hemligt underlag" not in shown


def test_after_the_lift_a_partner_sees_what_went_out_and_where(sqlite_office: Office, tmp_path: Path) -> None:
    """Its own deliveries and no other organisation's; a colleague who never accepted sees what everybody sees."""
    office = sqlite_office
    partner, other = office.partner(channels=CHANNELS), office.partner("Andra (exempel)", channels=[CHANNELS[0]])
    campaign_id = office.live(partner, other)
    shown = read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}")[1]
    assert "Er röst i kampanjen" in shown
    assert shown.count("anslag@example.org") >= 1
    colleague = in_same(office, other, Role.READER)
    outside = read(office, tmp_path, colleague, f"/arbete/kampanj/{campaign_id}")[1]
    assert "Läs kampanjen" in outside
    assert "lista@example.org" not in outside
    assert "anslag@example.org" not in outside


def test_one_second_before_the_lift_nothing_of_it_is_said_to_be_out(sqlite_office: Office, tmp_path: Path) -> None:
    """And at T it is, before any worker has written so."""
    office = sqlite_office
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.approved(partner)
    office.now = Office.LIFT - timedelta(seconds=1)
    assert "Er röst i kampanjen" not in read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}")[1]
    office.now = Office.LIFT
    assert "Er röst i kampanjen" in read(office, tmp_path, partner, f"/arbete/kampanj/{campaign_id}")[1]


def test_the_police_have_pages_of_their_own(sqlite_office: Office, tmp_path: Path) -> None:
    """They may read the briefing as partners do, and are sent on from the rest."""
    office = sqlite_office
    campaign_id = office.briefed()
    desk = at_desk(office, tmp_path, office.communicator)
    assert desk.get(f"/arbete/kampanj/{campaign_id}/underlag").status_code == 200
    for page in ("fragor", "vara-budskap"):
        assert desk.get(f"/arbete/kampanj/{campaign_id}/{page}").status_code == 303
    core = matching.own_messages(office.place, office.communicator, campaign_id, now=office.now)[0].message_id
    assert desk.get(f"/arbete/budskap/{core}").status_code == 404
