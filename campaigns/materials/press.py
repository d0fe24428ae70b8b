"""Typst sets the page. Text goes in as data, never as markup; the same sheet gives the same bytes.

PDFs are tagged and compiled in the mode that fails on a missing glyph. One press runs at a time in a process.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst

from campaigns.domain.errors import N_, Refused
from campaigns.domain.languages import Direction, Language
from campaigns.materials.fonts import folders, refuse_missing, settable
from campaigns.materials.isolating import Run
from campaigns.materials.logos import Logo
from campaigns.materials.qr import qr_svg
from campaigns.materials.sheet import Contact, Element, Pair, Prose, Row, Section, Sheet
from campaigns.materials.typography import typography

_TEMPLATES = Path(str(files(__package__) / "templates"))
_LONG_WORD = re.compile(r"[^\s\u200b]{32,}")
_STEP = 24
_one_at_a_time = Lock()


class DoesNotFitPicture(Refused):
    """A picture cannot grow a second page."""

    message = N_(
        "The picture {which} in {language} cannot hold the text even in its smallest type. Nothing was made. "
        "Shorten the headline or the key sentence."
    )


def set_pdf(template: str, sheet: Sheet, *, made_at: datetime, **options: str) -> bytes:
    """The sheet as a tagged PDF. Raises GlyphsMissing or SignsWithoutFont."""
    pages = _pressed(template, sheet, options, format="pdf", pdf_standards=["ua-1"], timestamp=int(made_at.timestamp()))
    return cast("bytes", pages)


def set_picture(template: str, sheet: Sheet, *, width: int, height: int) -> bytes:
    """The sheet as one PNG of exactly that many pixels. Raises DoesNotFitPicture too."""
    options = {"width": str(width), "height": str(height)}
    picture = _pressed(template, sheet, options, format="png", ppi=72)
    if isinstance(picture, list):
        raise DoesNotFitPicture(which=f"{width}×{height}", language=sheet.language.swedish)
    return cast("bytes", picture)


def _pressed(template: str, sheet: Sheet, options: Mapping[str, str], **how: Any) -> bytes | list[bytes] | None:
    refuse_missing((prose.text for prose in sheet.prose()), sheet.language.swedish)
    inputs = {"sheet": json.dumps(_sheet(sheet), ensure_ascii=False), **options}
    with _one_at_a_time:
        return _compiler(template).compile(sys_inputs=inputs, **how)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders())


@lru_cache(maxsize=8)
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(
        _TEMPLATES / f"{template}.typ", root=_TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True
    )


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "kind": sheet.kind.value,
        "look": _look(sheet.language),
        "label": _prose(sheet.label),
        "title": _prose(sheet.title),
        "lead": _prose(sheet.lead) if sheet.lead else None,
        "sections": [_section(section) for section in sheet.sections],
        "embargo": [_prose(prose) for prose in sheet.embargo],
        "marks": [_prose(prose) for prose in sheet.marks],
        "colophon": [_prose(prose) for prose in sheet.colophon],
        "running": _prose(sheet.running),
        "autonym": _prose(sheet.autonym),
        "qr": {"svg": qr_svg(sheet.address), "label": _prose(sheet.qr_label)} if sheet.qr_label else None,
        "address": sheet.address,
        "logo": _logo(sheet.logo) if sheet.logo else None,
    }


def _logo(logo: Logo) -> dict[str, Any]:
    width, height = logo.printed
    return {"svg": logo.svg, "width": width, "height": height, "alt": logo.alternative}


def _look(language: Language) -> dict[str, Any]:
    look = typography(language)
    return {**vars(look), "fonts": list(look.fonts)}


def _section(section: Section) -> dict[str, Any]:
    return {
        "role": section.role.value,
        "heading": _prose(section.heading) if section.heading else None,
        "number": section.number,
        "elements": [_element(element) for element in section.elements],
    }


def _element(element: Element) -> dict[str, Any]:
    match element:
        case Prose():
            return {"is": "prose", **_prose(element)}
        case Contact():
            return {"is": "contact", "reach": _run(element.reach, "rtl"), "says": _prose(element.says)}
        case Pair():
            return {"is": "pair", "first": _proses(element.first), "second": _proses(element.second)}
        case Row():
            return {"is": "row", "head": element.head, "cells": _proses(element.cells)}


def _proses(proses: Iterable[Prose]) -> list[dict[str, Any]]:
    return [_prose(prose) for prose in proses]


def _prose(prose: Prose) -> dict[str, Any]:
    return {
        "style": prose.style.value,
        "number": prose.number,
        "look": _look(prose.language),
        "runs": [_run(run, prose.language.direction) for run in prose.runs],
        "text": settable(prose.text),
    }


def _run(run: Run, direction: Direction) -> dict[str, Any]:
    return {
        "text": _breakable(settable(run.within(direction))),
        "strong": run.strong,
        "emphasised": run.emphasised,
        "link": run.link,
        "isolate": run.isolate.value,
    }


def _breakable(text: str) -> str:
    """A word too long for any line may break, so that nothing is ever cut off."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(_parts(word[0])), text)


def _parts(word: str) -> list[str]:
    return [word[at : at + _STEP] for at in range(0, len(word), _STEP)]
