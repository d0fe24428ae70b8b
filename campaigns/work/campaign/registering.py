"""Registering a campaign under embargo, from a form or a file: campaign, texts and partners in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, BadInput, Fault, Refused, Severity
from campaigns.domain.ids import CampaignId, new_id
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import KeyFact
from campaigns.domain.times import check_lift
from campaigns.domain.translating import SOURCE
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Channel, Message, Organisation
from campaigns.work.campaign.drafts import MAIL_CHANNELS, CampaignDraft, MatchingDraft, MessageDraft, PartnerDraft
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN
from campaigns.work.organisations.checks import channel_faults
from campaigns.work.organisations.organisation import add_organisation, insert_channel
from campaigns.work.texts.writing import save_text
from campaigns.work.workplace import Workplace


class SlugTaken(Refused):
    """Friendly addresses are for ever; two campaigns cannot share one."""

    message = N_("There is already a campaign with the address {slug}. Give this one another: campaign.slug.")


class NoPoliceOrganisation(Refused):
    """A campaign belongs to a police organisation, and the command line must know which."""

    message = N_(
        "It is not clear which police organisation registers the campaign. Add one with "
        "`organisation add --kind police NAME`, or name it with --owner."
    )


class UnknownOwner(NoPoliceOrganisation):
    """A name that is no police organisation's is most often a slip, so the right ones are listed."""

    message = N_("There is no police organisation named {name}. There are: {names}.")


class OwnPartner(Refused):
    """Whoever registers a campaign speaks in its core messages, and cannot answer itself as a partner."""

    message = N_("The organisation that registers the campaign is named among its partners. Take it out of partners.")


CHANNEL_NOT_ADDED = N_(
    "The file names a channel for {name} that it does not have: {kind}, {address}. It was not added. "
    "If it is right, add it with: python app.py organisation add-channel"
)
OTHER_KIND = N_("{name} is here already as {stored}, and the file says {written}. Nothing was changed there.")
NO_MAIL = N_(
    "The file has {count} channels of the kind {kind}. Nothing can be sent by mail until SAMKLANG_SMTP_URL is set."
)


