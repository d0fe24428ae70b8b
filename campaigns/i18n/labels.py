"""What states, moves, roles and kinds are called in sentences and tables."""

from collections.abc import Mapping
from enum import Enum

from campaigns.domain.access import Permission, Role
from campaigns.domain.embargo import Standing
from campaigns.domain.errors import N_, Severity
from campaigns.domain.library import Making
from campaigns.domain.lifecycle import DeliveryState, Move, Stage, TextState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import Answer, ChannelKind, Event
from campaigns.domain.texts import FactKind, Variant
from campaigns.domain.translating import SourceEdit, TextMove
from campaigns.domain.uploads import UploadKind
from campaigns.domain.workers import Problem

# By type first: members of two string enums with the same value are equal, and would hide each other in one table.
LABELS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Stage: {
        Stage.DRAFT: N_("a draft"),
        Stage.BRIEFING: N_("in briefing"),
        Stage.APPROVED: N_("approved"),
        Stage.LIVE: N_("public"),
        Stage.CLOSED: N_("closed"),
        Stage.HELD: N_("on hold"),
        Stage.CANCELLED: N_("cancelled"),
        Stage.WITHDRAWN: N_("withdrawn"),
    },
    Move: {
        Move.BRIEF: N_("open the briefing"),
        Move.APPROVE: N_("approve"),
        Move.REOPEN: N_("reopen"),
        Move.HOLD: N_("hold"),
        Move.RESUME: N_("resume"),
        Move.GO_LIVE: N_("lift the embargo"),
        Move.CLOSE: N_("close"),
        Move.CANCEL: N_("cancel"),
        Move.WITHDRAW: N_("withdraw"),
    },
    UploadKind: {
        UploadKind.DOCUMENT: N_("document"),
        UploadKind.IMAGE: N_("image"),
        UploadKind.AUDIO: N_("recording"),
        UploadKind.SUBTITLES: N_("subtitles"),
        UploadKind.SIGN_VIDEO: N_("film in sign language"),
    },
    TextState: {
        TextState.MISSING: N_("missing"),
        TextState.DRAFT: N_("a draft"),
        TextState.TRANSLATED: N_("translated"),
        TextState.REVIEWED: N_("reviewed"),
        TextState.APPROVED: N_("approved"),
        TextState.PUBLISHED: N_("published"),
    },
    TextMove: {
        TextMove.HAND_OVER: N_("hand the text over for review"),
        TextMove.PASS: N_("let the text pass"),
        TextMove.SEND_BACK: N_("ask for changes"),
    },
    SourceEdit: {
        SourceEdit.MEANING: N_("the meaning changed"),
        SourceEdit.TYPO: N_("a typo only"),
    },
    DeliveryState: {
        DeliveryState.PLANNED: N_("planned"),
        DeliveryState.ARMED: N_("armed"),
        DeliveryState.SENDING: N_("on its way"),
        DeliveryState.LIVE: N_("out"),
        DeliveryState.REFUSED: N_("refused"),
        DeliveryState.UNKNOWN: N_("unclear"),
        DeliveryState.LATE: N_("late"),
        DeliveryState.HELD: N_("on hold"),
        DeliveryState.CANCELLED: N_("cancelled"),
    },
    Making: {
        Making.WAITING: N_("waiting"),
        Making.MAKING: N_("being made"),
        Making.MADE: N_("ready"),
        Making.REFUSED: N_("cannot be made"),
    },
    Problem: {
        Problem.CLOCK_DISAGREES: N_("its clock differs from the database's by more than a second"),
        Problem.CLOCK_JUMPED: N_("its clock jumped, and must be steady for a minute first"),
        Problem.DATABASE_SILENT: N_("the database has not answered it for a while"),
        Problem.UNREADY: N_("the database does not answer it"),
        Problem.STALLED: N_("one of its rounds has not ended for half a minute"),
        Problem.OTHER: N_("something failed that should not"),
    },
    ChannelKind: {
        ChannelKind.WEBHOOK: N_("webhook"),
        ChannelKind.EMAIL: N_("e-mail"),
        ChannelKind.BY_HAND: N_("by hand"),
        ChannelKind.WORDPRESS: "WordPress",
        ChannelKind.MASTODON: "Mastodon",
        ChannelKind.BLUESKY: "Bluesky",
    },
    Event: {
        Event.CAMPAIGN_LIFTED: N_("the embargo is lifted"),
        Event.LANGUAGE_ADDED: N_("the campaign is there in one more language"),
        Event.MESSAGE_PUBLISHED: N_("a message is published"),
        Event.MESSAGE_CORRECTED: N_("a message is corrected"),
        Event.MESSAGE_WITHDRAWN: N_("a message is withdrawn"),
        Event.PING: N_("a test of the channel"),
        Event.NOTICE: N_("a notice"),
    },
    Answer: {
        Answer.ACCEPTED: N_("accepted"),
        Answer.HANDED_OVER: N_("handed over to a person"),
        Answer.REFUSED: N_("refused"),
        Answer.TRY_AGAIN: N_("will be tried again"),
        Answer.NOT_SENT: N_("not sent"),
        Answer.UNCLEAR: N_("unclear"),
        Answer.NOT_AS_SENT: N_("there, but not as it was sent"),
    },
    Variant: {
        Variant.HEADLINE: N_("headline"),
        Variant.LONG: N_("long text"),
        Variant.SHORT: N_("short text"),
        Variant.SMS: N_("text message"),
        Variant.SPOKEN: N_("text to read aloud"),
    },
    FactKind: {
        FactKind.SENTENCE: N_("sentence"),
        FactKind.PHONE: N_("phone number"),
        FactKind.LINK: N_("link"),
        FactKind.NUMBER: N_("number"),
        FactKind.DATE: N_("date"),
    },
    Severity: {
        Severity.ERROR: N_("must be mended"),
        Severity.WARNING: N_("worth a look"),
    },
    Standing: {
        Standing.PUBLIC: N_("the public"),
        Standing.INVITED: N_("invited"),
        Standing.BRIEFED: N_("briefed"),
        Standing.OWNER: N_("the police organisation"),
        Standing.APPROVER: N_("approver"),
    },
    Role: {
        Role.COMMUNICATOR: N_("communicator"),
        Role.APPROVER: N_("approver"),
        Role.EDITOR: N_("editor"),
        Role.PUBLISHER: N_("publisher"),
        Role.TRANSLATOR: N_("translator"),
        Role.READER: N_("reader"),
        Role.ADMINISTRATOR: N_("administrator"),
        Role.STEWARD: N_("steward"),
        Role.OPERATOR: N_("operator"),
    },
    Permission: {
        Permission.REGISTER: N_("register a campaign"),
        Permission.BRIEF: N_("invite partners"),
        Permission.ANSWER: N_("answer questions"),
        Permission.EDIT_CORE: N_("edit core messages"),
        Permission.ASK_APPROVAL: N_("ask for approval"),
        Permission.APPROVE: N_("approve a release"),
        Permission.HOLD: N_("hold or resume a campaign"),
        Permission.RESCHEDULE: N_("change the lift"),
        Permission.WITHDRAW: N_("withdraw a campaign"),
        Permission.REHEARSE: N_("rehearse a release"),
        Permission.READ_BRIEFING: N_("read the briefing"),
        Permission.ASK: N_("ask questions"),
        Permission.WRITE_MATCHING: N_("write matching messages"),
        Permission.CONSENT: N_("give consent"),
        Permission.REPORT: N_("report a message as published"),
        Permission.INVITE: N_("invite members"),
        Permission.KEEP_ORGANISATION: N_("keep channels and subscriptions"),
        Permission.KEEP_LOGO: N_("keep the logo"),
        Permission.FOUND_ORGANISATION: N_("add an organisation"),
        Permission.VERIFY: N_("verify an organisation"),
        Permission.KEEP_TERMS: N_("publish embargo terms"),
        Permission.KEEP_GLOSSARY: N_("keep the glossary"),
        Permission.SEE_HEALTH: N_("see the health of the service"),
        Permission.SEE_AUDIT: N_("read the audit trail"),
        Permission.REARM: N_("arm publishing again"),
    },
    OrganisationKind: {
        OrganisationKind.POLICE: N_("police"),
        OrganisationKind.HELPLINE: N_("helpline"),
        OrganisationKind.STUDY_ASSOCIATION: N_("study association"),
        OrganisationKind.SPORTS: N_("sports"),
        OrganisationKind.FAITH: N_("faith community"),
        OrganisationKind.RELATIVES: N_("network of relatives"),
        OrganisationKind.YOUTH: N_("youth organisation"),
        OrganisationKind.TENANTS: N_("tenants and residents"),
        OrganisationKind.AID: N_("aid organisation"),
        OrganisationKind.CULTURE: N_("culture"),
        OrganisationKind.MUNICIPALITY: N_("municipality"),
        OrganisationKind.SCHOOL: N_("school"),
        OrganisationKind.OTHER: N_("organisation"),
    },
}
