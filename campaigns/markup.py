"""From what people write in Markdown to HTML that is safe to show, to plain text, and to blocks for print.

bleach cleans in exactly one function, `clean_html`; it has the last word over everything that becomes HTML here.
Phones, links and groups of digits stand in isolates (`bdi`): right-to-left text shows "114 14" as "14 114" otherwise.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import bleach
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import OptionsDict

from campaigns.domain.blocks import Block, BlockKind, Span
from campaigns.domain.errors import N_, Refused
from campaigns.domain.facts import LINK_TAIL
from campaigns.domain.text_digits import Chain, chains, digit_groups, digits_of

LONGEST = 20_000  # characters of Markdown; two and a half times the longest text, and quick to parse whatever it holds

_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"blockquote", "hr", "li", "ol", "p", "ul"})
ALLOWED_TAGS = _HEADINGS | _BLOCKS | {"a", "bdi", "br", "em", "span", "strong"}
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x20\x7f-\x9f<>\"`\\]+", re.IGNORECASE)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
# Which tags may have an attribute, and what it may say.
_ATTRIBUTES: Mapping[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "lang": (ALLOWED_TAGS, _LANGUAGE_TAG),
    "dir": (ALLOWED_TAGS, re.compile("ltr|rtl|auto")),
    "href": (frozenset({"a"}), _ADDRESS),
    "hreflang": (frozenset({"a"}), _LANGUAGE_TAG),
    "rel": (frozenset({"a"}), re.compile("noopener")),
    # Without its start, "112. Ring" at the beginning of a line would become "1. Ring".
    "start": (frozenset({"ol"}), re.compile("[0-9]{1,9}")),
}
_HEADING = re.compile("(</?h)([2-6])>")
_NO_BREAK = str.maketrans(" \t\n", "\u00a0\u00a0\u00a0")


_OF_THREAD = threading.local()
"""A cleaner takes a while to make, and keeps its place in what it reads: each thread has its own."""


@dataclass(frozen=True, kw_only=True)
class Typeset:
    """A text as its readers get it: clean HTML, and plain text for where there is none."""

    html: str
    plain: str


class TextTooLong(Refused):
    """A text beyond what is ever published is not parsed, so that no input can keep a server busy."""

    message = N_("The text is {length} characters long and at most {limit} can be shown. Shorten it.")


def clean_html(html: str) -> str:
    """HTML with nothing but the allowed tags and attributes. Cleaning twice changes nothing more."""
    if not hasattr(_OF_THREAD, "cleaner"):
        _OF_THREAD.cleaner = bleach.Cleaner(
            tags=ALLOWED_TAGS, attributes=_may_have, protocols=ALLOWED_SCHEMES, strip=True, strip_comments=True
        )
    cleaned: str = _OF_THREAD.cleaner.clean(html)
    return cleaned


def _may_have(tag: str, name: str, value: str) -> bool:
    tags, pattern = _ATTRIBUTES.get(name, (frozenset(), _ADDRESS))
    return tag in tags and pattern.fullmatch(value) is not None


def _may_lead_to(address: str) -> bool:
    """Whole addresses only: a relative one would lead somewhere else in every feed, e-mail and other site."""
    return _ADDRESS.fullmatch(address) is not None


def render_markdown(text: str, *, phones: Sequence[str] = (), top_heading: int = 3) -> str:
    """Markdown as clean HTML: paragraphs, headings, lists, emphasis, links, quotations and rules; no images, no HTML.

    `phones` are the key facts' phone numbers, as written there; where they stand in the text, in any script's digits,
    they can be called. `top_heading` is the level (2 to 6) that the text's own highest headings get, # and ## alike.

    Raises TextTooLong.
    """
    return _html(_parse(text), phones, top_heading)


@lru_cache(maxsize=1024)
def typeset(text: str, phones: tuple[str, ...] = ()) -> Typeset:
    """What `render_markdown` and `plain_text` make of a text, from one parse.

    The last ones are remembered: whoever looks at what goes out, approves it and moves it asks for the same texts.

    Raises TextTooLong.
    """
    tokens = _parse(text)
    plain = _plain(tokens)  # first, for the other puts links and isolates among the tokens
    return Typeset(html=_html(tokens, phones, 3), plain=plain)


def with_lower_headings(html: str) -> str:
    """HTML from here with each heading one level lower, to stand under a heading of the page's own."""
    return _HEADING.sub(lambda tag: f"{tag[1]}{min(int(tag[2]) + 1, 6)}>", html)


