"""What the sections of a campaign file must agree on: names, languages, times, key facts, channels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from campaigns import data
from campaigns.domain.errors import N_, Fault, Refused
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import KeyFact, Variant, check_text
from campaigns.domain.times import LiftBeforeBriefing, check_lift
from campaigns.work.campaign_file.parts import Choice, Part, shown
from campaigns.work.campaign_file.sections import (
    BY_HAND_FOR_NOW,
    NOT_DELIVERED_YET,
    Heading,
    WrittenAnswer,
    WrittenMessage,
    WrittenPartner,
    WrittenTexts,
)

SAME_NAME = N_("{name} is already the name on line {first}. Give each a name of its own.")
UNKNOWN_PARTNER = N_("No partner here is called {value}. Nearest: {nearest}. Add the partner or correct the name.")
UNKNOWN_MESSAGE = N_("No core message here is called {value}. Nearest: {nearest}. Correct the name.")
NO_PARTNERS = N_("{value} is not among the partners: the file has none. Add the partner first.")
ANSWERED_TWICE = N_("{by} already answers {answers} on line {first}. Put all texts into one message.")
NO_TEXT = N_("The message has no text in any language. Write at least a headline in Swedish.")
LANGUAGE_NOT_LISTED = N_("The campaign does not list {language}. Add {tag} to campaign.languages or remove the text.")
NO_TEXT_YET = N_("There is no text yet in {language}.")
NO_ADDRESS = N_("{by} has no address for this channel: {channel}. Add it to the partner before the release.")


def check_times(heading: Heading, *, now: datetime, step: timedelta) -> None:
    """The lift is ahead, on a whole step, and after the briefing opens."""
    lift_at, opens_at = heading.lift_at, heading.briefing_opens_at
    if lift_at is None:
        return
    try:
        check_lift(lift_at, now=now, step=step)
    except Refused as refused:
        heading.parts["lift_at"].error(refused.message, **refused.facts)
    if opens_at is not None and opens_at >= lift_at:
        late = LiftBeforeBriefing(briefing_opens_at=opens_at, lift_at=lift_at)
        heading.parts["briefing_opens_at"].error(late.message, **late.facts)


def check_names(written: Iterable[WrittenMessage | WrittenPartner]) -> None:
    """Two names that differ only in capitals are the same name."""
    lines: dict[str, int] = {}
    for one in written:
        name = one.name.casefold()
        if name in lines:
            one.part.error(SAME_NAME, name=shown(one.name), first=lines[name])
        elif name:
            lines[name] = one.part.line


def check_core_messages(messages: Sequence[WrittenMessage], heading: Heading, facts: Sequence[KeyFact]) -> None:
    """Each core message keeps the key facts in every text, and misses a language only with a warning."""
    for message in messages:
        check_texts(message.texts, heading, facts)
        if message.texts.by_language:
            for tag in heading.languages:
                if tag not in message.texts.by_language:
                    message.part.warn(NO_TEXT_YET, language=_swedish(tag))


def check_texts(texts: WrittenTexts, heading: Heading, facts: Sequence[KeyFact]) -> None:
    """Every text of a message is in a listed language and passes the checks, against its own Swedish as the source."""
    if not texts.by_language:
        texts.part.error(NO_TEXT)
    source_tag = "sv" if "sv" in texts.by_language else next(iter(texts.by_language), "")
    for tag, content in texts.by_language.items():
        if heading.languages and tag not in heading.languages:
            texts.spot("", tag).error(LANGUAGE_NOT_LISTED, language=_swedish(tag), tag=tag)
        source = None if tag == source_tag else texts.by_language[source_tag]
        if texts.part.report.is_full:
            return
        for fault in check_text(content, language=data.languages()[tag], facts=facts, source=source):
            texts.part.report.note(_placed(fault, texts, tag))


def _placed(fault: Fault, texts: WrittenTexts, tag: str) -> Fault:
    """The fault with its line and its full path; texts know only which variant it is."""
    variant = fault.field if fault.field in {variant.value for variant in Variant} else ""
    path = ".".join(step for step in (texts.part.path, variant, tag) if step)
    return replace(fault, field=path, line=texts.spot(variant, tag).line)


def _swedish(tag: str) -> str:
    return data.languages()[tag].swedish


class Names:
    """Partners or core messages by name, whatever the capitals; of two with the same name the first counts."""

    def __init__(self, written: Sequence[WrittenMessage | WrittenPartner]) -> None:
        self._by_folded = {one.name.casefold(): one.name for one in reversed(written) if one.name}

    def find(self, part: Part | None, message: str) -> str:
        """The name as it stands where it is defined; empty, after a fault, if there is none."""
        written = part.words() if part is not None else ""
        if part is None or not written:
            return ""
        found = self._by_folded.get(written.casefold(), "")
        if not found and self._by_folded:
            part.is_one_of(Choice(values=tuple(self._by_folded.values())), written, message)
        elif not found:
            part.error(
                NO_PARTNERS if message == UNKNOWN_PARTNER else UNKNOWN_MESSAGE, value=shown(written), nearest="–"
            )
        return found


def check_answers(
    answers: Sequence[tuple[str, str, WrittenAnswer]], partners: Mapping[str, WrittenPartner], heading: Heading,
    facts: Sequence[KeyFact],
) -> None:  # fmt: skip
    """Matching messages, each with the found names of its partner and core message: once each, with all key facts."""
    lines: dict[tuple[str, str], int] = {}
    for by, to, answer in answers:
        if by and to and (by, to) in lines:
            answer.part.error(ANSWERED_TWICE, by=shown(by), answers=shown(to), first=lines[by, to])
        lines.setdefault((by, to), answer.part.line)
        check_texts(answer.texts, heading, facts)
        _warn_of_channels(answer, partners.get(by))


def _warn_of_channels(answer: WrittenAnswer, partner: WrittenPartner | None) -> None:
    addressed: set[ChannelKind] = {channel.kind for channel in partner.channels} if partner else set()
    for part, kind in answer.channels:
        if kind in NOT_DELIVERED_YET:
            part.warn(BY_HAND_FOR_NOW, channel=kind)
        elif partner and kind not in addressed:
            part.warn(NO_ADDRESS, by=shown(partner.name), channel=kind)
