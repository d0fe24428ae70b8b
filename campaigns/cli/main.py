"""The commands, gathered; and the one place where an error becomes a sentence and an exit code."""

from collections.abc import Sequence
from contextlib import suppress

import click

from campaigns.cli.audit import audit
from campaigns.cli.campaign import campaign
from campaigns.cli.click_words import click_speaks
from campaigns.cli.database import db
from campaigns.cli.demo import demo
from campaigns.cli.discretion import be_discreet
from campaigns.cli.doctor import doctor
from campaigns.cli.organisation import member, organisation
from campaigns.cli.release import release
from campaigns.cli.room import Room
from campaigns.cli.saying import complain, complain_of_file
from campaigns.cli.serve import serve, worker
from campaigns.cli.words import WORDS, _
from campaigns.domain.errors import SamklangError
from campaigns.version import this_version

FAILED, INTERRUPTED = 1, 130


@click.group(
    name="samklang",
    help=_("Samklang: campaigns under embargo, matching messages in many languages, one lift."),
    epilog=_("Try it first: python app.py demo"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(this_version(), message="Samklang %(version)s", help=_("Show the version and exit."))
@click.pass_context
def samklang(context: click.Context) -> None:
    """Gather the commands."""
    context.obj = room = Room()
    context.call_on_close(room.close)


serve.short_help = _("Serve the web.")
worker.short_help = _("Run a release worker alone.")
for command in (demo, serve, worker, doctor, campaign, release, organisation, member, db, audit):
    samklang.add_command(command)


def run(arguments: Sequence[str]) -> int:
    """Run a command. 0 when it succeeded, 2 for wrong use, 1 with a clear sentence for everything else."""
    be_discreet()
    with suppress(BrokenPipeError), click_speaks(WORDS.language):
        return _run(arguments)
    return FAILED


def _run(arguments: Sequence[str]) -> int:
    try:
        code = samklang.main(list(arguments), prog_name="samklang", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SamklangError as error:
        complain(error)
        return FAILED
    except BrokenPipeError:
        raise
    except OSError as error:
        complain_of_file(error)
        return FAILED
    return code if isinstance(code, int) else 0
