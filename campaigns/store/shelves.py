"""Sets of material: which stand, who makes which, and what is kept of them.

A claim sets node, lease and a new fencing number, as one on a delivery does; whatever is written under an older one
changes nothing. The bytes are kept once by their sum, and those that no current set needs are removed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, delete, exists, func, not_, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.domain.embargo import OPEN_BY_RECORD
from campaigns.domain.library import EVERYTHING, Making, Part
from campaigns.domain.lifecycle import Stage
from campaigns.store.tables import Campaign, MaterialBody, MaterialFetch, MaterialFile, MaterialPart, MaterialSet

LEASE = timedelta(minutes=1)
MOST_TRIES = 3
LARGEST_PART = 131_072
"""Bytes. Whoever reads a file, or copies the database, holds a few of these at a time."""
ROWS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A worker's hold on a set."""

    set_id: str
    node: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class Made:
    """A file to keep. `stretches` are its bytes, cut where parts of it are bytes of other files."""

    name: str
    latest: str
    kind: str
    media_type: str
    stretches: tuple[bytes, ...]


def standing(campaign_id: str) -> SelectOfScalar[MaterialSet]:
    """The sets of a campaign that count now."""
    return select(MaterialSet).where(
        col(MaterialSet.campaign_id) == campaign_id,
        col(MaterialSet.superseded_at).is_(None),
        col(MaterialSet.edition_id).is_(None),
    )


def newest_versions(session: Session, campaign_id: str) -> Mapping[str, int]:
    """The highest version each language of a campaign ever had."""
    rows = session.exec(
        select(MaterialSet.language, func.max(MaterialSet.version))
        .where(col(MaterialSet.campaign_id) == campaign_id, col(MaterialSet.edition_id).is_(None))
        .group_by(col(MaterialSet.language))
    )
    return dict(rows.all())


def newest(session: Session, campaign_id: str) -> Mapping[str, MaterialSet]:
    """The newest version of each language as it is without the embargo line, whether it counts still or not."""
    highest = (
        select(MaterialSet.language, func.max(MaterialSet.version).label("version"))
        .where(
            col(MaterialSet.campaign_id) == campaign_id,
            col(MaterialSet.edition_id).is_(None),
            col(MaterialSet.embargoed).is_(False),
            col(MaterialSet.language) != EVERYTHING,
        )
        .group_by(col(MaterialSet.language))
        .subquery()
    )
    rows = session.exec(
        select(MaterialSet)
        .join(highest, and_(highest.c.language == MaterialSet.language, highest.c.version == MaterialSet.version))
        .where(
            col(MaterialSet.campaign_id) == campaign_id,
            col(MaterialSet.edition_id).is_(None),
            col(MaterialSet.embargoed).is_(False),
        )
    )
    return {row.language: row for row in rows}


def id_of(*, campaign_id: str, language: str, embargoed: bool, version: int, digest: str) -> str:
    """The id of a set: the same content under the same version is the same set, whoever asks for it."""
    said = "|".join([campaign_id, language, str(embargoed), str(version), digest])
    return sha256(said.encode()).hexdigest()[:32]


def _claimable(now: datetime) -> Any:
    abandoned = and_(col(MaterialSet.state) == Making.MAKING, col(MaterialSet.lease_until) <= now)
    return and_(or_(col(MaterialSet.state) == Making.WAITING, abandoned), col(MaterialSet.superseded_at).is_(None))


