"""The first page after login: what waits, what is coming, what has happened."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from campaigns.domain.errors import N_
from campaigns.domain.times import SWEDEN
from campaigns.web.site import now, words
from campaigns.web.workplace.campaign.coverage_pages import language_name
from campaigns.web.workplace.desk import actor, page, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.overview.cards import Card, Step, Waits
from campaigns.work.overview.news import Point
from campaigns.work.overview.page import overview

start_pages = workplace_blueprint("start_pages", __name__)


@dataclass(frozen=True)
class Looks:
    """How a card looks: its chip, its sentence for one and for several, its button, and where that leads."""

    tone: str
    chip: str
    one: str
    many: str
    button: str
    address: str


CAMPAIGN = "/arbete/kampanj/{campaign}"
REARM = "/arbete/forvaltning/publicering"
CARDS = {
    Waits.REARMING: Looks(
        "stop",
        N_("publishing"),
        N_("{names} asks you to arm publishing again. It takes two people, and you can be the second."),
        N_("{names} asks you to arm publishing again. It takes two people, and you can be the second."),
        N_("Look and decide"),
        REARM,
    ),
    Waits.DISARMED: Looks(
        "stop",
        N_("publishing"),
        N_("This Samklang is a restored or moved copy, so nothing opens or leaves until two people agree."),
        N_("This Samklang is a restored or moved copy, so nothing opens or leaves until two people agree."),
        N_("Look and decide"),
        REARM,
    ),
    Waits.DELIVERIES: Looks(
        "stop",
        N_("delivery"),
        N_("{count} delivery did not get through by itself, or nobody knows whether it did."),
        N_("{count} deliveries did not get through by themselves, or nobody knows whether they did."),
        N_("Look and decide"),
        CAMPAIGN,
    ),
    Waits.BY_HAND: Looks(
        "wait",
        N_("publish by hand"),
        N_("{count} text is yours to publish by hand. Say here when it is out."),
        N_("{count} texts are yours to publish by hand. Say here when they are out."),
        N_("Publish and report"),
        CAMPAIGN,
    ),
    Waits.WITHDRAWAL: Looks(
        "stop",
        N_("withdrawal"),
        N_("A colleague wants to withdraw the campaign. It takes two people, and you can be the second."),
        N_("A colleague wants to withdraw the campaign. It takes two people, and you can be the second."),
        N_("Read and decide"),
        CAMPAIGN + "/dra-tillbaka",
    ),
    Waits.LIFT_EARLY: Looks(
        "stop",
        N_("lift early"),
        N_("A colleague wants to lift the embargo earlier. It takes two people, and you can be the second."),
        N_("A colleague wants to lift the embargo earlier. It takes two people, and you can be the second."),
        N_("Read and decide"),
        CAMPAIGN + "/lyft-i-fortid",
    ),
    Waits.APPROVAL: Looks(
        "wait",
        N_("approval"),
        N_("A colleague asks you to read exactly what goes out, and to approve it."),
        N_("A colleague asks you to read exactly what goes out, and to approve it."),
        N_("Read and decide"),
        CAMPAIGN + "/godkannande",
    ),
    Waits.LANGUAGE: Looks(
        "wait",
        N_("languages"),
        N_("A colleague asks you to read {count} language that is ready now, and to approve it: {languages}."),
        N_("A colleague asks you to read {count} languages that are ready now, and to approve them: {languages}."),
        N_("See every language"),
        CAMPAIGN + "/sprak",
    ),
    Waits.UNREAD: Looks(
        "stop",
        N_("unread"),
        N_("{count} corrected text is public, and nobody but its writer has read it: {languages}."),
        N_("{count} corrected texts are public, and nobody but their writers has read them: {languages}."),
        N_("See every language"),
        CAMPAIGN + "/sprak",
    ),
    Waits.TERMS: Looks(
        "wait",
        N_("new briefing"),
        N_("Read the embargo terms first. The briefing opens for you when you have accepted them."),
        N_("Read the embargo terms first. The briefing opens for you when you have accepted them."),
        N_("Read the terms"),
        CAMPAIGN + "/villkor",
    ),
    Waits.TEXTS: Looks(
        "wait",
        N_("text"),
        N_("You are asked to help with {count} text: {languages}."),
        N_("You are asked to help with {count} texts: {languages}."),
        N_("To the texts"),
        "/arbete/oversattning",
    ),
    Waits.QUESTIONS: Looks(
        "wait",
        N_("question"),
        N_("{count} question is without an answer."),
        N_("{count} questions are without an answer."),
        N_("Answer"),
        CAMPAIGN + "/partner",
    ),
    Waits.LANGUAGES: Looks(
        "wait",
        N_("languages"),
        N_("The core messages lack {count} language: {languages}. Write it, or leave it out by name."),
        N_("The core messages lack {count} languages: {languages}. Write them, or leave them out by name."),
        N_("See every language"),
        CAMPAIGN + "/sprak",
    ),
    Waits.CONSENT: Looks(
        "wait",
        N_("consent"),
        N_("{count} of your texts waits for consent. Without it the text does not go out."),
        N_("{count} of your texts wait for consent. Without it they do not go out."),
        N_("Read and give consent"),
        CAMPAIGN + "/vara-budskap",
    ),
    Waits.STALE: Looks(
        "wait",
        N_("out of date"),
        N_("{count} of your translations is older than your Swedish text."),
        N_("{count} of your translations are older than your Swedish text."),
        N_("See what has changed"),
        CAMPAIGN + "/vara-budskap",
    ),
    Waits.WRITE: Looks(
        "wait",
        N_("to write"),
        N_("You have not begun a message of your own yet. Say it in your own voice, in the languages you speak."),
        N_("You have not begun a message of your own yet. Say it in your own voice, in the languages you speak."),
        N_("Begin writing"),
        CAMPAIGN + "/vara-budskap",
    ),
    Waits.PARTNERS_TERMS: Looks(
        "plain",
        N_("partners"),
        N_("In {count} organisation nobody has accepted the embargo terms yet."),
        N_("In {count} organisations nobody has accepted the embargo terms yet."),
        N_("See readiness"),
        CAMPAIGN + "/beredskap",
    ),
    Waits.PARTNERS_CONSENT: Looks(
        "plain",
        N_("consent"),
        N_("{count} text from partners is without consent."),
        N_("{count} texts from partners are without consent."),
        N_("See readiness"),
        CAMPAIGN + "/beredskap",
    ),
    Waits.CHANNELS: Looks(
        "stop",
        N_("channel"),
        N_("{count} of your channels did not answer when it was last tried."),
        N_("{count} of your channels did not answer when they were last tried."),
        N_("To the channels"),
        "/arbete/organisation/kanaler",
    ),
    Waits.ONE_CONTACT: Looks(
        "stop",
        N_("vulnerable"),
        N_("Your organisation has only one contact person. Invite one more, so that nothing hangs on a single one."),
        N_("Your organisation has only one contact person. Invite one more, so that nothing hangs on a single one."),
        N_("Invite a colleague"),
        "/arbete/organisation/medlemmar",
    ),
    Waits.INVITATIONS: Looks(
        "plain",
        N_("invitations"),
        N_("{count} invitation is still open: {names}."),
        N_("{count} invitations are still open: {names}."),
        N_("To the members"),
        "/arbete/organisation/medlemmar",
    ),
    Waits.UNVERIFIED: Looks(
        "wait",
        N_("verification"),
        N_("{count} organisation is not verified: {names}. Until then it is told of no campaign."),
        N_("{count} organisations are not verified, among them {names}. Until then they are told of no campaign."),
        N_("Verify"),
        "/arbete/forvaltning/organisationer",
    ),
}
POINTS = {
    Point.BRIEFING_OPENS: ("wait", N_("The briefing opens:")),
    Point.LIFT: ("wait", N_("The embargo is lifted:")),
    Point.HELD: ("stop", N_("On hold, planned:")),
    Point.OUT: ("live", N_("Out:")),
}
STEPS = {
    Step.INVITE: (
        N_("Invite a colleague, so that nothing hangs on one person."),
        N_("Invite a colleague"),
        "/arbete/organisation/medlemmar",
    ),
    Step.REGISTER: (
        N_("Register the first campaign. It stays a draft, seen by nobody else, until you open the briefing."),
        N_("Register a campaign"),
        "/arbete/kampanj/ny",
    ),
    Step.FOLLOW: (
        N_("Choose topics and places to follow. Then the police see that a campaign concerns you."),
        N_("Choose what to follow"),
        "/arbete/organisation/bevakningar",
    ),
    Step.CHANNEL: (
        N_("Add a channel: your website, an e-mail list, or a person who publishes by hand."),
        N_("Add a channel"),
        "/arbete/organisation/kanaler",
    ),
}
HOURS = ((5, N_("Good night")), (10, N_("Good morning")), (18, N_("Hello")), (24, N_("Good evening")))
"""Until which hour one says what in Sweden."""


@start_pages.get("/")
def start() -> Response:
    """What waits for whoever has just logged in."""
    return page(
        "work/start/start.html",
        seen=overview(place(), actor(), now=now()),
        greeting=greeting(now()),
        cards=CARDS,
        points=POINTS,
        steps=STEPS,
        says=says,
        address_of=address_of,
    )


def greeting(instant: datetime) -> str:
    """What one says in Sweden at this hour."""
    hour = instant.astimezone(SWEDEN).hour
    return words()._(next(said for until, said in HOURS if hour < until))


def says(card: Card) -> str:
    """The sentence of a card."""
    looks = CARDS[card.waits]
    return words()._(
        looks.one if card.count == 1 else looks.many,
        count=card.count,
        languages=[language_name(tag) for tag in card.languages],
        names=list(card.names),
    )


def address_of(card: Card) -> str:
    """Where the button of a card leads."""
    return CARDS[card.waits].address.format(campaign=card.campaign_id)
