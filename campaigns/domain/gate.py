"""The gate at approval: no language is left behind unseen (promise 7)."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from campaigns.domain.errors import N_, Fault
from campaigns.domain.translating import Lack, Progress, lacks

SAID: Mapping[Lack, str] = {
    Lack.TEXT: N_(
        "The core message {message} has no text in {language}. Write it, or have someone decide to leave it out."
    ),
    Lack.FRESHNESS: N_(
        "The core message {message} in {language} was made from an earlier Swedish text. "
        "Look at what has changed, or say that it was a typo only."
    ),
    Lack.TRANSLATION: N_(
        "The translator is not done with the core message {message} in {language}. "
        "Hand it over for review when it is finished."
    ),
    Lack.REVIEW: N_(
        "Nobody but its translator has read the core message {message} in {language}. Let someone review it."
    ),
    Lack.BACK_TRANSLATION: N_(
        "The core message {message} in {language} holds key facts. "
        "Let someone tell in Swedish what it says, so that its author can confirm it."
    ),
    Lack.CONFIRMATION: N_(
        "The core message {message} in {language} is told in Swedish. Its author must confirm that it is right."
    ),
}
"""What each lack means, and what to do about it."""


def gate(
    *, languages: Sequence[str], decided: Collection[str], texts: Mapping[str, Mapping[str, Progress]]
) -> list[Fault]:
    """What stands in the way of approval: a core message that is not ready in a language nobody has decided about.

    `texts` maps each core message's name to how far it has come, by language. `decided` are the languages that a named
    person left out of the release or has shown in Swedish. Of each text the first thing it lacks is told.
    """
    return [
        fault
        for message, progress in texts.items()
        for language in languages
        if language not in decided
        for fault in _first(message, language, progress.get(language))
    ]


def _first(message: str, language: str, progress: Progress | None) -> Iterator[Fault]:
    for lack in lacks(progress, language=language)[:1]:
        yield Fault(field=f"{message}.{language}", message=SAID[lack], facts={"message": message, "language": language})
