"""Reminding partners: neutral, at most every twelve hours, and never without a reason."""

from datetime import timedelta

import pytest
from factories import Office, rows, text
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Role
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.lifecycle import NotInThisStage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Delivery
from campaigns.work.campaign import board
from campaigns.work.campaign.reminding import NobodyWaits, NothingLeftToDo, RemindedLately, remind

MANUAL = [(ChannelKind.BY_HAND, "anslag@example.org")]


def reminders(office: Office) -> list[Delivery]:
    """The stored reminders."""
    return rows(office.place, Delivery, col(Delivery.notice) == NoticeKind.REMINDER.value)


def test_all_that_wait_are_reminded_at_once_and_whoever_is_ready_is_left_in_peace(office: Office) -> None:
    """One mail to each member of the organisation that waits."""
    ready, waiting = office.partner("Klar", channels=MANUAL), office.partner("Väntar")
    campaign_id = office.briefed(ready, waiting)
    office.consented(ready, campaign_id)
    assert remind(office.place, office.communicator, campaign_id, now=office.now) == ("Väntar",)
    assert len(reminders(office)) == 1


def test_a_reminder_names_neither_campaign_nor_organisation(office: Office) -> None:
    """A mailbox is no place for what is under embargo."""
    partner = office.partner("Hemliga föreningen")
    campaign_id = office.briefed(partner, name="Operation Norrsken")
    office.answer(partner, campaign_id, content=text("Eget utkast", "Ring 114 14."))
    remind(office.place, office.communicator, campaign_id, now=office.now)
    mail = b"".join(notice.body for notice in reminders(office))
    assert b"Norrsken" not in mail
    assert b"Hemliga" not in mail
    assert b"utkast" not in mail


def test_nobody_is_reminded_twice_in_twelve_hours(office: Office) -> None:
    """Neither by name nor with all the others; after that it is possible again."""
    partner = office.partner()
    campaign_id, organisation_id = office.briefed(partner), partner.organisation_id
    remind(office.place, office.communicator, campaign_id, organisation_id=organisation_id, now=office.now)
    soon = office.now + timedelta(hours=12) - timedelta(seconds=1)
    with pytest.raises(RemindedLately):
        remind(office.place, office.approver, campaign_id, organisation_id=organisation_id, now=soon)
    with pytest.raises(NobodyWaits):
        remind(office.place, office.communicator, campaign_id, now=soon)
    assert len(reminders(office)) == 1
    remind(office.place, office.communicator, campaign_id, now=office.now + timedelta(hours=12))
    assert len(reminders(office)) == 2


def test_the_board_says_when_an_organisation_was_reminded(office: Office) -> None:
    """So that a colleague does not do it again."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    remind(office.place, office.communicator, campaign_id, now=office.now)
    row = board.board(office.place, office.communicator, campaign_id, now=office.now).rows[1]
    assert row.reminded_at == office.now
    assert not row.may_be_reminded


def test_whoever_is_ready_is_not_reminded(office: Office) -> None:
    """That all hangs on one person is no reason: it is not mended in a day."""
    partner = office.partner(channels=MANUAL)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id)
    with pytest.raises(NothingLeftToDo):
        remind(office.place, office.communicator, campaign_id, organisation_id=partner.organisation_id, now=office.now)


def test_only_the_campaigns_own_police_remind_and_only_those_who_take_part(office: Office) -> None:
    """Everything else is not there."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    stranger = office.organisation("Utanför", places=("SE-K",), topics=("annat",))
    others = office.member(office.organisation("Annan polis", kind=OrganisationKind.POLICE), {Role.COMMUNICATOR})
    with pytest.raises(NotAllowed):
        remind(office.place, partner, campaign_id, now=office.now)
    with pytest.raises(NotThere):
        remind(office.place, others, campaign_id, now=office.now)
    for organisation_id in (stranger, office.police):
        with pytest.raises(NotThere):
            remind(office.place, office.communicator, campaign_id, organisation_id=organisation_id, now=office.now)
    assert not reminders(office)


def test_after_approval_there_is_nothing_to_remind_of(office: Office) -> None:
    """The texts are frozen."""
    campaign_id = office.approved(office.partner())
    with pytest.raises(NotInThisStage):
        remind(office.place, office.communicator, campaign_id, now=office.now)
