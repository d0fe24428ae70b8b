"""The glossary: how a Swedish term is said in each language, and how not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor, Permission, must_not_be_an_author
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import GlossaryTerm, Member
from campaigns.work.library.wanting import want_glossary
from campaigns.work.workplace import Workplace

LONGEST_TERM = 120
LONGEST_NOTE = 1000


class TermTaken(Refused):
    """Two entries for one term in one language would contradict each other sooner or later."""

    message = N_("{term} is in the glossary for this language already. Change that entry instead.")


class TermChangedMeanwhile(Refused):
    """Approval is to what was seen."""

    message = N_("The term was changed after you opened the page. Look at what it says now.")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What an entry says: in `language`, a Swedish term is said as `preferred` and not as any of `avoid`."""

    swedish: str
    language: str
    preferred: str
    avoid: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class GlossaryEntry:
    """An entry with who last worked on it, and who approved it as it stands; empty for a draft.

    `may_approve`: it is a draft, and this member did not write it. `mark` is what its wording is known by.
    """

    id: str
    wording: Wording
    edited_at: datetime
    edited_by: str
    is_approved: bool
    approved_by: str
    may_approve: bool
    mark: str


def glossary(place: Workplace, actor: Actor, *, language: str | None = None) -> tuple[GlossaryEntry, ...]:
    """The entries of one language or all, in the order of the Swedish terms."""
    actor.must(Permission.KEEP_GLOSSARY)
    wanted = _with_people()
    if language:
        wanted = wanted.where(col(GlossaryTerm.language) == language)
    with reading(place.engine) as session:
        found = [_entry(actor, *row) for row in session.exec(wanted)]
    return tuple(sorted(found, key=lambda entry: (entry.wording.swedish.casefold(), entry.wording.language)))


def glossary_entry(place: Workplace, actor: Actor, term_id: str) -> GlossaryEntry:
    """One entry. Raises NotThere."""
    actor.must(Permission.KEEP_GLOSSARY)
    with reading(place.engine) as session:
        found = session.exec(_with_people().where(col(GlossaryTerm.id) == term_id)).first()
        if found is None:
            raise NotThere
        return _entry(actor, *found)


def _with_people() -> Any:
    editor, approver = aliased(Member), aliased(Member)
    return (
        select(GlossaryTerm, editor.name, approver.name)
        .outerjoin(editor, col(editor.id) == col(GlossaryTerm.edited_by))
        .outerjoin(approver, col(approver.id) == col(GlossaryTerm.approved_by))
    )


def _entry(actor: Actor, row: GlossaryTerm, editor: str | None, approver: str | None) -> GlossaryEntry:
    approved = _is_approved(row)
    return GlossaryEntry(
        id=row.id,
        wording=_wording_of(row),
        edited_at=row.edited_at,
        edited_by=editor or "",
        is_approved=approved,
        approved_by=approver or "" if approved else "",
        may_approve=not approved and row.edited_by != actor.member_id,
        mark=_mark(row),
    )


def _is_approved(row: GlossaryTerm) -> bool:
    return row.approved_edit == row.edited_at


def _print(session: Session, place: Workplace, languages: Sequence[str], *, now: datetime) -> None:
    for language in languages:
        want_glossary(session, place, language, now=now)


def _wording_of(row: GlossaryTerm) -> Wording:
    return Wording(
        swedish=row.swedish, language=row.language, preferred=row.preferred, avoid=tuple(row.avoid), note=row.note
    )


def _mark(row: GlossaryTerm) -> str:
    return row.edited_at.isoformat()


def add_term(place: Workplace, actor: Actor, wording: Wording, *, now: datetime) -> str:
    """Add an entry; gives its id. Raises TermTaken or BadInput."""
    actor.must(Permission.KEEP_GLOSSARY)
    _check(wording)
    with writing(place.engine) as session:
        _must_be_free(session, wording, besides="")
        row = GlossaryTerm(id=new_id(), swedish="", language="", preferred="", edited_at=now)
        _write(session, row, wording, actor, now)
        details = {"term": row.id, "language": wording.language}
        audit.record(session, actor, "glossary.added", now=now, details=details)
        return row.id


