"""Logins that an organisation gives a channel: checked, then kept encrypted and never shown again."""

from dataclasses import dataclass, field

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.domain.release import ChannelKind
from campaigns.store.credentials import Vault

NEED_A_LOGIN = frozenset({ChannelKind.WORDPRESS})
"""Kinds of channels that publish in the name of a user there. No file holds a login, so none comes by import."""
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Login:
    """A user's name and a password made for this channel alone."""

    user: str
    password: str = field(repr=False)


def sealed(vault: Vault, login: Login | None) -> str:
    """A login as it may be stored. Raises BadInput."""
    user, password = (login.user.strip(), login.password.strip()) if login else ("", "")
    if faults := [*_faults("user", user), *_faults("password", password), *_colon(user)]:
        raise BadInput(faults)
    return vault.close(f"{user}:{password}")


def _faults(field: str, value: str) -> list[Fault]:
    if not value:
        return [Fault(field=field, message=N_("This channel needs a user name and an application password."))]
    if len(value) > LONGEST:
        return [Fault(field=field, message=N_("At most {most} characters fit here."), facts={"most": LONGEST})]
    return []


def _colon(user: str) -> list[Fault]:
    """A colon parts the name from the password when one logs in, so a name cannot hold one."""
    return [Fault(field="user", message=N_("A user name has no colon."))] if ":" in user else []
