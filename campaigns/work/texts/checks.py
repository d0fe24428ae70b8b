"""What is said of a text beside its words: what must be mended, how hard it reads, how alike it is to others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.domain.errors import Fault, Severity
from campaigns.domain.release import ChannelKind
from campaigns.domain.text_parts import READ_BY_LIX
from campaigns.domain.texts import Readability, TextContent, Variant, likeness, lix
from campaigns.store import visibility
from campaigns.store.tables import Campaign, Message, ReleasedText

NEARLY_THE_SAME = 0.8

# What of a text leaves through each kind of channel. Kinds that are not here take all of it.
PARTS: Mapping[ChannelKind, tuple[Variant, ...]] = {
    ChannelKind.WEBHOOK: tuple(Variant),
    ChannelKind.EMAIL: (Variant.HEADLINE, Variant.LONG),
    ChannelKind.BY_HAND: (Variant.HEADLINE, Variant.LONG, Variant.SHORT),
    ChannelKind.WORDPRESS: (Variant.HEADLINE, Variant.LONG, Variant.SHORT),
}


@dataclass(frozen=True, kw_only=True)
class TextChecks:
    """What the checks say. `lix` is None for a language it does not measure, `as_core` where there is no core text."""

    faults: tuple[Fault, ...] = ()
    lix: float | None = None
    as_core: float | None = None
    like_another: bool = False

    @property
    def passes(self) -> bool:
        """Whether nothing must be mended before it can be published."""
        return not any(fault.severity is Severity.ERROR for fault in self.faults)

    @property
    def reads(self) -> Readability | None:
        """How hard it reads."""
        return None if self.lix is None else Readability.of(self.lix)


def weighed(
    content: TextContent, faults: Sequence[Fault], *, language: str, core: str, others: Sequence[str]
) -> TextChecks:
    """The checks of a text beside the core message it answers and what other organisations have made public."""
    is_measured = language in READ_BY_LIX and bool(content.long.strip())
    return TextChecks(
        faults=tuple(faults),
        lix=lix(content.long) if is_measured else None,
        as_core=likeness(content.long, core) if core and content.long.strip() else None,
        like_another=any(likeness(content.long, other) >= NEARLY_THE_SAME for other in others),
    )


def public_voices(session: Session, campaign: Campaign, message: Message, language: str) -> Sequence[str]:
    """What other partners say in a language, of a campaign that is public: nobody's draft is compared with."""
    return session.exec(
        select(ReleasedText.long).where(
            col(ReleasedText.campaign_id) == campaign.id,
            col(ReleasedText.language) == language,
            col(ReleasedText.organisation_id) != message.organisation_id,
            col(ReleasedText.is_core).is_(False),
            visibility.text_is_recorded(),
            col(ReleasedText.withdrawn_at).is_(None),
        )
    ).all()


def leaves_through(kinds: Sequence[ChannelKind]) -> Mapping[Variant, tuple[ChannelKind, ...]]:
    """Which of the kinds of channel take each part of a text."""
    return {variant: tuple(kind for kind in kinds if variant in PARTS.get(kind, tuple(Variant))) for variant in Variant}
