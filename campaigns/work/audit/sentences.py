"""What every event of the audit trail says, as a sentence. An action that is recorded and not here fails a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.errors import N_


class Group(StrEnum):
    """Actions that belong together, to choose among."""

    CAMPAIGN = "campaign"
    BRIEFING = "briefing"
    TEXT = "text"
    RELEASE = "release"
    ORGANISATION = "organisation"
    PEOPLE = "people"
    ACCOUNT = "account"
    SERVICE = "service"


GROUPS: Mapping[Group, str] = {
    Group.CAMPAIGN: N_("Campaigns and when they are lifted"),
    Group.BRIEFING: N_("Briefings, terms and questions"),
    Group.TEXT: N_("Texts and consent"),
    Group.RELEASE: N_("Releases and deliveries"),
    Group.ORGANISATION: N_("Organisations and channels"),
    Group.PEOPLE: N_("Members and roles"),
    Group.ACCOUNT: N_("Logins and accounts"),
    Group.SERVICE: N_("The service itself"),
}


@dataclass(frozen=True)
class Said:
    """An action in words. `who` is the member with their organisation; the other facts come from the event."""

    group: Group
    sentence: str


_C, _B, _T, _R = Group.CAMPAIGN, Group.BRIEFING, Group.TEXT, Group.RELEASE
_O, _P, _A, _S = Group.ORGANISATION, Group.PEOPLE, Group.ACCOUNT, Group.SERVICE

ACTIONS: Mapping[str, Said] = {
    "campaign.registered": Said(_C, N_("{who} registered the campaign {campaign}.")),
    "facts.saved": Said(_C, N_("{who} changed facts or briefing of the campaign {campaign}.")),
    "times.set": Said(_C, N_("{who} set the times of the campaign {campaign}.")),
    "campaign.postponed": Said(_C, N_("{who} moved the lift of the campaign {campaign} to {lift_at}.")),
    "lift_early.asked": Said(_C, N_("{who} asked for an earlier lift of the campaign {campaign}: {lift_at}.")),
    "campaign.lifted_early": Said(_C, N_("{who} confirmed an earlier lift of the campaign {campaign}: {lift_at}.")),
    "campaign.held": Said(_C, N_("{who} put the campaign {campaign} on hold.")),
    "campaign.resumed": Said(_C, N_("{who} resumed the campaign {campaign}.")),
    "campaign.cancelled": Said(_C, N_("{who} cancelled the campaign {campaign}.")),
    "campaign.live": Said(_C, N_("The embargo of the campaign {campaign} was lifted.")),
    "lift.told": Said(_C, N_("{told} people were told that the campaign {campaign} is public.")),
    "withdrawal.asked": Said(_C, N_("{who} asked a colleague to confirm that the campaign {campaign} is withdrawn.")),
    "campaign.withdrawn": Said(_C, N_("{who} withdrew the campaign {campaign}.")),
    "material.asked_again": Said(_R, N_("{who} asked that material of the campaign {campaign} is made again.")),
    "campaign.closed": Said(_C, N_("{who} closed the work on the campaign {campaign}.")),
    "campaign.briefing": Said(
        _B, N_("{who} opened the briefing of the campaign {campaign}; organisations invited: {organisations}.")
    ),
    "campaign.invited": Said(_B, N_("{who} invited {organisation} to the campaign {campaign}.")),
    "campaign.revoked": Said(_B, N_("{who} took back the invitation of {organisation} to the campaign {campaign}.")),
    "partner.reminded": Said(_B, N_("{who} reminded partners of the campaign {campaign}: {organisations}.")),
    "terms.accepted": Said(_B, N_("{who} accepted the embargo terms, version {version}, for the campaign {campaign}.")),
    "question.asked": Said(_B, N_("{who} asked a question about the campaign {campaign}.")),
    "question.answered": Said(_B, N_("{who} answered a question about the campaign {campaign}.")),
    "message.begun": Said(_T, N_("{who} began a message of their own in the campaign {campaign}.")),
    "core_message.added": Said(_T, N_("{who} added a core message to the campaign {campaign}.")),
    "core_message.moved": Said(_T, N_("{who} changed the order of core messages in the campaign {campaign}.")),
    "core_message.removed": Said(_T, N_("{who} removed a core message from the campaign {campaign}.")),
    "texts.imported": Said(_T, N_("{who} took in a translator's file in {language} in the campaign {campaign}.")),
    "text.saved": Said(_T, N_("{who} saved version {version} of a text in the campaign {campaign}.")),
    "message.channels": Said(_T, N_("{who} chose the channels of a message in the campaign {campaign}.")),
    "consent.given": Said(_T, N_("{who} gave their organisation's consent to a text in the campaign {campaign}.")),
    "consent.taken_back": Said(_T, N_("{who} took back the consent to a text in the campaign {campaign}.")),
    "language.left_out": Said(_T, N_("{who} left {language} out of the campaign {campaign}.")),
    "text.corrected_unread": Said(
        _T,
        N_(
            "{who} corrected a text in the campaign {campaign}, and decided to publish it before another had read it "
            "or told it in Swedish."
        ),
    ),
    "language.addition_asked": Said(
        _R, N_("{who} asked a colleague to publish {language} in the campaign {campaign}, which is public already.")
    ),
    "language.approved": Said(_R, N_("{who} approved that {language} is published in the campaign {campaign}.")),
    "language.published": Said(_R, N_("{who} approved and published {language} in the campaign {campaign}.")),
    "language.added": Said(_R, N_("The campaign {campaign} is public in {language} too.")),
    "language.called_off": Said(_R, N_("{who} called off that {language} is published in the campaign {campaign}.")),
    "language.held": Said(_R, N_("{who} held the publication of {language} in the campaign {campaign}.")),
    "language.resumed": Said(
        _R, N_("{who} resumed the publication of {language} in the campaign {campaign}: {opens_at}.")
    ),
    "language.resumed_now": Said(
        _R, N_("{who} resumed the publication of {language} in the campaign {campaign}, at once.")
    ),
    "language.in_swedish": Said(
        _T, N_("{who} decided that {language} is shown in Swedish in the campaign {campaign}.")
    ),
    "text.asked": Said(_T, N_("{who} asked somebody for a text in {language} in the campaign {campaign}.")),
    "text.ask_ended": Said(_T, N_("{who} ended what somebody was asked for in {language} in the campaign {campaign}.")),
    "text.handed_over": Said(_T, N_("{who} handed a text in {language} over for review in the campaign {campaign}.")),
    "text.reviewed": Said(_T, N_("{who} let a text in {language} pass review in the campaign {campaign}.")),
    "text.read_afterwards": Said(
        _T, N_("{who} read a text in {language} that was public unread in the campaign {campaign}: it is right.")
    ),
    "text.found_wrong_afterwards": Said(
        _T, N_("{who} read a text in {language} that was public unread in the campaign {campaign}, and found a fault.")
    ),
    "text.sent_back": Said(_T, N_("{who} asked for changes of a text in {language} in the campaign {campaign}.")),
    "text.told_back": Said(_T, N_("{who} told in Swedish what a text in {language} says in the campaign {campaign}.")),
    "text.confirmed": Said(_T, N_("{who} confirmed what a text in {language} says in the campaign {campaign}.")),
    "text.remarked": Said(_T, N_("{who} commented on a text in {language} in the campaign {campaign}.")),
    "text.suggestion_taken": Said(_T, N_("{who} took up a suggestion to a text in {language} in {campaign}.")),
    "text.remark_settled": Said(_T, N_("{who} settled a comment on a text in {language} in the campaign {campaign}.")),
    "source.judged": Said(
        _T, N_("{who} said what a changed Swedish text means for {languages} in {campaign}: {change}.")
    ),
    "language.taken_in": Said(_T, N_("{who} took {language} into the campaign {campaign} again.")),
    "text.corrected": Said(_T, N_("{who} corrected a published text in the campaign {campaign}.")),
    "text.withdrawal_asked": Said(
        _T, N_("{who} asked a colleague to confirm that a text in the campaign {campaign} is withdrawn.")
    ),
    "text.withdrawn": Said(_T, N_("{who} withdrew a published text in the campaign {campaign}.")),
    "edition.begun": Said(_T, N_("{who} began a local edition of the material of the campaign {campaign}.")),
    "edition.saved": Said(_T, N_("{who} changed a local edition of the material of the campaign {campaign}.")),
    "edition.followed": Said(_T, N_("{who} let a local edition follow the newest message of the campaign {campaign}.")),
    "edition.offered": Said(_T, N_("{who} offered a local edition of the campaign {campaign} to everyone.")),
    "edition.taken_back": Said(_T, N_("{who} took back a local edition of the campaign {campaign} from everyone.")),
    "edition.removed": Said(_T, N_("{who} deleted a local edition of the material of the campaign {campaign}.")),
    "upload.added": Said(_T, N_("{who} handed in material of their own for the campaign {campaign}.")),
    "upload.edited": Said(_T, N_("{who} changed what is said of their own material in the campaign {campaign}.")),
    "upload.removed": Said(_T, N_("{who} took material of their own away from the campaign {campaign}.")),
    "upload.consent_given": Said(
        _T, N_("{who} gave their organisation's consent to its own material in the campaign {campaign}.")
    ),
    "upload.consent_taken_back": Said(
        _T, N_("{who} took back the consent to their own material in the campaign {campaign}.")
    ),
    "upload.withdrawal_asked": Said(
        _T, N_("{who} asked a colleague to confirm that material in the campaign {campaign} is withdrawn.")
    ),
    "upload.withdrawn": Said(_T, N_("{who} withdrew published material in the campaign {campaign}.")),
    "approval.asked": Said(_R, N_("{who} asked for approval of the campaign {campaign}.")),
    "release.approved": Said(
        _R, N_("{who} approved the release of the campaign {campaign}, with {deliveries} deliveries.")
    ),
    "release.reopened": Said(_R, N_("{who} took back the approval of the campaign {campaign}.")),
    "release.rehearsal_begun": Said(_R, N_("A rehearsal of the release of the campaign {campaign} began by itself.")),
    "release.rehearsed": Said(
        _R, N_("{who} rehearsed the release of the campaign {campaign}: {channels} channels, {problems} with problems.")
    ),
    "delivery.settled": Said(_R, N_("{who} decided about a delivery of the campaign {campaign}: {state}.")),
    "people.called": Said(_R, N_("{told} people were told that deliveries of the campaign {campaign} need them.")),
    "organisation.added": Said(_O, N_("{who} added {organisation}.")),
    "organisation.verified": Said(_O, N_("{who} verified {organisation}.")),
    "organisation.verification_withdrawn": Said(_O, N_("{who} withdrew the verification of {organisation}.")),
    "organisation.subscribed": Said(_O, N_("{who} chose what {organisation} follows.")),
    "organisation.contact_changed": Said(_O, N_("{who} changed the contact details of {organisation}.")),
    "organisation.logo_kept": Said(_O, N_("{who} chose the logo of {organisation}, or what is said of it.")),
    "organisation.logo_removed": Said(_O, N_("{who} removed the logo of {organisation}.")),
    "channel.added": Said(_O, N_("{who} added a channel to {organisation}: {kind}.")),
    "channel.named": Said(_O, N_("{who} named a channel of {organisation}: {kind}.")),
    "channel.tried": Said(_O, N_("{who} tested a channel of {organisation}: {kind}.")),
    "channel.paused": Said(_O, N_("{who} paused a channel of {organisation}: {kind}.")),
    "channel.paused_as_failing": Said(
        _O, N_("A channel of {organisation} was paused, because it failed again and again: {kind}.")
    ),
    "channel.unpaused": Said(_O, N_("{who} took a channel of {organisation} into use again: {kind}.")),
    "channel.removed": Said(_O, N_("{who} removed a channel of {organisation}: {kind}.")),
    "channel.login_replaced": Said(_O, N_("{who} gave a channel of {organisation} a new login: {kind}.")),
    "channel.secret_rotated": Said(_O, N_("{who} made a new signing secret for a channel of {organisation}: {kind}.")),
    "channel.old_secret_dropped": Said(
        _O, N_("{who} dropped the old signing secret of a channel of {organisation}: {kind}.")
    ),
    "member.invited": Said(_P, N_("{who} invited a person to {organisation}.")),
    "organisation.administrator_invited": Said(_P, N_("{who} invited an administrator to {organisation}.")),
    "member.invitation_cancelled": Said(_P, N_("{who} took back an invitation to a person.")),
    "member.joined": Said(_P, N_("{who} accepted an invitation and became a member.")),
    "member.roles_changed": Said(_P, N_("{who} changed the roles of {member}.")),
    "member.removed": Said(_P, N_("{who} removed {member} from the organisation.")),
    "member.notices_chosen": Said(_P, N_("{who} chose which e-mails to get.")),
    "account.signed_in": Said(_A, N_("{who} logged in.")),
    "account.signed_out": Said(_A, N_("{who} logged out.")),
    "account.throttled": Said(_A, N_("Logging in was blocked for a while after many attempts in vain.")),
    "account.name": Said(_A, N_("{who} changed the name of their account.")),
    "account.password": Said(_A, N_("{who} chose a new password.")),
    "account.password_asked": Said(_A, N_("{who} asked for a link to choose a new password.")),
    "account.app": Said(_A, N_("{who} connected an app for codes.")),
    "account.recovery_codes": Said(_A, N_("{who} made new recovery codes.")),
    "account.recovery_code_used": Said(_A, N_("{who} logged in with a recovery code.")),
    "account.factors_cleared": Said(_A, N_("{who} cleared the lost factors of {member}.")),
    "account.passkey_added": Said(_A, N_("{who} added a passkey.")),
    "account.passkey_renamed": Said(_A, N_("{who} renamed a passkey.")),
    "account.passkey_removed": Said(_A, N_("{who} removed a passkey.")),
    "calendar.opened": Said(_A, N_("{who} made an address for their calendar.")),
    "calendar.closed": Said(_A, N_("{who} closed the address of their calendar.")),
    "terms.published": Said(_S, N_("{who} published version {version} of the embargo terms.")),
    "glossary.added": Said(_S, N_("{who} added a term in {language} to the glossary.")),
    "glossary.approved": Said(_S, N_("{who} approved a term of the glossary in {language}.")),
    "glossary.changed": Said(_S, N_("{who} changed a term in {language} in the glossary.")),
    "glossary.removed": Said(_S, N_("{who} removed a term in {language} from the glossary.")),
    "publishing.disarmed": Said(
        _S, N_("This Samklang was restored from a backup, copied or moved, and publishing was disarmed.")
    ),
    "disarming.told": Said(_S, N_("{told} people were told that publishing is disarmed.")),
    "rearming.asked": Said(_S, N_("{who} asked a colleague to confirm that publishing is armed again.")),
    "publishing.rearmed": Said(_S, N_("{who} confirmed that publishing is armed again.")),
    "service.first_started": Said(_S, N_("{who} started this Samklang for the first time, with {organisation}.")),
}

OTHERWISE = Said(_S, N_("{who} did something that is recorded as {action}."))
"""For an event that an earlier or later version recorded."""

NOBODY = N_("The machine or its operator")
UNNAMED: Mapping[str, str] = {"question.asked": N_("Somebody who is not named")}
"""Who it was where an event names no member. A question asked without a name stays without."""

ERASED = N_("a member who is erased")


def said(action: str) -> Said:
    """An action in words."""
    return ACTIONS.get(action, OTHERWISE)


def actions_of(group: Group) -> frozenset[str]:
    """The actions of a group."""
    return frozenset(action for action, found in ACTIONS.items() if found.group is group)
