"""A sheet as one HTML file that needs nothing beside it: accessible, printable, in a browser of any age."""

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from itertools import groupby

from campaigns.domain.languages import Language
from campaigns.materials.isolating import Isolate, Run
from campaigns.materials.logos import Logo
from campaigns.materials.qr import qr_svg
from campaigns.materials.sheet import Contact, Element, Pair, Prose, Row, Section, Sheet, Style
from campaigns.materials.typography import typography

_STYLE = (files(__package__) / "templates" / "page.css").read_text(encoding="utf-8")


def html_page(sheet: Sheet) -> bytes:
    """The sheet as a whole page, UTF-8. Every stretch in another language says so, with its direction."""
    language, look = sheet.language, typography(sheet.language)
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(language.tag)}" dir="{language.direction}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">',
        f"<title>{escape(sheet.title.text)}</title>",
        f"<style>{_STYLE}:root {{ --scale: {look.scale}; --leading: {look.leading + 0.85:.2f}; }}</style></head>",
        "<body>",
        *_head(sheet),
        "<main>",
        _prose("h1", sheet.title, sheet),
        *([_prose("p", sheet.lead, sheet, "lead")] if sheet.lead else []),
        *_marks("marks", sheet.marks, sheet),
        *(part for section in sheet.sections for part in _section(section, sheet)),
        "</main>",
        "<footer>",
        *(_prose("p", prose, sheet) for prose in (sheet.running, *sheet.colophon)),
        "</footer></body></html>",
    ]
    return "\n".join(parts).encode()


def _head(sheet: Sheet) -> Iterator[str]:
    yield "<header>"
    yield from _marks("embargo", sheet.embargo, sheet)
    yield f'<p class="label"><b{_tongue(sheet.label, sheet)}>{_runs(sheet.label.runs)}</b>'
    yield f"<span{_tongue(sheet.autonym, sheet)}>{_runs(sheet.autonym.runs)}</span></p>"
    yield from [_logo(sheet.logo, sheet)] if sheet.logo else []
    yield "</header>"


def _logo(logo: Logo, sheet: Sheet) -> str:
    tongue = "" if sheet.language.tag.startswith("sv") else ' lang="sv" dir="ltr"'
    size = f'width="{logo.width}" height="{logo.height}"'
    return f'<p class="logo"><img src="{logo.data_uri}" alt="{escape(logo.alternative)}" {size}{tongue}></p>'


def _marks(kind: str, proses: Iterable[Prose], sheet: Sheet) -> Iterator[str]:
    lines = [_prose("p", prose, sheet) for prose in proses]
    if lines:
        yield f'<div class="{kind}">' + "".join(lines) + "</div>"


def _section(section: Section, sheet: Sheet) -> Iterator[str]:
    yield f'<section class="{section.role.value}">'
    if section.heading:
        yield _prose("h2", section.heading, sheet)
    for kind, elements in groupby(section.elements, key=_group):
        yield from _grouped(kind, list(elements), sheet)
    if section.role.value == "help" and sheet.qr_label:
        yield _qr(sheet, sheet.qr_label)
    yield "</section>"


def _group(element: Element) -> str:
    if isinstance(element, Prose) and element.style in {Style.ITEM, Style.STEP}:
        return "ul" if element.style is Style.ITEM else "ol"
    return {Contact: "dl", Row: "table", Pair: "pair"}.get(type(element), "prose")


def _grouped(kind: str, elements: list[Element], sheet: Sheet) -> Iterator[str]:
    first = elements[0]
    if kind == "prose":
        yield from (_block(element, sheet) for element in elements if isinstance(element, Prose))
    elif kind == "pair":
        yield from (_pair(element, sheet) for element in elements if isinstance(element, Pair))
    else:
        start = (
            f' start="{first.number}"'
            if kind == "ol" and isinstance(first, Prose) and first.number not in {None, 1}
            else ""
        )
        yield f"<{kind}{start}>" + "".join(_member(element, sheet) for element in elements) + f"</{kind}>"


def _member(element: Element, sheet: Sheet) -> str:
    match element:
        case Prose():
            return _prose("li", element, sheet)
        case Contact():
            return f"<dt>{_runs([element.reach])}</dt>" + _prose("dd", element.says, sheet)
        case Row():
            cell = "th" if element.head else "td"
            return "<tr>" + "".join(_prose(cell, prose, sheet) for prose in element.cells) + "</tr>"
        case Pair():
            return _pair(element, sheet)


def _pair(pair: Pair, sheet: Sheet) -> str:
    sides = ("".join(_block(prose, sheet) for prose in side) for side in (pair.first, pair.second))
    return '<div class="pair">' + "".join(f"<div>{side}</div>" for side in sides) + "</div>"


def _block(prose: Prose, sheet: Sheet) -> str:
    tag = {Style.HEADING: "h2", Style.SUBHEADING: "h3", Style.QUESTION: "h3", Style.QUOTE: "blockquote"}.get(
        prose.style, "p"
    )
    named = prose.style in {Style.LEAD, Style.SMALL, Style.WHO, Style.BOXED}
    return _prose(tag, prose, sheet, prose.style.value if named else "")


def _prose(tag: str, prose: Prose, sheet: Sheet, kind: str = "") -> str:
    kinds = f' class="{kind}"' if kind else ""
    return f"<{tag}{kinds}{_tongue(prose, sheet)}>{_runs(prose.runs)}</{tag}>"


def _tongue(prose: Prose, sheet: Sheet) -> str:
    language: Language = prose.language
    return "" if language.tag == sheet.language.tag else f' lang="{escape(language.tag)}" dir="{language.direction}"'


def _runs(runs: Iterable[Run]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    said = escape(run.text).replace("\n", "<br>")
    if run.isolate is not Isolate.NONE:
        said = f'<bdi dir="{run.isolate.value}">{said}</bdi>'
    said = f"<em>{said}</em>" if run.emphasised else said
    said = f"<strong>{said}</strong>" if run.strong else said
    return f'<a href="{escape(run.link)}">{said}</a>' if _may_lead(run.link) else said


def _may_lead(link: str) -> bool:
    return link.lower().startswith(("https://", "http://", "tel:", "mailto:"))


def _qr(sheet: Sheet, label: Prose) -> str:
    name = escape(f"{label.text} {sheet.address}")
    svg = qr_svg(sheet.address).replace("<svg ", f'<svg class="qr" role="img" aria-label="{name}" ', 1)
    return svg + _prose("p", label, sheet, "small")
