"""The story of the sample campaign, played through the same tasks that people use."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from campaigns import data
from campaigns.demo.glossary import fill_glossary
from campaigns.demo.local import make_editions
from campaigns.demo.readers import Readers
from campaigns.demo.receivers import WebhookReceiver
from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import N_
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.i18n import words_for
from campaigns.work.campaign import registering
from campaigns.work.campaign.drafts import CampaignDraft, PartnerDraft, slug_of
from campaigns.work.campaign_file.reading import read_campaign_file
from campaigns.work.launch import approving
from campaigns.work.organisations import organisation as organisations
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.workplace import Workplace

POLICE = "Polisen (exempel)"
BEFORE_THE_SAMPLE = datetime(2026, 11, 1, tzinfo=UTC)


class Say(Protocol):
    """Hears a step as a sentence of the catalogue with its facts."""

    def __call__(self, step: str, **facts: object) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Person:
    """An example member, by what they do."""

    email: str
    organisation: str
    actor: Actor


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was set up: the campaign, its lift, and the example people."""

    campaign_id: str
    slug: str
    lift_at: datetime
    people: tuple[Person, ...]
    deliveries: int
    surfaces: int

    @property
    def by_hand(self) -> list[Actor]:
        """Those who publish what their organisation publishes by hand."""
        return [person.actor for person in self.people if Role.PUBLISHER in person.actor.roles]


def sample(lift_at: datetime, *, now: datetime) -> CampaignDraft:
    """The sample campaign with another lift, its briefing open from now."""
    draft, _ = read_campaign_file(data.SAMPLE_CAMPAIGN.read_bytes(), now=BEFORE_THE_SAMPLE, step=timedelta(seconds=1))
    return draft.model_copy(update={"lift_at": lift_at, "briefing_opens_at": now - timedelta(seconds=1)})


def _without_channels(draft: CampaignDraft) -> CampaignDraft:
    partners = tuple(partner.model_copy(update={"channels": ()}) for partner in draft.partners)
    return draft.model_copy(update={"partners": partners})


