"""What is said of a text beside its words, in whole sentences."""

from collections.abc import Iterator, Mapping

from campaigns.domain.errors import N_, Severity
from campaigns.domain.glossary import TermFinding
from campaigns.domain.readability import Hint
from campaigns.domain.text_parts import PartWeighed
from campaigns.domain.texts import Readability, Variant
from campaigns.web.site import words
from campaigns.web.workplace.forms import say_fault_alone
from campaigns.work.texts.checks import NEARLY_THE_SAME, TextChecks
from campaigns.work.texts.desk import TextOnDesk

ON_THE_PAGE = N_("Shown on the campaign's page.")
ON_THE_PAGE_AND = N_("Shown on the campaign's page and sent through: {kinds}.")
SENT_THROUGH = N_("Sent through: {kinds}.")

Check = tuple[bool | None, str]

READS: Mapping[Readability, str] = {
    Readability.VERY_EASY: N_("The long text is very easy to read, as a book for children (LIX {lix})."),
    Readability.EASY: N_("The long text is easy to read, as a story (LIX {lix})."),
    Readability.MEDIUM: N_("The long text reads as an ordinary newspaper (LIX {lix})."),
    Readability.HARD: N_(
        "The long text is hard to read, as a letter from an authority (LIX {lix}). Shorter sentences help."
    ),
    Readability.VERY_HARD: N_(
        "The long text is very hard to read (LIX {lix}). Use shorter sentences and shorter words."
    ),
}
READS_PART: Mapping[Readability, str] = {
    Readability.VERY_EASY: N_("LIX {lix}: very easy to read, as a book for children."),
    Readability.EASY: N_("LIX {lix}: easy to read, as a story."),
    Readability.MEDIUM: N_("LIX {lix}: reads as an ordinary newspaper."),
    Readability.HARD: N_("LIX {lix}: hard to read, as a letter from an authority. Shorter sentences help."),
    Readability.VERY_HARD: N_("LIX {lix}: very hard to read. Use shorter sentences and shorter words."),
}
PASSES = N_("Nothing needs to be mended: key facts, links and lengths are as they should be.")
ANSWERS = N_("{percent} percent of the long text is word for word as in the core message.")
TOO_ALIKE = N_(
    "{percent} percent of the long text is word for word as in the core message. "
    "That is allowed, but your own voice reaches further."
)
LIKE_ANOTHER = N_("The text is very like another organisation's public text. Say it in your own way if you can.")


def label_of(part: str) -> str:
    """What a part of a text is called, at the beginning of a line."""
    label = words().value(Variant(part))
    return label[:1].upper() + label[1:]


def checks_of(checks: TextChecks) -> list[Check]:
    """The checks as sentences: what is well, what must be mended, and advice."""
    return [*_faults(checks), *_measures(checks)]


def _faults(checks: TextChecks) -> Iterator[Check]:
    for fault in checks.faults:
        part = label_of(fault.field.rsplit(".", 1)[-1])
        yield (False if fault.severity is Severity.ERROR else None), f"{part}: {say_fault_alone(fault)}"
    if checks.passes:
        yield True, words()._(PASSES)


def _measures(checks: TextChecks) -> Iterator[Check]:
    if checks.lix is not None and checks.reads is not None:
        hard = checks.reads in {Readability.HARD, Readability.VERY_HARD}
        yield (None if hard else True), words()._(READS[checks.reads], lix=round(checks.lix))
    if checks.as_core:
        alike = checks.as_core >= NEARLY_THE_SAME
        yield (None if alike else True), words()._(TOO_ALIKE if alike else ANSWERS, percent=round(100 * checks.as_core))
    if checks.like_another:
        yield None, words()._(LIKE_ANOTHER)


def kept_of(part: PartWeighed) -> str:
    """How many key facts a part keeps, in a sentence; nothing of a part that need not keep any."""
    count = len(part.facts)
    return (
        words().ngettext(
            "{kept} of {count} key fact is here.", "{kept} of {count} key facts are here.", count, kept=part.kept
        )
        if count
        else ""
    )


def reads_of(part: PartWeighed) -> Check | None:
    """How hard a part reads, in a sentence; None where it is not measured."""
    if part.lix is None:
        return None
    reads = Readability.of(part.lix)
    hard = reads in {Readability.HARD, Readability.VERY_HARD}
    return (None if hard else True), words()._(READS_PART[reads], lix=round(part.lix))


def say_hint(hint: Hint | TermFinding) -> str:
    """A hint, or what the glossary says, in the reader's language."""
    return words()._(hint.message, **hint.facts)


def hints_of(text: TextOnDesk) -> dict[str, str]:
    """What each part of a text is for, and where it goes."""
    said = {
        Variant.HEADLINE: N_("One line. Required."),
        Variant.LONG: N_("Required. An empty line makes a new paragraph; ## a heading, - a list, **bold**."),
        Variant.SHORT: N_("One paragraph for social media."),
        Variant.SMS: N_("A text message. å, ä and ö fit; emoji and other scripts halve what fits."),
        Variant.SPOKEN: N_("To read aloud, in a film or on the radio."),
    }
    return {
        variant.value: f"{words()._(sentence)} {_leaves(text, variant)}".strip() for variant, sentence in said.items()
    }


def _leaves(text: TextOnDesk, variant: Variant) -> str:
    kinds = ", ".join(words().value(kind) for kind in text.takes[variant])
    if variant in {Variant.HEADLINE, Variant.LONG}:
        return words()._(ON_THE_PAGE_AND, kinds=kinds) if kinds else words()._(ON_THE_PAGE)
    return words()._(SENT_THROUGH, kinds=kinds) if kinds else ""