def has_waiting(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to make; the one small question of a worker that has nothing to do."""
    return session.exec(select(MaterialSet.id).where(_claimable(now)).limit(1)).first() is not None


def claim(session: Session, *, node: str, now: datetime) -> tuple[Claim, MaterialSet] | None:
    """Claim the next set, or give None. One that was begun too often is for the caller to refuse."""
    found = session.exec(
        select(MaterialSet)
        .where(_claimable(now))
        .order_by(col(MaterialSet.wanted_at), col(MaterialSet.place), col(MaterialSet.embargoed).desc(), MaterialSet.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    found.state, found.claimed_by, found.lease_until = Making.MAKING, node, now + LEASE
    found.fence += 1
    found.attempts += 1
    session.add(found)
    return Claim(set_id=found.id, node=node, fence=found.fence), found


def _held(claim: Claim) -> tuple[Any, ...]:
    return (
        col(MaterialSet.id) == claim.set_id,
        col(MaterialSet.state) == Making.MAKING,
        col(MaterialSet.claimed_by) == claim.node,
        col(MaterialSet.fence) == claim.fence,
        col(MaterialSet.superseded_at).is_(None),
    )


def _write(session: Session, claim: Claim, **values: Any) -> bool:
    written = session.connection().execute(update(MaterialSet).where(*_held(claim)).values(**values))
    return written.rowcount == 1


def renew(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Hold it longer. False if it is not held any more."""
    return _write(session, claim, lease_until=now + LEASE)


def give_back(session: Session, claim: Claim) -> bool:
    """Let others make it; what was begun does not count as a try."""
    return _write(
        session,
        claim,
        state=Making.WAITING,
        claimed_by=None,
        lease_until=None,
        attempts=col(MaterialSet.attempts) - 1,
    )


def try_again(session: Session, claim: Claim) -> bool:
    """It failed and nobody knows why: let it be tried once more."""
    return _write(session, claim, state=Making.WAITING, claimed_by=None, lease_until=None)


def expire_leases(session: Session, *, now: datetime) -> None:
    """Nobody makes anything: only for the one worker of an embedded database, which knows that it is alone."""
    session.connection().execute(
        update(MaterialSet).where(col(MaterialSet.state) == Making.MAKING).values(lease_until=now)
    )


def refuse(session: Session, claim: Claim, *, problem: str, facts: Mapping[str, str], now: datetime) -> bool:
    """Keep why it cannot be made. The other languages go on."""
    return _write(
        session,
        claim,
        state=Making.REFUSED,
        problem=problem,
        problem_facts=dict(facts),
        made_at=now,
        claimed_by=None,
        lease_until=None,
    )


def keep(
    session: Session,
    claim: Claim,
    files: Sequence[Made],
    *,
    not_made: Mapping[str, str],
    left_out: Sequence[str],
    now: datetime,
) -> bool:
    """Keep what was made. False, and nothing is kept, if the claim is void or the set was superseded meanwhile."""
    kept = _write(
        session,
        claim,
        state=Making.MADE,
        not_made=dict(not_made),
        left_out=list(left_out),
        made_at=now,
        claimed_by=None,
        lease_until=None,
    )
    if kept:
        rows = [_rows(claim.set_id, place, made) for place, made in enumerate(files)]
        _insert(session, MaterialBody, (body for _, _, bodies in rows for body in bodies))
        _insert(session, MaterialFile, (file for file, _, _ in rows))
        _insert(session, MaterialPart, (part for _, parts, _ in rows for part in parts))
    return kept


def _rows(set_id: str, place: int, made: Made) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    whole = sha256()
    parts: list[dict[str, Any]] = []
    bodies: list[dict[str, Any]] = []
    for stretch in made.stretches:
        whole.update(stretch)
        for start in range(0, len(stretch), LARGEST_PART):
            content = stretch[start : start + LARGEST_PART]
            digest = sha256(content).hexdigest()
            parts.append(
                {"set_id": set_id, "name": made.name, "number": len(parts), "sha256": digest, "size": len(content)}
            )
            bodies.append({"sha256": digest, "content": content})
    file = {
        "set_id": set_id,
        "name": made.name,
        "latest": made.latest,
        "position": place,
        "kind": made.kind,
        "media_type": made.media_type,
        "size": sum(map(len, made.stretches)),
        "sha256": whole.hexdigest(),
    }
    return file, parts, bodies


def _insert(session: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Rows that are not there yet; what is there already is the same, for its key says what it holds."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    stated = insert(table).on_conflict_do_nothing()
    found = list(rows)
    for start in range(0, len(found), ROWS_AT_ONCE):
        session.connection().execute(stated, found[start : start + ROWS_AT_ONCE])


def want(session: Session, rows: Iterable[MaterialSet]) -> None:
    """Ask for sets; one that was asked for already stays as it is."""
    _insert(session, MaterialSet, (row.model_dump() for row in rows))


def supersede_lifted(session: Session, *, now: datetime) -> None:
    """What bears the embargo line counts no more once its campaign is recorded as public."""
    supersede(session, session.exec(_lifted()).all(), now=now)


def has_lifted(session: Session) -> bool:
    """Whether there is any such, found without taking the write lock."""
    return session.exec(_lifted().limit(1)).first() is not None


def _lifted() -> SelectOfScalar[str]:
    return (
        select(MaterialSet.id)
        .join(Campaign, col(Campaign.id) == col(MaterialSet.campaign_id))
        .where(
            col(MaterialSet.embargoed),
            col(MaterialSet.superseded_at).is_(None),
            col(Campaign.stage).in_(OPEN_BY_RECORD),
        )
    )


def without_any(session: Session, stages: Collection[Stage]) -> Sequence[str]:
    """Campaigns in these stages that were never asked for, as those approved before there was a library."""
    any_set = exists().where(col(MaterialSet.campaign_id) == col(Campaign.id))
    return session.exec(select(Campaign.id).where(col(Campaign.stage).in_(stages), ~any_set)).all()


def supersede(session: Session, ids: Collection[str], *, now: datetime) -> None:
    """These sets count no more. Their bytes go, what they were stays; but not the contacts that an edition named."""
    if not ids:
        return
    chosen = list(ids)
    session.connection().execute(
        update(MaterialSet).where(col(MaterialSet.id).in_(chosen)).values(superseded_at=now, lease_until=None)
    )
    session.connection().execute(
        update(MaterialSet)
        .where(col(MaterialSet.id).in_(chosen), col(MaterialSet.edition_id).is_not(None))
        .values(content={})
    )
    session.connection().execute(delete(MaterialPart).where(col(MaterialPart.set_id).in_(chosen)))


_UNUSED = not_(exists().where(col(MaterialPart.sha256) == col(MaterialBody.sha256)))


def forget_bodies(session: Session) -> int:
    """Remove the bytes that no file needs any more. Returns how many parts they were."""
    return session.connection().execute(delete(MaterialBody).where(_UNUSED)).rowcount


def has_unused(session: Session) -> bool:
    """Whether there are any such, found without taking the write lock."""
    return session.exec(select(MaterialBody.sha256).where(_UNUSED).limit(1)).first() is not None


def bodies(session: Session, wanted: Iterable[str]) -> Mapping[str, bytes]:
    """Bytes by their sums."""
    found = select(MaterialBody.sha256, MaterialBody.content).where(col(MaterialBody.sha256).in_(set(wanted)))
    return dict(session.exec(found).all())


def files_of(session: Session, set_id: str) -> Sequence[MaterialFile]:
    """The files of a set, in their order."""
    rows = select(MaterialFile).where(col(MaterialFile.set_id) == set_id).order_by(col(MaterialFile.position))
    return session.exec(rows).all()


def parts_of(session: Session, set_id: str, name: str) -> tuple[Part, ...]:
    """Where the bytes of a file are."""
    rows = session.exec(
        select(MaterialPart.sha256, MaterialPart.size)
        .where(col(MaterialPart.set_id) == set_id, col(MaterialPart.name) == name)
        .order_by(col(MaterialPart.number))
    )
    return tuple(Part(sha256=digest, size=size) for digest, size in rows)


def is_settled(rows: Iterable[MaterialSet]) -> bool:
    """Whether every language is made or refused."""
    return all(row.state in {Making.MADE, Making.REFUSED} for row in rows if row.language != EVERYTHING)


def fetched(campaign_id: str, tags: Iterable[str]) -> SelectOfScalar[MaterialFetch]:
    """Which versions of these languages organisations have."""
    return select(MaterialFetch).where(
        col(MaterialFetch.campaign_id) == campaign_id, col(MaterialFetch.language).in_(list(tags))
    )
