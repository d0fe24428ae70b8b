"""Campaign files: a whole campaign in one YAML file, as a communicator writes it. The format is that of the sample.

Reading either gives a draft and warnings, or lists every fault of the file at once; nothing is ever half read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.domain.organisations import OrganisationKind
from campaigns.work.campaign.drafts import CampaignDraft, MatchingDraft, MessageDraft, PartnerDraft, slug_of
from campaigns.work.campaign_file import checks, sections
from campaigns.work.campaign_file.parts import Part, Report
from campaigns.work.campaign_file.tree import LARGEST_FILE, Value, read_yaml, too_large
from campaigns.work.campaign_file.writing import write_campaign_file

__all__ = ["read_campaign_file", "read_campaign_path", "write_campaign_file"]

SECTIONS = ("campaign", "key_facts", "briefing", "core_messages", "partners", "matching_messages")

NO_SUCH_FILE = N_("There is no file {path}. Check the name and the folder.")
A_FOLDER = N_("{path} is a folder. Name the file in it.")
NOT_A_FILE = N_("{path} is not an ordinary file. Choose the campaign's YAML file.")
NO_PERMISSION = N_("You may not read {path}. Ask its owner, or copy it to a folder of your own.")
UNREADABLE = N_("{path} cannot be read: {reason}.")
NOT_A_CAMPAIGN = N_("This is not a campaign: a campaign file begins with campaign: and its fields. See the sample.")


def read_campaign_path(path: Path, *, now: datetime, step: timedelta) -> tuple[CampaignDraft, list[Fault]]:
    """The campaign in a file on disk; at most 5 MB are read. Raises BadInput."""
    try:
        raw = _bytes_of(path)
    except (OSError, ValueError) as error:
        raise BadInput([_why_not(path, error)]) from None
    return read_campaign_file(raw, now=now, step=step)


def _bytes_of(path: Path) -> bytes:
    size = path.stat().st_size
    if path.is_dir() or not path.is_file():
        raise BadInput([Fault(message=A_FOLDER if path.is_dir() else NOT_A_FILE, facts={"path": str(path)})])
    if size > LARGEST_FILE:
        raise BadInput([too_large()])
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)  # it may have grown since it was measured


def _why_not(path: Path, error: Exception) -> Fault:
    messages: Mapping[type[Exception], str] = {
        FileNotFoundError: NO_SUCH_FILE,
        NotADirectoryError: NO_SUCH_FILE,
        PermissionError: NO_PERMISSION,
    }
    reason = getattr(error, "strerror", None) or str(error)
    return Fault(message=messages.get(type(error), UNREADABLE), facts={"path": str(path), "reason": reason})


def read_campaign_file(raw: bytes, *, now: datetime, step: timedelta) -> tuple[CampaignDraft, list[Fault]]:
    """The campaign in a file, and what is worth a look in it. `step` is the raster that lifts must stand on.

    Raises BadInput with all faults, each with its line and field.
    """
    root = read_yaml(raw)
    if isinstance(root, Value):
        raise BadInput([Fault(message=NOT_A_CAMPAIGN, line=root.line)])
    report = Report()
    parts = Part(node=root, line=root.line, path="", report=report).fields(
        SECTIONS, needed=("campaign", "core_messages")
    )
    campaign = _Campaign(parts)
    campaign.check(now=now, step=step)
    if report.has_errors:
        raise BadInput(report.faults())
    return campaign.draft(), report.faults()


class _Campaign:
    """A whole file as it was read: first checked, and only a file without errors becomes a draft."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.heading = sections.read_heading(parts["campaign"]) if "campaign" in parts else None
        self.facts = sections.read_facts(parts.get("key_facts"))
        self.briefing = parts["briefing"].prose() if "briefing" in parts else ""
        self.messages = sections.read_core_messages(parts.get("core_messages"))
        self.partners = sections.read_partners(parts.get("partners"))
        self.answers = self._named(sections.read_answers(parts.get("matching_messages")))

    def _named(self, answers: list[sections.WrittenAnswer]) -> list[tuple[str, str, sections.WrittenAnswer]]:
        partners, messages = checks.Names(self.partners), checks.Names(self.messages)
        return [
            (
                partners.find(answer.by, checks.UNKNOWN_PARTNER),
                messages.find(answer.answers, checks.UNKNOWN_MESSAGE),
                answer,
            )
            for answer in answers
        ]

    def check(self, *, now: datetime, step: timedelta) -> None:
        """Note what the sections do not agree on."""
        checks.check_names(self.messages)
        checks.check_names(self.partners)
        if self.heading is not None:
            checks.check_times(self.heading, now=now, step=step)
            checks.check_core_messages(self.messages, self.heading, self.facts)
            partners = {partner.name: partner for partner in reversed(self.partners)}
            checks.check_answers(self.answers, partners, self.heading, self.facts)

    def draft(self) -> CampaignDraft:
        heading = self.heading
        assert heading is not None  # noqa: S101 - its absence is an error, and there was none
        assert heading.lift_at is not None  # noqa: S101 - the same
        assert heading.briefing_opens_at is not None  # noqa: S101 - the same
        return CampaignDraft(
            name=heading.name,
            slug=heading.slug or slug_of(heading.name),
            topics=heading.topics,
            places=heading.places,
            audiences=heading.audiences,
            lift_at=heading.lift_at,
            briefing_opens_at=heading.briefing_opens_at,
            languages=heading.languages,
            secrecy_ground=heading.secrecy["ground"],
            secrecy_decided_by=heading.secrecy["decided_by"],
            secrecy_condition=heading.secrecy.get("condition", ""),
            contact_name=heading.contact["name"],
            contact_email=heading.contact["email"],
            key_facts=self.facts,
            briefing=self.briefing,
            core_messages=tuple(MessageDraft(name=one.name, texts=one.texts.by_language) for one in self.messages),
            partners=tuple(_partner(one) for one in self.partners),
            matching_messages=tuple(_matching(*one) for one in self.answers),
            example=heading.example,
        )


def _partner(written: sections.WrittenPartner) -> PartnerDraft:
    return PartnerDraft(
        name=written.name,
        kind=OrganisationKind(written.kind),
        places=written.places,
        languages=written.languages,
        topics=written.topics,
        channels=written.channels,
    )


def _matching(by: str, answers: str, written: sections.WrittenAnswer) -> MatchingDraft:
    kinds = tuple(kind for _, kind in written.channels)
    return MatchingDraft(by=by, answers=answers, texts=written.texts.by_language, channels=kinds)
