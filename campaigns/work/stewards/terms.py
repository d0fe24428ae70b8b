"""The embargo terms in every version: what they said, who published them, and publishing a new one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, BadInput, Fault, Refused
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Acceptance, Member, TermsVersion
from campaigns.work.partners.briefing import current_terms, first_terms
from campaigns.work.workplace import Workplace

LONGEST = 5000
LIFT_AT = "{lift_at}"
_FIELD = re.compile(r"\{[^{}]*\}")


class TermsHaveChanged(Refused):
    """Somebody else published a version while this one was written; which of the two holds must be decided."""

    message = N_(
        "Version {current} was published while you wrote. Read it first, and then publish yours if it is needed."
    )


@dataclass(frozen=True, kw_only=True)
class PublishedTerms:
    """One version. The first came with Samklang: nobody published it. `accepted` is how often members accepted it."""

    version: int
    swedish: str
    english: str
    published_at: datetime | None
    published_by: str
    accepted: int


def terms_history(place: Workplace, actor: Actor) -> tuple[PublishedTerms, ...]:
    """Every version, the newest first."""
    actor.must(Permission.KEEP_TERMS)
    with reading(place.engine) as session:
        accepted = _acceptances(session)
        rows = session.exec(
            select(TermsVersion, Member.name)
            .outerjoin(Member, col(Member.id) == col(TermsVersion.published_by))
            .order_by(col(TermsVersion.version).desc())
        )
        published = [_published(row, name, accepted) for row, name in rows]
    first = first_terms()
    came_with_it = PublishedTerms(
        version=first.version,
        swedish=first.swedish,
        english=first.english,
        published_at=None,
        published_by="",
        accepted=accepted.get(first.version, 0),
    )
    return (*published, came_with_it)


def _published(row: TermsVersion, name: str | None, accepted: Mapping[int, int]) -> PublishedTerms:
    return PublishedTerms(
        version=row.version,
        swedish=row.swedish,
        english=row.english,
        published_at=row.published_at,
        published_by=name or "",
        accepted=accepted.get(row.version, 0),
    )


def _acceptances(session: Session) -> dict[int, int]:
    counted = select(Acceptance.terms_version, func.count()).group_by(col(Acceptance.terms_version))
    return dict(session.exec(counted).all())


def publish_terms(place: Workplace, actor: Actor, *, swedish: str, english: str, newer_than: int, now: datetime) -> int:
    """Publish a version that every member accepts before the next briefing. What was accepted before stands.

    `newer_than` is the version it was written from. Returns the new one's number. Raises TermsHaveChanged or BadInput.
    """
    actor.must(Permission.KEEP_TERMS)
    wordings = {"swedish": swedish.strip(), "english": english.strip()}
    if faults := [fault for field, wording in wordings.items() for fault in _faults(field, wording)]:
        raise BadInput(faults)
    with writing(place.engine) as session:
        current = current_terms(session)
        if current.version != newer_than:
            raise TermsHaveChanged(current=current.version)
        if (current.swedish, current.english) == (wordings["swedish"], wordings["english"]):
            raise BadInput([Fault(field="swedish", message=N_("This is what version {version} says already."),
                                  facts={"version": current.version})])  # fmt: skip
        version = current.version + 1
        session.add(TermsVersion(version=version, **wordings, published_by=actor.member_id, published_at=now))
        audit.record(session, actor, "terms.published", now=now, details={"version": version})
        return version


def _faults(field: str, wording: str) -> list[Fault]:
    if not wording:
        return [Fault(field=field, message=N_("This must be filled in."))]
    faults = []
    if LIFT_AT not in wording:
        message = N_("Write {field} where the time of the lift is to stand.")
        faults.append(Fault(field=field, message=message, facts={"field": LIFT_AT}))
    if others := sorted(set(_FIELD.findall(wording)) - {LIFT_AT}):
        message = N_("Nothing can be filled in for {others}. Only {field} has a meaning.")
        faults.append(Fault(field=field, message=message, facts={"others": others, "field": LIFT_AT}))
    if len(wording) > LONGEST:
        message = N_("The terms are too long: at most {most} characters. Nobody reads more.")
        faults.append(Fault(field=field, message=message, facts={"most": LONGEST}))
    return faults
