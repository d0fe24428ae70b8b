"""The bytes of a campaign file: what is refused before anything in it is understood."""

import time

import pytest

from campaigns.domain.errors import BadInput, Fault
from campaigns.work.campaign_file.tree import Fields, Items, Value, read_yaml


def fault_of(raw: bytes) -> Fault:
    with pytest.raises(BadInput) as caught:
        read_yaml(raw)
    (fault,) = caught.value.faults
    return fault


def test_values_keep_their_words_and_lines() -> None:
    """Nothing is turned into a number, a boolean or a time."""
    root = read_yaml(b"a: no\nb: [06:00, 1e3]\n")
    assert isinstance(root, Fields)
    (_, no), (_, items) = root.entries
    assert no == Value(line=1, text="no", is_plain=True)
    assert isinstance(items, Items)
    assert [item.text for item in items.items if isinstance(item, Value)] == ["06:00", "1e3"]
    assert items.line == 2


@pytest.mark.parametrize(
    ("raw", "line", "sentence"),
    [
        (b"", None, "The file is empty"),
        (b"\xef\xbb\xbf", None, "The file is empty"),
        (b"# nothing\n\n", None, "The file is empty"),
        ("a: b".encode("utf-16"), None, "UTF-16"),
        ("a: b".encode("utf-16-le"), None, "UTF-16"),
        ("a: b".encode("utf-16-be"), None, "UTF-16"),
        (b"%PDF-1.7\0\1\2", None, "not a text file"),
        ("a: b\nc: å".encode("latin-1"), 2, "saved as UTF-8"),
        (b"a: b\nc: \x07", 2, "U+0007"),
        (b"a: b\n---\nc: d\n", 2, "second document"),
        (b"a: &x [1]\nb: *x\n", 1, "References"),
        (b"a: b\nc: *x\n", 2, "References"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, "Type marks"),
        (b"? [a]\n: b\n", 1, "name of a field"),
        (b"a:\n\t- b\n", 2, "spaces, not tabs"),
        (b"a: b: c\n", 1, "quotation marks"),
        (b'a: 1\nb: "x\nc: d\n', 2, "never closed"),
        (b"a: [b,\n  c\nd: e\n", 1, "square bracket"),
        (b"a: {b: c\nd: e\n", 1, "curly bracket"),
        (b"a:\n  b: 1\n c: 2\n", 3, "Check the indentation"),
        (b"a: 1\nb\nc: 2\n", 3, "colon"),
        (b'a: "C:\\q"\n', 1, "backslash"),
        (b"%NO a\n---\na: b\n", 1, "not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(raw: bytes, line: int | None, sentence: str) -> None:
    """With what to do about it."""
    fault = fault_of(raw)
    assert fault.line == line
    assert sentence in str(fault)


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        (b"[", "50 levels"),
        (b"- ", "50 levels"),
        (b"{a: ", "50 levels"),
        (b"? ", "name of a field"),
        (b"a,", "never closed|200000|not valid|empty"),
        (b"- a\n", "200000"),
        (b"a: b\n", "200000"),
    ],
)
def test_a_hostile_file_is_refused_before_it_costs_much(piece: bytes, sentence: str) -> None:
    """Depth and number are bounded, whatever five megabytes hold."""
    raw = piece * (4_990_000 // len(piece))
    started = time.process_time()
    if piece == b"a,":
        assert isinstance(read_yaml(raw), Value)
    else:
        assert sentence in str(fault_of(raw))
    assert time.process_time() - started < 10


def test_a_file_over_five_megabytes_is_refused_unread() -> None:
    """The size is told before the first letter is looked at."""
    assert "larger than 5 MB" in str(fault_of(b"\xff" * 5_000_001))
