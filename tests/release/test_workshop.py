"""The workshop: never near a lift, resumed after any death, and the real maker gives the same bytes each time."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from factories import Office, rows
from making import QuickMaker, workshop_of
from sqlmodel import col, update

from campaigns.domain.library import Making
from campaigns.materials.fonts import GlyphsMissing
from campaigns.release import making
from campaigns.release.making import Maker, MakerFailed, MustStop
from campaigns.release.workshop import FAILED, QUIET_AFTER, QUIET_BEFORE, Workshop
from campaigns.store.engine import reading, writing
from campaigns.store.shelves import LEASE
from campaigns.store.tables import Campaign, MaterialBody, MaterialSet
from campaigns.work.library.contents import contents_of, digest_of
from campaigns.work.library.making import make_shelf

SECOND = timedelta(seconds=1)


def states(office: Office) -> set[Making]:
    """How far what counts has come."""
    return {row.state for row in rows(office.place, MaterialSet, col(MaterialSet.superseded_at).is_(None))}


def content_of(office: Office, campaign_id: str, tag: str = "sv") -> dict[str, Any]:
    """What a language is made from."""
    with reading(office.place.engine) as session:
        return contents_of(session, office.place, session.get_one(Campaign, campaign_id))[tag]


@pytest.mark.parametrize(
    ("ahead", "makes"),
    [(QUIET_BEFORE + SECOND, True), (QUIET_BEFORE, False), (SECOND, False), (-SECOND, False)],
    ids=["early enough", "two minutes before", "a second before", "T has passed and is not recorded"],
)
def test_near_a_lift_nothing_is_begun(sqlite_office: Office, ahead: timedelta, *, makes: bool) -> None:
    """Whatever campaign it is."""
    sqlite_office.approved()
    sqlite_office.now = sqlite_office.LIFT - ahead
    workshop, maker = workshop_of(sqlite_office.place, lambda: sqlite_office.now)
    workshop.work()
    assert bool(maker.calls) == makes


def test_after_a_lift_it_waits_until_that_has_settled(sqlite_office: Office) -> None:
    """Deliveries are still on their way then."""
    sqlite_office.live()
    workshop, maker = workshop_of(sqlite_office.place, lambda: sqlite_office.now)
    sqlite_office.now += QUIET_AFTER - SECOND
    workshop.work()
    assert maker.calls == []
    sqlite_office.now += 2 * SECOND
    workshop.work()
    assert maker.calls == [("sv", 1, False), ("en", 1, False)]  # and nothing with an embargo line, which is over


def test_once_the_lift_is_recorded_what_bears_the_embargo_is_let_go_of(sqlite_office: Office) -> None:
    """Nobody may have it any more, and its bytes go too."""
    office = sqlite_office
    office.approved()
    workshop_of(office.place, lambda: office.now)[0].work()
    before = len(rows(office.place, MaterialBody))
    office.now = office.LIFT
    office.record_live(rows(office.place, Campaign)[0].id)
    office.now += timedelta(minutes=1)
    workshop_of(office.place, lambda: office.now)[0].work()
    left = rows(office.place, MaterialSet, col(MaterialSet.superseded_at).is_(None))
    assert not any(row.embargoed for row in left)
    assert len(rows(office.place, MaterialBody)) < before


def test_a_worker_with_its_hands_full_makes_nothing(sqlite_office: Office) -> None:
    """It has something armed, or on its way."""
    sqlite_office.approved()
    workshop, maker = workshop_of(sqlite_office.place, lambda: sqlite_office.now, may_work=lambda: False)
    assert (workshop.work(), maker.calls) == (0, [])


class Interrupted(QuickMaker):
    """Something happens while the first shelf is being made."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens: Callable[[], None] | None = happens

    def make(self, content: dict[str, Any], *, version: int, embargoed: bool, go_on: Callable[[], bool]) -> Any:
        """Asks whether to go on after it has happened."""
        if self._happens:
            self._happens()
            self._happens = None
            if not go_on():
                raise MustStop
        return super().make(content, version=version, embargoed=embargoed, go_on=go_on)


def interrupted(office: Office, happens: Callable[[], None]) -> Workshop:
    """A workshop in which it happens."""
    workshop = Workshop(office.place, node="one", clock=lambda: office.now, may_work=lambda: True)
    workshop._maker = Interrupted(happens)  # type: ignore[assignment] # it does as much as is asked of it
    return workshop


def test_what_is_being_made_when_a_lift_comes_near_is_dropped_and_made_later(sqlite_office: Office) -> None:
    """It was no try, and nothing is half kept."""
    office = sqlite_office
    office.approved()

    def near() -> None:
        office.now = office.LIFT - QUIET_BEFORE

    assert interrupted(office, near).work() == 0
    assert states(office) == {Making.WAITING}
    assert {row.attempts for row in rows(office.place, MaterialSet)} == {0}
    assert rows(office.place, MaterialBody) == []


def test_a_correction_in_the_midst_of_making_wins(sqlite_office: Office) -> None:
    """What was made of the old words is thrown away."""
    office = sqlite_office
    campaign_id = office.live()
    office.now += timedelta(minutes=1)

    def corrected() -> None:
        with writing(office.place.engine) as session:
            session.connection().execute(update(MaterialSet).values(superseded_at=office.now))

    assert interrupted(office, corrected).work() == 0
    assert rows(office.place, MaterialBody) == []
    assert campaign_id


