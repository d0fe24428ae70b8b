"""Logos that are handed in: any picture comes out small, upright, on white and without a trace; or is refused."""

import io
from collections.abc import Callable

import pytest
import upload_samples as samples
from logo_samples import logo, plain_logo
from PIL import Image

from campaigns.domain.errors import BadInput
from campaigns.domain.logos import ALTERNATIVE_NEEDED, ALTERNATIVE_TOO_LONG, LONGEST_ALTERNATIVE, logo_faults
from campaigns.interchange.received import formats, images, logos
from campaigns.interchange.received.logos import clean_logo
from campaigns.materials.logos import HIGHEST_MM, WIDEST_MM, Logo

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", logos.NO_FILE),
    "svg": (lambda: samples.SVG, formats.SVG),
    "page": (lambda: samples.HTML, formats.WEB_PAGE),
    "pdf": (samples.pdf, logos.NO_PICTURE),
    "words": (lambda: b"logotyp.png", formats.UNKNOWN),
    "cut off": (lambda: plain_logo()[:200], formats.DAMAGED),
    "bomb": (samples.huge_picture, images.TOO_MANY_PIXELS),
    "moving": (samples.moving_picture, images.MOVES),
    "small": (lambda: logo((100, 40)), logos.TOO_SMALL),
    "very wide": (lambda: logo((1800, 200)), logos.TOO_WIDE),
    "very tall": (lambda: logo((100, 300)), logos.TOO_TALL),
    "see-through": (lambda: _shade((0, 0, 0, 0)), logos.NOTHING_TO_SEE),
    "white on nothing": (lambda: _shade((255,) * 4), logos.NOTHING_TO_SEE),
}


def _shade(colour: tuple[int, ...]) -> bytes:
    written = io.BytesIO()
    Image.new("RGBA", (400, 200), colour).save(written, "PNG")
    return written.getvalue()


def opened(raw: bytes) -> Image.Image:
    """The picture that comes out, read once more."""
    return Image.open(io.BytesIO(clean_logo(raw).content))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_printed_is_refused_with_what_to_do(name: str) -> None:
    """Beside the field of the file, with every fact of the sentence."""
    make, sentence = REFUSED[name]
    with pytest.raises(BadInput) as error:
        clean_logo(make())
    (fault,) = error.value.faults
    assert (fault.field, fault.message) == ("file", sentence)
    assert str(fault)


def test_a_file_that_is_too_heavy_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is said in megabytes."""
    monkeypatch.setattr(logos, "LARGEST_LOGO", 1_000)
    with pytest.raises(BadInput) as error:
        clean_logo(bytes(1_001))
    assert error.value.faults[0].message == logos.TOO_HEAVY


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_format_comes_out_as_the_same_kind_of_png_without_who_made_it(kind: str) -> None:
    """And the same file gives the same bytes."""
    raw = samples.picture(kind, size=(300, 120))
    assert samples.CANARY in raw
    found = clean_logo(raw)
    assert samples.CANARY not in found.content
    assert found.content.startswith(b"\x89PNG")
    assert clean_logo(raw) == found
    assert opened(raw).info == {}


def test_what_hangs_behind_a_picture_does_not_come_along() -> None:
    """A file that is two files at once: only the picture is left."""
    assert samples.SCRIPT not in clean_logo(plain_logo() + samples.SCRIPT).content


def test_what_is_see_through_is_laid_on_white_paper_and_empty_margins_are_cut_off() -> None:
    """So that every logo is as large as its box allows."""
    found = opened(logo((300, 150), clear=True, margin=200))
    assert found.mode == "RGB"
    assert found.size == (300, 150)
    half = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    half.paste((10, 90, 102, 255), (0, 0, 300, 20))
    half.paste((10, 90, 102, 255), (0, 180, 300, 200))
    written = io.BytesIO()
    half.save(written, "PNG")
    assert opened(written.getvalue()).getpixel((150, 100)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(4000, 500), (3000, 2900), (1500, 3000)], ids=["wide", "large", "tall"])
def test_a_large_logo_is_made_smaller_in_its_own_proportions(size: tuple[int, int]) -> None:
    """It is printed at most 52 mm wide and 16 mm high."""
    found = clean_logo(logo(size))
    assert found.width <= logos.PRINTED_WITHIN[0]
    assert found.height <= logos.PRINTED_WITHIN[1]
    assert found.width / found.height == pytest.approx(size[0] / size[1], rel=0.02)
    width, height = Logo(png=b"", alternative="", width=found.width, height=found.height).printed
    assert width <= WIDEST_MM
    assert height <= HIGHEST_MM
    assert width == WIDEST_MM or height == HIGHEST_MM


def test_words_for_those_who_do_not_see_it_are_needed_and_short() -> None:
    """A hidden sign in them is found too."""
    assert [fault.message for fault in logo_faults("")] == [ALTERNATIVE_NEEDED]
    assert [fault.message for fault in logo_faults("x" * (LONGEST_ALTERNATIVE + 1))] == [ALTERNATIVE_TOO_LONG]
    assert [fault.field for fault in logo_faults("Luleå\u202e")] == ["alternative"]
    assert list(logo_faults("Studieförbundet Samtal (exempel)")) == []