@dataclass(frozen=True, kw_only=True)
class AddedPartner:
    """An organisation that came with a campaign, and its webhooks' signing secrets by address, shown this one time."""

    name: str
    webhook_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A new campaign, the organisations that came with it, and what of its file was left aside."""

    campaign_id: CampaignId
    organisations: tuple[AddedPartner, ...] = ()
    notes: tuple[Fault, ...] = ()


def register(place: Workplace, actor: Actor, draft: CampaignDraft, *, now: datetime) -> Registered:
    """Register a campaign with everything its draft holds; all of it is stored, or nothing.

    The operator registers for the only police organisation there is; `register_for` names one.
    Partners that are new are added with their channels. Known ones are found by name and stay as they are: a partner
    speaks through its own channels. The operator is told where the file differs.
    Raises the refusals of `domain.times.check_lift`, SlugTaken, OwnPartner or NoPoliceOrganisation, and BadInput for
    addresses that nothing can be sent to.
    """
    actor.must(Permission.REGISTER)
    with writing(place.engine) as session:
        return _register(session, place, actor, draft, _owner(session, actor), now)


def register_for(place: Workplace, actor: Actor, draft: CampaignDraft, *, owner: str, now: datetime) -> Registered:
    """The same, by the operator, for a police organisation given by name or slug."""
    actor.must(Permission.REGISTER)
    with writing(place.engine) as session:
        named = session.exec(
            select(Organisation).where(
                (col(Organisation.name) == owner) | (col(Organisation.slug) == owner),
                col(Organisation.kind) == OrganisationKind.POLICE,
            )
        ).first()
        if named is None or actor.organisation_id not in {None, named.id}:
            raise _unknown_owner(session, actor, owner)
        return _register(session, place, actor, draft, named.id, now)


def _unknown_owner(session: Session, actor: Actor, owner: str) -> NoPoliceOrganisation:
    if actor.organisation_id is not None:
        return NoPoliceOrganisation()
    of_police = select(Organisation.name).where(col(Organisation.kind) == OrganisationKind.POLICE)
    names = session.exec(of_police.order_by(col(Organisation.name))).all()
    return UnknownOwner(name=owner, names=list(names)) if names else NoPoliceOrganisation()


def _owner(session: Session, actor: Actor) -> str:
    if actor.organisation_id is not None:
        return actor.organisation_id
    police = session.exec(select(Organisation.id).where(col(Organisation.kind) == OrganisationKind.POLICE)).all()
    if len(police) != 1:
        raise NoPoliceOrganisation
    return police[0]


def _register(
    session: Session, place: Workplace, actor: Actor, draft: CampaignDraft, owner_id: str, now: datetime
) -> Registered:
    check_lift(draft.lift_at, now=now, step=place.lift_step, briefing_opens_at=draft.briefing_opens_at)
    if session.exec(select(Campaign.id).where(col(Campaign.slug) == draft.slug)).first():
        raise SlugTaken(slug=draft.slug)
    campaign = _campaign(draft, owner_id, actor, now)
    session.add(campaign)
    session.flush()
    known = _known(session, draft.partners)
    if owner_id in {organisation.id for organisation in known.values()}:
        raise OwnPartner
    new = [partner for partner in draft.partners if partner.name not in known]
    added = _add_partners(session, place, new, now)
    partners = {name: organisation.id for name, organisation in known.items()} | {
        partner.name: organisation_id for organisation_id, partner in added.items()
    }
    core = {
        message.name: _message(session, campaign, message, owner_id, position, actor, now)
        for position, message in enumerate(draft.core_messages)
    }
    for matching in draft.matching_messages:
        _matching(session, campaign, matching, partners[matching.by], core[matching.answers], now)
    audit.record(session, actor, "campaign.registered", now=now, campaign_id=campaign.id)
    return Registered(
        campaign_id=CampaignId(campaign.id),
        organisations=tuple(added.values()),
        notes=(*_differences(session, actor, draft.partners, known), *_without_mail(place, new)),
    )


def _campaign(draft: CampaignDraft, owner_id: str, actor: Actor, now: datetime) -> Campaign:
    return Campaign(
        id=new_id(),
        slug=draft.slug,
        name=draft.name,
        owner_id=owner_id,
        stage=Stage.DRAFT,
        briefing_opens_at=draft.briefing_opens_at,
        lift_at=draft.lift_at,
        topics=list(draft.topics),
        places=list(draft.places),
        audiences=list(draft.audiences),
        languages=list(draft.languages),
        key_facts=[_fact(fact) for fact in draft.key_facts],
        briefing=draft.briefing,
        secrecy_ground=draft.secrecy_ground,
        secrecy_decided_by=draft.secrecy_decided_by,
        secrecy_condition=draft.secrecy_condition,
        contact_name=draft.contact_name,
        contact_email=draft.contact_email,
        example=draft.example,
        created_by=actor.member_id,
        created_at=now,
    )


def _fact(fact: KeyFact) -> dict[str, object]:
    wordings = [list(wording) for wording in fact.wordings]
    return {"kind": fact.kind.value, "value": fact.value, "says": fact.says, "wordings": wordings}


def _known(session: Session, partners: Sequence[PartnerDraft]) -> dict[str, Organisation]:
    names = [partner.name for partner in partners]
    return {one.name: one for one in session.exec(select(Organisation).where(col(Organisation.name).in_(names)))}


def _add_partners(
    session: Session, place: Workplace, partners: Sequence[PartnerDraft], now: datetime
) -> dict[str, AddedPartner]:
    """The new partners by id, each with the channels of the draft. Raises BadInput for all unfit addresses at once."""
    faults = [
        fault
        for partner in partners
        for fault in channel_faults(
            place, [(channel.kind, channel.address) for channel in partner.channels], field=partner.name
        )
    ]
    if faults:
        raise BadInput(faults)
    return dict(_add_partner(session, place, partner, now) for partner in partners)


def _add_partner(session: Session, place: Workplace, draft: PartnerDraft, now: datetime) -> tuple[str, AddedPartner]:
    organisation = add_organisation(
        session,
        name=draft.name,
        kind=draft.kind,
        places=draft.places,
        languages=draft.languages,
        topics=draft.topics,
        now=now,
    )
    secrets: dict[str, str] = {}
    for channel in draft.channels:
        can_be_used = channel.kind in place.channels and channel.kind not in NEED_A_LOGIN
        if can_be_used or channel.kind in MAIL_CHANNELS:  # a mail server may be set later
            secret = insert_channel(
                session, place, organisation_id=organisation.id, kind=channel.kind, address=channel.address, now=now
            )
            secrets |= {channel.address: secret} if secret else {}
    return organisation.id, AddedPartner(name=draft.name, webhook_secrets=secrets)


def _differences(
    session: Session, actor: Actor, partners: Sequence[PartnerDraft], known: Mapping[str, Organisation]
) -> list[Fault]:
    """Where a file says something else of organisations that were here before. Only the operator may know."""
    if Role.OPERATOR not in actor.roles:
        return []
    notes = []
    for partner in (partner for partner in partners if partner.name in known):
        stored = known[partner.name]
        if partner.kind is not stored.kind:
            notes.append(_note(OTHER_KIND, name=stored.name, stored=stored.kind, written=partner.kind))
        notes += _missing_channels(session, partner, stored)
    return notes


def _missing_channels(session: Session, partner: PartnerDraft, stored: Organisation) -> list[Fault]:
    present = set(
        session.exec(
            select(Channel.kind, Channel.address).where(
                col(Channel.organisation_id) == stored.id, col(Channel.removed_at).is_(None)
            )
        ).all()
    )
    return [
        _note(CHANNEL_NOT_ADDED, name=stored.name, kind=channel.kind, address=channel.address)
        for channel in partner.channels
        if channel.kind in {ChannelKind.WEBHOOK, *MAIL_CHANNELS} and (channel.kind, channel.address) not in present
    ]


def _without_mail(place: Workplace, new: Sequence[PartnerDraft]) -> list[Fault]:
    kinds = [channel.kind for partner in new for channel in partner.channels]
    lacking = [kind for kind in sorted(MAIL_CHANNELS) if kind in kinds and kind not in place.channels]
    return [_note(NO_MAIL, kind=kind, count=kinds.count(kind)) for kind in lacking]


def _note(message: str, **facts: object) -> Fault:
    return Fault(message=message, facts=facts, severity=Severity.WARNING)


def _message(
    session: Session,
    campaign: Campaign,
    draft: MessageDraft,
    owner_id: str,
    position: int,
    actor: Actor,
    now: datetime,
) -> Message:
    message = Message(
        id=new_id(),
        campaign_id=campaign.id,
        organisation_id=owner_id,
        name=draft.name,
        position=position,
        created_at=now,
    )
    session.add(message)
    session.flush()
    for language in _source_first(draft.texts):
        save_text(
            session, campaign, message, language, draft.texts[language], actor=actor, expected_version=0, finished=True,
            now=now,
        )  # fmt: skip
    return message


def _source_first(languages: Iterable[str]) -> list[str]:
    """Swedish before its translations, so that each knows what it was made from."""
    return sorted(languages, key=lambda tag: tag != SOURCE)


def _matching(
    session: Session, campaign: Campaign, draft: MatchingDraft, organisation_id: str, answers: Message, now: datetime
) -> None:
    """A partner's message from a file: a draft like any other. It still needs that partner's consent."""
    message = Message(
        id=new_id(),
        campaign_id=campaign.id,
        organisation_id=organisation_id,
        name=draft.answers,
        answers_id=answers.id,
        channels=[kind.value for kind in draft.channels],
        created_at=now,
    )
    session.add(message)
    session.flush()
    for language in _source_first(draft.texts):
        save_text(
            session, campaign, message, language, draft.texts[language], actor=None, expected_version=0, finished=True,
            now=now,
        )  # fmt: skip
