"""Making one shelf from its content: plain values in, files or a reason out. It knows no database and no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.library import ZIP
from campaigns.materials.kinds import MEDIA_TYPES, File, Kind, stem
from campaigns.materials.making import Made as MadeMaterial
from campaigns.materials.making import make, not_made
from campaigns.materials.packing import pack, pack_name
from campaigns.store.shelves import Made
from campaigns.work.library.contents import material_of

NO_SWEDISH = N_("No core message stands both in Swedish and in this language, so there is nothing to print.")
EVERYTHING_NAME = "allt.zip"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of making: files, the kinds there are none of, signs that print leaves out; or a problem."""

    files: tuple[Made, ...] = ()
    not_made: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    problem: str = ""
    facts: Mapping[str, str]


def refused(problem: str, facts: Mapping[str, object] | None = None) -> Outcome:
    """An outcome without any file."""
    return Outcome(not_made={}, problem=problem, facts={name: str(fact) for name, fact in (facts or {}).items()})


def make_shelf(content: Mapping[str, Any], *, version: int, embargoed: bool) -> Outcome:
    """Every file of a language and their ZIP. A language that cannot be set is refused with its reason."""
    if not content["messages"]:
        return refused(NO_SWEDISH)
    material = material_of(dict(content), version=version, embargoed=embargoed)
    try:
        made = make(material)
    except SamklangError as error:
        return refused(error.message, error.facts)
    if local := content.get("edition"):
        made = replace(made, files=tuple(replace(file, name=f"{local['slug']}_{file.name}") for file in made.files))
    prefix = f"{local['slug']}_" if local else ""
    files = [
        _kept(file, f"{prefix}{stem(slug=content['slug'], version=version)}", content["language"])
        for file in made.files
    ]
    inner = [file.content for file in made.files]
    whole = Made(
        name=prefix + pack_name(material.occasion, material.language.tag),
        latest=EVERYTHING_NAME,
        kind=ZIP,
        media_type=MEDIA_TYPES["zip"],
        stretches=tuple(cut(pack([made]), inner)),
    )
    return Outcome(
        files=(*files, whole),
        not_made={kind.value: reason for kind, reason in made.not_made.items()},
        left_out=made.left_out_of_print,
        facts={},
    )


def _kept(file: File, stem_of_it: str, tag: str) -> Made:
    latest = file.name.removeprefix(f"{stem_of_it}_{tag}_")
    return Made(
        name=file.name, latest=latest, kind=file.kind.value, media_type=file.media_type, stretches=(file.content,)
    )


@dataclass(frozen=True, kw_only=True)
class MadeShelf:
    """A language that was made, for the ZIP of all: its content, version, and files as (name, kind, type, bytes)."""

    content: Mapping[str, Any]
    version: int
    left_out: tuple[str, ...]
    files: tuple[File, ...]


def pack_all(shelves: Sequence[MadeShelf], *, version: int, embargoed: bool) -> Made:
    """Every language in one ZIP."""
    languages = [_again(shelf, embargoed=embargoed) for shelf in shelves]
    occasion = replace(languages[0].material.occasion, version=version)
    inner = [file.content for language in languages for file in language.files]
    return Made(
        name=pack_name(occasion),
        latest=EVERYTHING_NAME,
        kind=ZIP,
        media_type=MEDIA_TYPES["zip"],
        stretches=tuple(cut(pack(languages, version=version), inner)),
    )


def _again(shelf: MadeShelf, *, embargoed: bool) -> MadeMaterial:
    material = material_of(dict(shelf.content), version=shelf.version, embargoed=embargoed)
    return MadeMaterial(
        material=material, files=shelf.files, not_made=not_made(material), left_out_of_print=shelf.left_out
    )


def file_of(name: str, kind: str, media_type: str, content: bytes) -> File:
    """A file as the ZIP wants it."""
    return File(name=name, kind=Kind(kind), media_type=media_type, content=content)


def cut(whole: bytes, inner: Iterable[bytes]) -> list[bytes]:
    """A ZIP in stretches, so that the bytes of each file in it are a stretch of their own and are kept once."""
    stretches, at = [], 0
    for content in inner:
        found = whole.find(content, at) if content else -1
        if found > at:
            stretches.append(whole[at:found])
        if found >= at:
            stretches.append(content)
            at = found + len(content)
    return [*stretches, whole[at:]]
