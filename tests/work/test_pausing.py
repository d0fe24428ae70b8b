"""Channels that keep failing: paused by the service itself, told to their keepers, forgiven when used again."""

from datetime import datetime, timedelta

import pytest
from factories import Office, rows
from sqlmodel import col

from campaigns.channels.webhook import GONE
from campaigns.domain.access import Actor, Role
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import FAILS_AGAIN_AND_AGAIN, ChannelKind, Event
from campaigns.store import disarming
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Channel, Delivery
from campaigns.work.organisations import channels_kept
from campaigns.work.organisations.pausing import FAILS, IS_GONE, pause_failing

A_DAY = timedelta(days=1)
HOOK = [(ChannelKind.WEBHOOK, "http://127.0.0.1:9/in")]


def keeper(office: Office) -> Actor:
    """The administrator of a partner with one webhook."""
    partner = office.partner(channels=HOOK)
    return office.member(partner.organisation_id or "", {Role.ADMINISTRATOR}, email="nyckel@example.org")


def channel(office: Office) -> Channel:
    """The webhook as it is now."""
    return rows(office.place, Channel)[0]


def ended(
    office: Office,
    *states: DeliveryState,
    at: datetime = Office.NOW,
    attempts: int = 9,
    error: str = "HTTP 500",
    settled_by: str | None = None,
) -> None:
    """Deliveries through the webhook that ended so, planned a second apart."""
    found = channel(office)
    with writing(office.place.engine) as session:
        for number, state in enumerate(states):
            planned_at = at + timedelta(seconds=number + 1)
            session.add(
                Delivery(
                    id=new_id(),
                    event=Event.MESSAGE_PUBLISHED,
                    organisation_id=found.organisation_id,
                    channel_id=found.id,
                    kind=found.kind,
                    state=state,
                    planned_at=planned_at,
                    due_at=planned_at,
                    attempts=attempts,
                    error=error,
                    settled_by=settled_by,
                    created_at=at,
                )
            )


def paused(office: Office, *, at: datetime = Office.NOW + A_DAY) -> bool:
    """Whether the service pauses the channel now."""
    pause_failing(office.place, now=at)
    return channel(office).paused_at is not None


ENOUGH = [DeliveryState.REFUSED] * FAILS_AGAIN_AND_AGAIN


def test_a_channel_that_fails_again_and_again_is_paused_and_its_keeper_is_told_once(office: Office) -> None:
    """With one event and one neutral letter that leads to the channel; a second look changes nothing."""
    admin = keeper(office)
    ended(office, *ENOUGH)
    assert pause_failing(office.place, now=office.now + A_DAY) == 1
    assert pause_failing(office.place, now=office.now + A_DAY) == 0
    found = channel(office)
    assert (found.paused_at, found.problem) == (office.now + A_DAY, FAILS)
    (event,) = rows(office.place, AuditEvent, col(AuditEvent.action) == "channel.paused_as_failing")
    assert event.details["failed"] == FAILS_AGAIN_AND_AGAIN
    (letter,) = rows(office.place, Delivery, col(Delivery.notice) == "channel_paused")
    assert letter.recipient == "nyckel@example.org"
    said = letter.body.replace(b"=\r\n", b"").replace(b"=\n", b"")
    assert f"/arbete/organisation/kanaler/{found.id}".encode() in said
    assert channels_kept.channel_of(office.place, admin, found.id).problem == FAILS


def test_a_receiver_that_is_gone_is_paused_at_once(sqlite_office: Office) -> None:
    """Standard Webhooks: 410 means stop sending."""
    keeper(sqlite_office)
    ended(sqlite_office, DeliveryState.REFUSED, attempts=1, error=GONE)
    assert paused(sqlite_office)
    assert channel(sqlite_office).problem == IS_GONE


@pytest.mark.parametrize(
    "states",
    [ENOUGH[1:], [*ENOUGH[1:], DeliveryState.LIVE, DeliveryState.REFUSED], [DeliveryState.UNKNOWN] * 9],
    ids=["too few", "one arrived in between", "nobody knows whether they arrived"],
)
def test_a_channel_that_mostly_works_is_left_alone(sqlite_office: Office, states: list[DeliveryState]) -> None:
    """Only failures in a row count."""
    keeper(sqlite_office)
    ended(sqlite_office, *states)
    assert not paused(sqlite_office)


def test_what_nobody_tried_in_time_is_no_fault_of_the_channels(sqlite_office: Office) -> None:
    """All workers were dead for a day: that says nothing of the receiver."""
    keeper(sqlite_office)
    ended(sqlite_office, *[DeliveryState.LATE] * 9, attempts=1)
    assert not paused(sqlite_office)
    ended(sqlite_office, *[DeliveryState.LATE] * FAILS_AGAIN_AND_AGAIN, attempts=9)
    assert paused(sqlite_office)


def test_a_persons_word_neither_blames_nor_excuses_a_channel(sqlite_office: Office) -> None:
    """What a person marked as done arrived by other ways."""
    admin = keeper(sqlite_office)
    ended(sqlite_office, *ENOUGH, settled_by=admin.member_id)
    assert not paused(sqlite_office)
    ended(sqlite_office, *ENOUGH, at=Office.NOW + timedelta(minutes=1))
    ended(sqlite_office, DeliveryState.LIVE, at=Office.NOW + timedelta(minutes=2), settled_by=admin.member_id)
    assert paused(sqlite_office)


def test_a_channel_that_is_used_again_starts_anew(sqlite_office: Office) -> None:
    """What failed before is forgiven; what fails after it counts."""
    admin = keeper(sqlite_office)
    ended(sqlite_office, *ENOUGH)
    assert paused(sqlite_office)
    again_at = Office.NOW + 2 * A_DAY
    channels_kept.unpause_channel(sqlite_office.place, admin, channel(sqlite_office).id, now=again_at)
    assert channel(sqlite_office).problem == ""
    assert not paused(sqlite_office, at=again_at)
    ended(sqlite_office, *ENOUGH, at=again_at)
    assert paused(sqlite_office, at=again_at + A_DAY)


def test_what_a_restore_gives_to_people_is_no_fault_of_the_channel(sqlite_office: Office) -> None:
    """Everything that was on its way ends with a person then, and says nothing of the receivers."""
    keeper(sqlite_office)
    ended(sqlite_office, *[DeliveryState.LATE] * 9, attempts=2)
    with writing(sqlite_office.place.engine) as session:
        disarming.disarm(session, now=Office.NOW + A_DAY)
    assert not paused(sqlite_office, at=Office.NOW + A_DAY)


def test_a_channel_that_a_person_paused_is_not_paused_again(sqlite_office: Office) -> None:
    """Nobody is told of what they did themselves."""
    admin = keeper(sqlite_office)
    channels_kept.pause_channel(sqlite_office.place, admin, channel(sqlite_office).id, now=Office.NOW)
    ended(sqlite_office, *ENOUGH)
    assert pause_failing(sqlite_office.place, now=Office.NOW + A_DAY) == 0
    assert channel(sqlite_office).paused_at == Office.NOW
