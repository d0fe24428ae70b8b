"""Which kinds of channels this installation has."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from campaigns.channels.base import Channel
from campaigns.channels.by_hand import ByHand
from campaigns.channels.email import Email
from campaigns.channels.http import Door
from campaigns.channels.smtp import Mailer
from campaigns.channels.webhook import Webhook
from campaigns.channels.wordpress import WordPress
from campaigns.domain.errors import N_, Refused
from campaigns.domain.release import ChannelKind


class ChannelNotAvailable(Refused):
    """A kind of channel that this version, or this installation's settings, do not offer."""

    message = N_(
        "The channel {channel} is not available here. Available: {available}. "
        "E-mail and publishing by hand need a mail server: set SAMKLANG_SMTP_URL."
    )


class Channels(Mapping[ChannelKind, Channel]):
    """The channels by kind. Asking for one that is not there raises ChannelNotAvailable, also with `get`."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._by_kind = {channel.kind: channel for channel in channels}

    def __getitem__(self, kind: ChannelKind) -> Channel:
        if kind not in self._by_kind:
            raise ChannelNotAvailable(channel=str(kind), available=", ".join(self._by_kind))
        return self._by_kind[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._by_kind

    def __iter__(self) -> Iterator[ChannelKind]:
        return iter(self._by_kind)

    def __len__(self) -> int:
        return len(self._by_kind)


def build(
    door: Door,
    *,
    mailer: Mailer | None,
    sender: str,
    base_url: str,
    _: Callable[[str], str],
    language: str = "sv",
    report_path: Callable[[str], str],
) -> Channels:
    """The channels of an installation. Without a mail server there is neither e-mail nor by hand."""
    channels: list[Channel] = [Webhook(door), WordPress(door)]
    if mailer is not None:
        email = Email(mailer, sender=sender, base_url=base_url)
        channels += [email, ByHand(email, _=_, language=language, report_path=report_path)]
    return Channels(channels)
