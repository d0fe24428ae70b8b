"""The fonts that material is set in. They come as Python packages; a font of the machine is never used.

Which packages, and what each is for, is one table. A text whose signs no installed font has is refused with the name
of the package to install. Pictographs (😀) have no font here: set type leaves them out; HTML, DOCX and plain text keep
them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

from campaigns.domain.errors import N_, Refused
from campaigns.domain.languages import Language

# White space, and what Unicode calls default ignorable: joiners, isolates, variation selectors, soft hyphens.
_NO_GLYPH_NEEDED = re.compile(
    "[\u00a0\u00ad\u034f\u061c\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


class GlyphsMissing(Refused):
    """A language whose script no installed font holds cannot be printed."""

    message = N_(
        "The material in {language} cannot be set: no installed font has {signs}. Nothing was made. "
        "Install the Python package {package} and start the service again."
    )


class SignsWithoutFont(Refused):
    """Signs that none of the known font packages holds."""

    message = N_(
        "The material in {language} cannot be set: no font has {signs}. Nothing was made. "
        "Take these signs out of the text."
    )


@dataclass(frozen=True, kw_only=True)
class FontPackage:
    """A package of fonts: what to install, where its files are, and which family they make."""

    package: str
    module: str
    folder: str
    pattern: str
    family: str
    scripts: frozenset[str]
    beginnings: tuple[str, ...]  # of the Unicode names of the signs it is for
    face: int = -1  # of a collection
    extra: str = ""  # of Samklang itself, for a package that is optional because of its size

    @property
    def path(self) -> Path | None:
        """Its folder, or None where it is not installed."""
        spec = find_spec(self.module)
        return Path(spec.origin).parent / self.folder if spec is not None and spec.origin else None

    @property
    def is_installed(self) -> bool:
        """Whether its files are there, not its name alone."""
        return self.path is not None and any(self.path.glob(self.pattern))


def _package(
    package: str,
    module: str,
    folder: str,
    pattern: str,
    family: str,
    scripts: str,
    *beginnings: str,
    face: int = -1,
    extra: str = "",
) -> FontPackage:
    return FontPackage(
        package=package,
        module=module,
        folder=folder,
        pattern=pattern,
        family=family,
        scripts=frozenset(scripts.split()),
        beginnings=beginnings,
        face=face,
        extra=extra,
    )


PACKAGES: tuple[FontPackage, ...] = (
    _package(
        "fontpkg-noto-sans", "fontpkg_noto_sans", "files", "NotoSans[[]*.ttf",
        "Noto Sans", "Latn Cyrl", "LATIN", "CYRILLIC", "GREEK",
    ),
    _package(
        "justmytype-intl-rtl", "justmytype_intl_rtl", "fonts/ofl/notosansarabic", "*.ttf",
        "Noto Sans Arabic", "Arab", "ARABIC",
    ),
    _package(
        "justmytype-intl-rtl", "justmytype_intl_rtl", "fonts/ofl/notosanshebrew", "*.ttf",
        "Noto Sans Hebrew", "Hebr", "HEBREW",
    ),
    _package(
        "justmytype-intl-africa", "justmytype_intl_africa", "fonts/ofl/notosansethiopic", "*.ttf",
        "Noto Sans Ethiopic", "Ethi", "ETHIOPIC",
    ),
    _package(
        "fontpkg-noto-sans-thai", "fontpkg_noto_sans_thai", "files", "*.ttf",
        "Noto Sans Thai", "Thai", "THAI",
    ),
    _package(
        "noto-cjk-sans-otc", "noto_cjk_sans_otc", "", "*.ttc",
        "Noto Sans CJK SC", "Hans Hant Jpan Kore", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "FULLWIDTH",
        face=2, extra="cjk",
    ),
)  # fmt: skip


def lacking(languages: Iterable[Language]) -> dict[FontPackage, list[Language]]:
    """The packages that are not installed, each with the languages that cannot be printed without it."""
    spoken = list(languages)
    absent = (package for package in PACKAGES if not package.is_installed)
    needing = {package: [language for language in spoken if language.script in package.scripts] for package in absent}
    return {package: those for package, those in needing.items() if those}


def folders() -> list[Path]:
    """The folders of the installed font packages."""
    return [path for package in PACKAGES if (path := package.path) is not None]


def families(script: str) -> list[str]:
    """Every installed family, the one of a script before the others, but Latin letters always in the same one."""
    installed = [package for package in PACKAGES if package.path is not None]
    first, *others = sorted(installed, key=lambda one: (one.family != "Noto Sans", script not in one.scripts))
    if script in {"Hans", "Hant", "Jpan", "Kore"}:
        return [*(one.family for one in others), first.family]  # their punctuation is as wide as a sign
    return [first.family, *(one.family for one in others)]


def settable(text: str) -> str:
    """The text without the pictographs that no font has."""
    return "".join(sign for sign in text if not _is_left_out(sign)) if not text.isascii() else text


def left_out(texts: Iterable[str]) -> list[str]:
    """The pictographs that set type leaves out, each once."""
    return sorted({sign for text in texts for sign in text if _is_left_out(sign)})


def refuse_missing(texts: Iterable[str], language: str) -> None:
    """Refuse texts that cannot be set. Raises GlyphsMissing or SignsWithoutFont."""
    missing = missing_signs(texts)
    if not missing:
        return
    signs = " ".join(missing[:5])
    package = next(filter(None, map(_package_for, missing)), None)
    if package is not None:
        raise GlyphsMissing(language=language, signs=signs, package=package)
    raise SignsWithoutFont(language=language, signs=signs)


def missing_signs(texts: Iterable[str]) -> list[str]:
    """The signs that no installed font has, each once, without those that need no glyph or are left out."""
    signs = {sign for text in texts for sign in text if not sign.isascii()}
    return sorted(sign for sign in signs - _covered() if not (_needs_no_glyph(sign) or _is_left_out(sign)))


def _needs_no_glyph(sign: str) -> bool:
    return _NO_GLYPH_NEEDED.match(sign) is not None


def _is_left_out(sign: str) -> bool:
    if sign in _covered():
        return False
    return unicodedata.category(sign) == "So" or ord(sign) in _SKIN_TONES


def _package_for(sign: str) -> str | None:
    name = unicodedata.name(sign, "")
    known = (one.package for one in PACKAGES if one.path is None and name.startswith(one.beginnings))
    return next(known, None)


@lru_cache(maxsize=1)
def _covered() -> frozenset[str]:
    """Every sign of the installed fonts; read once."""
    return frozenset(sign for package in PACKAGES for sign in _signs_of(package))


def _signs_of(package: FontPackage) -> Iterator[str]:
    folder = package.path
    for file in sorted(folder.glob(package.pattern)) if folder is not None else ():
        with TTFont(file, fontNumber=package.face, lazy=True) as font:
            yield from map(chr, font.getBestCmap())
