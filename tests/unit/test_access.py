"""Who may do what: the table of roles, and that two people means two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.access import (
    PERMISSIONS,
    Actor,
    NeedsAnotherPerson,
    Permission,
    Role,
    roles_with,
    two_people,
)
from campaigns.domain.errors import NotAllowed
from campaigns.domain.ids import MemberId, OrganisationId

POLICE = {Role.COMMUNICATOR, Role.APPROVER}
PARTNER = {Role.EDITOR, Role.PUBLISHER, Role.TRANSLATOR, Role.READER}

# Permission → everyone who holds it, and nobody else.
HOLDERS: dict[Permission, set[Role]] = {
    Permission.REGISTER: {Role.COMMUNICATOR, Role.OPERATOR},
    Permission.BRIEF: POLICE,
    Permission.ANSWER: POLICE,
    Permission.EDIT_CORE: POLICE,
    Permission.ASK_APPROVAL: POLICE,
    Permission.APPROVE: {Role.APPROVER},
    Permission.HOLD: POLICE,
    Permission.RESCHEDULE: POLICE,
    Permission.WITHDRAW: POLICE,
    Permission.REHEARSE: POLICE | {Role.OPERATOR},
    Permission.READ_BRIEFING: POLICE | PARTNER,
    Permission.ASK: PARTNER,
    Permission.WRITE_MATCHING: {Role.EDITOR, Role.PUBLISHER, Role.TRANSLATOR},
    Permission.CONSENT: {Role.PUBLISHER},
    Permission.REPORT: POLICE | {Role.EDITOR, Role.PUBLISHER},
    Permission.INVITE: {Role.ADMINISTRATOR, Role.OPERATOR},
    Permission.KEEP_ORGANISATION: {Role.ADMINISTRATOR, Role.OPERATOR},
    Permission.KEEP_LOGO: {Role.PUBLISHER, Role.ADMINISTRATOR},
    Permission.FOUND_ORGANISATION: {Role.STEWARD, Role.OPERATOR},
    Permission.VERIFY: {Role.STEWARD},
    Permission.KEEP_TERMS: {Role.STEWARD},
    Permission.KEEP_GLOSSARY: {Role.STEWARD},
    Permission.SEE_HEALTH: {Role.STEWARD},
    Permission.SEE_AUDIT: {Role.STEWARD},
    Permission.REARM: {Role.STEWARD, Role.APPROVER},
}
ROLES = st.frozensets(st.sampled_from(Role))
MEMBERS = st.one_of(st.none(), st.text(min_size=1).map(MemberId))


def member(roles: frozenset[Role]) -> Actor:
    """A member with these roles."""
    return Actor(member_id=MemberId("m"), organisation_id=OrganisationId("o"), roles=roles)


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_is_held_by_exactly_these_roles(permission: Permission) -> None:
    """The table above is read by permission; the code's is read by role."""
    assert {role for role in Role if permission in PERMISSIONS[role]} == HOLDERS[permission]
    assert roles_with(permission) == HOLDERS[permission]


def test_a_steward_keeps_the_service_and_takes_no_part_in_campaigns() -> None:
    """Whoever verifies organisations neither briefs, approves nor lifts."""
    of_campaigns = {Permission.BRIEF, Permission.APPROVE, Permission.HOLD, Permission.READ_BRIEFING, Permission.CONSENT}
    assert not of_campaigns & PERMISSIONS[Role.STEWARD]


def test_every_role_has_its_row() -> None:
    """A role without a row would stop with an error in the middle of a task."""
    assert set(PERMISSIONS) == set(Role)


@given(ROLES, st.sampled_from(Permission))
def test_several_roles_allow_what_any_of_them_allows_and_no_more(roles: frozenset[Role], asked: Permission) -> None:
    """Without a role nothing is allowed."""
    assert member(roles).may(asked) is bool(roles & HOLDERS[asked])


@given(ROLES, st.sampled_from(Permission))
def test_who_may_not_is_told_what_and_whom_to_ask(roles: frozenset[Role], asked: Permission) -> None:
    """`must` says no exactly where `may` does."""
    actor = member(roles)
    if actor.may(asked):
        actor.must(asked)
        return
    with pytest.raises(NotAllowed, match="Ask an administrator") as refused:
        actor.must(asked)
    assert asked.value in str(refused.value)


def test_the_operator_runs_the_machine_and_reads_no_briefing() -> None:
    """Whoever has the command line approves nothing, lifts nothing and speaks for nobody."""
    operator = Actor.operator()
    closed = {Permission.READ_BRIEFING, Permission.APPROVE, Permission.RESCHEDULE, Permission.CONSENT}
    assert operator.member_id is None
    assert operator.organisation_id is None
    assert not any(operator.may(permission) for permission in closed)


@given(MEMBERS, MEMBERS)
def test_two_people_are_two_known_and_different_members(first: MemberId | None, second: MemberId | None) -> None:
    """One alone, nobody, or someone unknown is not two."""
    if first and second and first != second:
        two_people(first, second)
        return
    with pytest.raises(NeedsAnotherPerson, match="Ask a colleague"):
        two_people(first, second)
