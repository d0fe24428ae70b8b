"""From the bytes of a campaign file to a tree of values, each with its line. Values stay the words that were written.

YAML 1.1 would make `no` a boolean, `114 14` or `06:00` a number and a date a timestamp. Here every value is text, and
who reads it decides what it means. The parser's events are taken one at a time, so that a hostile file is refused at
the first alias or the fifty-first level and not after it has filled the memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import yaml

from campaigns.domain.errors import N_, BadInput, Fault

LARGEST_FILE = 5_000_000
DEEPEST = 50
MOST_VALUES = 200_000

TOO_LARGE = N_(
    "The file is larger than {most} MB. A campaign file holds texts only: remove what does not belong there."
)
EMPTY = N_("The file is empty. Start from the sample campaign.")
UTF16 = N_("The file is saved as UTF-16. Save it as UTF-8 and try again.")
BINARY = N_("This is not a text file. Choose the campaign's YAML file.")
NOT_UTF8 = N_("The letters here are not saved as UTF-8. Save the file as UTF-8 and try again.")
CONTROL = N_("There is a control character here, {sign}. Remove it.")
SECOND_DOCUMENT = N_("A second document begins here (---). Put one campaign in each file.")
TOO_DEEP = N_("The fields are nested more than {most} levels deep. Check the indentation.")
TOO_MANY = N_("The file holds more than {most} values. Split it into several campaigns.")
ALIAS = N_("References (& and *) are not used in campaign files. Write the value out, or put it in quotation marks.")
TAG = N_("Type marks such as {tag} are not used in campaign files. Put the value in quotation marks.")
STRANGE_KEY = N_("A list or a group of fields stands where the name of a field should be. Check the brackets.")

_NOT_YAML = N_("This is not valid YAML, at column {column}: {problem}. Check the indentation and the quotation marks.")
_PROBLEMS = {
    "mapping values are not allowed": N_(
        "The colon at column {column} cannot stand here. Put the text in quotation marks, or check the indentation."
    ),
    "could not find expected ':'": N_(
        "The colon after the name of a field is missing, or a line of a text is not indented far enough."
    ),
    "found character that cannot start any token": N_(
        "The sign at column {column} cannot begin a value. Indent with spaces, not tabs, or use quotation marks."
    ),
    "found unexpected end of stream": N_("Quotation marks are opened here and never closed. Close them."),
    "did not find expected ',' or ']'": N_("A square bracket is opened here and never closed. Close it."),
    "did not find expected ',' or '}'": N_("A curly bracket is opened here and never closed. Close it."),
    "did not find expected key": N_(
        "A field cannot begin at column {column}. Check the indentation and quotation marks."
    ),
    "did not find expected '-' indicator": N_(
        "An entry of this list does not begin with a hyphen. Check the indentation."
    ),
    "found unknown escape character": N_(
        "A backslash in double quotation marks means something. Use single ones here."
    ),
}
_OPENED_EARLIER = ("found unexpected end of stream", "did not find expected ','")
_NOT_IN_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK = frozenset({"", "~", "null", "Null", "NULL"})
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same events; libyaml's are some ten times faster


@dataclass(slots=True)
class Value:
    """A single value, as it was written; plain means without quotation marks."""

    line: int
    text: str
    is_plain: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written: `field:` and `field: null`, but not `field: ""`."""
        return self.is_plain and self.text in _BLANK


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """A group of fields in the order of the file; a name may stand there twice."""

    line: int
    in_brackets: bool = False
    entries: "list[tuple[Value, Node]]" = field(default_factory=list)


Node = Value | Items | Fields


def read_yaml(raw: bytes) -> Node:
    """The tree of a campaign file. Raises BadInput for a file that is too large, not UTF-8, empty or not YAML."""
    if len(raw) > LARGEST_FILE:
        raise BadInput([too_large()])
    root = _Tree().grow(_events(_decoded(raw)))
    if root is None or (isinstance(root, Value) and root.is_blank):
        raise BadInput([Fault(message=EMPTY)])
    return root


