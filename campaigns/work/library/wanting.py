"""What the library shall hold, settled in the transaction of whatever changes it.

So material with words that do not stand any more is never offered, not for a second: what differs is out at once, and
is made anew in the background. What is the same stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.embargo import UNDER_EMBARGO, is_public
from campaigns.domain.library import EVERYTHING, Change, Making, glossary_rests
from campaigns.store import shelves
from campaigns.store.tables import Campaign, MaterialFetch, MaterialSet
from campaigns.work.editions.wanting import want_editions
from campaigns.work.library.contents import (
    HAS_MATERIAL,
    LANGUAGES_CHANGED,
    Content,
    changes,
    contents_of,
    digest_of,
    is_held_by,
    of_voices,
    under_embargo,
)
from campaigns.work.loading import invited_organisations, members_of
from campaigns.work.telling import tell_once_settled
from campaigns.work.workplace import Workplace


def want_material(session: Session, place: Workplace, campaign: Campaign, *, now: datetime) -> None:
    """Ask for what is not there yet and take out what does not hold any more, in the caller's transaction.

    The caller has the campaign locked. Asked twice, nothing changes. After T nobody needs what bears the embargo line.
    """
    session.flush()
    wanted = contents_of(session, place, campaign)
    there: dict[str, dict[bool, MaterialSet]] = {}
    for row in session.exec(shelves.standing(campaign.id)):
        there.setdefault(row.language, {})[row.embargoed] = row
    kinds = (False,) if is_public(campaign.embargo, now=now) else (True, False)
    rests = glossary_rests(campaign.lift_at, now=now)
    before = shelves.newest(session, campaign.id)
    asked: list[MaterialSet] = []
    gone: list[MaterialSet] = []
    for position, (tag, content) in enumerate(wanted.items()):
        old = there.get(tag, {})
        if all(kind in old for kind in kinds) and is_held_by(old[False], content, glossary_rests=rests):
            gone += [row for kind, row in old.items() if kind not in kinds]
            continue
        gone += old.values()
        asked += _sets(campaign, tag, content, kinds, before=before.get(tag), now=now, at=position)
    left = [row for tag, old in there.items() if tag not in wanted and tag != EVERYTHING for row in old.values()]
    if asked or left:
        gone += there.get(EVERYTHING, {}).values()
    shelves.supersede(session, [row.id for row in (*gone, *left)], now=now)
    shelves.want(session, asked)
    want_editions(session, place, campaign, wanted, now=now)
    if left:
        tell_of_newer(session, place, campaign, {row.language: row.version + 1 for row in left}, now=now)


def want_glossary(session: Session, place: Workplace, language: str, *, now: datetime) -> None:
    """Have coming material printed with the terms of a language as they are now, in the caller's transaction.

    What is public, or near its T, gets them with the next version that something else makes.

    Campaigns that are being approved just now are waited for, so that none is left with the terms of a moment ago.
    """
    session.flush()
    coming = select(Campaign).where(col(Campaign.stage).in_(UNDER_EMBARGO)).order_by(col(Campaign.id))
    for campaign in session.exec(coming.with_for_update()).all():
        rests = glossary_rests(campaign.lift_at, now=now)
        if campaign.stage in HAS_MATERIAL and language in campaign.languages and not rests:
            want_material(session, place, campaign, now=now)


def _sets(
    campaign: Campaign,
    tag: str,
    content: Content,
    kinds: Iterable[bool],
    *,
    before: MaterialSet | None,
    now: datetime,
    at: int,
) -> list[MaterialSet]:
    digest, version = digest_of(content), before.version + 1 if before else 1
    differs = changes(before.content, content) if before else []
    return [
        MaterialSet(
            id=shelves.id_of(
                campaign_id=campaign.id, language=tag, embargoed=embargoed, version=version, digest=digest
            ),
            campaign_id=campaign.id,
            language=tag,
            place=at,
            embargoed=embargoed,
            version=version,
            digest=digest,
            content=under_embargo(content) if embargoed else content,
            changes=[_written(one) for one in differs if not (embargoed and of_voices(one))],
            state=Making.WAITING,
            wanted_at=now,
        )
        for embargoed in kinds
    ]


def _written(change: Change) -> dict[str, str]:
    return {"sentence": change.sentence, "name": change.name}


def want_everything(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Ask for the ZIP of all languages once every one of them is made or refused; nothing if it is there already."""
    rows = session.exec(shelves.standing(campaign.id)).all()
    newest = shelves.newest_versions(session, campaign.id).get(EVERYTHING, 0)
    there = {row.embargoed: row for row in rows if row.language == EVERYTHING}
    for embargoed in sorted({row.embargoed for row in rows if row.language != EVERYTHING}):
        digest = _digest_of_all(rows, embargoed=embargoed) if _is_whole(rows, embargoed=embargoed) else ""
        old, other = there.get(embargoed), there.get(not embargoed)
        if not digest or (old and old.digest == digest):
            continue
        newest = version = other.version if other and other.digest == digest else newest + 1
        shelves.supersede(session, [old.id] if old else [], now=now)
        there[embargoed] = asked = _everything(
            campaign, embargoed=embargoed, version=version, digest=digest, now=now, at=len(rows)
        )
        shelves.want(session, [asked])


def _everything(
    campaign: Campaign, *, embargoed: bool, version: int, digest: str, now: datetime, at: int
) -> MaterialSet:
    return MaterialSet(
        id=shelves.id_of(
            campaign_id=campaign.id, language=EVERYTHING, embargoed=embargoed, version=version, digest=digest
        ),
        campaign_id=campaign.id,
        language=EVERYTHING,
        place=at,
        embargoed=embargoed,
        version=version,
        digest=digest,
        changes=[_written(Change(sentence=LANGUAGES_CHANGED))] if version > 1 else [],
        state=Making.WAITING,
        wanted_at=now,
    )


def _is_whole(rows: Sequence[MaterialSet], *, embargoed: bool) -> bool:
    return shelves.is_settled(row for row in rows if row.embargoed == embargoed)


def _digest_of_all(rows: Sequence[MaterialSet], *, embargoed: bool) -> str:
    """Over what can be packed; empty if there is nothing."""
    made = [
        [row.language, row.version, row.digest]
        for row in sorted(rows, key=lambda row: row.place)
        if row.embargoed == embargoed and row.state is Making.MADE and row.language != EVERYTHING
    ]
    return digest_of({"made": made}) if made else ""


def tell_of_newer(
    session: Session, place: Workplace, campaign: Campaign, versions: Mapping[str, int], *, now: datetime
) -> None:
    """Tell the organisations that downloaded an older version of these languages than now counts."""
    fetched = session.exec(shelves.fetched(campaign.id, versions)).all()
    behind = {row.organisation_id for row in fetched if _is_behind(row, versions)}
    if not is_public(campaign.embargo, now=now):
        behind &= {campaign.owner_id, *invited_organisations(session, campaign)}
    if behind:
        members = members_of(session, sorted(behind))
        tell_once_settled(session, place, NoticeKind.MATERIAL_CHANGED, members, campaign=campaign, now=now)


def _is_behind(row: MaterialFetch, versions: Mapping[str, int]) -> bool:
    return row.version < versions[row.language]
