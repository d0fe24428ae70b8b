"""Reading the audit trail: filtered, page by page, each event as facts for a sentence. Reading changes nothing."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from string import Formatter
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.domain.translating import SourceEdit
from campaigns.i18n import Words
from campaigns.store import audit, visibility
from campaigns.store.engine import reading
from campaigns.store.tables import AuditEvent, Campaign, Member, Organisation
from campaigns.work.audit.checkpointing import Kept, newest_kept
from campaigns.work.audit.looking import look
from campaigns.work.audit.sentences import ERASED, NOBODY, UNNAMED, Group, actions_of, said
from campaigns.work.workplace import Workplace

A_PAGE = 50
UNKNOWN = "–"


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which events are wanted: since an instant, before another, of a group, a person, an organisation, a campaign."""

    since: datetime | None = None
    until: datetime | None = None
    group: Group | None = None
    member_id: str = ""
    organisation_id: str = ""
    campaign_id: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL."""
        found: list[ColumnElement[bool]] = []
        if self.since:
            found.append(col(AuditEvent.at) >= self.since)
        if self.until:
            found.append(col(AuditEvent.at) < self.until)
        if self.group:
            found.append(col(AuditEvent.action).in_(actions_of(self.group)))
        for column, value in (
            (col(AuditEvent.member_id), self.member_id),
            (col(AuditEvent.organisation_id), self.organisation_id),
            (col(AuditEvent.campaign_id), self.campaign_id),
        ):
            if value:
                found.append(column == value)
        return found


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One event. `says` is a sentence in English with `facts`."""

    number: int
    at: datetime
    action: str
    says: str
    facts: Mapping[str, object]
    member_id: str | None
    organisation_id: str | None
    campaign_id: str | None
    details: Mapping[str, Any]
    previous: str
    hash: str

    def sentence(self, words: Words) -> str:
        """What happened, in a reader's language."""
        return words._(self.says, **self.facts)


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """A page of events, the newest first. `older` and `newer` are the numbers where the pages beside it begin.

    `altered`: one of these is not as it was sealed.
    """

    lines: tuple[AuditLine, ...]
    altered: bool
    total: int
    older: int | None
    newer: int | None


