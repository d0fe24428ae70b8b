"""What a material is made from, in values that know no database."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.domain.blocks import Block
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.languages import Language
from campaigns.domain.lifecycle import TextState
from campaigns.domain.text_digits import digits_of
from campaigns.materials.logos import Logo

INVITED = "inbjudna organisationer"
"""Whom a copy is delivered to that everyone gets who accepted the terms. Sheets say it in their own language."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message in one language. `body` is its long text taken apart (see `campaigns.markup.blocks`)."""

    language: Language
    headline: str
    body: tuple[Block, ...]
    short: str = ""
    sms: str = ""
    spoken: str = ""


@dataclass(frozen=True, kw_only=True)
class CoreMessage:
    """The police's message in Swedish and in the material's language; in Swedish material both are the same."""

    swedish: Said
    said: Said


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A partner's own message, in the material's language or, where it has none, in Swedish."""

    organisation: str
    said: Said


@dataclass(frozen=True, kw_only=True)
class Term:
    """One entry of the glossary. `word` is empty where the language has none yet."""

    swedish: str
    word: str = ""
    explanation: str = ""  # in Swedish
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Help:
    """Where to get help: a phone number or a link, and what one reaches there, in `language`."""

    says: str
    language: Language
    phone: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class LocalContact:
    """Somebody near the reader: a name, what one gets there, and one way to reach them."""

    name: str
    offers: str
    phone: str = ""
    email: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What one organisation adds to the material for its own place, in the material's language.

    The message and its key facts stay as the campaign has them; this stands beside them under the organisation's name.
    """

    organisation: str
    title: str
    place: str = ""
    introduction: tuple[Block, ...] = ()
    contacts: tuple[LocalContact, ...] = ()
    questions: tuple[str, ...] = ()
    logo: Logo | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """The campaign as material names it. `lift_at` is aware UTC; `address` is where the public reads it after that.

    `embargo_for` is the organisation the copy is delivered to while the embargo lasts, or INVITED; None after that.
    """

    name: str
    slug: str
    version: int
    lift_at: datetime
    address: str
    licence: str
    contact_name: str
    contact_email: str
    embargo_for: str | None = None
    example: bool = False


@dataclass(frozen=True, kw_only=True)
class Material:
    """Everything that is printed for one campaign in one language."""

    occasion: Occasion
    swedish: Language
    language: Language
    state: TextState
    machine_translated: bool = False
    messages: tuple[CoreMessage, ...]
    voices: tuple[Voice, ...] = ()
    facts: tuple[KeyFact, ...] = ()
    terms: tuple[Term, ...] = ()
    help: tuple[Help, ...] = ()
    edition: Edition | None = None

    @property
    def is_swedish(self) -> bool:
        return self.language.tag == self.swedish.tag

    @property
    def easy(self) -> bool:
        return self.language.tag == "sv-simple"

    @property
    def key_sentence(self) -> str | None:
        """The sentence that every version keeps, in the material's language."""
        wordings = (fact.wording_in(self.language.tag) for fact in self.facts if fact.kind is FactKind.SENTENCE)
        return next((wording for wording in wordings if wording), None)

    @property
    def phones(self) -> dict[str, str]:
        """The numbers one can call, by their digits, as they are written."""
        written = [fact.value for fact in self.facts if fact.kind is FactKind.PHONE]
        local = [one.phone for one in self.edition.contacts] if self.edition else []
        phones = [*written, *(one.phone for one in self.help), *local]
        return {digits_of(phone): phone for phone in phones if digits_of(phone)}
