"""What every process of ours does first, so that neither its files nor its log show a word under embargo."""

import logging
import os

from campaigns.logs import without_words

PRIVATE = 0o077
"""Whatever a command writes (database, keys, backups, exports) may hold embargoed text: only this user may read it."""


def be_discreet() -> None:
    """Let only this user read what is written from now on, and log without contents."""
    os.umask(PRIVATE)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.Formatter.default_msec_format = "%s.%03d"
    for handler in logging.getLogger().handlers:
        handler.addFilter(without_words)
