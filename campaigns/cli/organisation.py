"""`organisation add`, `organisation add-channel` and `member invite`: the first set-up, without a browser."""

from typing import TextIO

import click

from campaigns.cli.naming import organisation_called
from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, tell, tell_secrets, when_and_until
from campaigns.cli.words import _
from campaigns.domain.access import Role
from campaigns.domain.languages import ui_languages
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.work.organisations import organisation as organisations
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN, Login

KINDS = click.Choice([kind.value for kind in OrganisationKind])
# An operator acts at the machine itself and needs no invitation.
ROLES = click.Choice([role.value for role in Role if role is not Role.OPERATOR])


@click.group(help=_("Organisations: the police and their partners."))
def organisation() -> None:
    """Gather the commands."""


@organisation.command(
    short_help=_("Add an organisation."),
    help=_("Add an organisation, with what it follows and where it publishes. Signing secrets are shown this once."),
    epilog=_(
        "Example: python app.py organisation add 'Ungdomsjouren (exempel)' --kind helpline --place SE --language sv"
    ),
)
@click.argument("name")
@click.option("--kind", type=KINDS, required=True, help=_("What kind of organisation."))
@click.option("--place", "places", multiple=True, default=["SE"], show_default=True, help=_("A place, such as SE-M."))
@click.option(
    "--language", "languages", multiple=True, default=["sv"], show_default=True, help=_("A language, such as sv.")
)
@click.option("--topic", "topics", multiple=True, help=_("A topic it follows; none means all."))
@click.option("--webhook", "webhooks", multiple=True, help=_("An https address that receives signed events."))
@click.option("--email", "emails", multiple=True, help=_("A list's address that receives messages at the lift."))
@click.option("--by-hand", "by_hand", multiple=True, help=_("The mail address of whoever publishes by hand."))
@click.option("--contact", default="", help=_("An e-mail address for questions."))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def add(  # noqa: PLR0917 - click hands over one argument an option
    room: Room,
    name: str,
    kind: str,
    places: tuple[str, ...],
    languages: tuple[str, ...],
    topics: tuple[str, ...],
    webhooks: tuple[str, ...],
    emails: tuple[str, ...],
    by_hand: tuple[str, ...],
    contact: str,
    *,
    json_: bool,
) -> None:
    """Add an organisation."""
    now = room.clock.now()
    given = {ChannelKind.WEBHOOK: webhooks, ChannelKind.EMAIL: emails, ChannelKind.BY_HAND: by_hand}
    wanted = [(channel, address) for channel, addresses in given.items() for address in addresses]
    organisation_id, secrets = organisations.found_organisation(
        room.place,
        room.actor,
        name=name,
        kind=OrganisationKind(kind),
        places=places,
        languages=languages,
        topics=topics,
        contact_email=contact,
        channels=wanted,
        now=now,
    )
    if json_:
        as_json({"id": organisation_id, "name": name, "webhook_secrets": secrets})
        return
    tell(_("Added {name}.").format(name=name))
    tell_secrets(secrets)


@organisation.command(
    "add-channel",
    short_help=_("Add a channel to an organisation."),
    help=_("Add one channel to an organisation that is here. The signing secret of a webhook is shown this once."),
    epilog=_(
        "Example: python app.py organisation add-channel 'Ungdomsjouren (exempel)' --webhook https://example.org/in"
    ),
)
@click.argument("name")
@click.option("--webhook", help=_("An https address that receives signed events."))
@click.option("--wordpress", help=_("The https address of a WordPress site; its application password is asked for."))
@click.option("--email", help=_("A list's address that receives messages at the lift."))
@click.option("--by-hand", help=_("The mail address of whoever publishes by hand."))
@click.option("--user", default="", help=_("The user name in WordPress."))
@click.option(
    "--secret-file", type=click.File(), help=_("Read the application password from this file; - is standard input.")
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def add_channel(
    room: Room,
    name: str,
    webhook: str | None,
    wordpress: str | None,
    email: str | None,
    by_hand: str | None,
    user: str,
    secret_file: TextIO | None,
    *,
    json_: bool,
) -> None:
    """Add a channel."""
    given = {
        ChannelKind.WEBHOOK: webhook,
        ChannelKind.WORDPRESS: wordpress,
        ChannelKind.EMAIL: email,
        ChannelKind.BY_HAND: by_hand,
    }
    wanted = [(kind, address) for kind, address in given.items() if address is not None]
    if len(wanted) != 1:
        raise click.UsageError(_("Name one channel: --webhook, --wordpress, --email or --by-hand."))
    ((kind, address),) = wanted
    secret = organisations.add_channel(
        room.place,
        room.actor,
        organisation_id=organisation_called(room, name),
        kind=kind,
        address=address,
        login=_login(user, secret_file) if kind in NEED_A_LOGIN else None,
        now=room.clock.now(),
    )
    secrets = {address: secret} if secret else {}
    if json_:
        as_json({"name": name, "kind": kind, "address": address, "webhook_secrets": secrets})
        return
    tell(_("{name} can now be reached at {address}.").format(name=name, address=address))
    tell_secrets(secrets)


def _login(user: str, secret_file: TextIO | None) -> Login:
    """Who publishes there. The password is never an argument: those stand in the shell's history and process lists."""
    if not user:
        raise click.UsageError(_("Say with --user who publishes there."))
    if secret_file is None:
        return Login(user=user, password=click.prompt(_("Application password"), hide_input=True, err=True))
    return Login(user=user, password=secret_file.readline())


@click.group(help=_("Members: the people who act for an organisation."))
def member() -> None:
    """Gather the commands."""


@member.command(
    short_help=_("Invite a person."),
    help=_("Invite a person. Prints the link to accept with; it works once, for 14 days."),
    epilog=_("Example: python app.py member invite anna@example.se --organisation Polisen --role communicator"),
)
@click.argument("email")
@click.option("--organisation", "organisation_", required=True, help=_("Its name."))
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help=_("What they may do."))
@click.option("--name", default="", help=_("The person's name."))
@click.option(
    "--language", default="sv", show_default=True, type=click.Choice(ui_languages()), help=_("Of their e-mails.")
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def invite(
    room: Room, email: str, organisation_: str, roles: tuple[str, ...], name: str, language: str, *, json_: bool
) -> None:
    """Invite a person."""
    now = room.clock.now()
    organisation_id = organisation_called(room, organisation_)
    was_invited = organisations.is_invited(
        room.place, room.actor, organisation_id=organisation_id, email=email, now=now
    )
    token = organisations.invite_member(
        room.place,
        room.actor,
        organisation_id=organisation_id,
        email=email,
        name=name,
        roles=[Role(role) for role in roles],
        locale=language,
        now=now,
    )
    ends = now + organisations.INVITATION_LASTS
    link = f"{room.settings.base_url}/inbjudan/{token}"
    if json_:
        as_json({"email": email, "link": link, "valid_until": ends, "replaces_earlier": was_invited})
    else:
        if was_invited:
            tell(_("{email} was invited before. The earlier link no longer works.").format(email=email))
        tell(_("Give this link to {email}, and to nobody else: {link}").format(email=email, link=link))
        tell(_("It works once, until {time}.").format(time=when_and_until(ends, now)))