@dataclass(frozen=True, kw_only=True)
class AuditChoices:
    """What one can filter by, as (id, name). A campaign is named only where its name is no secret for the actor."""

    members: tuple[tuple[str, str], ...]
    organisations: tuple[tuple[str, str], ...]
    campaigns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Whether the trail holds. Its last hash, kept elsewhere, shows whether events were cut off at the end.

    `kept` is the newest checkpoint in the folder elsewhere, compared with the trail; None if there is no folder.
    `whole_at` is when all of it was gone through; what is new since then was looked at now.
    """

    total: int
    broken: tuple[int, ...]
    last_hash: str
    whole_at: datetime
    kept: Kept | None


@dataclass(frozen=True, kw_only=True)
class _Names:
    members: Mapping[str, str]
    organisations: Mapping[str, str]
    campaigns: Mapping[str, str]


def audit_page(
    place: Workplace, actor: Actor, wanted: AuditFilter, *, before: int | None = None, now: datetime
) -> AuditPage:
    """The newest events with a number below `before`, or the newest of all."""
    actor.must(Permission.SEE_AUDIT)
    conditions = wanted.conditions()
    below = [*conditions, col(AuditEvent.number) < before] if before else conditions
    newest_first = select(AuditEvent).order_by(col(AuditEvent.number).desc()).limit(A_PAGE + 1)
    with reading(place.engine) as session:
        rows = session.exec(newest_first.where(*below)).all()
        total = session.exec(select(func.count()).select_from(AuditEvent).where(*conditions)).one()
        lines = tuple(_lines(rows[:A_PAGE], _names(session, actor, now)))
        newer = _newer(session, conditions, before) if before else None
        altered = any(row.hash != audit.hash_of(row) for row in rows)
    older = lines[-1].number if len(rows) > A_PAGE else None
    return AuditPage(lines=lines, altered=altered, total=total, older=older, newer=newer)


def _newer(session: Session, conditions: Sequence[ColumnElement[bool]], before: int) -> int | None:
    """Where the page of newer events begins; None where this is the first."""
    above = session.exec(
        select(AuditEvent.number)
        .where(*conditions, col(AuditEvent.number) >= before)
        .order_by(col(AuditEvent.number))
        .limit(A_PAGE)
    ).all()
    return above[-1] + 1 if above else None


def audit_lines(place: Workplace, actor: Actor, wanted: AuditFilter, *, now: datetime) -> list[AuditLine]:
    """Every event that is wanted, the oldest first."""
    actor.must(Permission.SEE_AUDIT)
    with reading(place.engine) as session:
        rows = session.exec(select(AuditEvent).where(*wanted.conditions()).order_by(col(AuditEvent.number))).all()
        return list(_lines(rows, _names(session, actor, now)))


def events_of_campaign(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> list[AuditLine]:
    """Every event of one campaign, the oldest first, with its name. For the operator only."""
    actor.must(Permission.FOUND_ORGANISATION)
    with reading(place.engine) as session:
        of_it = select(AuditEvent).where(col(AuditEvent.campaign_id) == campaign_id).order_by(col(AuditEvent.number))
        its_name = dict(session.exec(select(Campaign.id, Campaign.name).where(col(Campaign.id) == campaign_id)).all())
        names = replace(_names(session, actor, now), campaigns=its_name)
        return list(_lines(session.exec(of_it).all(), names))


def audit_choices(place: Workplace, actor: Actor, *, now: datetime) -> AuditChoices:
    """Everything one can filter by."""
    actor.must(Permission.SEE_AUDIT)
    with reading(place.engine) as session:
        names = _names(session, actor, now)
    return AuditChoices(
        members=_by_name(names.members),
        organisations=_by_name(names.organisations),
        campaigns=_by_name(names.campaigns),
    )


def _by_name(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def chain(place: Workplace, actor: Actor, *, now: datetime, doubted: bool = False) -> Chain:
    """See whether the trail holds, and the newest checkpoint with it: what is new, or all of it where that is due.

    `doubted`: something that was read of it is not as it was sealed.
    """
    actor.must(Permission.SEE_AUDIT)
    kept = newest_kept(place, now=now)
    found = look(place, [kept.newest] if kept and kept.newest else (), now=now, whole=doubted)
    kept = replace(kept, newest=found.checked[0]) if kept and kept.newest else kept
    return Chain(
        total=found.count,
        broken=found.broken,
        last_hash=found.last_hash,
        whole_at=found.whole_at or now,
        kept=kept,
    )


def _names(session: Session, actor: Actor, now: datetime) -> _Names:
    """Every name that may be told: of a campaign under embargo only to the police organisation whose it is."""
    known = visibility.is_owned_by(actor) | visibility.is_public(now)
    return _Names(
        members=dict(session.exec(select(Member.id, Member.name)).all()),
        organisations=dict(session.exec(select(Organisation.id, Organisation.name)).all()),
        campaigns=dict(session.exec(select(Campaign.id, Campaign.name).where(known)).all()),
    )


def _lines(rows: Sequence[AuditEvent], names: _Names) -> Iterator[AuditLine]:
    for row in rows:
        says = said(row.action).sentence
        yield AuditLine(
            number=row.number,
            at=row.at,
            action=row.action,
            says=says,
            facts=_facts(row, says, names),
            member_id=row.member_id,
            organisation_id=row.organisation_id,
            campaign_id=row.campaign_id,
            details=dict(row.details),
            previous=row.previous,
            hash=row.hash,
        )


def _facts(row: AuditEvent, says: str, names: _Names) -> Mapping[str, object]:
    """What the sentence asks for; a fact that an earlier version did not record is a dash."""
    known = {
        **{name: _in_words(name, value, names) for name, value in row.details.items()},
        "who": _who(row, names),
        "campaign": _named(row.campaign_id, names.campaigns),
        "action": row.action,
    }
    known.setdefault("organisation", _named(row.organisation_id, names.organisations))
    return {field: known.get(field, UNKNOWN) for _, field, _, _ in Formatter().parse(says) if field}


def _in_words(name: str, value: Any, names: _Names) -> object:  # noqa: PLR0911 - a table: one line for each sort of fact
    match name:
        case "organisation":
            return _named(value, names.organisations)
        case "organisations" if isinstance(value, list):
            return [_named(one, names.organisations) for one in value]
        case "member":
            return names.members.get(value, ERASED)
        case "kind" if value in set(ChannelKind):
            return ChannelKind(value)
        case "change" if value in set(SourceEdit):
            return SourceEdit(value)
        case "state" if value in set(DeliveryState):
            return DeliveryState(value)
        case "lift_at":
            return datetime.fromisoformat(value)
        case _:
            return value


def _who(row: AuditEvent, names: _Names) -> str:
    if row.member_id is None:
        return UNNAMED.get(row.action, NOBODY)
    name = names.members.get(row.member_id)
    if name is None:
        return ERASED
    organisation = names.organisations.get(row.organisation_id or "")
    return f"{name} ({organisation})" if organisation else name


def _named(some_id: str | None, names: Mapping[str, str]) -> str:
    """A name, or the beginning of an id where the name is not to be told."""
    if not some_id:
        return UNKNOWN
    return names.get(some_id, some_id[:8])


COLUMNS = ("number", "at", "sentence", "action", "member", "organisation", "campaign", "details")


def as_csv(lines: Sequence[AuditLine], words: Words) -> str:
    """For a spreadsheet: no cell begins like a formula, whatever somebody called themselves."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        cells = (
            line.number,
            line.at.isoformat(),
            line.sentence(words),
            line.action,
            line.member_id,
            line.organisation_id,
            line.campaign_id,
            json.dumps(line.details, ensure_ascii=False, sort_keys=True) if line.details else "",
        )
        writer.writerow([_harmless(cell) for cell in cells])
    return "\ufeff" + sheet.getvalue()  # a spreadsheet takes UTF-8 without the mark for something else


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return "" if cell is None else cell


def as_json_lines(lines: Sequence[AuditLine]) -> str:
    """One event a line as it is stored, hashes and all, so that the chain can be checked elsewhere."""
    return "".join(
        json.dumps(
            {
                "number": line.number,
                "at": line.at.isoformat(),
                "action": line.action,
                "member_id": line.member_id,
                "organisation_id": line.organisation_id,
                "campaign_id": line.campaign_id,
                "details": line.details,
                "previous": line.previous,
                "hash": line.hash,
            },
            ensure_ascii=False,
        )
        + "\n"
        for line in lines
    )
