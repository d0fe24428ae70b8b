"""What every process of ours does first, so that neither its files nor its log show a word under embargo."""

import logging
import os
import sys
import threading
from types import TracebackType

from campaigns.logs import JsonLines, without_words
from campaigns.settings import PREFIX

PRIVATE = 0o077
"""Whatever a command writes (database, keys, backups, exports) may hold embargoed text: only this user may read it."""
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


def be_discreet() -> None:
    """Let only this user read what is written from now on, and log without contents.

    The format is looked up before the settings are read, which tell of a wrong one.
    """
    os.umask(PRIVATE)
    handler = logging.StreamHandler()
    as_json = os.environ.get(f"{PREFIX}LOG_FORMAT", "").strip() == "json"
    handler.setFormatter(JsonLines() if as_json else logging.Formatter(TEXT))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.Formatter.default_msec_format = "%s.%03d"
    for each in logging.getLogger().handlers:
        each.addFilter(without_words)
    sys.excepthook, threading.excepthook = _ended, _thread_ended


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what nobody expected, as everything is said here: Python itself would print its words."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("ended by an error that nobody expected", exc_info=error)


def _thread_ended(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and not issubclass(found.exc_type, SystemExit):
        name = found.thread.name if found.thread else "?"
        log.critical("thread %s ended by an error that nobody expected", name, exc_info=found.exc_value)
