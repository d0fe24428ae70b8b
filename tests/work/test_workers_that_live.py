"""Which release workers live, as the doctor and the page of health tell it, on both kinds of database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import Office, settings_for
from sqlalchemy import update
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.workers import Problem
from campaigns.i18n import words_for
from campaigns.store import nodes
from campaigns.store.engine import clock_of, writing
from campaigns.store.nodes import Told
from campaigns.store.tables import Node
from campaigns.version import this_version
from campaigns.work.service.doctor import Finding, examine
from campaigns.work.service.health import health
from campaigns.work.workplace import Workplace


def tell(place: Workplace, name: str = "a:1:x", **wanted: Any) -> None:
    """Let a worker tell that it lives."""
    given: dict[str, Any] = {"version": this_version(), "ready": True, "problem": "", "offset": timedelta()}
    with writing(place.engine) as session:
        nodes.tell(session, Told(name=name, armed=0, sending=0, **(given | wanted)))


def fall_silent(place: Workplace, name: str) -> None:
    """Let it have told for the last time a minute ago."""
    with writing(place.engine) as session:
        seen_at = clock_of(session) - timedelta(minutes=1)
        session.connection().execute(update(Node).where(col(Node.name) == name).values(seen_at=seen_at))


def found(place: Workplace, folder: Path) -> list[Finding]:
    """What the doctor says of workers."""
    examined = examine(settings_for(folder), place, offset=timedelta, now=Office.NOW, dials=False)
    return [finding for finding in examined if finding.name == "worker"]


def levels(findings: list[Finding]) -> list[str]:
    """How much each weighs."""
    return [finding.level for finding in findings]


def said(finding: Finding) -> str:
    """The finding in words."""
    return words_for("en")._(finding.says, **finding.facts)


def test_without_a_worker_an_approved_campaign_makes_it_an_error(office: Office, tmp_path: Path) -> None:
    """Until one is approved nobody misses a worker."""
    assert levels(found(office.place, tmp_path)) == ["warning"]
    office.approved(office.partner())
    (finding,) = found(office.place, tmp_path)
    assert finding.level == "error"
    assert "approved campaigns wait for their lift: 1" in said(finding)


def test_a_worker_that_lives_is_named(office: Office, tmp_path: Path) -> None:
    """Each by itself, with since when."""
    office.approved(office.partner())
    tell(office.place, "a:1:x")
    tell(office.place, "b:2:y")
    findings = found(office.place, tmp_path)
    assert levels(findings) == ["ok", "ok"]
    assert [finding.facts["worker"] for finding in findings] == ["a:1:x", "b:2:y"]
    assert "has been running since" in said(findings[0])


def test_a_worker_that_fell_silent_is_none(office: Office, tmp_path: Path) -> None:
    """Killed, or cut off: it sends nothing."""
    office.approved(office.partner())
    tell(office.place)
    fall_silent(office.place, "a:1:x")
    assert levels(found(office.place, tmp_path)) == ["error"]


@pytest.mark.parametrize(
    ("problem", "words"),
    [("ClockDisagrees", "differs from the database's"), ("KeyError", "something failed"), ("Stalled", "has not ended")],
)
def test_a_worker_that_is_not_ready_says_why(office: Office, tmp_path: Path, problem: str, words: str) -> None:
    """It is an error only where no other one could release what is approved."""
    tell(office.place, ready=False, problem=problem)
    (finding,) = found(office.place, tmp_path)
    assert finding.level == "warning"
    assert words in said(finding)
    assert f"({problem})" in said(finding)
    office.approved(office.partner())
    assert levels(found(office.place, tmp_path)) == ["error"]
    tell(office.place, "b:2:y")
    assert sorted(levels(found(office.place, tmp_path))) == ["ok", "warning"]


def test_a_worker_of_another_version_means_that_an_upgrade_is_under_way(office: Office, tmp_path: Path) -> None:
    """It goes on working meanwhile."""
    tell(office.place, version="0.0.1")
    findings = found(office.place, tmp_path)
    assert levels(findings) == ["ok", "warning"]
    assert said(findings[1]).startswith("Upgrade under way: the release worker a:1:x is of version 0.0.1")


@pytest.mark.parametrize("offset", [timedelta(milliseconds=700), timedelta(milliseconds=-700)])
def test_a_clock_that_is_nearly_too_wrong_is_told_before_it_stops_a_worker(
    office: Office, tmp_path: Path, offset: timedelta
) -> None:
    """A second stops it; half of that is worth a look."""
    tell(office.place, offset=offset)
    (finding,) = found(office.place, tmp_path)
    assert finding.level == "warning"
    assert f"{offset / timedelta(milliseconds=1):.0f}".lstrip("-") in said(finding)


def test_the_page_of_health_has_every_worker_of_the_day(office: Office, tmp_path: Path) -> None:
    """Those that died too."""
    steward = office.member(office.police, {Role.STEWARD})
    tell(office.place, "a:1:x")
    fall_silent(office.place, "a:1:x")
    tell(office.place, "b:2:y", ready=False, problem="ClockJumped", offset=timedelta(seconds=-2), version="0.0.1")
    seen = health(office.place, settings_for(tmp_path), steward, now=Office.NOW)
    dead, living = seen.workers
    assert (dead.name, dead.lives, dead.problem, dead.other_version) == ("a:1:x", False, None, False)
    assert dead.silent_for >= timedelta(minutes=1)
    assert (living.name, living.lives, living.problem) == ("b:2:y", True, Problem.CLOCK_JUMPED)
    assert (living.offset_ms, living.clock_is_off, living.other_version) == (-2000, True, True)
