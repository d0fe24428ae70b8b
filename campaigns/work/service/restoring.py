"""What a restored installation must still be given: a backup holds secrets, and never the keys that open them."""

from sqlmodel import col, select

from campaigns.domain.access import Actor, Permission
from campaigns.store.credentials import LostKey
from campaigns.store.engine import reading
from campaigns.store.tables import Channel
from campaigns.work.launch.rehearsing import destination
from campaigns.work.workplace import Workplace


def locked_channels(place: Workplace, actor: Actor) -> list[str]:
    """The addresses whose secrets no key here opens: nothing can be signed for them."""
    actor.must(Permission.FOUND_ORGANISATION)
    with reading(place.engine) as session:
        channels = session.exec(select(Channel).order_by(col(Channel.address)))
        return [channel.address for channel in channels if not _opens(place, channel)]


def _opens(place: Workplace, channel: Channel) -> bool:
    try:
        destination(channel, place.vault)
    except LostKey:
        return False
    return True
