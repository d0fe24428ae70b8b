"""Changing the login of a channel: what is approved already leaves with the new one too."""

from datetime import datetime

from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, Refused
from campaigns.store.engine import writing
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN, Login, sealed
from campaigns.work.organisations.channels_kept import note_change, to_change
from campaigns.work.workplace import Workplace


class NothingToLogInTo(Refused):
    """Only channels that publish in a user's name have a login."""

    message = N_("This channel has no login.")


def replace_login(place: Workplace, actor: Actor, channel_id: str, *, login: Login, now: datetime) -> None:
    """Publish with another login from now on; the one before it is forgotten. Raises NothingToLogInTo or BadInput."""
    with writing(place.engine) as session:
        row = to_change(session, actor, channel_id)
        if row.kind not in NEED_A_LOGIN:
            raise NothingToLogInTo
        row.secrets = [sealed(place.vault, login)]
        row.checked_at, row.problem = None, ""
        note_change(session, actor, "channel.login_replaced", row, now=now)