def _html(tokens: Sequence[Token], phones: Sequence[str], top_heading: int) -> str:
    callable_phones = {digits_of(phone): phone for phone in phones if digits_of(phone)}
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]), 2) - 2 + top_heading, 6)}"
        if token.children is not None:
            token.children = list(_isolated(token.children, callable_phones))
    return clean_html(_parser().renderer.render(tokens, _parser().options, {}))


def _parse(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise TextTooLong(length=len(text), limit=LONGEST)
    return _parser().parse(text)


class _Renderer(RendererHTML):
    """CommonMark's renderer, but an image is its description, and code a stretch of left-to-right text."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, object]) -> str:
        return escapeHtml(self.renderInlineAsText(tokens[idx].children, options, env))

    def code_inline(self, tokens: Sequence[Token], idx: int, *_rest: object) -> str:
        return f'<bdi dir="ltr">{escapeHtml(tokens[idx].content)}</bdi>'


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """The parser is set up once and then only read."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}, renderer_cls=_Renderer)
    parser.enable("linkify").disable(["code", "fence", "html_block", "html_inline"])
    if parser.linkify is not None:
        # Only what is plainly a link becomes one: "i dag.Se" forgot a space and is no address in Sweden.
        parser.linkify.set({"fuzzy_link": False})
    parser.core.ruler.push("whole_links", _whole_links)
    return parser


def _whole_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.children is not None:
            token.children = list(_joined(_without_tails(_allowed(token.children), state.md)))


def _allowed(tokens: Iterable[Token]) -> Iterator[Token]:
    """Refused links lose their address and keep their words."""
    kept: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            kept.append(_may_lead_to(str(token.attrGet("href"))))
            token.attrs = {"href": token.attrGet("href") or "", "rel": "noopener"}
        keeps = kept.pop() if token.type == "link_close" else not kept or kept[-1]
        if keeps or token.type not in {"link_open", "link_close"}:
            yield token


def _without_tails(tokens: Iterable[Token], parser: MarkdownIt) -> Iterator[Token]:
    """Bare links without the punctuation that follows them; linkify knows only the Latin signs."""
    opened: Token | None = None
    tail = ""
    for token in tokens:
        if token.type == "link_open":
            opened = token if token.markup == "linkify" else None
        elif token.type == "text" and opened is not None:
            whole = token.content.rstrip(LINK_TAIL)
            tail = token.content[len(whole) :]
            if tail:
                token.content = whole
                opened.attrSet("href", parser.normalizeLink(whole))
        yield token
        if token.type == "link_close":
            if tail:
                yield _text(tail)
            opened, tail = None, ""


def _joined(tokens: Iterable[Token]) -> Iterator[Token]:
    """Text and the line breaks within a paragraph as one token, so that a phone number may be broken over two lines."""
    run: list[str] = []
    for token in tokens:
        if token.type in {"text", "softbreak"}:
            run.append(token.content or "\n" if token.type == "softbreak" else token.content)
            continue
        if run:
            yield _text("".join(run))
            run = []
        yield token
    if run:
        yield _text("".join(run))


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _isolated(tokens: Iterable[Token], phones: dict[str, str]) -> Iterator[Token]:
    """The tokens of a paragraph with phones made callable, and links and groups of digits in isolates."""
    tokens = list(tokens)
    rtl = any(_is_rtl(token.content) for token in tokens if token.type == "text")
    within: Token | None = None
    for token in tokens:
        if token.type == "link_open":
            within = token
        elif token.type == "link_close":
            within = None
        if token.type != "text":
            yield token
        elif within is not None and within.info == "auto":
            yield from _isolate(token.content)
        else:
            yield from _text_with_phones(token.content, phones, linked=within is not None, rtl=rtl)


def _is_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)


def _text_with_phones(text: str, phones: dict[str, str], *, linked: bool, rtl: bool) -> Iterator[Token]:
    at = 0
    for chain in chains(text) if phones else ():
        phone = phones.get(chain.digits)
        if phone is None:
            continue
        start = _with_plus(text, chain, phone)
        yield from _text_with_groups(text[at:start], rtl=rtl)
        yield from _phone(text[start : chain.end], phone, linked=linked)
        at = chain.end
    yield from _text_with_groups(text[at:], rtl=rtl)


def _with_plus(text: str, chain: Chain, phone: str) -> int:
    plus = phone.lstrip().startswith("+") and text[max(chain.start - 1, 0) : chain.start] == "+"
    return chain.start - 1 if plus else chain.start


