"""Campaigns and organisations as people name them on the command line.

At the machine itself it may be said that a name is unknown; on the web it may not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from campaigns.cli.room import Room
from campaigns.domain.errors import N_, NotThere, SamklangError
from campaigns.domain.ids import OrganisationId
from campaigns.work.organisations import organisation


class NoSuchCampaign(SamklangError):
    """Nothing was registered under that address."""

    message = N_("There is no campaign with the address {slug}. See them all with: python app.py campaign list")


class NoSuchOrganisation(SamklangError):
    """Nobody of that name was added."""

    message = N_("There is no organisation named {name}. Add it with: python app.py organisation add")


@contextmanager
def campaign_called(slug: str) -> Iterator[None]:
    """Say that a campaign is unknown rather than that there is nothing."""
    try:
        yield
    except NotThere:
        raise NoSuchCampaign(slug=slug) from None


def organisation_called(room: Room, name: str) -> OrganisationId:
    """The id of an organisation by its name or its slug. Raises NoSuchOrganisation."""
    try:
        return organisation.organisation_named(room.place, name)
    except NotThere:
        raise NoSuchOrganisation(name=name) from None
