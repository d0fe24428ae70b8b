"""Where a channel leads, judged before it is stored: an address that cannot work must not wait for T to be found out."""

from collections.abc import Iterable

from campaigns.channels.addresses import NOT_HTTPS, NOT_PUBLIC
from campaigns.channels.errors import AddressRefused
from campaigns.channels.webhook import Webhook
from campaigns.domain.errors import N_, Fault
from campaigns.domain.release import ChannelKind
from campaigns.work.drafts import fits_channel
from campaigns.work.workplace import Workplace

MISFIT = N_("{address} does not fit the channel {kind}.")
REFUSED = N_("Webhooks cannot be sent to {address}: {reason}.")
REFUSED_OUTSIDE_TRIALS = N_(
    "Webhooks cannot be sent to {address}: {reason}. For a trial on your own network, set "
    "SAMKLANG_ALLOW_PRIVATE_RECEIVERS=1."
)
ALLOWED_IN_TRIALS = frozenset({NOT_HTTPS, NOT_PUBLIC})


def channel_faults(
    place: Workplace, channels: Iterable[tuple[ChannelKind, str]], *, field: str = "address"
) -> list[Fault]:
    """What is wrong with addresses as they stand; no name is looked up. Whether anyone answers a rehearsal tells."""
    faults = (_fault(place, kind, address, field) for kind, address in channels)
    return [fault for fault in faults if fault is not None]


def _fault(place: Workplace, kind: ChannelKind, address: str, field: str) -> Fault | None:
    if not fits_channel(kind, address):
        return Fault(field=field, message=MISFIT, facts={"address": address, "kind": kind})
    channel = place.channels[kind] if kind in place.channels else None
    if not isinstance(channel, Webhook):
        return None
    try:
        channel.door.place(address)
    except AddressRefused as refused:
        message = REFUSED_OUTSIDE_TRIALS if _passes_in_trials(channel, refused) else REFUSED
        return Fault(field=field, message=message, facts={"address": address, **refused.facts})
    return None


def _passes_in_trials(channel: Webhook, refused: AddressRefused) -> bool:
    return refused.facts["reason"] in ALLOWED_IN_TRIALS and not channel.door.guard.allow_private
