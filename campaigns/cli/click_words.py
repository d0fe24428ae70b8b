"""click's own words (Usage, Options, Error …) in the language of this process.

click asks gettext's default domain, and gettext reads catalogues from folders only. So while a command runs, our own
catalogue lies in a temporary folder that is bound as that domain: gettext's documented way, and nothing of click is
changed. The sentences are click's msgids, marked here so that the catalogue holds them.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from campaigns.domain.errors import N_
from campaigns.i18n.catalogues import machine_catalogue

DOMAIN = "messages"


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - the sibling of N_
    """Mark a sentence about a number of things for the catalogues."""
    return one, many


CLICKS_OWN = (
    N_("Usage:"),
    N_("Options"),
    N_("Positional arguments"),
    N_("Commands"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("required"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("Missing {param_type}"),
    N_("Choose from:\n\t{choices}"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Option {name!r} does not take a value."),
    NN_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    NN_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    NN_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    NN_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
)


@contextmanager
def click_speaks(language: str) -> Iterator[None]:
    """Let click speak an interface language for a while. English needs nothing: its msgids are English."""
    if language == "en":
        yield
        return
    with TemporaryDirectory(prefix="samklang-words-") as folder:
        catalogue = Path(folder, language, "LC_MESSAGES", f"{DOMAIN}.mo")
        catalogue.parent.mkdir(parents=True)
        catalogue.write_bytes(machine_catalogue(language))
        with _bound(folder, language):
            yield


@contextmanager
def _bound(folder: str, language: str) -> Iterator[None]:
    before, wanted = gettext.bindtextdomain(DOMAIN), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, folder)
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.bindtextdomain(DOMAIN, before)
        os.environ.pop("LANGUAGE")
        if wanted is not None:
            os.environ["LANGUAGE"] = wanted
