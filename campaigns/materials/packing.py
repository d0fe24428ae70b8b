"""Everything of a language, or of all languages, in one ZIP with manifest, checksums and a README."""

import json
from collections.abc import Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any

from campaigns.materials.archive import archived
from campaigns.materials.composing import Composer
from campaigns.materials.kinds import MEDIA_TYPES, stem
from campaigns.materials.making import Made
from campaigns.materials.words import MaterialWords
from campaigns.materials.values import Material, Occasion

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
README = "LASMIG.txt"
MEDIA_TYPE = MEDIA_TYPES["zip"]
_SCHEMA = 1


def pack_name(occasion: Occasion, language: str | None = None) -> str:
    """`gangsnacket_v3_ar.zip`; without a language, `gangsnacket_v3.zip` for all."""
    whole = stem(slug=occasion.slug, version=occasion.version)
    return f"{whole}_{language}.zip" if language else f"{whole}.zip"


def pack(languages: Sequence[Made]) -> bytes:
    """The ZIP of one or several languages of the same campaign and version; of several, each in a folder of its own.

    `sha256sum -c SHA256SUMS` checks it after unpacking.
    """
    parts = [(_path(made, file.name, languages), file.content) for made in languages for file in made.files]
    parts.append((MANIFEST, _manifest(languages)))
    parts.append((README, _readme(languages)))
    parts.append((SUMS, "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in parts).encode()))
    return archived(parts)


def _path(made: Made, name: str, languages: Sequence[Made]) -> str:
    return name if len(languages) == 1 else f"{made.material.language.tag}/{name}"


def _manifest(languages: Sequence[Made]) -> bytes:
    occasion = languages[0].material.occasion
    lift_at = occasion.lift_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    manifest = {
        "schema": _SCHEMA,
        "campaign": occasion.name,
        "slug": occasion.slug,
        "version": occasion.version,
        "address": occasion.address,
        "lift_at": lift_at,
        "embargo": {"until": lift_at, "delivered_to": occasion.embargo_for} if occasion.embargo_for else None,
        "example": occasion.example,
        "licence": occasion.licence,
        "contact": {"name": occasion.contact_name, "email": occasion.contact_email},
        "languages": [_language(made, languages) for made in languages],
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _language(made: Made, languages: Sequence[Made]) -> dict[str, Any]:
    material = made.material
    return {
        "tag": material.language.tag,
        "name": material.language.autonym,
        "swedish_name": material.language.swedish,
        "state": material.state.value,
        "machine_translated": material.machine_translated,
        "not_made": {kind.value: reason for kind, reason in made.not_made.items()},
        "left_out_of_print": list(made.left_out_of_print),
        "files": [
            {
                "name": _path(made, file.name, languages),
                "kind": file.kind.value,
                "media_type": file.media_type,
                "bytes": len(file.content),
                "sha256": sha256(file.content).hexdigest(),
            }
            for file in made.files
        ],
    }


def _readme(languages: Sequence[Made]) -> bytes:
    """What this is, in Swedish and in English; lines end as every editor understands."""
    material = languages[0].material
    paragraphs = [*_swedish(material, languages), *_english(material)]
    return ("\n\n".join(paragraphs) + "\n").replace("\n", "\r\n").encode()


def _swedish(material: Material, languages: Sequence[Made]) -> list[str]:
    occasion = material.occasion
    words = MaterialWords(language=material.swedish, swedish=material.swedish)
    names = ", ".join(made.material.language.swedish for made in languages)
    return [
        f"{occasion.name}, version {occasion.version}",
        *(prose.text for prose in (*Composer(material).embargo, *Composer(material).marks)),
        f"Materialet blir offentligt {words.when(occasion.lift_at).text}. Språk: {names}.",
        "Skriv ut, kopiera och anpassa gärna inledning, frågor och lokala kontakter. Nyckelfakta, telefonnummer och länkar "
        "ska stå kvar exakt som de är.",
        f"Aktuell version: {occasion.address}",
        f"Licens: {occasion.licence}. Kontakt: {occasion.contact_name}, {occasion.contact_email}.",
        "manifest.json säger vad som finns, SHA256SUMS att inget har ändrats på vägen (sha256sum -c SHA256SUMS).",
    ]


def _english(material: Material) -> list[str]:
    occasion = material.occasion
    return [
        "In English",
        "Print and copy this, and adapt introduction, questions and local contacts as you like. Key facts, telephone numbers "
        "and links stay exactly as they are.",
        f"Current version: {occasion.address}",
    ]
