"""A text is one message in one language. Here: its parts, its revision hash, and the checks every text must pass."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Variant(StrEnum):
    """The parts of a text, for different places to say it."""

    HEADLINE = "headline"
    LONG = "long"  # Markdown
    SHORT = "short"  # one paragraph, for social media
    SMS = "sms"
    SPOKEN = "spoken"  # to read aloud


@dataclass(frozen=True, kw_only=True)
class TextContent:
    """What a text says, in all its variants. An empty variant is one that was not written."""

    headline: str = ""
    long: str = ""
    short: str = ""
    sms: str = ""
    spoken: str = ""

    def __getitem__(self, variant: Variant) -> str:
        return str(getattr(self, variant.value))

    @property
    def revision(self) -> str:
        """The hash that consent and approval bind to; any change of any variant changes it."""
        return revision_of(asdict(self))


def revision_of(content: object) -> str:
    """A content hash, `sha256:` and 64 hexadecimal digits, over canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


class FactKind(StrEnum):
    """What kind of key fact it is; phones and numbers are compared as digits, links as they stand."""

    SENTENCE = "sentence"
    PHONE = "phone"
    LINK = "link"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, kw_only=True)
class KeyFact:
    """A number, link, date or sentence that every version must keep.

    `value` is what must stand in every language (phone, link, number, date). A sentence has one wording a language, in
    `wordings`; in a language without a wording it cannot be checked by a machine, only by a reviewer.
    """

    kind: FactKind
    value: str = ""
    says: str = ""
    wordings: tuple[tuple[str, str], ...] = ()
