"""For those who write sentences: `python -m campaigns.i18n update` and `python -m campaigns.i18n missing`.

Both take the tag of a language, also one that the interface does not speak yet; without it they go through all that
it speaks.
"""

import sys
from collections.abc import Sequence

from campaigns.data import languages
from campaigns.domain.languages import ui_languages
from campaigns.i18n.catalogues import broken, gaps, update

USE = "Use: python -m campaigns.i18n update | missing [LANGUAGE]\n"


def main(arguments: Sequence[str]) -> int:
    """`update` or `missing`. Exits 1 when sentences are missing or broken, so that a check can use it."""
    task, *asked = arguments or [""]
    if task not in {"update", "missing"} or len(asked) > 1:
        sys.stderr.write(USE)
        return 2
    tags = asked or [tag for tag in ui_languages() if tag != "en"]
    if not all(tag in languages() and tag != "en" for tag in tags):
        sys.stderr.write(f"{asked[0]} is no language with a catalogue: it is not in campaigns/data/languages.tsv.\n")
        return 2
    return max([_went_through(task, tag) for tag in tags])


def _went_through(task: str, tag: str) -> int:
    if task == "update":
        update(tag)
    missing, wrong, name = gaps(tag), broken(tag), languages()[tag].english
    for message in missing:
        sys.stdout.write(f"{message.id!r}\n")
    for message in wrong:
        sys.stdout.write(f"{message.id!r}: other fields in {name}, {message.string!r}\n")
    sys.stderr.write(f"{len(missing)} sentences lack {name}, {len(wrong)} have other fields.\n")
    return 1 if missing or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
