"""What the page of approval shows, as values, and how what was shown differs from what stands now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from campaigns.domain.errors import Fault, Refused, Severity
from campaigns.domain.reading import Attachment
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent
from campaigns.work.launch.proposals import OpenProposal


@dataclass(frozen=True, kw_only=True)
class GoesOut:
    """One text exactly as it will be published, `html` as the public pages show it.

    `mark` changes with its words and its channels.
    """

    text_id: str
    organisation: str
    message: str
    is_core: bool
    language: str
    content: TextContent
    html: str
    channels: tuple[ChannelKind, ...]
    mark: str
    edited_at: datetime | None = None
    edited_by: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the checks say of the core messages in one language."""

    language: str
    faults: tuple[Fault, ...]
    is_left_out: bool
    is_in_swedish: bool

    @property
    def is_bad(self) -> bool:
        """Whether something must be mended before anybody can ask."""
        return any(fault.severity is Severity.ERROR for fault in self.faults)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """How much leaves: deliveries, to how many organisations, in which languages."""

    deliveries: int
    organisations: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """The release that stands: who asked, who approved and when."""

    asked_by: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, kw_only=True)
class Secrecy:
    """The legal ground, who decided it, and any condition."""

    ground: str
    decided_by: str
    condition: str


@dataclass(frozen=True, kw_only=True)
class ApprovalDesk:
    """Everything the page of approval shows.

    `refusal` is why nothing can be planned as it is (no text, a bad T, a text that does not fit a channel). `asked` is
    what was asked for and still holds word for word; `outdated` was asked for before something changed. `wrote` says
    that the reader wrote part of a core text; `may_approve` are the names of those who can, the reader not among them.
    `material` goes with core messages. Of a partner's nobody outside it sees more than how many pieces there are: names
    with numbers.
    """

    revision: str
    lift_at: datetime
    secrecy: Secrecy
    left_out: tuple[str, ...]
    in_swedish: tuple[str, ...]
    texts: tuple[GoesOut, ...]
    planned: Planned
    gaps: tuple[tuple[str, ChannelKind], ...] = ()
    findings: tuple[Finding, ...] = ()
    refusal: Refused | None = None
    asked: OpenProposal | None = None
    outdated: OpenProposal | None = None
    changed_since: tuple[GoesOut, ...] = ()
    wrote: bool = False
    may_approve: tuple[str, ...] = ()
    frozen: Frozen | None = None
    can_reopen: bool = False
    material: tuple[Attachment, ...] = ()
    partners_material: tuple[tuple[str, int], ...] = ()
    material_mark: str = ""

    @property
    def in_the_way(self) -> bool:
        """Whether something must be mended before anybody can ask."""
        return self.refusal is not None or any(finding.is_bad for finding in self.findings)

    @property
    def seen(self) -> tuple[str, ...]:
        """What the page showed, to compare with when it is sent back."""
        return (
            f"T {self.lift_at.isoformat()}",
            f"M {self.material_mark}",
            *(f"{text.text_id} {text.mark}" for text in self.texts),
        )


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What became different between what somebody saw and what stands now."""

    texts: tuple[GoesOut, ...]
    gone: int
    lift_moved: bool
    material: bool


def changed_since(desk: ApprovalDesk, seen: Collection[str]) -> Changed:
    """How what stands now differs from what somebody saw (`ApprovalDesk.seen`, as it came back from the page)."""
    ids_now = {text.text_id for text in desk.texts}
    ids_seen = {line.partition(" ")[0] for line in seen if not line.startswith(("T ", "M "))}
    return Changed(
        texts=tuple(text for text in desk.texts if f"{text.text_id} {text.mark}" not in seen),
        gone=len(ids_seen - ids_now),
        lift_moved=f"T {desk.lift_at.isoformat()}" not in seen,
        material=f"M {desk.material_mark}" not in seen,
    )
