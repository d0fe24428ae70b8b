"""The tables and samples that come with Samklang, read once."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from campaigns.domain.languages import Direction, Language, Languages
from campaigns.domain.places import County, Places

SAMPLE_CAMPAIGN = files(__name__) / "gangsnacket.yaml"


def _rows(name: str) -> list[dict[str, str]]:
    with (files(__name__) / name).open(encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t"))


@lru_cache(maxsize=1)
def languages() -> Languages:
    """The table of languages."""
    return Languages(
        Language(
            tag=row["tag"],
            swedish=row["swedish"],
            english=row["english"],
            autonym=row["autonym"],
            direction=_direction(row["dir"]),
            script=row["script"],
            format_locale=row["format_locale"],
            group=row["group"],
        )
        for row in _rows("languages.tsv")
    )


def _direction(value: str) -> Direction:
    if value not in {"ltr", "rtl"}:
        raise ValueError(value)
    return "rtl" if value == "rtl" else "ltr"


@lru_cache(maxsize=1)
def places() -> Places:
    """The table of places."""
    return Places(
        County(code=row["county_code"], name=row["county"], police_region=row["police_region"])
        for row in _rows("places.tsv")
    )


@lru_cache(maxsize=1)
def sample_topics() -> tuple[str, ...]:
    """The topics of the sample campaign and of those who follow it: words to begin with."""
    sample = yaml.safe_load(SAMPLE_CAMPAIGN.read_text(encoding="utf-8"))
    followed = (topic for partner in sample["partners"] for topic in partner.get("topics", ()))
    return tuple(dict.fromkeys([*sample["campaign"]["topics"], *followed]))


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Words that common passwords are made of."""
    return frozenset(row["word"] for row in _rows("common_words.tsv"))


@lru_cache(maxsize=1)
def material_words() -> Mapping[str, Mapping[str, Any]]:
    """The fixed words of downloadable material, by language tag and then by key."""
    words: dict[str, dict[str, Any]] = yaml.safe_load(
        (files(__name__) / "material_words.yaml").read_text(encoding="utf-8")
    )
    return words


@lru_cache(maxsize=1)
def openapi() -> Mapping[str, Any]:
    """The description of the public API, without the address of an installation."""
    described: dict[str, Any] = yaml.safe_load((files(__name__) / "openapi.yaml").read_text(encoding="utf-8"))
    return described
