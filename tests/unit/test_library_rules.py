"""The library's values: where bytes lie, what is told of counts, what differs between versions, which part is asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.library import Part, parts_within, told
from campaigns.web.downloads import Whole, part_asked
from campaigns.work.library.contents import (
    ABOUT_CHANGED,
    CORE_CAME,
    CORE_CHANGED,
    CORE_WENT,
    FACTS_CHANGED,
    NEW_TIME,
    VOICE_WENT,
    changes,
    digest_of,
    of_voices,
    under_embargo,
)
from campaigns.work.library.making import cut

SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=8)


@given(sizes=SIZES, data=st.data())
def test_the_parts_of_a_stretch_are_that_stretch(sizes: list[int], data: st.DataObject) -> None:
    """Wherever it begins and ends; and no part is read that it does not touch."""
    parts = tuple(Part(sha256=str(number), size=size) for number, size in enumerate(sizes))
    bodies = {part.sha256: bytes([number]) * part.size for number, part in enumerate(parts)}
    whole = b"".join(bodies.values())
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, len(whole)))
    found = parts_within(parts, start, stop)
    assert b"".join(bodies[part.sha256][begin:end] for part, begin, end in found) == whole[start:stop]
    assert all(begin < end for _, begin, end in found)


@given(
    inner=st.lists(st.binary(max_size=12), max_size=5), between=st.lists(st.binary(max_size=5), min_size=6, max_size=6)
)
def test_a_zip_is_cut_where_its_files_begin_and_end_and_loses_nothing(inner: list[bytes], between: list[bytes]) -> None:
    """Together the stretches are the ZIP again, also where a file's bytes happen to stand elsewhere in it."""
    whole = between[0] + b"".join(content + rest for content, rest in zip(inner, between[1:], strict=False))
    assert b"".join(cut(whole, inner)) == whole


def test_a_file_within_a_zip_is_a_stretch_of_its_own() -> None:
    """So its bytes are kept once."""
    assert cut(b"<a>one<b>two<end>", [b"one", b"two"]) == [b"<a>", b"one", b"<b>", b"two", b"<end>"]


@pytest.mark.parametrize(("count", "said"), [(0, 0), (1, None), (4, None), (5, 5), (1000, 1000)])
def test_small_numbers_are_not_told(count: int, said: int | None) -> None:
    """Fewer than five could be somebody."""
    assert told(count) == said


ETAG = "abc"


@given(size=st.integers(1, 60), first=st.integers(0, 80), last=st.one_of(st.none(), st.integers(0, 80)))
def test_a_range_is_the_bytes_it_names_as_far_as_there_are_any(size: int, first: int, last: int | None) -> None:
    """As RFC 9110 has it: the last byte counts, what lies beyond the end is cut, and what begins there is refused."""
    found = part_asked(size, ETAG, f"bytes={first}-{'' if last is None else last}", None)
    if last is not None and last < first:
        assert found is Whole.ALL
    elif first >= size:
        assert found is Whole.NONE
    else:
        assert found == (first, size if last is None else min(last + 1, size))


@given(size=st.integers(1, 60), count=st.integers(0, 80))
def test_a_range_from_the_end_is_the_last_bytes(size: int, count: int) -> None:
    """More than there are is all there are."""
    found = part_asked(size, ETAG, f"bytes=-{count}", None)
    assert found == ((max(size - count, 0), size) if count else Whole.NONE)


@pytest.mark.parametrize(
    "asked", ["", "bytes", "bytes=", "bytes=x-y", "bytes=0-1,3-4", "pages=1-2", "bytes=5", "bytes=0-0, -1"]
)
def test_what_cannot_be_given_in_part_is_given_whole(asked: str) -> None:
    """A whole file is always a right answer."""
    assert part_asked(10, ETAG, asked, None) is Whole.ALL


@pytest.mark.parametrize(
    ("if_range", "part"),
    [('"abc"', True), (' "abc" ', True), ('"other"', False), ('W/"abc"', False), ("abc", False),
     ("Sat, 01 Jan 2000 00:00:00 GMT", False)],
)  # fmt: skip
def test_a_file_that_may_have_changed_begins_anew(if_range: str, *, part: bool) -> None:
    """Half of one version and half of another would be nobody's."""
    assert part_asked(10, ETAG, "bytes=5-", if_range) == ((5, 10) if part else Whole.ALL)


def content(**wanted: Any) -> dict[str, Any]:
    """A content as it is frozen."""
    said = {"headline": "A", "long": "one"}
    given: dict[str, Any] = {
        "lift_at": "2026-12-14T05:00:00+00:00",
        "messages": [[said, said]],
        "voices": [["BRIS", said]],
        "facts": [],
        "terms": [],
        "name": "x",
        "address": "y",
        "contact": ["a", "b"],
    }
    return given | wanted


OTHER = {"headline": "A", "long": "two"}
NEW = {"headline": "B", "long": "two"}


@pytest.mark.parametrize(
    ("differs", "sentences"),
    [
        ({}, []),
        ({"lift_at": "2026-12-15T05:00:00+00:00"}, [NEW_TIME]),
        ({"messages": [[OTHER, OTHER]]}, [CORE_CHANGED]),
        ({"messages": [[NEW, NEW]]}, [CORE_CAME, CORE_WENT]),
        ({"voices": []}, [VOICE_WENT]),
        ({"facts": [1], "contact": ["c", "d"]}, [FACTS_CHANGED, ABOUT_CHANGED]),
    ],
    ids=["nothing", "T", "core", "another core", "voice", "facts and contact"],
)
def test_what_changed_is_said_in_sentences(differs: dict[str, Any], sentences: list[str]) -> None:
    """Each with the name of what it is about."""
    found = changes(content(), content(**differs))
    assert [one.sentence for one in found] == sentences
    assert all(("{name}" in one.sentence) == bool(one.name) for one in found)
    assert (digest_of(content()) == digest_of(content(**differs))) == (not sentences)


def test_under_embargo_no_partner_is_heard_and_no_change_of_one_is_told() -> None:
    """Before T nobody reads another partner's message."""
    assert under_embargo(content())["voices"] == []
    assert [of_voices(one) for one in changes(content(), content(voices=[], facts=[1]))] == [True, False]
