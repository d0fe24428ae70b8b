"""Every table. Rows carry data; the rules that judge them are in `campaigns.domain`."""

from campaigns.store.tables.accounts import AccountSession, Passkey, Throttle
from campaigns.store.tables.audit import AuditEvent
from campaigns.store.tables.campaigns import (
    Acceptance,
    Campaign,
    CampaignVersion,
    Consent,
    GlossaryTerm,
    Invitation,
    Message,
    Proposal,
    Question,
    TermsVersion,
    Text,
    TextVersion,
)
from campaigns.store.tables.editions import EditionCount, EditionTrace, LocalEdition
from campaigns.store.tables.library import (
    MaterialBody,
    MaterialCount,
    MaterialFetch,
    MaterialFile,
    MaterialPart,
    MaterialSet,
    MaterialVisit,
)
from campaigns.store.tables.logos import OrganisationLogo
from campaigns.store.tables.people import Channel, Member, MemberInvitation, Membership, Organisation, Subscription
from campaigns.store.tables.releases import Delivery, Opening, Release, ReleasedText
from campaigns.store.tables.service import Disarming, Node
from campaigns.store.tables.translating import (
    Assignment,
    BackTranslation,
    SourceChange,
    TextRemark,
    TextReview,
    UnreadCorrection,
)
from campaigns.store.tables.uploads import ReleasedUpload, Upload, UploadBody, UploadConsent

__all__ = [
    "Acceptance",
    "AccountSession",
    "Assignment",
    "AuditEvent",
    "BackTranslation",
    "Campaign",
    "CampaignVersion",
    "Channel",
    "Consent",
    "Delivery",
    "Disarming",
    "EditionCount",
    "EditionTrace",
    "GlossaryTerm",
    "Invitation",
    "LocalEdition",
    "MaterialBody",
    "MaterialCount",
    "MaterialFetch",
    "MaterialFile",
    "MaterialPart",
    "MaterialSet",
    "MaterialVisit",
    "Member",
    "MemberInvitation",
    "Membership",
    "Message",
    "Node",
    "Opening",
    "Organisation",
    "OrganisationLogo",
    "Passkey",
    "Proposal",
    "Question",
    "Release",
    "ReleasedText",
    "ReleasedUpload",
    "SourceChange",
    "Subscription",
    "TermsVersion",
    "Text",
    "TextRemark",
    "TextReview",
    "TextVersion",
    "Throttle",
    "UnreadCorrection",
    "Upload",
    "UploadBody",
    "UploadConsent",
]
