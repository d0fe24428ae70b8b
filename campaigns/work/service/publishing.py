"""Whether anything may be published at all. After a restore nothing may, until two people have armed it again."""

from sqlmodel import Session

from campaigns.domain.errors import N_, Refused
from campaigns.store.disarming import standing


class PublishingIsDisarmed(Refused):
    """What would open or leave now rests on a restored copy, and nobody has said yet that the copy is true."""

    message = N_(
        "Publishing is disarmed since {disarmed_at}, so nothing can be approved, resumed, lifted, corrected or sent. "
        "Nothing was changed. Two people must arm it again first; withdrawing, postponing and cancelling are possible."
    )


def must_be_armed(session: Session) -> None:
    """Raise PublishingIsDisarmed while it is. Whatever makes something public, now or by the clock, asks this first."""
    disarming = standing(session)
    if disarming is not None:
        raise PublishingIsDisarmed(disarmed_at=disarming.disarmed_at)
