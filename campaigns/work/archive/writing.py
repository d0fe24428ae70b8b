"""The public record as a ZIP: one page to read, the same for programs, the proof, and everything that was published."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path

from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.receipt import written
from campaigns.i18n import Words
from campaigns.materials.archive import write_archive
from campaigns.materials.packing import SUMS
from campaigns.store.new_files import new_file
from campaigns.work.archive.page import page_of
from campaigns.work.archive.record import File, Record, files_beside, record_of
from campaigns.work.audit.reading import as_csv, events_of_campaign
from campaigns.work.campaign.exporting import export
from campaigns.work.campaign_file.writing import write_campaign_file
from campaigns.work.launch.reporting import NotApproved, release_receipt
from campaigns.work.workplace import Workplace


class NotArchived(SamklangError):
    """The file could not be written; nothing is left of it."""

    message = N_("The archive was not written: {reason}.")


def write_record(place: Workplace, actor: Actor, slug: str, file: Path, words: Words, *, now: datetime) -> Record:
    """Write the public record of a campaign into a new file, readable by its owner alone. For the operator only.

    One file of it is in memory at a time. Raises NotThere, and NotArchived where it cannot be written or is there.
    """
    record = record_of(place, actor, slug, now=now)
    with new_file(file, refused=NotArchived) as partial, partial.open("wb") as archive:
        write_archive(archive, _with_sums(_parts(place, actor, record, words)))
    return record


def _with_sums(parts: Iterator[File]) -> Iterator[File]:
    """The parts, and last their sums, as `sha256sum -c` reads them."""
    lines: list[str] = []
    for name, content in parts:
        lines.append(f"{sha256(content).hexdigest()}  {name}\n")
        yield name, content
    yield SUMS, "".join(lines).encode()


def _parts(place: Workplace, actor: Actor, record: Record, words: Words) -> Iterator[File]:
    yield "LASMIG.html", page_of(record, words).encode()
    yield "arkiv.json", as_json(record).encode()
    yield "kampanj.yaml", write_campaign_file(export(place, actor, record.slug)).encode()
    try:
        receipt = release_receipt(place, actor, record.slug)
    except NotApproved:
        pass  # nothing was released, and the page says so
    else:
        yield "kvitto.json", _as_json_text(receipt).encode()
    events = events_of_campaign(place, actor, record.campaign_id, now=record.made_at)
    yield "handelser.csv", as_csv(events, words).encode()
    yield from files_beside(place, record)


def as_json(record: Record) -> str:
    """The record for programs; instants in UTC."""
    return _as_json_text({"schema": 1, **asdict(record)})


def _as_json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return written(value)
    return value.value if isinstance(value, Enum) else str(value)
