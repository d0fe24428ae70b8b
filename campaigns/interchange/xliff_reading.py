"""XLIFF as it comes back: 2.x, and 1.2 from tools that know no other.

What a translator's tool may do is taken: splitting a unit into segments, putting them in another order, marking terms
and comments. What would put something other than words into a text is a fault.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange.judging import Found, Heading, Upload, shown
from campaigns.interchange.xml_reading import Node, read_xml

NOT_XLIFF = N_("This XML file is not XLIFF. Choose the file with the ending .xlf that your tool exports.")
OTHER_VERSION = N_("This is XLIFF in a version that is not read here. Export it as XLIFF 2.0 or 1.2.")
CODE_IN_TARGET = N_(
    "A code of the translation tool stands in the translation: {code}. Remove it: texts hold words and Markdown only."
)
HALF_TRANSLATED = N_(
    "Only a part of this text is translated: a segment of it is empty. Translate the rest, or empty all of it."
)

_GROUPS = frozenset({"group", "body"})
_MARKS = frozenset({"mrk", "sm", "em"})  # they mark a stretch of words and add nothing to it


@dataclass(frozen=True, kw_only=True)
class _Segment:
    """A piece of a unit. `target` is None where the file has none; `order` is where it stands in the translation."""

    source: str
    target: str | None
    order: int
    between: bool


def read_xliff(raw: bytes) -> Upload:
    """What an XLIFF file brings. Raises BadInput if it is none."""
    root = read_xml(raw)
    if root.name != "xliff":
        raise BadInput([Fault(message=NOT_XLIFF)])
    if not root["version"].startswith(("1.", "2.")):
        raise BadInput([Fault(message=OTHER_VERSION)])
    read = _read_first if root["version"].startswith("1.") else _read_second
    upload = Upload()
    for file in root.children("file"):
        read(file, root, upload)
    return upload


def _read_second(file: Node, root: Node, upload: Upload) -> None:
    heading = Heading(label=file["original"], source=root["srcLang"], target=root["trgLang"], line=file.line)
    upload.headings.append(heading)
    for unit in file.within("unit", through=_GROUPS):
        upload.found.append(_unit(unit, list(_segments(unit))))


def _read_first(file: Node, _root: Node, upload: Upload) -> None:
    languages = {"source": file["source-language"], "target": file["target-language"]}
    upload.headings.append(Heading(label=file["original"], line=file.line, **languages))
    for unit in file.within("trans-unit", through=_GROUPS):
        whole = _segment(unit, 1)
        upload.found.append(_unit(unit, [whole]))


def _segments(unit: Node) -> Iterator[_Segment]:
    for place, piece in enumerate(unit.children("segment", "ignorable"), start=1):
        yield _segment(piece, place)


def _segment(piece: Node, place: int) -> _Segment:
    source, target = piece.child("source"), piece.child("target")
    order = target["order"] if target else ""
    words = _words(source) if source else ""
    return _Segment(
        source=words,
        target=_words(target) if target else None,
        order=int(order) if order.isascii() and order.isdigit() and len(order) < 6 else place,
        between=piece.name == "ignorable" or not words.strip(),
    )


def _unit(unit: Node, segments: Sequence[_Segment]) -> Found:
    codes = [code for target in _targets(unit) for code in _codes(target)]
    faults = [Fault(message=CODE_IN_TARGET, facts={"code": shown(f"<{code}>")}) for code in dict.fromkeys(codes)]
    told = [bool((segment.target or "").strip()) for segment in segments if not segment.between]
    if any(told) and not all(told):
        faults.append(Fault(message=HALF_TRANSLATED))
    return Found(
        reference=_reference(unit),
        source="".join(segment.source for segment in segments),
        translation=_translation(segments) if any(told) else "",
        line=unit.line,
        faults=tuple(faults),
    )


def _reference(unit: Node) -> str:
    """Some tools give a unit an id of their own and keep ours as its name."""
    return next((name for name in (unit["id"], unit["resname"]) if ":" in name), unit["id"])


def _translation(segments: Sequence[_Segment]) -> str:
    """The pieces in the order of the translation; what only stands between two of them may be left as it was."""
    ordered = sorted(segments, key=lambda segment: segment.order)
    return "".join(segment.source if segment.target is None else segment.target for segment in ordered)


def _words(node: Node) -> str:
    """The words of a source or target, those inside a mark too."""
    parts = (part if isinstance(part, str) else _words(part) for part in node.content)
    return "".join(parts)


def _targets(unit: Node) -> Iterator[Node]:
    yield from unit.children("target")
    for piece in unit.children("segment", "ignorable"):
        yield from piece.children("target")


def _codes(target: Node) -> Iterator[str]:
    for child in target.children():
        if child.name not in _MARKS:
            yield child.name
        yield from _codes(child)
