"""A local edition: what an organisation adds stands in its name, and what the campaign says stands as it was."""

from dataclasses import replace

import pytest
from material_reading import pdf_text
from material_samples import material

from campaigns.domain.blocks import Block, BlockKind, Span
from campaigns.domain.text_digits import digits_of
from campaigns.materials.contents import circle_guide, conversation_card, folder, poster
from campaigns.materials.html_page import html_page
from campaigns.materials.kinds import PIECES, Kind, Piece
from campaigns.materials.making import make_piece
from campaigns.materials.sheet import Contact, Prose, Role, Sheet
from campaigns.materials.values import Edition, LocalContact, Material

SPAN = Span(text="Vi möts i biblioteket varje tisdag.")
EDITION = Edition(
    organisation="Studieförbundet Samtal (exempel)",
    title="Föräldraträffar i Råby",
    place="Råby",
    introduction=(Block(kind=BlockKind.PARAGRAPH, spans=(SPAN,)),),
    contacts=(
        LocalContact(name="Anna i receptionen", offers="anmälan och kaffe", phone="0480 12 34 56"),
        LocalContact(name="Biblioteket", offers="öppettider", link="https://bibliotek.example.org/raby"),
        LocalContact(name="Cirkelledaren", offers="frågor", email="cirkel@example.org"),
    ),
    questions=("Vad gör vi här i Råby?", "Vem i trappan kan du fråga?"),
)
SHEETS = {Kind.CARD: conversation_card, Kind.FOLDER: folder, Kind.GUIDE: circle_guide}
LAID_OUT = [piece for piece in PIECES if piece.kind in {*SHEETS, Kind.POSTER}]


def adapted(tag: str = "sv") -> Material:
    """The sample campaign with an organisation's own part."""
    return replace(material(tag), edition=EDITION)


def said(sheet: Sheet, *roles: Role) -> list[str]:
    """What stands in some of a sheet's sections."""
    return [
        element.text if isinstance(element, Prose) else str(element)
        for section in sheet.sections
        if section.role in roles
        for element in section.elements
    ]


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("tag", ["sv-simple", "ar", "so"])
def test_what_is_added_stands_in_one_section_under_its_organisations_name(kind: Kind, tag: str) -> None:
    """Introduction, questions and contacts, in that order."""
    sheet = SHEETS[kind](adapted(tag))
    (own,) = [section for section in sheet.sections if section.role is Role.OWN]
    assert own.heading is not None
    assert EDITION.organisation in own.heading.text
    assert said(sheet, Role.OWN)[1:4] == [SPAN.text, *EDITION.questions]
    assert [element.reach.link for element in own.elements if isinstance(element, Contact)] == [
        "tel:0480123456",
        "https://bibliotek.example.org/raby",
        "mailto:cirkel@example.org",
    ]


@pytest.mark.parametrize("kind", SHEETS)
def test_the_campaigns_own_words_are_the_same_with_and_without_an_edition(kind: Kind) -> None:
    """Key facts and messages are locked: an edition has no way to touch them."""
    others = [role for role in Role if role is not Role.OWN]
    assert said(SHEETS[kind](adapted("so")), *others) == said(SHEETS[kind](material("so")), *others)


def test_a_poster_shows_local_contacts_below_where_help_is_found_everywhere() -> None:
    """It has no room for more."""
    (section,) = poster(adapted()).sections
    reaches = [digits_of(element.reach.text) for element in section.elements if isinstance(element, Contact)]
    assert reaches.index("0480123456") > reaches.index("11414")


@pytest.mark.parametrize("piece", LAID_OUT, ids=lambda piece: f"{piece.kind.value}-{piece.which or piece.format}")
def test_every_laid_out_file_holds_the_local_contact(piece: Piece) -> None:
    """PDF by Typst, HTML and DOCX; without an edition none does."""
    files = [make_piece(one, piece).content for one in (adapted("so"), material("so"))]
    assert files[0] != files[1]
    if piece.format == "pdf":
        with_it, without = (digits_of(pdf_text(content)) for content in files)
        assert "0480123456" in with_it
        assert "0480123456" not in without
    elif piece.format == "html":
        assert "tel:0480123456" in files[0].decode()


def test_an_edition_is_marked_off_in_html_and_its_words_are_escaped() -> None:
    """Hostile words stay words."""
    hostile = replace(EDITION, title="<script>alert(1)</script>", contacts=())
    page = html_page(conversation_card(replace(material(), edition=hostile))).decode()
    assert '<section class="own">' in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