class Playing:
    """Plays the story step by step; `say` hears each step."""

    def __init__(self, place: Workplace, webhooks: WebhookReceiver, *, clock: Callable[[], datetime], say: Say) -> None:
        self._place, self._webhooks, self._now, self._say = place, webhooks, clock, say
        self._operator = Actor.operator()

    def play(self, lift_at: datetime) -> Story:
        """Set everything up until the release is approved and only T is missing."""
        draft = sample(lift_at, now=self._now())
        communicator, approver = self._police()
        partners = [person for partner in draft.partners for person in self._partner(partner)]
        others = self._others(partners)
        fill_glossary(self._place, others[0].actor, others[-1].actor, clock=self._now)
        draft = _without_channels(draft)  # the partners have theirs already, and those lead to the local receivers
        campaign_id = registering.register(self._place, communicator.actor, draft, now=self._now()).campaign_id
        invited = briefing.open_briefing(self._place, communicator.actor, campaign_id, now=self._now())
        self._say(N_("The campaign is registered. Partners invited: {count}."), count=invited)
        self._brief(campaign_id, partners, communicator.actor)
        self._consent(campaign_id, partners)
        self._adapt(campaign_id, partners)
        readers = Readers(self._place, author=communicator.actor, reviewer=approver.actor, clock=self._now)
        self._say(N_("Translations reviewed by a second person: {count}."), count=readers.make_ready(campaign_id))
        revision = approving.ask_approval(self._place, communicator.actor, campaign_id, now=self._now())
        approved = approving.approve(self._place, approver.actor, campaign_id, revision=revision, now=self._now())
        self._say(N_("A second person approved it. Deliveries planned: {count}."), count=approved.deliveries)
        return Story(
            campaign_id=campaign_id,
            slug=draft.slug,
            lift_at=lift_at,
            people=(communicator, approver, *others, *partners),
            deliveries=approved.deliveries,
            surfaces=len(draft.languages) + 3,
        )

    def _police(self) -> tuple[Person, Person]:
        self._organisation(POLICE, OrganisationKind.POLICE, [(ChannelKind.WEBHOOK, self._webhooks.address("polisen"))])
        people = (
            ("kommunikator@polisen.example.se", Role.COMMUNICATOR),
            ("vakthavande@polisen.example.se", Role.APPROVER),
        )
        communicator, approver = (self._member(email, POLICE, {role}) for email, role in people)
        return communicator, approver

    def _others(self, partners: Sequence[Person]) -> tuple[Person, ...]:
        """Those whom the release does not need: who keeps the service, and who keeps or reads for a partner."""
        return (
            self._member("forvaltare@polisen.example.se", POLICE, {Role.STEWARD, Role.ADMINISTRATOR}),
            self._member("administrator@ungdomsjouren.example.org", partners[0].organisation, {Role.ADMINISTRATOR}),
            self._member("oversattare@samtal.example.org", partners[2].organisation, {Role.TRANSLATOR}),
            self._member("lasare@samtal.example.org", partners[2].organisation, {Role.READER}),
            self._member("sprakvardare@polisen.example.se", POLICE, {Role.STEWARD}),
        )

    def _partner(self, partner: PartnerDraft) -> Sequence[Person]:
        path = slug_of(partner.name)
        channels = [
            (channel.kind, self._webhooks.address(path) if channel.kind is ChannelKind.WEBHOOK else channel.address)
            for channel in partner.channels
        ]
        self._organisation(partner.name, partner.kind, channels, partner)
        editor = self._member(f"redaktor@{path}.example.org", partner.name, {Role.EDITOR})
        publisher = self._member(f"ansvarig@{path}.example.org", partner.name, {Role.PUBLISHER})
        return editor, publisher

    def _organisation(
        self,
        name: str,
        kind: OrganisationKind,
        channels: Sequence[tuple[ChannelKind, str]],
        partner: PartnerDraft | None = None,
    ) -> None:
        _, secrets = organisations.found_organisation(
            self._place,
            self._operator,
            name=name,
            kind=kind,
            places=partner.places if partner else ("SE",),
            languages=partner.languages if partner else ("sv",),
            topics=partner.topics if partner else (),
            channels=channels,
            now=self._now(),
        )
        self._webhooks.secrets.update({address.rpartition("/")[2]: secret for address, secret in secrets.items()})

    def _member(self, email: str, organisation: str, roles: Collection[Role]) -> Person:
        token = organisations.invite_member(
            self._place,
            self._operator,
            organisation_id=organisations.organisation_named(self._place, organisation),
            email=email,
            name=f"{words_for('sv').value(max(roles)).capitalize()} (exempel)",
            roles=roles,
            now=self._now(),
        )
        actor = organisations.join(self._place, token=token, now=self._now())
        return Person(email=email, organisation=organisation, actor=actor)

    def _brief(self, campaign_id: str, partners: Sequence[Person], communicator: Actor) -> None:
        version = briefing.terms_now(self._place).version
        for person in partners:
            briefing.accept_terms(self._place, person.actor, campaign_id, version=version, now=self._now())
        self._say(N_("Members who accepted the embargo terms: {count}."), count=len(partners))
        question = briefing.ask(
            self._place, partners[0].actor, campaign_id, question="Får vi berätta i förväg?", now=self._now()
        )
        briefing.answer(self._place, communicator, question, text="Nej, inte före embargot lyfts.", now=self._now())
        self._say(N_("A question was asked and answered."))

    def _consent(self, campaign_id: str, partners: Sequence[Person]) -> None:
        given = 0
        for person in partners:
            if Role.PUBLISHER in person.actor.roles:
                given += self._consent_of(campaign_id, person.actor)
        self._say(N_("Matching messages with their organisation's consent: {count}."), count=given)

    def _adapt(self, campaign_id: str, partners: Sequence[Person]) -> None:
        """Before approval, so that its documents are made beside the campaign's own."""
        editor, publisher = (person.actor for person in partners[2:4])
        count = make_editions(self._place, editor, publisher, campaign_id, clock=self._now)
        self._say(N_("Local editions that a study association offers: {count}."), count=count)

    def _consent_of(self, campaign_id: str, publisher: Actor) -> int:
        messages = matching.own_messages(self._place, publisher, campaign_id, now=self._now())
        texts = [text for message in messages for text in message.texts]
        for text in texts:
            consenting.consent(self._place, publisher, text.text_id, revision=text.revision, now=self._now())
        return len(texts)
