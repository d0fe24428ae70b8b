"""The receipt: what it says of each delivery, and that its summary can be trusted."""

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.receipt import Delivered, Opened, receipt, summary, written

LIFT = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
A_MOMENT = timedelta(microseconds=1)


def delivered(
    *,
    state: DeliveryState = DeliveryState.LIVE,
    sent_at: datetime | None = LIFT + 4 * MS,
    confirmed_at: datetime | None = LIFT + 20 * MS,
    planned_at: datetime = LIFT,
    language: str = "sv",
) -> Delivered:
    """A delivery as the receipt needs it."""
    return Delivered(
        id="d1",
        organisation="Ungdomsjouren (exempel)",
        channel="webhook",
        event="message.published",
        language=language,
        state=state,
        planned_at=planned_at,
        sent_at=sent_at,
        confirmed_at=confirmed_at,
        attempts=1,
        address=None,
        error=None,
    )


def sent(*milliseconds: float) -> list[Delivered]:
    """One delivery each, sent so long after T."""
    return [delivered(sent_at=LIFT + ms * MS) for ms in milliseconds]


def test_a_receipt_says_everything_of_a_delivery_in_milliseconds_from_the_lift() -> None:
    """Its shape is a promise to whoever keeps it; a change of it needs a new schema number."""
    opened = Opened(surface="page", language="sv", address="/sv/x", opened_at=LIFT + 7 * MS)
    made = receipt(campaign="x", lift_at=LIFT, revision="sha256:0", deliveries=[delivered()], openings=[opened])
    assert json.loads(json.dumps(made)) == {
        "schema": 1,
        "campaign": "x",
        "lift_at": "2026-12-14T05:00:00Z",
        "revision": "sha256:0",
        "deliveries": [
            {
                "id": "d1",
                "organisation": "Ungdomsjouren (exempel)",
                "channel": "webhook",
                "event": "message.published",
                "language": "sv",
                "state": "live",
                "planned_at": "2026-12-14T05:00:00Z",
                "sent_at": "2026-12-14T05:00:00.004Z",
                "confirmed_at": "2026-12-14T05:00:00.020Z",
                "sent_ms": 4.0,
                "confirmed_ms": 20.0,
                "attempts": 1,
                "address": None,
                "error": None,
            }
        ],
        "pull": [{"surface": "page", "language": "sv", "address": "/sv/x", "opened_ms": 7.0}],
        "summary": {
            "deliveries": 1,
            "live": 1,
            "early": 0,
            "late": 0,
            "failed": 0,
            "unknown": 0,
            "sent_ms": {"first": 4.0, "p50": 4.0, "p95": 4.0, "last": 4.0},
            "confirmed_ms": {"p50": 20.0, "p95": 20.0, "last": 20.0},
        },
    }


def test_a_receipt_of_nothing_has_empty_figures_and_no_error() -> None:
    """A campaign may have pages and no channels."""
    made = summary([], lift_at=LIFT)
    assert made["deliveries"] == 0
    assert made["sent_ms"] == {"first": None, "p50": None, "p95": None, "last": None}


def test_what_has_no_language_says_none() -> None:
    """`campaign.lifted` goes to every webhook once."""
    made = receipt(campaign="x", lift_at=LIFT, revision="", deliveries=[delivered(language="")], openings=[])
    assert made["deliveries"][0]["language"] is None


def test_a_microsecond_too_early_is_early() -> None:
    """Nothing is rounded in favour of the sender: neither in the count, nor in milliseconds, nor in the time."""
    made = receipt(
        campaign="x", lift_at=LIFT, revision="", deliveries=[delivered(sent_at=LIFT - A_MOMENT)], openings=[]
    )
    assert made["summary"]["early"] == 1
    assert made["deliveries"][0]["sent_ms"] < 0
    assert made["deliveries"][0]["sent_at"] == "2026-12-14T04:59:59.999Z"


def test_a_correction_is_early_only_before_its_own_time_and_does_not_stretch_the_lifts_figures() -> None:
    """It was planned for when it was made, hours after T."""
    later = LIFT + timedelta(hours=3)
    made = summary([*sent(5), delivered(planned_at=later, sent_at=later + 2 * MS)], lift_at=LIFT)
    assert made["early"] == 0
    assert made["sent_ms"]["last"] == 5.0
    assert summary([delivered(planned_at=later, sent_at=later - MS)], lift_at=LIFT)["early"] == 1


def test_percentiles_are_values_by_which_at_least_that_share_had_left() -> None:
    """Nearest rank: of four, the second is the median; of thirty-one, the thirtieth is the 95th percentile."""
    assert summary(sent(1, 2, 3, 4), lift_at=LIFT)["sent_ms"] == {"first": 1.0, "p50": 2.0, "p95": 4.0, "last": 4.0}
    assert summary(sent(*range(1, 32)), lift_at=LIFT)["sent_ms"]["p95"] == 30.0


@given(st.lists(st.integers(-5_000, 60_000), min_size=1, max_size=200))
def test_figures_are_in_order_and_their_share_of_deliveries_had_really_left(milliseconds: list[int]) -> None:
    """Whatever the number of deliveries and in whatever order they are listed."""
    figures = summary(sent(*milliseconds), lift_at=LIFT)["sent_ms"]
    assert figures["first"] == min(milliseconds)
    assert figures["last"] == max(milliseconds)
    for name, percent in (("p50", 50), ("p95", 95)):
        by_then = sum(ms <= figures[name] for ms in milliseconds)
        before = sum(ms < figures[name] for ms in milliseconds)
        assert by_then * 100 >= percent * len(milliseconds)
        assert before * 100 < percent * len(milliseconds)


@given(st.lists(st.sampled_from(DeliveryState)))
def test_every_delivery_is_counted_in_its_own_column(states: list[DeliveryState]) -> None:
    """Live, late, failed and unknown do not overlap, and no delivery is left out of the total."""
    made = summary([delivered(state=state) for state in states], lift_at=LIFT)
    assert made["deliveries"] == len(states)
    columns = {"live": "live", "late": "late", "failed": "refused", "unknown": "unknown"}
    assert {name: made[name] for name in columns} == {
        name: states.count(DeliveryState(of)) for name, of in columns.items()
    }


def test_times_are_written_in_utc_whatever_zone_they_came_in() -> None:
    """A receipt is read in many places."""
    assert written(LIFT.astimezone(timezone(timedelta(hours=1)))) == "2026-12-14T05:00:00Z"
    assert written(None) is None