def too_large() -> Fault:
    """The fault of a file over 5 MB, told before anything of it is read."""
    return Fault(message=TOO_LARGE, facts={"most": LARGEST_FILE // 1_000_000})


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_is_nul(raw[:200]):
        raise BadInput([Fault(message=UTF16)])
    if b"\0" in raw:
        raise BadInput([Fault(message=BINARY)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput([Fault(message=NOT_UTF8, line=raw.count(b"\n", 0, error.start) + 1)]) from None
    if control := _NOT_IN_YAML.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise BadInput([Fault(message=CONTROL, line=line, facts={"sign": f"U+{ord(control[0]):04X}"})])
    return text


def _every_other_is_nul(head: bytes) -> bool:
    """UTF-16 without a mark: plain letters have a zero byte beside each."""
    return len(head) > 1 and (not any(head[::2]) or not any(head[1::2]))


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise BadInput([_not_yaml(error)]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadInput([Fault(message=_NOT_YAML, facts={"column": "?", "problem": str(error)[:80]})]) from None


def _not_yaml(error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if problem.startswith(_OPENED_EARLIER):
        mark = error.context_mark or mark
    message = next((said for begins, said in _PROBLEMS.items() if problem.startswith(begins)), _NOT_YAML)
    column = mark.column + 1 if mark else "?"
    return Fault(message=message, line=mark.line + 1 if mark else None, facts={"column": column, "problem": problem})


class _Tree:
    """Builds the tree from events without recursion, and stops at the first thing campaign files may not hold."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Items | Fields] = []
        self.names: list[Value | None] = []  # for each open node, the field name that waits for its value
        self.values = 0

    def grow(self, events: Iterator[yaml.Event]) -> Node | None:
        for event in events:
            self._take(event, event.start_mark.line + 1 if event.start_mark else 1)
        return self.root

    def _take(self, event: yaml.Event, line: int) -> None:
        match event:
            case yaml.ScalarEvent():
                self._plain(event, line)
                self._add(Value(line=line, text=event.value, is_plain=event.style in {None, ""}))
            case yaml.SequenceStartEvent():
                self._plain(event, line)
                self._enter(Items(line=line))
            case yaml.MappingStartEvent():
                self._plain(event, line)
                self._enter(Fields(line=line, in_brackets=bool(event.flow_style)))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self.open.pop()
                self.names.pop()
            case yaml.AliasEvent():
                _refuse(ALIAS, line)
            case yaml.DocumentStartEvent() if self.root is not None:
                _refuse(SECOND_DOCUMENT, line)

    def _plain(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            _refuse(TOO_MANY, line, most=MOST_VALUES)
        if event.anchor is not None:
            _refuse(ALIAS, line)
        if event.tag not in {None, "!"}:
            _refuse(TAG, line, tag=str(event.tag)[:60])

    def _enter(self, node: Items | Fields) -> None:
        self._add(node)
        if len(self.open) >= DEEPEST:
            _refuse(TOO_DEEP, node.line, most=DEEPEST)
        self.open.append(node)
        self.names.append(None)

    def _add(self, node: Node) -> None:
        match self.open[-1:]:
            case []:
                self.root = node
            case [Items(items=items)]:
                items.append(node)
            case [Fields(entries=entries)]:
                self._add_field(entries, node)

    def _add_field(self, entries: list[tuple[Value, Node]], node: Node) -> None:
        name = self.names[-1]
        if name is not None:
            entries.append((name, node))
            self.names[-1] = None
        elif isinstance(node, Value):
            self.names[-1] = node
        else:
            _refuse(STRANGE_KEY, node.line)


def _refuse(message: str, line: int, **facts: object) -> NoReturn:
    raise BadInput([Fault(message=message, line=line, facts=facts)])
