"""A small world to look at: four organisations, their members, and random campaigns stored row by row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from sqlmodel import Session

from campaigns.domain.access import Actor, Role
from campaigns.domain.embargo import Embargo, Standing
from campaigns.domain.ids import MemberId, OrganisationId
from campaigns.domain.library import Making
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.tables import Acceptance, Campaign, Invitation, MaterialSet, Member, Membership, Organisation

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)
ORGANISATIONS = ("police", "other-police", "partner", "other-partner")
# One member may act for two organisations, and is another reader for each.
MEMBERSHIPS = (
    ("communicator", "police", Role.COMMUNICATOR),
    ("approver", "police", Role.APPROVER),
    ("elsewhere", "other-police", Role.COMMUNICATOR),
    ("editor", "partner", Role.EDITOR),
    ("volunteer", "partner", Role.READER),
    ("volunteer", "other-partner", Role.READER),
)
READERS = tuple(
    Actor(member_id=MemberId(member), organisation_id=OrganisationId(organisation), roles=frozenset({role}))
    for member, organisation, role in MEMBERSHIPS
)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A campaign as it will be stored, with who was invited and who accepted the terms."""

    embargo: Embargo
    owner: str
    invited: frozenset[str]
    revoked: frozenset[str]
    accepted: frozenset[tuple[str, str]]

    def standing_of(self, actor: Actor) -> Standing:
        """The reader's standing, as the glossary says it and not as the code computes it."""
        if actor.organisation_id == self.owner:
            return Standing.APPROVER if Role.APPROVER in actor.roles else Standing.OWNER
        if actor.organisation_id not in self.invited - self.revoked:
            return Standing.PUBLIC
        did = (actor.member_id, actor.organisation_id) in self.accepted
        return Standing.BRIEFED if did else Standing.INVITED


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
STORED = st.builds(
    Stored,
    embargo=st.builds(
        Embargo,
        stage=st.sampled_from([*Stage, Stage.APPROVED, Stage.APPROVED]),
        briefing_opens_at=INSTANTS,
        lift_at=INSTANTS,
    ),
    owner=st.sampled_from(ORGANISATIONS[:2]),
    invited=st.frozensets(st.sampled_from(ORGANISATIONS)),
    revoked=st.frozensets(st.sampled_from(ORGANISATIONS), max_size=2),
    accepted=st.frozensets(st.sampled_from([(member, organisation) for member, organisation, _ in MEMBERSHIPS])),
)


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 12) -> tuple[list[Stored], datetime]:
    """Campaigns and an instant, very often one that is at, just before or just after a time of theirs."""
    campaigns = draw(st.lists(STORED, min_size=1, max_size=most))
    anchors = [at for one in campaigns for at in (one.embargo.lift_at, one.embargo.briefing_opens_at)]
    near = st.sampled_from(anchors).flatmap(lambda at: st.sampled_from([at - A_MOMENT, at, at + A_MOMENT]))
    return campaigns, draw(st.one_of(near, INSTANTS))


def every_stage_around(lift_at: datetime, briefing_opens_at: datetime) -> list[Stored]:
    """One campaign in each stage, all with the same times, invited and accepted by all who can."""
    return [
        Stored(
            embargo=Embargo(stage=stage, briefing_opens_at=briefing_opens_at, lift_at=lift_at),
            owner="police",
            invited=frozenset({"partner", "other-police"}),
            revoked=frozenset({"other-police"}),
            accepted=frozenset({("editor", "partner"), ("volunteer", "other-partner")}),
        )
        for stage in Stage
    ]


def people() -> list[Organisation | Member | Membership]:
    """The organisations and their members, in the order in which they can be stored."""
    organisations = [
        Organisation(id=name, name=name, slug=name, kind=OrganisationKind.OTHER, created_at=LONG_AGO)
        for name in ORGANISATIONS
    ]
    names = dict.fromkeys(member for member, _, _ in MEMBERSHIPS)
    members = [Member(id=name, email=f"{name}@example.org", name=name, created_at=LONG_AGO) for name in names]
    memberships = [
        Membership(member_id=member, organisation_id=organisation, roles=[role.value], created_at=LONG_AGO)
        for member, organisation, role in MEMBERSHIPS
    ]
    return [*organisations, *members, *memberships]


def store_campaigns(session: Session, campaigns: list[Stored]) -> None:
    """Store them as `c0`, `c1`, … with their invitations and acceptances."""
    for number, one in enumerate(campaigns):
        session.add(campaign_row(f"c{number}", one))
    session.flush()
    for number, one in enumerate(campaigns):
        session.add_all(_dealings(f"c{number}", one))
        session.add_all(_material(f"c{number}", embargoed) for embargoed in (True, False))
    session.flush()


def _material(campaign_id: str, embargoed: bool) -> MaterialSet:  # noqa: FBT001 - one of each
    """What can be downloaded: with the embargo line, and without."""
    return MaterialSet(
        id=f"{campaign_id} {'under embargo' if embargoed else 'open'}",
        campaign_id=campaign_id,
        language="sv",
        embargoed=embargoed,
        version=1,
        digest="x",
        state=Making.MADE,
        wanted_at=LONG_AGO,
    )


def campaign_row(campaign_id: str, one: Stored) -> Campaign:
    """The campaign's own row. A withdrawn one has its time."""
    return Campaign(
        id=campaign_id,
        slug=f"slug-{campaign_id}",
        name=f"secret-name-{campaign_id}",
        owner_id=one.owner,
        stage=one.embargo.stage,
        briefing_opens_at=one.embargo.briefing_opens_at,
        lift_at=one.embargo.lift_at,
        withdrawn_at=LONG_AGO if one.embargo.stage is Stage.WITHDRAWN else None,
        languages=["sv", "en"],
        created_at=LONG_AGO,
    )


def _dealings(campaign_id: str, one: Stored) -> list[Invitation | Acceptance]:
    invitations = [
        Invitation(
            campaign_id=campaign_id,
            organisation_id=organisation,
            invited_at=LONG_AGO,
            revoked_at=LONG_AGO if organisation in one.revoked else None,
        )
        for organisation in sorted(one.invited)
    ]
    acceptances = [
        Acceptance(
            campaign_id=campaign_id,
            member_id=member,
            organisation_id=organisation,
            terms_version=1,
            lift_at=one.embargo.lift_at,
            accepted_at=LONG_AGO,
        )
        for member, organisation in sorted(one.accepted)
    ]
    return [*invitations, *acceptances]
