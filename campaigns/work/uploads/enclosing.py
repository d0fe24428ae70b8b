"""What a message that leaves tells of the material beside it: addresses that answer from T, and what each is."""

from collections import defaultdict
from collections.abc import Mapping

from sqlmodel import Session

from campaigns.channels.base import Enclosure
from campaigns.store.tables import Campaign, Upload
from campaigns.work.uploads.freezing import Pieces, frozen_uploads
from campaigns.work.workplace import Workplace

Enclosed = Mapping[str, tuple[Enclosure, ...]]
"""By the message's id."""


def enclosed(place: Workplace, campaign: Campaign, pieces: Pieces) -> Enclosed:
    """Pieces as the receivers of their messages are told of them."""
    found: dict[str, list[Enclosure]] = defaultdict(list)
    for upload, _ in pieces:
        found[upload.message_id].append(_enclosure(place, campaign, upload))
    return {message_id: tuple(told) for message_id, told in found.items()}


def enclosed_with(session: Session, place: Workplace, campaign: Campaign, message_id: str) -> tuple[Enclosure, ...]:
    """What the release that stands holds beside one message and was not withdrawn."""
    return enclosed(place, campaign, frozen_uploads(session, campaign, message_id=message_id)).get(message_id, ())


def _enclosure(place: Workplace, campaign: Campaign, upload: Upload) -> Enclosure:
    return Enclosure(
        kind=upload.kind.value,
        url=upload.link or f"{place.public_address(campaign.slug)}/fil/{upload.id}",
        type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256 or "",
        language=upload.language,
        title=upload.title,
        alternative=upload.alternative,
    )
