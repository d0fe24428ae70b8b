"""Who sits at the desk: the member of a session, and the organisation they act for, as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.ids import MemberId, OrganisationId
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.disarming import disarmed_since
from campaigns.store.engine import reading
from campaigns.store.tables import Member, Membership, Organisation
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """An organisation that a member belongs to, and their roles in it."""

    id: str
    name: str
    kind: OrganisationKind
    verified: bool
    roles: frozenset[Role]

    @property
    def is_police(self) -> bool:
        """Whether campaigns are registered here."""
        return self.kind is OrganisationKind.POLICE


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The person at the desk, acting for one of their organisations.

    `disarmed_at` is set, for the police, while nothing may be published.
    """

    member_id: str
    name: str
    email: str
    locale: str
    visited_at: datetime | None
    belongings: Mapping[str, Belonging]
    organisation: Belonging
    disarmed_at: datetime | None

    @property
    def actor(self) -> Actor:
        """Who acts, as every task wants to know it."""
        return Actor(
            member_id=MemberId(self.member_id),
            organisation_id=OrganisationId(self.organisation.id),
            roles=self.organisation.roles,
        )

    def may(self, permission: Permission) -> bool:
        """Whether the roles here hold a permission; for menus and buttons. The tasks check again."""
        return self.actor.may(permission)


def signed_in(
    place: Workplace, *, member_id: str, uniquifier: str, organisation_id: str | None = None
) -> SignedIn | None:
    """The member as they are now: a role taken away, or an account that was closed, counts at once.

    None if the account is closed, if its sessions were ended (another uniquifier), or if it belongs nowhere. Whoever
    has left the organisation of the session acts for the first of the others.
    """
    with reading(place.engine) as session:
        row = session.exec(select(Member, disarmed_since()).where(col(Member.id) == member_id)).first()
        if row is None or not row[0].active or row[0].uniquifier != uniquifier:
            return None
        member, disarmed_at = row
        belongings = _belongings(session, member_id)
        if not belongings:
            return None
        organisation = belongings.get(organisation_id or "", next(iter(belongings.values())))
        return SignedIn(
            member_id=member.id,
            name=member.name,
            email=member.email,
            locale=member.locale,
            visited_at=member.visited_at,
            belongings=belongings,
            organisation=organisation,
            disarmed_at=disarmed_at if organisation.is_police else None,
        )


def _belongings(session: Session, member_id: str) -> Mapping[str, Belonging]:
    rows = session.exec(
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Membership.member_id) == member_id)
        .order_by(col(Organisation.name))
    )
    return {
        organisation.id: Belonging(
            id=organisation.id,
            name=organisation.name,
            kind=organisation.kind,
            verified=organisation.verified_at is not None,
            roles=frozenset(Role(role) for role in membership.roles),
        )
        for membership, organisation in rows
    }
