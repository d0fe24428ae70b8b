"""The readiness board and the coverage: whose they are, what they show, and that they stay cheap."""

import pytest
from counting import counted
from factories import Office, rows, text

from campaigns.domain.access import Role
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.readiness import Cell, Lack, Line, Verdict
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Campaign, Channel
from campaigns.work.campaign import board, coverage
from campaigns.work.launch import approving, rehearsing
from campaigns.work.partners import briefing


def test_each_organisation_has_a_row_that_says_what_is_missing_and_who_can_mend_it(office: Office) -> None:
    """The police come first; a text without consent waits for the one who may give it."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    office.answer(partner, campaign_id)
    found = board.board(office.place, office.communicator, campaign_id, now=office.now)
    police, row = found.rows
    assert (police.is_police, row.is_police) == (True, False)
    assert row.assessed.cells["sv"] is Cell.WAITING
    assert row.assessed.verdict is Verdict.NO_GO
    consent = next(need for need in row.needs if need.lack is Lack.CONSENT)
    assert (consent.languages, consent.people) == (("sv",), ("exempel",))
    assert (row.accepted, row.members) == (1, 1)


def test_a_consented_text_is_ready_and_an_edit_makes_it_wait_again(office: Office) -> None:
    """Consent is to the exact words."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id)
    row = board.board(office.place, office.communicator, campaign_id, now=office.now).rows[1]
    assert row.assessed.cells["sv"] is Cell.READY


def test_no_word_of_a_partners_draft_is_on_the_board(office: Office) -> None:
    """States, names and times only."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    office.answer(partner, campaign_id, content=text("Hemligt utkast", "Våra egna ord. 114 14."))
    found = repr(board.board(office.place, office.communicator, campaign_id, now=office.now))
    assert "utkast" not in found
    assert "egna ord" not in found


def test_the_board_is_the_polices_own(office: Office) -> None:
    """A partner lacks the permission; other police are not told that it exists."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    others = office.member(office.organisation("Annan polis", kind=OrganisationKind.POLICE), {Role.COMMUNICATOR})
    for read in (board.board, coverage.coverage):
        with pytest.raises(NotAllowed):
            read(office.place, partner, campaign_id, now=office.now)
        with pytest.raises(NotThere):
            read(office.place, others, campaign_id, now=office.now)


def test_an_organisation_whose_invitation_was_taken_back_is_not_on_it(office: Office) -> None:
    """Nor in the coverage, consented or not."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id)
    organisation_id = partner.organisation_id or ""
    briefing.revoke(office.place, office.communicator, campaign_id, organisation_id=organisation_id, now=office.now)
    assert len(board.board(office.place, office.communicator, campaign_id, now=office.now).rows) == 1
    assert coverage.coverage(office.place, office.communicator, campaign_id, now=office.now).voices == 0


def test_a_rehearsal_leaves_on_the_board_what_each_channel_said(office: Office) -> None:
    """Nobody listens at the address of this webhook."""
    partner = office.partner(channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/hook")])
    campaign_id = office.briefed(partner)
    before = board.board(office.place, office.communicator, campaign_id, now=office.now).rows[1]
    assert [line.line for line in before.channels] == [Line.UNTRIED]
    (campaign,) = rows(office.place, Campaign)
    rehearsing.rehearse(office.place, office.communicator, campaign.slug, now=office.now)
    after = board.board(office.place, office.communicator, campaign_id, now=office.now).rows[1]
    assert [line.line for line in after.channels] == [Line.PROBLEM]
    assert rows(office.place, Channel)[0].checked_at == office.now


def test_a_language_left_out_is_shown_with_who_decided(office: Office) -> None:
    """By name, as the gate wants it; the coverage no longer asks for it."""
    campaign_id = office.briefed()
    approving.leave_out(office.place, office.communicator, campaign_id, language="en", now=office.now)
    found = board.board(office.place, office.communicator, campaign_id, now=office.now)
    assert found.left_out == {"en": "exempel"}
    assert found.rows[0].assessed.cells["en"] is Cell.LEFT_OUT
    seen = coverage.coverage(office.place, office.communicator, campaign_id, now=office.now)
    assert (seen.coverage.languages, seen.left_out) == (("sv",), ("en",))


def test_a_consented_text_reaches_the_places_of_its_organisation(office: Office) -> None:
    """A draft reaches nobody."""
    stockholm = office.organisation("Samtal", places=("SE-AB",))
    partner = office.member(stockholm, {Role.EDITOR, Role.PUBLISHER})
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id)
    assert saved.text_id
    office.answer(partner, campaign_id, language="en", content=text("We listen", "Call 114 14."))
    found = coverage.coverage(office.place, office.communicator, campaign_id, now=office.now).coverage
    reached = {county.code: county.languages for county in found.counties if county.languages}
    assert reached == {"SE-AB": ("sv",)}


def test_the_board_takes_as_many_queries_for_many_organisations_as_for_one(office: Office) -> None:
    """However many there are, and the coverage too."""
    one = office.briefed(office.partner())
    many = [office.partner(f"Partner {number}") for number in range(5)]
    other = office.briefed(*many)
    for partner in many:
        office.consented(partner, other)
    for read in (board.board, coverage.coverage):
        with counted(office.place) as few:
            read(office.place, office.communicator, one, now=office.now)
        with counted(office.place) as more:
            read(office.place, office.communicator, other, now=office.now)
        assert len(more) == len(few)