def _phone(written: str, phone: str, *, linked: bool) -> Iterator[Token]:
    number = _isolate(written.translate(_NO_BREAK))
    if linked:
        yield from number  # links do not stand in links
        return
    address = "tel:" + "+" * phone.lstrip().startswith("+") + digits_of(phone)
    yield Token("link_open", "a", 1, attrs={"href": address, "rel": "noopener"})
    yield from number
    yield Token("link_close", "a", -1)


def _text_with_groups(text: str, *, rtl: bool) -> Iterator[Token]:
    at = 0
    for groups in digit_groups(text) if rtl else ():
        yield _text(text[at : groups.start()])
        yield from _isolate(groups[0].translate(_NO_BREAK))
        at = groups.end()
    yield _text(text[at:])


def _isolate(content: str) -> list[Token]:
    return [Token("bdi_open", "bdi", 1, attrs={"dir": "ltr"}), _text(content), Token("bdi_close", "bdi", -1)]


@lru_cache(maxsize=64)
def plain_text(markdown: str) -> str:
    """Markdown as text to read in an e-mail or a preview; a link is its words and its address in brackets.

    The last ones are remembered: a text leaves through several channels, one after the other.

    Raises TextTooLong.
    """
    return _plain(_parse(markdown))


def _plain(tokens: Sequence[Token]) -> str:
    return "\n\n".join(_blocks(SyntaxTreeNode(tokens).children))


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> list[str]:
    return [block for block in map(_block, nodes) if block]


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list":
            return "\n".join(_item("- ", item) for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return "\n".join(_item(f"{number}. ", item) for number, item in enumerate(node.children, first))
        case "blockquote":
            return _indented("> ", "> ", "\n\n".join(_blocks(node.children)))
        case "hr":
            return "---"
    return "".join(_inline(child) for child in node.children).strip()


def _item(mark: str, item: SyntaxTreeNode) -> str:
    return _indented(mark, " " * len(mark), "\n".join(_blocks(item.children)))


def _indented(first: str, others: str, text: str) -> str:
    lines = text.split("\n")
    return "\n".join((first + lines[0], *(f"{others}{line}".rstrip() for line in lines[1:])))


def _inline(node: SyntaxTreeNode) -> str:
    if node.type == "hardbreak":
        return "\n"
    if node.type in {"text", "code_inline"}:
        return node.content.replace("\n", " ")
    words = "".join(_inline(child) for child in node.children)
    if node.type != "link" or node.info == "auto":
        return words
    address = str(node.attrs["href"])
    return words if words in {address, address.partition(":")[2]} else f"{words} ({address})"


def blocks(markdown: str) -> tuple[Block, ...]:
    """Markdown as blocks of spans, for setting a page. Rules are left out.

    Raises TextTooLong.
    """
    return tuple(_blocks_of(SyntaxTreeNode(_parse(markdown)).children, BlockKind.PARAGRAPH, None))


def _blocks_of(nodes: Iterable[SyntaxTreeNode], kind: BlockKind, number: int | None) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "bullet_list":
                yield from _blocks_of(node.children, BlockKind.ITEM, None)
            case "ordered_list":
                for place, item in enumerate(node.children, int(node.attrs.get("start", 1))):
                    yield from _blocks_of([item], BlockKind.STEP, place)
            case "list_item":
                yield from _blocks_of(node.children, kind, number)
            case "blockquote":
                yield from _blocks_of(node.children, BlockKind.QUOTE, None)
            case "heading":
                yield Block(kind=BlockKind.HEADING, spans=_spans(node))
            case "paragraph":
                yield Block(kind=kind, spans=_spans(node), number=number)


def _spans(block: SyntaxTreeNode) -> tuple[Span, ...]:
    """The spans of a block, those that look alike joined."""
    joined: list[Span] = []
    for span in _spans_in(block, Span(text="")):
        if joined and replace(joined[-1], text="") == replace(span, text=""):
            joined[-1] = replace(span, text=joined[-1].text + span.text)
        else:
            joined.append(span)
    return tuple(joined)


def _spans_in(node: SyntaxTreeNode, look: Span) -> Iterator[Span]:
    match node.type:
        case "text" | "code_inline":
            yield replace(look, text=node.content.replace("\n", " "))
        case "hardbreak":
            yield replace(look, text="\n")
        case "strong":
            look = replace(look, strong=True)
        case "em":
            look = replace(look, emphasised=True)
        case "link":
            look = replace(look, link=str(node.attrs["href"]))
    for child in node.children if node.type not in {"text", "code_inline"} else ():
        yield from _spans_in(child, look)
