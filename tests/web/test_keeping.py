"""Answers that are kept for a moment: the same bytes, never across T, never across readiness, never for long."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from public_samples import BASE, LIFT, SampleReading
from sample_shelves import SampleShelves

from campaigns.domain.errors import Unready
from campaigns.domain.reading import CampaignPage
from campaigns.web import build_app
from campaigns.web.keeping import LONGEST, MOST, Answer, Kept

SECOND, STEP = timedelta(seconds=1), timedelta(seconds=60)
PAGE = "/kampanj/gangsnacket"


class Counting(SampleReading):
    """The samples, with how often a campaign was asked for."""

    asked = 0

    def campaign(self, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
        """Count, and answer."""
        self.asked += 1
        return super().campaign(slug=slug, language=language, now=now)


class Moving:
    """The public web with a clock that can be moved, keeping answers for two seconds."""

    def __init__(self, now: datetime) -> None:
        self.now, self.ready, self.reading = now, True, Counting()
        self.app: Flask = build_app(
            reading=self.reading,
            shelves=SampleShelves({"gangsnacket": LIFT}),
            clock=lambda: self.now,
            ready=self._ready,
            lift_step=STEP,
            base_url=BASE,
            keep_for=2 * SECOND,
        )
        self.client: FlaskClient = self.app.test_client()

    def _ready(self) -> None:
        if not self.ready:
            raise Unready(reason="x")


@pytest.fixture
def web() -> Moving:
    """The web half a minute after T."""
    return Moving(LIFT + 30 * SECOND)


@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}/ar", f"{PAGE}?ui=en", f"{PAGE}/feed.atom", "/", "/kampanj/nonsense"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_given_again_is_the_same_to_the_byte_and_header(web: Moving, address: str, method: str) -> None:
    """Nobody can tell whether it was made for them."""
    first = web.client.open(address, method=method)
    again = web.client.open(address, method=method)
    assert again.status == first.status
    assert list(again.headers) == list(first.headers)
    assert again.data == first.data


def test_a_page_that_all_ask_for_is_made_once(web: Moving) -> None:
    """And made anew when it is two seconds old."""
    for _ in range(5):
        assert web.client.get(PAGE).status_code == 200
    assert web.reading.asked == 1
    web.now += 2 * SECOND
    web.client.get(PAGE)
    assert web.reading.asked == 2


def test_what_is_not_there_is_kept_like_what_is(web: Moving) -> None:
    """So that no time tells an address under embargo from nonsense, or the first question from the second."""
    for address in ("/kampanj/kommande", "/kampanj/nonsense"):
        before = web.reading.asked
        for _ in range(3):
            assert web.client.get(address).status_code == 404
        assert web.reading.asked == before + 1


@pytest.mark.parametrize("before", [1, 1_000, 1_000_000, 1_999_999], ids="{} µs before T".format)
def test_no_answer_outlives_the_lift(before: int) -> None:
    """Asked for a moment before T, the page is there at T to the microsecond."""
    web = Moving(LIFT - timedelta(microseconds=before))
    assert web.client.get(PAGE).status_code == 404
    assert web.client.get("/feed.atom").status_code == 200
    web.now = LIFT
    assert web.client.get(PAGE).status_code == 200
    assert b"gangsnacket" in web.client.get("/feed.atom").data


def test_each_language_of_the_interface_is_kept_by_itself(web: Moving) -> None:
    """Each spelling of the address is an answer of its own."""
    swedish, english = web.client.get(PAGE).data, web.client.get(f"{PAGE}?ui=en").data
    assert swedish != english
    assert [web.client.get(PAGE).data, web.client.get(f"{PAGE}?ui=en").data] == [swedish, english]
    assert web.client.get(f"{PAGE}?ui=en&x=1").data == english
    assert web.reading.asked == 3


def test_nothing_is_given_again_while_clock_or_database_are_in_doubt(web: Moving) -> None:
    """Closed means closed, also for what is remembered; and the doubt itself is not remembered."""
    web.client.get(PAGE)
    web.ready = False
    assert web.client.get(PAGE).status_code == 503
    web.ready = True
    assert web.client.get(PAGE).status_code == 200
    assert web.reading.asked == 1


def test_an_answer_given_again_still_says_how_long_others_may_keep_it(web: Moving) -> None:
    """The seconds to the next whole minute from now, not from when it was made."""
    first = web.client.get(PAGE).headers["Cache-Control"]
    web.now += SECOND
    again = web.client.get(PAGE).headers["Cache-Control"]
    assert (first, again) == ("public, max-age=30", "public, max-age=29")


def test_whoever_has_the_page_is_told_so(web: Moving) -> None:
    """A conditional request is answered with 304, before and after it is kept."""
    tag = web.client.get(PAGE).headers["ETag"]
    again = web.client.get(PAGE, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert web.client.get(PAGE).status_code == 200


def test_a_withdrawn_campaign_is_kept_as_gone(web: Moving) -> None:
    """Its tombstone is an answer like any other."""
    web.now = LIFT + timedelta(hours=3)
    address = next(page.slug for page in web.reading._public(web.now) if page.withdrawn_at)
    assert [web.client.get(f"/kampanj/{address}").status_code for _ in range(2)] == [410, 410]
    assert web.reading.asked == 1


@given(st.timedeltas(-3 * STEP, 3 * STEP), st.timedeltas(-3 * STEP, 3 * STEP), st.timedeltas(timedelta(), STEP))
def test_an_answer_holds_only_within_its_time_and_its_step(
    made: timedelta, asked: timedelta, keep_for: timedelta
) -> None:
    """Whatever the clock does: not from later, not too old, and with no whole step in between."""
    kept = Kept(keep_for=keep_for, step=STEP)
    kept.keep(("/", ""), Answer(status="200 OK", headers=(), body=b"", made_at=LIFT + made))
    if kept.find(("/", ""), now=LIFT + asked) is not None:
        assert timedelta() <= asked - made < keep_for
        assert not any(made < n * STEP <= asked for n in range(-3, 4))


def test_what_is_kept_is_bounded() -> None:
    """The oldest goes, and what is very long is never kept."""
    kept = Kept(keep_for=SECOND, step=STEP)
    for number in range(MOST + 1):
        kept.keep((f"/{number}", ""), Answer(status="404 NOT FOUND", headers=(), body=b"", made_at=LIFT))
    assert kept.find(("/0", ""), now=LIFT) is None
    assert kept.find(("/1", ""), now=LIFT) is not None
    kept.keep(("/long", ""), Answer(status="200 OK", headers=(), body=b"x" * (LONGEST + 1), made_at=LIFT))
    assert kept.find(("/long", ""), now=LIFT) is None
