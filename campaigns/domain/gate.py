"""The gate at approval: no language is left behind unseen (promise 7)."""

from collections.abc import Collection, Mapping, Sequence

from campaigns.domain.errors import N_, Fault


def gate(*, languages: Sequence[str], left_out: Collection[str], written: Mapping[str, Collection[str]]) -> list[Fault]:
    """What stands in the way of approval: a core message without a text in a language nobody has left out.

    `written` maps each core message's name to the languages it has a text in.
    """
    return [
        Fault(
            field=f"{message}.{language}",
            message=N_(
                "The core message {message} has no text in {language}. "
                "Write it, or have someone decide to leave it out."
            ),
            facts={"message": message, "language": language},
        )
        for message, tags in written.items()
        for language in languages
        if language not in tags and language not in left_out
    ]
