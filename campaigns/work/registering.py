"""Registering a campaign under embargo, from a form or a file: campaign, texts and partners in one transaction."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import CampaignId, new_id
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.texts import KeyFact
from campaigns.domain.times import check_lift
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Channel, Message, Organisation
from campaigns.work.drafts import CampaignDraft, MatchingDraft, MessageDraft, PartnerDraft
from campaigns.work.organisations import add_organisation, insert_channel
from campaigns.work.workplace import Workplace
from campaigns.work.writing import SOURCE, save_text


class SlugTaken(Refused):
    """Friendly addresses are for ever; two campaigns cannot share one."""

    message = N_("There is already a campaign with the address {slug}. Give this one another: campaign.slug.")


class NoPoliceOrganisation(Refused):
    """A campaign belongs to a police organisation, and the command line must know which."""

    message = N_(
        "It is not clear which police organisation registers the campaign. Add one with "
        "`organisation add --kind police NAME`, or name it with --owner."
    )


class OwnPartner(Refused):
    """Whoever registers a campaign speaks in its core messages, and cannot answer itself as a partner."""

    message = N_("The organisation that registers the campaign is named among its partners. Take it out of partners.")


def register(place: Workplace, actor: Actor, draft: CampaignDraft, *, now: datetime) -> CampaignId:
    """Register a campaign with everything its draft holds; all of it is stored, or nothing.

    The operator registers for the only police organisation there is; `register_for` names one.
    Partners that are new are added with their channels. Known ones are found by name, and keep the channels they have:
    a partner speaks through its own, so only the operator may add to them by a file.
    Raises the refusals of `domain.times.check_lift`, SlugTaken, OwnPartner or NoPoliceOrganisation.
    """
    actor.must(Permission.REGISTER)
    with writing(place.engine) as session:
        return _register(session, place, actor, draft, _owner(session, actor), now)


def register_for(place: Workplace, actor: Actor, draft: CampaignDraft, *, owner: str, now: datetime) -> CampaignId:
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
            raise NoPoliceOrganisation
        return _register(session, place, actor, draft, named.id, now)


def _owner(session: Session, actor: Actor) -> str:
    if actor.organisation_id is not None:
        return actor.organisation_id
    police = session.exec(select(Organisation.id).where(col(Organisation.kind) == OrganisationKind.POLICE)).all()
    if len(police) != 1:
        raise NoPoliceOrganisation
    return police[0]


def _register(
    session: Session, place: Workplace, actor: Actor, draft: CampaignDraft, owner_id: str, now: datetime
) -> CampaignId:
    check_lift(draft.lift_at, now=now, step=place.lift_step, briefing_opens_at=draft.briefing_opens_at)
    if session.exec(select(Campaign.id).where(col(Campaign.slug) == draft.slug)).first():
        raise SlugTaken(slug=draft.slug)
    campaign = _campaign(draft, owner_id, actor, now)
    session.add(campaign)
    session.flush()
    partners = {partner.name: _partner(session, place, actor, partner, now) for partner in draft.partners}
    if owner_id in partners.values():
        raise OwnPartner
    core = {
        message.name: _message(session, campaign, message, owner_id, position, actor, now)
        for position, message in enumerate(draft.core_messages)
    }
    for matching in draft.matching_messages:
        _matching(session, campaign, matching, partners[matching.by], core[matching.answers], now)
    audit.record(session, actor, "campaign.registered", now=now, campaign_id=campaign.id)
    return CampaignId(campaign.id)


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


def _partner(session: Session, place: Workplace, actor: Actor, draft: PartnerDraft, now: datetime) -> str:
    """The partner of that name, added if it is new, with the channels of the draft that can be used."""
    known = session.exec(select(Organisation).where(col(Organisation.name) == draft.name)).first()
    organisation = known or add_organisation(
        session,
        name=draft.name,
        kind=draft.kind,
        places=draft.places,
        languages=draft.languages,
        topics=draft.topics,
        now=now,
    )
    if known and Role.OPERATOR not in actor.roles:
        return known.id
    present = set(
        session.exec(select(Channel.kind, Channel.address).where(col(Channel.organisation_id) == organisation.id)).all()
    )
    for channel in draft.channels:
        if channel.kind in place.channels and (channel.kind, channel.address) not in present:
            insert_channel(
                session, place, organisation_id=organisation.id, kind=channel.kind, address=channel.address, now=now
            )
    return organisation.id


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
        save_text(session, campaign, message, language, draft.texts[language], actor=actor, expected_version=0, now=now)
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
        save_text(session, campaign, message, language, draft.texts[language], actor=None, expected_version=0, now=now)
