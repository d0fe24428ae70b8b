"""For those who write sentences: `python -m campaigns.i18n update` and `python -m campaigns.i18n missing`."""

import sys
from collections.abc import Sequence

from campaigns.i18n.catalogues import gaps, update


def main(arguments: Sequence[str]) -> int:
    """`update` or `missing`. Exits 1 when sentences are missing, so that a check can use it."""
    if list(arguments) not in (["update"], ["missing"]):
        sys.stderr.write("Use: python -m campaigns.i18n update | missing\n")
        return 2
    if arguments[0] == "update":
        update("sv")
    missing = gaps("sv")
    for message in missing:
        sys.stdout.write(f"{message.id!r}\n")
    sys.stderr.write(f"{len(missing)} sentences lack Swedish.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
