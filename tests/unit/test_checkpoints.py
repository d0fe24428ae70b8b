"""Checkpoints as rules: how one is written down, when the next is due, and what it shows of a trail."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.checkpoints import (
    EVERY,
    NOTHING,
    Checkpoint,
    End,
    Link,
    NotACheckpoint,
    Verdict,
    go_through,
    is_due,
    read_checkpoint,
)

NOW = datetime(2026, 12, 14, 5, 0, 0, 123456, tzinfo=UTC)
CHECKPOINT = Checkpoint(
    service="https://samklang.example.se",
    end=End(number=42, hash="a" * 64, count=42),
    made_at=NOW,
    public_key="ed25519:abc",
    signature="xyz",
)


def links(*numbers: int, at: datetime = NOW) -> list[Link]:
    """Events with these numbers, each with a hash of its own, all recorded at one instant."""
    return [Link(number=number, at=at, hash=f"hash {number}", holds=True) for number in numbers]


def seen(number: int, *, made_at: datetime = NOW) -> Checkpoint:
    """A checkpoint of a whole trail of so many events."""
    return replace(CHECKPOINT, end=End(number=number, hash=f"hash {number}", count=number), made_at=made_at)


def found(trail: Sequence[Link], checkpoint: Checkpoint) -> tuple[Verdict, tuple[tuple[int, int], ...]]:
    """What a trail says of one checkpoint."""
    (compared,) = go_through(trail, [checkpoint]).compared
    return compared.verdict, compared.missing


def test_a_checkpoint_is_small_readable_json_and_reads_back_the_same() -> None:
    """Every fact by its name; the key by a short name that people can compare."""
    assert json.loads(CHECKPOINT.as_text()) == {
        "schema": "samklang-audit-checkpoint/1",
        "service": "https://samklang.example.se",
        "number": 42,
        "hash": "a" * 64,
        "count": 42,
        "made_at": "2026-12-14T05:00:00.123456Z",
        "key": CHECKPOINT.key,
        "public_key": "ed25519:abc",
        "signature": "xyz",
    }
    assert read_checkpoint(CHECKPOINT.as_text()) == CHECKPOINT
    assert CHECKPOINT.file_name == f"audit-20261214T050000.123456Z-42-{CHECKPOINT.key}.json"


def test_the_signature_is_over_everything_else_in_one_order() -> None:
    """Whoever verifies elsewhere can build the same bytes: names in order, no spaces, ASCII."""
    assert CHECKPOINT.signed.startswith(b'{"count":42,"hash":"aaaa')
    assert b"signature" not in CHECKPOINT.signed
    assert replace(CHECKPOINT, signature="other").signed == CHECKPOINT.signed
    assert replace(CHECKPOINT, service="https://å.example").signed.isascii()


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": "samklang-audit-checkpoint/2"},
        {"number": "42"},
        {"number": 42.0},
        {"count": True},
        {"made_at": "2026-12-14T06:00:00.123456+01:00"},
        {"made_at": "2026-12-14T05:00:00.123456"},
        {"made_at": "i dag"},
        {"key": "0" * 16},
        {"hash": None},
        {"note": "one thing more"},
    ],
)
def test_what_was_not_written_as_we_write_it_is_no_checkpoint(changed: dict[str, object]) -> None:
    """Or one reader would see another checkpoint than the next."""
    with pytest.raises(NotACheckpoint):
        read_checkpoint(json.dumps(CHECKPOINT.written() | changed))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "7", "[" * 100_000, '{"schema": "x', "\ufffd"])
def test_anything_else_is_no_checkpoint(text: str) -> None:
    """Whatever lies in the folder."""
    with pytest.raises(NotACheckpoint):
        read_checkpoint(text)


def test_a_name_that_comes_twice_is_no_checkpoint() -> None:
    """A person may read the first, and a program takes the last."""
    with pytest.raises(NotACheckpoint):
        read_checkpoint(CHECKPOINT.as_text().replace('"number": 42,', '"number": 41,\n  "number": 42,'))


@given(st.text(max_size=200))
def test_no_text_ends_in_anything_but_a_checkpoint_or_a_refusal(text: str) -> None:
    """Also as one of its values."""
    for whole in (text, json.dumps(CHECKPOINT.written() | {"public_key": text, "made_at": text})):
        with pytest.raises(NotACheckpoint):
            read_checkpoint(whole)


@pytest.mark.parametrize(
    ("newest", "last_lift", "due"),
    [
        (None, None, True),
        (seen(5, made_at=NOW - EVERY), None, True),
        (seen(5, made_at=NOW - EVERY + timedelta(seconds=1)), None, False),
        (seen(5, made_at=NOW), (5, NOW), False),
        (seen(5, made_at=NOW), (4, NOW - timedelta(hours=1)), False),
        (seen(5, made_at=NOW), (6, NOW), True),
        (seen(99, made_at=NOW), (6, NOW + timedelta(seconds=1)), True),
    ],
    ids=[
        "none yet",
        "a day old",
        "not quite",
        "saw it",
        "saw it long ago",
        "a new lift",
        "a lift after a restored backup",
    ],
)
def test_a_checkpoint_is_due_once_a_day_and_after_each_lift(
    newest: Checkpoint | None, last_lift: tuple[int, datetime] | None, due: object
) -> None:
    """And while there is none at all."""
    assert is_due(newest=newest, last_lift=last_lift, now=NOW) is due


def test_a_checkpoint_holds_while_its_event_is_there_whatever_came_after() -> None:
    """Also one of an empty trail."""
    assert found(links(1, 2, 3), seen(3)) == (Verdict.HOLDS, ())
    assert found(links(1, 2, 3, 4, 5), seen(3)) == (Verdict.HOLDS, ())
    assert found([], replace(CHECKPOINT, end=NOTHING)) == (Verdict.HOLDS, ())
    assert found(links(1), replace(CHECKPOINT, end=NOTHING)) == (Verdict.HOLDS, ())


def test_events_that_are_gone_are_named() -> None:
    """At the end, in the middle, at the beginning, everywhere; only those that the checkpoint saw."""
    assert found(links(1, 2, 3), seen(5)) == (Verdict.MISSING, ((4, 5),))
    assert found(links(1, 2, 4, 5), seen(5)) == (Verdict.MISSING, ((3, 3),))
    assert found(links(3, 4), seen(5)) == (Verdict.MISSING, ((1, 2), (5, 5)))
    assert found([], seen(5)) == (Verdict.MISSING, ((1, 5),))
    assert found(links(1, 2, 9), seen(5)) == (Verdict.MISSING, ((3, 5),))


@pytest.mark.parametrize("after", [4, 5, 6, 9])
def test_events_recorded_after_the_checkpoint_are_none_of_those_it_saw(after: int) -> None:
    """So it is after a restored backup: new events have the numbers of those that are lost."""
    trail = links(1, 2, 3) + links(*range(4, after + 1), at=NOW + timedelta(hours=1))
    anew = [replace(link, hash=f"another {link.number}") if link.number > 3 else link for link in trail]
    assert found(anew, seen(5)) == (Verdict.MISSING, ((4, 5),))


def test_another_event_in_its_place_is_told_as_a_change() -> None:
    """A chain that was made anew from there on holds in itself, and not against the checkpoint."""
    trail = [*links(1, 2), replace(links(3)[0], hash="another")]
    assert found(trail, seen(3)) == (Verdict.CHANGED, ())
    assert found(links(1, 2, 3), replace(seen(3), end=End(number=3, hash="hash 3", count=2))) == (Verdict.CHANGED, ())


def test_each_checkpoint_gets_its_own_answer_in_the_order_given() -> None:
    """Several may be of one event, or of one instant."""
    some = [seen(5), seen(2), seen(3), seen(2)]
    assert [one.verdict for one in go_through(links(1, 2, 3), some).compared] == [
        Verdict.MISSING, Verdict.HOLDS, Verdict.HOLDS, Verdict.HOLDS,
    ]  # fmt: skip


@given(st.integers(1, 12), st.sets(st.integers(1, 12)), st.integers(1, 12))
def test_whatever_was_removed_is_named_and_nothing_else(count: int, removed: set[int], number: int) -> None:
    """Over every trail of up to a dozen events."""
    checkpoint = seen(min(number, count))
    verdict, missing = found(links(*sorted(set(range(1, count + 1)) - removed)), checkpoint)
    named = {gone for first, last in missing for gone in range(first, last + 1)}
    assert named == {gone for gone in removed if gone <= checkpoint.end.number}
    assert verdict is (Verdict.MISSING if named else Verdict.HOLDS)
