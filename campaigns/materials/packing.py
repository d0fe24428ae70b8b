"""Everything of a language, or of all languages, in one ZIP with manifest, checksums and a README."""

import json
from collections.abc import Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any

from campaigns.data import languages as known_languages
from campaigns.domain.languages import Language
from campaigns.materials.archive import archived
from campaigns.materials.composing import Composer
from campaigns.materials.kinds import MEDIA_TYPES, stem
from campaigns.materials.making import Made
from campaigns.materials.values import Material, Occasion
from campaigns.materials.words import MaterialWords

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
README = "LASMIG.txt"
MEDIA_TYPE = MEDIA_TYPES["zip"]
_SCHEMA = 1


def pack_name(occasion: Occasion, language: str | None = None) -> str:
    """`gangsnacket_v3_ar.zip`; without a language, `gangsnacket_v3.zip` for all."""
    whole = stem(slug=occasion.slug, version=occasion.version)
    return f"{whole}_{language}.zip" if language else f"{whole}.zip"


def pack(languages: Sequence[Made], *, version: int | None = None) -> bytes:
    """The ZIP of one language, or of several of the same campaign, each in a folder of its own.

    `version` is that of the whole, where the languages have their own. `sha256sum -c SHA256SUMS` checks it after
    unpacking.
    """
    whole = languages[0].material.occasion.version if version is None else version
    parts = [(_path(made, file.name, languages), file.content) for made in languages for file in made.files]
    parts.append((MANIFEST, _manifest(languages, whole)))
    parts.append((README, _readme(languages, whole)))
    parts.append((SUMS, "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in parts).encode()))
    return archived(parts)


def _path(made: Made, name: str, languages: Sequence[Made]) -> str:
    return name if len(languages) == 1 else f"{made.material.language.tag}/{name}"


def _manifest(languages: Sequence[Made], version: int) -> bytes:
    occasion = languages[0].material.occasion
    lift_at = occasion.lift_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    manifest = {
        "schema": _SCHEMA,
        "campaign": occasion.name,
        "slug": occasion.slug,
        "version": version,
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
        "version": material.occasion.version,
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


def _readme(languages: Sequence[Made], version: int) -> bytes:
    """What this is, in Swedish and in English; its lines end as every editor understands."""
    material = languages[0].material
    head = Composer(material)
    paragraphs = [
        f"{material.occasion.name}, version {version}",
        *(prose.text for prose in (*head.embargo, *head.marks)),
        *_about(material, [made.material.language.swedish for made in languages], material.swedish),
        *_about(material, [made.material.language.english for made in languages], known_languages()["en"]),
    ]
    return ("\n\n".join(paragraphs) + "\n").replace("\n", "\r\n").encode()


def _about(material: Material, names: Sequence[str], tongue: Language) -> list[str]:
    occasion = material.occasion
    words = MaterialWords(language=tongue, swedish=material.swedish)
    facts = {
        "when": words.when(occasion.lift_at).text,
        "languages": ", ".join(names),
        "address": occasion.address,
        "licence": occasion.licence,
        "contact": f"{occasion.contact_name}, {occasion.contact_email}",
    }
    return [word.text.format(**facts) for word in words.list("readme")]
