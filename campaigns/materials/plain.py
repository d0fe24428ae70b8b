"""Material without a layout: text for an SMS, a script to read aloud, pictures in words, the glossary as a table."""

import csv
import io
from collections.abc import Iterable, Iterator

from campaigns.materials.composing import Composer
from campaigns.materials.isolating import plain, runs_of_text
from campaigns.materials.sheet import Prose
from campaigns.materials.values import Material, Said

_BOM = b"\xef\xbb\xbf"
# Source: OWASP, CSV Injection; the full-width signs are for programs that fold them.
_FORMULA_BEGINS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def sms_text(material: Material) -> str | None:
    """The core messages' SMS, or None where the language has none."""
    texts = [message.said.sms for message in material.messages if message.said.sms]
    return _page(material, [_line(material, text) for text in texts]) if texts else None


def script_text(material: Material) -> str:
    """What to read aloud, and how: the spoken version, or else the long text."""
    write = Composer(material)
    spoken = [part for message in material.messages for part in _spoken(write, message.said)]
    return _page(material, [write.word("script_how").text, *spoken])


def picture_texts(material: Material) -> str:
    """What the social cards and the poster show, for those who do not see them: the alternative text to paste in."""
    write = Composer(material)
    said = material.messages[0].said
    shown = [said.headline, material.key_sentence or "", material.occasion.address]
    text = " ".join(_ended(part) for part in shown if part)
    return _page(material, [write.word("alt_card", text=text).text])


def glossary_table(material: Material) -> bytes:
    """The glossary as CSV for a spreadsheet: BOM, semicolons, cells that no spreadsheet runs."""
    words = Composer(material).words
    keys = ["word_swedish", *([] if material.is_swedish else ["word_here"]), "word_explained", "word_avoid"]
    rows = (
        [term.swedish, *([] if material.is_swedish else [term.word]), term.explanation, ", ".join(term.avoid)]
        for term in material.terms
    )
    return _csv([[words.word(key).text for key in keys], *rows])


def _csv(rows: Iterable[list[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows([_inert(cell) for cell in row] for row in rows)
    return _BOM + written.getvalue().encode()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_BEGINS) or cell[:1] in {"\t", "\r"} else cell


def _spoken(write: Composer, said: Said) -> Iterator[str]:
    if said.spoken:
        yield from (_line(write.material, part) for part in said.spoken.split("\n\n"))
        return
    yield said.headline
    yield from (prose.text for prose in write.body(said))


def _line(material: Material, text: str) -> str:
    return plain(runs_of_text(text, material.phones), material.language.direction)


def _page(material: Material, paragraphs: Iterable[str]) -> str:
    """The paragraphs between embargo and marks, with an empty line between each."""
    write = Composer(material)
    return "\n\n".join([*_texts(write.embargo), *paragraphs, *_texts(write.marks)]) + "\n"


def _texts(proses: Iterable[Prose]) -> list[str]:
    return [prose.text for prose in proses]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "።", "؟")) or text.startswith("http") else f"{text}."
