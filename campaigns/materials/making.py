"""From a material to its files: every piece of every kind, or one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaigns.domain.errors import N_
from campaigns.materials import plain
from campaigns.materials.contents import circle_guide, conversation_card, folder, glossary, poster, translators_kit
from campaigns.materials.docx import docx
from campaigns.materials.fonts import left_out
from campaigns.materials.html_page import html_page
from campaigns.materials.kinds import MEDIA_TYPES, PIECES, File, Kind, Piece, file_name
from campaigns.materials.press import set_pdf, set_picture
from campaigns.materials.sheet import Sheet
from campaigns.materials.values import Material

# Why a kind is not made for a language; said in the manifest and in the README of the ZIP.
NO_SMS = N_("there is no SMS in this language")
NO_TERMS = N_("the glossary is empty")
IS_SWEDISH = N_("Swedish needs no second language beside it")

LOCAL = frozenset({Kind.CARD, Kind.FOLDER, Kind.GUIDE, Kind.POSTER})
"""What a local edition is made as; the rest would be the same as the campaign's own."""

_SHEETS: Mapping[Kind, Callable[[Material], Sheet]] = {
    Kind.CARD: conversation_card,
    Kind.FOLDER: folder,
    Kind.GUIDE: circle_guide,
    Kind.POSTER: poster,
    Kind.SOCIAL: poster,
    Kind.GLOSSARY: glossary,
    Kind.KIT: translators_kit,
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """Everything that was made for one language, which kinds were not and why, and signs that print leaves out."""

    material: Material
    files: tuple[File, ...]
    not_made: Mapping[Kind, str]
    left_out_of_print: tuple[str, ...] = ()


def make(material: Material) -> Made:
    """Every file of a language. Raises GlyphsMissing, SignsWithoutFont or DoesNotFitPicture; then nothing is made.

    A local edition has only the kinds that its own words stand in.
    """
    missing = not_made(material)
    kinds = LOCAL if material.edition else frozenset(Kind)
    files = tuple(make_piece(material, piece) for piece in PIECES if piece.kind in kinds and piece.kind not in missing)
    texts = (prose.text for kind in (Kind.GUIDE, Kind.FOLDER) for prose in _SHEETS[kind](material).prose())
    return Made(material=material, files=files, not_made=missing, left_out_of_print=tuple(left_out(texts)))


def not_made(material: Material) -> dict[Kind, str]:
    """The kinds that a material cannot have, and why."""
    reasons = {
        Kind.FOLDER: IS_SWEDISH if material.is_swedish else "",
        Kind.SMS: "" if any(message.said.sms for message in material.messages) else NO_SMS,
        Kind.GLOSSARY: "" if material.terms else NO_TERMS,
    }
    kinds = LOCAL if material.edition else frozenset(Kind)
    return {kind: reason for kind, reason in reasons.items() if reason and kind in kinds}


def make_piece(material: Material, piece: Piece) -> File:
    """One file. Raises as `make` does, and KeyError for a piece that `not_made` names."""
    if piece.kind in not_made(material):
        raise KeyError(piece.kind)
    occasion = material.occasion
    name = file_name(slug=occasion.slug, version=occasion.version, language=material.language.tag, piece=piece)
    return File(name=name, kind=piece.kind, media_type=MEDIA_TYPES[piece.format], content=_content(material, piece))


def _content(material: Material, piece: Piece) -> bytes:
    match piece.format:
        case "txt":
            return _text(material, piece.kind).encode()
        case "csv":
            return plain.glossary_table(material)
    return _laid_out(_SHEETS[piece.kind](material), material, piece)


def _text(material: Material, kind: Kind) -> str:
    match kind:
        case Kind.SMS:
            return plain.sms_text(material) or ""
        case Kind.SCRIPT:
            return plain.script_text(material)
    return plain.picture_texts(material)


def _laid_out(sheet: Sheet, material: Material, piece: Piece) -> bytes:
    match piece.format:
        case "html":
            return html_page(sheet)
        case "docx":
            return docx(sheet)
        case "png":
            width, _, height = piece.which.partition("x")
            return set_picture("picture", sheet, width=int(width), height=int(height))
    made_at = material.occasion.lift_at
    if piece.kind is Kind.POSTER:
        return set_pdf("poster", sheet, made_at=made_at, paper=piece.which)
    return set_pdf("sheet", sheet, made_at=made_at)