def change_term(place: Workplace, actor: Actor, term_id: str, wording: Wording, *, now: datetime) -> None:
    """Let an entry say something else; it is a draft then, and coming material leaves it out.

    Raises NotThere, TermTaken or BadInput.
    """
    actor.must(Permission.KEEP_GLOSSARY)
    _check(wording)
    with writing(place.engine) as session:
        row = _kept(session, term_id)
        _must_be_free(session, wording, besides=row.id)
        if _wording_of(row) != wording:
            printed = [row.language] if _is_approved(row) else []
            _write(session, row, wording, actor, now)
            _print(session, place, printed, now=now)
        details = {"term": row.id, "language": wording.language}
        audit.record(session, actor, "glossary.changed", now=now, details=details)


def approve_term(place: Workplace, actor: Actor, term_id: str, *, seen: str, now: datetime) -> None:
    """Say that an entry may be printed as it stands. `seen` is the mark of what was on the screen.

    Material that is still to come is made anew with it; what is public, or near its T, gets it with its next version.
    Raises NotThere, TermChangedMeanwhile, or NeedsAnotherPerson for whoever wrote it.
    """
    actor.must(Permission.KEEP_GLOSSARY)
    with writing(place.engine) as session:
        row = _kept(session, term_id)
        if _mark(row) != seen:
            raise TermChangedMeanwhile
        must_not_be_an_author(actor.member_id, [row.edited_by] if row.edited_by else [])
        if not _is_approved(row):
            row.approved_by, row.approved_edit = actor.member_id, row.edited_at
            session.add(row)
            _print(session, place, [row.language], now=now)
        details = {"term": row.id, "language": row.language}
        audit.record(session, actor, "glossary.approved", now=now, details=details)


def remove_term(place: Workplace, actor: Actor, term_id: str, *, now: datetime) -> None:
    """Take an entry away, also out of coming material. Raises NotThere."""
    actor.must(Permission.KEEP_GLOSSARY)
    with writing(place.engine) as session:
        row = _kept(session, term_id)
        session.delete(row)
        _print(session, place, [row.language] if _is_approved(row) else [], now=now)
        details = {"term": row.id, "language": row.language}
        audit.record(session, actor, "glossary.removed", now=now, details=details)


def _kept(session: Session, term_id: str) -> GlossaryTerm:
    row = session.get(GlossaryTerm, term_id)
    if row is None:
        raise NotThere
    return row


def _must_be_free(session: Session, wording: Wording, *, besides: str) -> None:
    same = select(GlossaryTerm.id).where(
        col(GlossaryTerm.swedish) == wording.swedish,
        col(GlossaryTerm.language) == wording.language,
        col(GlossaryTerm.id) != besides,
    )
    if session.exec(same).first() is not None:
        raise TermTaken(term=wording.swedish)


def _write(session: Session, row: GlossaryTerm, wording: Wording, actor: Actor, now: datetime) -> None:
    row.swedish, row.language, row.preferred = wording.swedish, wording.language, wording.preferred
    row.avoid, row.note = list(wording.avoid), wording.note
    row.edited_by, row.edited_at = actor.member_id, now
    row.approved_by = row.approved_edit = None
    session.add(row)
    session.flush()


def _check(wording: Wording) -> None:
    faults = [
        Fault(field=field, message=N_("This must be filled in."))
        for field, value in (("swedish", wording.swedish), ("preferred", wording.preferred))
        if not value
    ]
    if wording.language not in data.languages():
        faults.append(Fault(field="language", message=N_("Choose a language from the list.")))
    faults += _too_long(wording)
    if wording.preferred in wording.avoid:
        message = N_("{term} cannot be both what to say and what to avoid.")
        faults.append(Fault(field="avoid", message=message, facts={"term": wording.preferred}))
    if faults:
        raise BadInput(faults)


def _too_long(wording: Wording) -> list[Fault]:
    values: Sequence[tuple[str, str, int]] = (
        ("swedish", wording.swedish, LONGEST_TERM),
        ("preferred", wording.preferred, LONGEST_TERM),
        ("avoid", max(wording.avoid, key=len, default=""), LONGEST_TERM),
        ("note", wording.note, LONGEST_NOTE),
    )
    return [
        Fault(field=field, message=N_("At most {most} characters fit here."), facts={"most": most})
        for field, value, most in values
        if len(value) > most
    ]
