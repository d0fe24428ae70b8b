"""Every table. Rows carry data; the rules that judge them are in `campaigns.domain`."""

from campaigns.store.tables.audit import AuditEvent
from campaigns.store.tables.campaigns import (
    Acceptance,
    Campaign,
    Consent,
    Invitation,
    Message,
    Proposal,
    Question,
    Text,
    TextVersion,
)
from campaigns.store.tables.people import Channel, Member, MemberInvitation, Membership, Organisation, Subscription
from campaigns.store.tables.releases import Delivery, Opening, Release, ReleasedText

__all__ = [
    "Acceptance",
    "AuditEvent",
    "Campaign",
    "Channel",
    "Consent",
    "Delivery",
    "Invitation",
    "Member",
    "MemberInvitation",
    "Membership",
    "Message",
    "Opening",
    "Organisation",
    "Proposal",
    "Question",
    "Release",
    "ReleasedText",
    "Subscription",
    "Text",
    "TextVersion",
]
