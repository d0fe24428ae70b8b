"""Who may do what: role × permission as a table, and the person who acts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.errors import N_, NotAllowed, Refused
from campaigns.domain.ids import MemberId, OrganisationId


class Role(StrEnum):
    """What a member is trusted with in one organisation."""

    COMMUNICATOR = "communicator"  # police: registers and works on campaigns
    APPROVER = "approver"  # police: approves, holds, lifts early, stops
    EDITOR = "editor"  # partner: writes matching messages
    PUBLISHER = "publisher"  # partner: gives consent in the organisation's name
    TRANSLATOR = "translator"  # writes texts in other languages
    READER = "reader"  # reads the briefing
    ADMINISTRATOR = "administrator"  # invites members and keeps channels
    STEWARD = "steward"  # police: keeps the service itself, such as organisations, terms and the audit trail
    OPERATOR = "operator"  # runs the machine; works from its command line


class Permission(StrEnum):
    """What can be asked for. The values are shown to people."""

    REGISTER = "register a campaign"
    BRIEF = "invite partners"
    ANSWER = "answer questions"
    EDIT_CORE = "edit core messages"
    ASK_APPROVAL = "ask for approval"
    APPROVE = "approve a release"
    HOLD = "hold or resume a campaign"
    RESCHEDULE = "change the lift"
    WITHDRAW = "withdraw a campaign"
    REHEARSE = "rehearse a release"
    READ_BRIEFING = "read the briefing"
    ASK = "ask questions"
    WRITE_MATCHING = "write matching messages"
    CONSENT = "give consent"
    REPORT = "report a message as published"
    INVITE = "invite members"
    KEEP_ORGANISATION = "keep channels and subscriptions"
    KEEP_LOGO = "keep the logo"
    FOUND_ORGANISATION = "add an organisation"
    VERIFY = "verify an organisation"
    KEEP_TERMS = "publish embargo terms"
    KEEP_GLOSSARY = "keep the glossary"
    SEE_HEALTH = "see the health of the service"
    SEE_AUDIT = "read the audit trail"
    REARM = "arm publishing again"


_POLICE_DESK = frozenset(
    {
        Permission.BRIEF,
        Permission.ANSWER,
        Permission.EDIT_CORE,
        Permission.ASK_APPROVAL,
        Permission.HOLD,
        Permission.RESCHEDULE,
        Permission.WITHDRAW,
        Permission.REHEARSE,
        Permission.READ_BRIEFING,
        Permission.REPORT,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.COMMUNICATOR: _POLICE_DESK | {Permission.REGISTER},
    Role.APPROVER: _POLICE_DESK | {Permission.APPROVE, Permission.REARM},
    Role.EDITOR: frozenset({Permission.READ_BRIEFING, Permission.ASK, Permission.WRITE_MATCHING, Permission.REPORT}),
    Role.PUBLISHER: frozenset(
        {
            Permission.READ_BRIEFING,
            Permission.ASK,
            Permission.WRITE_MATCHING,
            Permission.CONSENT,
            Permission.REPORT,
            Permission.KEEP_LOGO,
        }
    ),
    Role.TRANSLATOR: frozenset({Permission.READ_BRIEFING, Permission.ASK, Permission.WRITE_MATCHING}),
    Role.READER: frozenset({Permission.READ_BRIEFING, Permission.ASK}),
    Role.ADMINISTRATOR: frozenset({Permission.INVITE, Permission.KEEP_ORGANISATION, Permission.KEEP_LOGO}),
    Role.STEWARD: frozenset(
        {
            Permission.FOUND_ORGANISATION,
            Permission.VERIFY,
            Permission.KEEP_TERMS,
            Permission.KEEP_GLOSSARY,
            Permission.SEE_HEALTH,
            Permission.SEE_AUDIT,
            Permission.REARM,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.REGISTER,
            Permission.REHEARSE,
            Permission.INVITE,
            Permission.KEEP_ORGANISATION,
            Permission.FOUND_ORGANISATION,
        }
    ),
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """Every role that holds a permission."""
    return frozenset(role for role, held in PERMISSIONS.items() if permission in held)


class NeedsAnotherPerson(Refused):
    """Two people, or it does not count (ASVS 2.3.5)."""

    message = N_("This needs two people, and you are the one who asked or wrote it. Ask a colleague to confirm.")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person who acts, for one of their organisations. The operator acts for none and has no member id."""

    member_id: MemberId | None
    organisation_id: OrganisationId | None
    roles: frozenset[Role]

    @classmethod
    def operator(cls) -> "Actor":
        """Whoever sits at the machine's own command line."""
        return cls(member_id=None, organisation_id=None, roles=frozenset({Role.OPERATOR}))

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles holds the permission."""
        return any(permission in PERMISSIONS[role] for role in self.roles)

    def must(self, permission: Permission) -> None:
        """Raise NotAllowed unless the permission is held."""
        if not self.may(permission):
            raise NotAllowed(permission=permission)


def two_people(first: MemberId | None, second: MemberId | None) -> None:
    """Raise NeedsAnotherPerson unless both are known members and not the same one."""
    if first is None or second is None or first == second:
        raise NeedsAnotherPerson


def must_not_be_an_author(member: MemberId | None, authors: Collection[str]) -> None:
    """Raise NeedsAnotherPerson unless it is a known member who wrote none of what is to be confirmed."""
    if member is None or member in authors:
        raise NeedsAnotherPerson
