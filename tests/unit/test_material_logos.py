"""An organisation's logo in what is made of its edition: at its place, with words, and the same each time."""

import io
from dataclasses import replace

import docx
import pytest
from logo_samples import logo
from material_reading import alt_texts, pdf
from material_samples import material
from unit.test_material_editions import EDITION

from campaigns.interchange.received.logos import clean_logo
from campaigns.materials.kinds import PIECES, Kind, Piece
from campaigns.materials.logos import Logo
from campaigns.materials.making import make_piece
from campaigns.materials.values import Material

WORDS = "Studieförbundet Samtals logotyp"
SHAPES = {"normal": (600, 220), "very wide": (1200, 150), "very tall": (200, 400)}
LAID_OUT = [piece for piece in PIECES if piece.kind in {Kind.CARD, Kind.POSTER} and piece.which != "a3"]


def logo_of(size: tuple[int, int] = SHAPES["normal"]) -> Logo:
    """One as it is kept."""
    found = clean_logo(logo(size))
    return Logo(png=found.content, alternative=WORDS, width=found.width, height=found.height)


def bearing(tag: str, shown: Logo | None) -> Material:
    """The sample campaign in an edition with or without a logo."""
    return replace(material(tag), edition=replace(EDITION, logo=shown))


@pytest.mark.parametrize("piece", LAID_OUT, ids=lambda piece: f"{piece.kind.value}-{piece.which or piece.format}")
@pytest.mark.parametrize("tag", ["sv", "ar"])
def test_every_format_bears_the_logo_with_its_words_and_the_same_bytes_each_time(piece: Piece, tag: str) -> None:
    """PDF, HTML and DOCX, in both directions of writing; without a logo none has one."""
    bare, made = (make_piece(bearing(tag, shown), piece).content for shown in (None, logo_of()))
    assert made == make_piece(bearing(tag, logo_of()), piece).content
    match piece.format:
        case "pdf":
            assert (WORDS in alt_texts(bare), WORDS in alt_texts(made)) == (False, True)
            assert len(pdf(made).pages) == len(pdf(bare).pages)
        case "html":
            assert "<img" not in bare.decode()
            assert f'alt="{WORDS}"' in made.decode()
            assert ('lang="sv" dir="ltr"></p>' in made.decode()) == (tag == "ar")
        case "docx":
            assert len(docx.Document(io.BytesIO(bare)).inline_shapes) == 0
            (shape,) = docx.Document(io.BytesIO(made)).inline_shapes
            assert shape._inline.docPr.get("descr") == WORDS
            assert (shape.width.mm, shape.height.mm) == pytest.approx(logo_of().printed, abs=0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_logo_of_any_shape_keeps_a_poster_on_one_page(shape: str) -> None:
    """It stands at the foot, beside what tells where the poster comes from."""
    piece = next(piece for piece in LAID_OUT if piece.kind is Kind.POSTER)
    assert len(pdf(make_piece(bearing("ar", logo_of(SHAPES[shape])), piece).content).pages) == 1


def test_hostile_words_of_a_logo_stay_words() -> None:
    """In the page that needs nothing beside it."""
    hostile = replace(logo_of(), alternative='"><script>alert(1)</script>')
    piece = next(piece for piece in LAID_OUT if piece.format == "html")
    page = make_piece(bearing("sv", hostile), piece).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
