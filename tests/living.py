"""A workplace with life in it: campaigns in every stage, partners who have come a different way, and their people."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from edition_scenes import edition, offered
from factories import Office, rows, text
from logo_samples import plain_logo
from sqlmodel import col
from upload_scenes import agreed, image

from campaigns.domain.access import Actor, Role
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.translating import Job
from campaigns.domain.uploads import Told
from campaigns.store.tables import Member
from campaigns.work.editions.logos import keep_logo
from campaigns.work.late.adding import propose_language
from campaigns.work.launch import approving, scheduling
from campaigns.work.partners import briefing
from campaigns.work.partners.matching import own_messages
from campaigns.work.translating.asking import ask_for_text
from campaigns.work.translating.remarks import remark


@dataclass
class Living:
    """People by what they are, and campaigns by where they stand."""

    office: Office
    steward: Actor
    administrator: Actor
    helpline: Actor
    study: Actor
    reader: Actor
    campaigns: dict[str, str] = field(default_factory=dict)


def add_material(world: Living, campaign_id: str) -> None:
    """The police have a picture, the helpline one with consent, the study association one that is its own secret."""
    office = world.office
    image(office, office.communicator, office.core_message(campaign_id))
    agreed(office, world.helpline, image(office, world.helpline, message_of(office, world.helpline, campaign_id)))
    secret = Told(language="sv", title="Samtal hjälper på bild", alternative="Samtal hjälper.")
    image(office, world.study, message_of(office, world.study, campaign_id), secret, size=(70, 50))


def message_of(office: Office, actor: Actor, campaign_id: str) -> str:
    """The first message of a member's own organisation in a campaign."""
    return own_messages(office.place, actor, campaign_id, now=office.now)[0].message_id


def living(office: Office) -> Living:
    """Build it through the real tasks. `campaigns` has draft, briefing, approved, held, live, late, cancelled."""
    police = office.police
    helpline = office.organisation(
        "Ungdomsjouren (exempel)",
        channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/hook"), (ChannelKind.EMAIL, "lista@example.org")],
    )
    study = office.organisation(
        "Studieförbundet Samtal (exempel)",
        kind=OrganisationKind.STUDY_ASSOCIATION,
        places=("SE-AB",),
        channels=[(ChannelKind.BY_HAND, "anslag@samtal.example.org")],
    )
    world = Living(
        office=office,
        steward=office.member(police, {Role.STEWARD, Role.ADMINISTRATOR}),
        administrator=office.member(helpline, {Role.ADMINISTRATOR}),
        helpline=office.member(helpline, {Role.EDITOR, Role.PUBLISHER}),
        study=office.member(study, {Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR}),
        reader=office.member(study, {Role.READER}),
    )
    partners = (world.helpline, world.study)
    kinds = [ChannelKind.WEBHOOK, ChannelKind.EMAIL, ChannelKind.BY_HAND]
    found = world.campaigns
    found["live"] = office.approved(*partners, name="Prata om nätet", lift_at=office.NOW + timedelta(hours=2))
    found["late"] = _without_english(office, world.helpline)
    office.now = office.NOW + timedelta(hours=2)
    office.record_live(found["live"])
    office.record_live(found["late"])
    propose_language(office.place, office.communicator, found["late"], language="en", opens_at=None, now=office.now)
    later = office.now + timedelta(days=20)
    found["draft"] = office.registered(name="Fritidsledare i fokus", lift_at=later + timedelta(days=12))
    found["briefing"] = office.briefed(*partners, name="Gängsnacket inför jul och nyår", lift_at=later)
    saved = office.consented(world.helpline, found["briefing"], channels=kinds[:2])
    assert saved.text_id
    office.answer(world.study, found["briefing"], channels=kinds[2:], content=text("Samtal hjälper", "Ring 114 14."))
    add_material(world, found["briefing"])
    asked = briefing.ask(
        office.place, world.study, found["briefing"], question="Får vi dela i vår styrelse?", now=office.now
    )
    briefing.answer(office.place, office.communicator, asked, text="Ja, under samma villkor.", now=office.now)
    briefing.ask(office.place, world.helpline, found["briefing"], question="Finns filmen på somaliska?", now=office.now)
    _translating(office, found["briefing"], world.reader)
    found["approved"] = office.approved(*partners, name="Trygg hemväg", lift_at=office.now + timedelta(days=2))
    edition(office, world.study, found["live"])
    keep_logo(office.place, world.study, raw=plain_logo(), alternative="Ett hjärta", now=office.now)
    offered(office, world.helpline, found["approved"], language="en")
    found["held"] = office.approved(world.helpline, name="Sommarlovskoll", lift_at=office.now + timedelta(days=5))
    scheduling.hold(office.place, office.approver, found["held"], now=office.now)
    found["cancelled"] = office.registered(name="Inställd kampanj", lift_at=later)
    scheduling.cancel(office.place, office.communicator, found["cancelled"], now=office.now)
    return world


def _without_english(office: Office, partner: Actor) -> str:
    """An approved campaign that is lifted in Swedish alone; its English is ready right after."""
    campaign_id = office.briefed(partner, name="Vem ringer du?", lift_at=office.NOW + timedelta(hours=2))
    approving.leave_out(office.place, office.communicator, campaign_id, language="en", now=office.now)
    office.approve(campaign_id)
    return campaign_id


def _translating(office: Office, campaign_id: str, helper: Actor) -> None:
    """A reader of a partner is asked to review the English core message, and the approver says something of it."""
    message_id = office.core_message(campaign_id)
    email = rows(office.place, Member, col(Member.id) == helper.member_id)[0].email
    for_english: Any = {"language": "en", "now": office.now}
    ask_for_text(office.place, office.communicator, message_id, job=Job.REVIEW, email=email, **for_english)
    remark(office.place, office.approver, message_id, says="Säger unga så?", **for_english)
