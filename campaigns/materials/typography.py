"""How large, how far apart and how wide a language is set."""

from dataclasses import dataclass

from campaigns.domain.languages import Language
from campaigns.materials.fonts import families

# Scale of the type, and the space between lines in em. Ethiopic and Arabic letters are small for their size; readers of
# Urdu are used to hanging letters and want air even in Naskh.
_BY_SCRIPT = {"Arab": (1.12, 0.95), "Ethi": (1.08, 0.9), "Hebr": (1.08, 0.8), "Thai": (1.08, 0.95), "Hans": (1.0, 0.85)}
_BY_TAG = {"ur": (1.15, 1.3), "ps": (1.12, 1.05), "sv-simple": (1.17, 0.85)}
_USUAL = (1.0, 0.7)
_NARROW = frozenset({"sv-simple"})


@dataclass(frozen=True, kw_only=True)
class Typography:
    """`scale` multiplies every size; `leading` is the space between lines in em; `narrow` wants shorter lines."""

    lang: str
    dir: str
    fonts: tuple[str, ...]
    scale: float
    leading: float
    narrow: bool


def typography(language: Language) -> Typography:
    """How a language is set."""
    scale, leading = _BY_TAG.get(language.tag) or _BY_SCRIPT.get(language.script, _USUAL)
    return Typography(
        lang=language.tag.partition("-")[0],
        dir=language.direction,
        fonts=tuple(families(language.script)),
        scale=scale,
        leading=leading,
        narrow=language.tag in _NARROW,
    )
