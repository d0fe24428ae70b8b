"""What can be wrong with an organisation as it is handed in.

An address that cannot work is refused before it is stored, so that nobody has to find it out at T.
"""

from collections.abc import Iterable, Sequence

from campaigns import data
from campaigns.channels.addresses import NOT_HTTPS, NOT_PUBLIC
from campaigns.channels.errors import AddressRefused
from campaigns.channels.webhook import Webhook
from campaigns.channels.wordpress import WordPress
from campaigns.domain.errors import N_, Fault
from campaigns.domain.release import ChannelKind
from campaigns.work.campaign.drafts import fits_channel, is_email
from campaigns.work.workplace import Workplace

MISFIT = N_("{address} does not fit the channel {kind}.")
REFUSED = N_("Nothing can be sent to {address}: {reason}.")
REFUSED_OUTSIDE_TRIALS = N_(
    "Nothing can be sent to {address}: {reason}. For a trial on your own network, set "
    "SAMKLANG_ALLOW_PRIVATE_RECEIVERS=1."
)
ALLOWED_IN_TRIALS = frozenset({NOT_HTTPS, NOT_PUBLIC})


def contact_faults(email: str, *, field: str = "contact") -> list[Fault]:
    """An organisation may have none."""
    if not email or is_email(email):
        return []
    return [Fault(field=field, message=N_("{email} is not an e-mail address."), facts={"email": email})]


def table_faults(name: str, places: Sequence[str], languages: Sequence[str]) -> list[Fault]:
    """Places and languages that the tables do not hold, and a name that nobody could say."""
    faults = [
        Fault(field="place", message=N_("There is no place {code}."), facts={"code": code})
        for code in places
        if code not in data.places()
    ]
    faults += [
        Fault(field="language", message=N_("There is no language {code}."), facts={"code": code})
        for code in languages
        if code not in data.languages()
    ]
    if not name.strip():
        faults.append(Fault(field="name", message=N_("The name is missing.")))
    return faults


def channel_faults(
    place: Workplace, channels: Iterable[tuple[ChannelKind, str]], *, field: str = "address"
) -> list[Fault]:
    """What is wrong with addresses as they stand; no name is looked up. Whether anyone answers a rehearsal tells."""
    faults = (_fault(place, kind, address, field) for kind, address in channels)
    return [fault for fault in faults if fault is not None]


def _fault(place: Workplace, kind: ChannelKind, address: str, field: str) -> Fault | None:
    if not fits_channel(kind, address):
        return Fault(field=field, message=MISFIT, facts={"address": address, "kind": kind})
    if kind not in place.channels:
        return None
    channel = place.channels[kind]
    return _refused(channel, address, field) if isinstance(channel, Webhook | WordPress) else None


def _refused(channel: Webhook | WordPress, address: str, field: str) -> Fault | None:
    try:
        channel.door.place(address)
    except AddressRefused as refused:
        message = REFUSED_OUTSIDE_TRIALS if _passes_in_trials(channel, refused) else REFUSED
        return Fault(field=field, message=message, facts={"address": address, **refused.facts})
    return None


def _passes_in_trials(channel: Webhook | WordPress, refused: AddressRefused) -> bool:
    return refused.facts["reason"] in ALLOWED_IN_TRIALS and not channel.door.guard.allow_private
