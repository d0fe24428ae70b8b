"""A text taken apart into what a page is set from: paragraphs and list items, and the spans of words inside them."""

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is; a quotation inside a list, or a list inside a list, counts as its innermost kind."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"  # of a list with dots
    STEP = "step"  # of a list with numbers
    QUOTE = "quote"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Words that look alike. `link` is a whole address, or empty."""

    text: str
    strong: bool = False
    emphasised: bool = False
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """One paragraph, heading or item. `number` is what stands before a step, and None elsewhere."""

    kind: BlockKind = BlockKind.PARAGRAPH
    spans: tuple[Span, ...]
    number: int | None = None

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


def paragraph(text: str) -> Block:
    """A paragraph that is one plain span."""
    return Block(spans=(Span(text=text),))
