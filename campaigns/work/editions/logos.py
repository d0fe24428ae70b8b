"""An organisation's logo: kept once, borne by each of its local editions, and in nothing else."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.logos import logo_faults
from campaigns.domain.organisations import OrganisationKind
from campaigns.interchange.received.formats import Clean
from campaigns.interchange.received.logos import clean_logo
from campaigns.materials.logos import Logo
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, LocalEdition, Member, Organisation, OrganisationLogo
from campaigns.work.campaign.drafts import one_line
from campaigns.work.editions.logo_contents import hold_logo
from campaigns.work.editions.wanting import want_editions
from campaigns.work.library.contents import contents_of
from campaigns.work.texts.writing import must_pass
from campaigns.work.workplace import Workplace


class EditionsAreOffered(Refused):
    """Consent is to what was seen, so whoever may give it changes what everyone gets."""

    message = N_(
        "Editions that bear the logo are offered to everyone, so it is changed and removed by a publisher of your "
        "organisation."
    )


class NoLogo(Refused):
    """There is nothing to remove."""

    message = N_("Your organisation has no logo here.")


@dataclass(frozen=True, kw_only=True)
class KeptLogo:
    """The logo there is. `printed` is its size on A4, in millimetres."""

    alternative: str
    sha256: str
    width: int
    height: int
    printed: tuple[float, float]
    added_at: datetime
    added_by: str


@dataclass(frozen=True, kw_only=True)
class LogoDesk:
    """The logo of one's own organisation. `editions` bear it, of which `offered` are offered to everyone."""

    logo: KeptLogo | None
    editions: int
    offered: int
    may_change: bool


def logo_desk(place: Workplace, actor: Actor) -> LogoDesk:
    """The logo, for every member of an organisation that can have editions. Raises NotThere for the police."""
    with reading(place.engine) as session:
        organisation_id = _own(session, actor)
        counts = session.exec(
            select(func.count(), func.count(col(LocalEdition.offered_at))).where(
                col(LocalEdition.organisation_id) == organisation_id
            )
        ).one()
        return LogoDesk(
            logo=_kept(session, organisation_id),
            editions=counts[0],
            offered=counts[1],
            may_change=actor.may(Permission.KEEP_LOGO) and (not counts[1] or actor.may(Permission.CONSENT)),
        )


def _own(session: Session, actor: Actor) -> str:
    found = session.exec(
        select(Organisation.id).where(
            col(Organisation.id) == actor.organisation_id, col(Organisation.kind) != OrganisationKind.POLICE
        )
    ).first()
    if found is None:
        raise NotThere
    return found


def _kept(session: Session, organisation_id: str) -> KeptLogo | None:
    logo = OrganisationLogo
    row = session.exec(
        select(logo.alternative, logo.sha256, logo.width, logo.height, logo.added_at, Member.name)  # type: ignore[call-overload] # six columns are one too many for its overloads
        .outerjoin(Member, col(Member.id) == col(logo.added_by))
        .where(col(logo.organisation_id) == organisation_id)
    ).first()
    if row is None:
        return None
    alternative, sha256, width, height, added_at, name = row
    printed = Logo(png=b"", alternative=alternative, width=width, height=height).printed
    return KeptLogo(
        alternative=alternative,
        sha256=sha256,
        width=width,
        height=height,
        printed=printed,
        added_at=added_at,
        added_by=name or "",
    )


def logo_picture(place: Workplace, actor: Actor) -> bytes:
    """The PNG of one's own organisation. Raises NotThere."""
    with reading(place.engine) as session:
        row = session.get(OrganisationLogo, _own(session, actor))
        if row is None:
            raise NotThere
        return row.content


def keep_logo(place: Workplace, actor: Actor, *, raw: bytes, alternative: str, now: datetime) -> None:
    """Take a logo in the place of the one there was, or without a file only say something else of that.

    Every edition of the organisation is made anew. Raises BadInput with everything that is wrong with the file (at
    `file`) and with what is said of it, EditionsAreOffered, or NotThere.
    """
    actor.must(Permission.KEEP_LOGO)
    alternative = one_line(alternative)
    must_pass(list(logo_faults(alternative)))
    with reading(place.engine) as session:
        has_one = session.get(OrganisationLogo, _own(session, actor)) is not None
    found = clean_logo(raw) if raw or not has_one else None  # outside of any transaction: it takes its time
    with writing(place.engine) as session:
        organisation_id, campaigns = _held(session, actor)
        row = session.get(OrganisationLogo, organisation_id)
        row = _row(row, organisation_id, found, alternative, actor, now)
        session.add(row)
        _make_anew(session, place, campaigns, now=now)
        details = {"organisation": organisation_id, "sha256": row.sha256}
        audit.record(session, actor, "organisation.logo_kept", now=now, details=details)


def _held(session: Session, actor: Actor) -> tuple[str, Sequence[Campaign]]:
    """The organisation and every campaign it has editions of, locked, so that none is begun or offered meanwhile."""
    organisation_id = _own(session, actor)
    hold_logo(session, organisation_id)
    ours = col(LocalEdition.organisation_id) == organisation_id
    campaigns = session.exec(
        select(Campaign)
        .where(col(Campaign.id).in_(select(col(LocalEdition.campaign_id)).where(ours)))
        .order_by(col(Campaign.id))
        .with_for_update()
    ).all()
    offered = select(LocalEdition.id).where(ours, col(LocalEdition.offered_at).is_not(None)).limit(1)
    if session.exec(offered).first() is not None and not actor.may(Permission.CONSENT):
        raise EditionsAreOffered
    return organisation_id, campaigns


def _row(
    row: OrganisationLogo | None,
    organisation_id: str,
    found: Clean | None,
    alternative: str,
    actor: Actor,
    now: datetime,
) -> OrganisationLogo:
    if found is None:
        if row is None:  # a colleague removed it meanwhile
            raise NoLogo
        row.alternative = alternative
        return row
    row = row or OrganisationLogo(
        organisation_id=organisation_id, alternative="", sha256="", content=b"", width=0, height=0, added_at=now
    )
    row.alternative, row.sha256 = alternative, hashlib.sha256(found.content).hexdigest()
    row.content, row.width, row.height = found.content, found.width, found.height
    row.added_by, row.added_at = actor.member_id, now
    return row


def _make_anew(session: Session, place: Workplace, campaigns: Sequence[Campaign], *, now: datetime) -> None:
    """Whatever bears the logo, or bore it, is asked for again in the same transaction."""
    session.flush()
    for campaign in campaigns:
        want_editions(session, place, campaign, contents_of(session, place, campaign), now=now)


def remove_logo(place: Workplace, actor: Actor, *, now: datetime) -> None:
    """Delete the logo; editions are made anew without it. Raises NoLogo, EditionsAreOffered or NotThere."""
    actor.must(Permission.KEEP_LOGO)
    with writing(place.engine) as session:
        organisation_id, campaigns = _held(session, actor)
        row = session.get(OrganisationLogo, organisation_id)
        if row is None:
            raise NoLogo
        details = {"organisation": organisation_id, "sha256": row.sha256}
        session.delete(row)
        _make_anew(session, place, campaigns, now=now)
        audit.record(session, actor, "organisation.logo_removed", now=now, details=details)