def test_a_node_that_died_at_it_is_followed_by_another_once_its_lease_is_over(sqlite_office: Office) -> None:
    """What it had made is there already; what it was at is made anew."""
    office = sqlite_office
    office.approved()

    class Died(Exception):
        """As kill -9: nothing more is written."""

    def die() -> None:
        raise Died

    workshop = interrupted(office, lambda: None)
    workshop._settle(workshop._claimed())  # type: ignore[arg-type] # there is one
    with pytest.raises(Died):
        interrupted(office, die).work()
    made = {row.id for row in rows(office.place, MaterialSet, col(MaterialSet.state) == Making.MADE)}
    assert len(made) == 1
    other, maker = workshop_of(office.place, lambda: office.now, node="two")
    other.work()
    assert len(maker.calls) == 2  # one of the four is made, one is still held by the dead
    office.now += LEASE
    other.work()
    assert len(maker.calls) == 3
    assert states(office) == {Making.MADE}


def test_what_fails_three_times_is_refused_with_a_sentence_and_the_rest_goes_on(sqlite_office: Office) -> None:
    """Once could be bad luck."""
    office = sqlite_office
    office.approved()
    workshop, maker = workshop_of(office.place, lambda: office.now)
    maker.fails = [MakerFailed("x"), MakerFailed("x"), MakerFailed("x")]
    while workshop.work():
        pass
    found = {row.problem for row in rows(office.place, MaterialSet) if row.state is Making.REFUSED}
    assert found == {FAILED}
    assert states(office) == {Making.MADE, Making.REFUSED}


def test_what_ends_its_worker_three_times_is_not_begun_again(sqlite_office: Office) -> None:
    """Each time the worker died without a word, and its claim ran out."""
    office = sqlite_office
    office.approved()
    ends = {"sv": 3}

    class Deadly(QuickMaker):
        def make(self, content: dict[str, Any], *, version: int, embargoed: bool, go_on: Callable[[], bool]) -> Any:
            if embargoed and ends.get(content["language"], 0):
                ends[content["language"]] -= 1
                raise KeyboardInterrupt
            return super().make(content, version=version, embargoed=embargoed, go_on=go_on)

    for _ in range(3):
        workshop = Workshop(office.place, node="one", clock=lambda: office.now, may_work=lambda: True)
        workshop._maker = Deadly()  # type: ignore[assignment] # it does as much as is asked of it
        with pytest.raises(KeyboardInterrupt):
            workshop.work()
        office.now += LEASE
    workshop, maker = workshop_of(office.place, lambda: office.now)
    workshop.work()
    assert ("sv", 1, True) not in maker.calls
    assert states(office) == {Making.MADE, Making.REFUSED}


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    """The real process, and somebody who looks often whether it may go on."""
    monkeypatch.setattr(making, "LOOK_EVERY_S", 0.01)
    made = Maker()
    yield made
    made.end()


def test_the_process_gives_the_bytes_that_are_made_here_and_dies_without_harm(
    sqlite_office: Office, maker: Maker
) -> None:
    """Killed in the midst of its work it has failed; the next order starts another. It stands behind all others."""
    content = content_of(sqlite_office, sqlite_office.approved())

    def kill() -> bool:
        assert maker._process is not None
        os.kill(maker._process.pid, signal.SIGKILL)
        return True

    with pytest.raises(MakerFailed):
        maker.make(content, version=1, embargoed=True, go_on=kill)
    found = maker.make(content, version=1, embargoed=True, go_on=lambda: True)
    here = make_shelf(content, version=1, embargoed=True)
    assert found == here
    assert b"EMBARGO" in next(made for made in found.files if made.latest == "samtalskort.html").stretches[0]
    assert maker._process is not None
    assert os.getpriority(os.PRIO_PROCESS, maker._process.pid) == 19


def test_a_process_that_must_stop_is_ended_at_once(sqlite_office: Office, maker: Maker) -> None:
    """A lift is near."""
    content = content_of(sqlite_office, sqlite_office.approved())
    with pytest.raises(MustStop):
        maker.make(content, version=1, embargoed=True, go_on=lambda: False)
    assert maker._process is None


def test_a_shelf_is_the_same_bytes_wherever_it_is_made_and_a_digest_says_what_it_is_of(sqlite_office: Office) -> None:
    """The same words give the same digest; another contact another one."""
    content = content_of(sqlite_office, sqlite_office.approved())
    again = content | {"contact": ["Någon annan", "x@example.org"]}
    assert digest_of(content) == digest_of(dict(reversed(content.items())))
    assert digest_of(content) != digest_of(again)
    assert make_shelf(content, version=1, embargoed=False) == make_shelf(content, version=1, embargoed=False)


def test_glyphs_that_are_missing_are_a_problem_and_no_fault(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the sentence that names what to install."""

    def missing(_material: object) -> object:
        raise GlyphsMissing(language="arabiska", signs="ا", package="justmytype-intl-rtl")

    content = content_of(sqlite_office, sqlite_office.approved())
    monkeypatch.setattr("campaigns.work.library.making.make", missing)
    found = make_shelf(content, version=1, embargoed=False)
    assert (found.files, found.problem, found.facts["package"]) == ((), GlyphsMissing.message, "justmytype-intl-rtl")


def test_a_language_without_swedish_beside_it_is_refused(sqlite_office: Office) -> None:
    """There would be nothing to lay beside it."""
    content = content_of(sqlite_office, sqlite_office.approved()) | {"messages": []}
    assert make_shelf(content, version=1, embargoed=False).problem
