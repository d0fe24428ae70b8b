"""A crowded workplace, written straight into the tables: as many organisations, members and campaigns as asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import cycle, islice

from edition_scenes import PART
from factories import Office
from sqlalchemy import insert
from sqlmodel import SQLModel

from campaigns import data
from campaigns.domain.access import Actor, Role
from campaigns.domain.ids import MemberId, OrganisationId, new_id
from campaigns.domain.lifecycle import DeliveryState, Stage, TextState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent
from campaigns.domain.uploads import UploadKind
from campaigns.store.engine import writing
from campaigns.store.tables import (
    Acceptance,
    Campaign,
    Channel,
    Consent,
    Delivery,
    Invitation,
    LocalEdition,
    Member,
    Membership,
    Message,
    Organisation,
    Question,
    Release,
    ReleasedText,
    Subscription,
    Text,
    TextVersion,
    Upload,
    UploadConsent,
)

WORDS = TextContent(headline="Pengarna kommer aldrig", long="Orolig? Ring **114 14**.", short="Ring 114 14.")
STAGES = (Stage.BRIEFING, Stage.APPROVED, Stage.DRAFT, Stage.LIVE, Stage.HELD)


@dataclass
class Crowd:
    """Who is there: a partner's member who may do everything a partner can, and the campaigns by stage."""

    partner: Actor
    campaigns: dict[Stage, str] = field(default_factory=dict)
    message_id: str = ""
    text_id: str = ""
    delivery_id: str = ""
    upload_id: str = ""
    edition_id: str = ""


def crowded(
    office: Office, *, organisations: int, members: int, campaigns: int, languages: int, partners_each: int = 10
) -> Crowd:
    """Fill the office's database. Every campaign has `partners_each` partners with a text in half of the languages."""
    rows = _Rows(office, organisations, members, languages)
    for number in range(campaigns):
        rows.campaign(number, partners_each)
    with writing(office.place.engine) as session:
        for table in SQLModel.metadata.sorted_tables:
            found = rows.by_table.get(table.name, [])
            for start in range(0, len(found), 500):
                session.connection().execute(insert(table), found[start : start + 500])
    return rows.crowd


class _Rows:
    """Gathers the rows of every table."""

    def __init__(self, office: Office, organisations: int, members: int, languages: int) -> None:
        self._office, self._now = office, office.now
        self.by_table: dict[str, list[dict[str, object]]] = {}
        swedish_first = ["sv", "en", *(tag for tag in data.languages() if tag not in {"sv", "en"})]
        self._languages = swedish_first[:languages]
        self._organisations = [self._organisation(number) for number in range(organisations)]
        self._members = [
            self._member(number, organisation)
            for number, organisation in enumerate(islice(cycle(self._organisations), members))
        ]
        roles = frozenset({Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR})
        first = self._organisations[0]
        self.crowd = Crowd(
            partner=Actor(member_id=MemberId(self._members[0]), organisation_id=OrganisationId(first), roles=roles)
        )

    def _add(self, row: SQLModel) -> None:
        self.by_table.setdefault(str(row.__tablename__), []).append(row.model_dump())

    def _organisation(self, number: int) -> str:
        found = Organisation(
            id=new_id(),
            name=f"Förening {number} (exempel)",
            slug=f"forening-{number}",
            kind=list(OrganisationKind)[1 + number % 5],
            places=["SE" if number % 2 else "SE-AB"],
            languages=self._languages[:4],
            verified_at=self._now,
            created_at=self._now,
        )
        self._add(found)
        self._add(
            Subscription(
                id=new_id(), organisation_id=found.id, topics=["rekrytering"], places=["SE"], created_at=self._now
            )
        )
        for kind, address in ((ChannelKind.WEBHOOK, "http://127.0.0.1:9/in"), (ChannelKind.EMAIL, "a@example.org")):
            self._add(Channel(id=new_id(), organisation_id=found.id, kind=kind, address=address, created_at=self._now))
        return found.id

    def _member(self, number: int, organisation: str) -> str:
        found = Member(id=new_id(), email=f"m{number}@example.org", name=f"Medlem {number}", created_at=self._now)
        self._add(found)
        roles = [Role.EDITOR.value, Role.PUBLISHER.value, Role.ADMINISTRATOR.value]
        self._add(Membership(member_id=found.id, organisation_id=organisation, roles=roles, created_at=self._now))
        return found.id

    def campaign(self, number: int, partners_each: int) -> None:
        """One campaign with its partners, texts, questions and, from approval on, deliveries."""
        stage = STAGES[number % len(STAGES)]
        ahead = timedelta(days=-1 - number) if stage is Stage.LIVE else timedelta(days=1 + number % 90)
        found = Campaign(
            id=new_id(),
            slug=f"kampanj-{number}",
            name=f"Kampanj {number}",
            owner_id=self._office.police,
            stage=stage,
            briefing_opens_at=self._now - timedelta(days=100 + number),
            lift_at=(self._now + ahead).replace(second=0, microsecond=0),
            lifted_at=self._now + ahead if stage is Stage.LIVE else None,
            topics=["rekrytering"],
            places=["SE"],
            languages=self._languages,
            briefing="## Lägesbild\nUnderlag.",
            created_by=self._office.communicator.member_id,
            created_at=self._now - timedelta(days=100),
        )
        self._add(found)
        self.crowd.campaigns.setdefault(stage, found.id)
        core = self._message(found, self._office.police, "huvudbudskap", None)
        texts = [(core, self._text(core, tag, found)) for tag in self._languages]
        for tag in self._languages:
            self._upload(core, tag, None)
        for place, (organisation, member) in enumerate(self._partners(partners_each)):
            texts += self._partner(found, core, organisation, member, first=place == 0)
        if stage in {Stage.APPROVED, Stage.LIVE, Stage.HELD}:
            self._release(found, texts)

    def _partners(self, most: int) -> Iterator[tuple[str, str]]:
        return zip(self._organisations[:most], self._members[:most], strict=False)

    def _partner(
        self, campaign: Campaign, core: Message, organisation: str, member: str, *, first: bool
    ) -> Sequence[tuple[Message, Text]]:
        self._add(Invitation(campaign_id=campaign.id, organisation_id=organisation, invited_at=self._now))
        self._add(
            Acceptance(
                campaign_id=campaign.id,
                member_id=member,
                organisation_id=organisation,
                terms_version=1,
                lift_at=campaign.lift_at,
                accepted_at=self._now,
            )
        )
        self._add(
            Question(
                id=new_id(),
                campaign_id=campaign.id,
                organisation_id=organisation,
                member_id=member,
                question="Finns filmen på fler språk?",
                asked_at=self._now,
            )
        )
        message = self._message(campaign, organisation, f"svar {organisation[:6]}", core.id)
        texts = [(message, self._text(message, tag, campaign, by=member)) for tag in self._languages[::2]]
        for _, text in texts[1:]:
            self._add(
                Consent(id=new_id(), text_id=text.id, revision=text.revision, member_id=member, given_at=self._now)
            )
        pieces = [self._upload(message, tag, member) for tag in self._languages[::2]]
        editions = [self._edition(campaign, organisation, tag) for tag in self._languages]
        if first and not self.crowd.message_id and campaign.stage is Stage.BRIEFING:
            self.crowd.message_id, self.crowd.text_id = message.id, texts[0][1].id
            self.crowd.upload_id, self.crowd.edition_id = pieces[0].id, editions[0].id
        return texts

    def _message(self, campaign: Campaign, organisation: str, name: str, answers: str | None) -> Message:
        found = Message(
            id=new_id(),
            campaign_id=campaign.id,
            organisation_id=organisation,
            name=name,
            answers_id=answers,
            channels=[ChannelKind.WEBHOOK.value, ChannelKind.EMAIL.value],
            created_at=self._now,
        )
        self._add(found)
        return found

    def _edition(self, campaign: Campaign, organisation: str, tag: str) -> LocalEdition:
        """A local edition, of which nothing was made yet."""
        edition_id = new_id()
        found = LocalEdition(
            id=edition_id,
            campaign_id=campaign.id,
            organisation_id=organisation,
            language=tag,
            slug=f"lokalt-{edition_id[:12]}",
            title="Luleå",
            contacts=[asdict(one) for one in PART.contacts],
            questions=list(PART.questions),
            version=1,
            edited_at=self._now,
            created_at=self._now,
        )
        self._add(found)
        return found

    def _upload(self, message: Message, tag: str, member: str | None) -> Upload:
        """A film in sign language; a partner's with consent."""
        found = Upload(
            id=new_id(),
            campaign_id=message.campaign_id,
            message_id=message.id,
            organisation_id=message.organisation_id,
            kind=UploadKind.SIGN_VIDEO,
            language=tag,
            title="Film",
            alternative="Ring 114 14.",
            link="https://film.example.org/1",
            revision="sha256:x",
            edited_by=member,
            edited_at=self._now,
            created_at=self._now,
        )
        self._add(found)
        if member:
            self._add(
                UploadConsent(
                    id=new_id(), upload_id=found.id, revision=found.revision, member_id=member, given_at=self._now
                )
            )
        return found

    def _text(self, message: Message, tag: str, campaign: Campaign, *, by: str | None = None) -> Text:
        found = Text(
            id=new_id(),
            message_id=message.id,
            language=tag,
            state=TextState.PUBLISHED if campaign.stage is Stage.LIVE else TextState.DRAFT,
            headline=WORDS.headline,
            long=WORDS.long,
            short=WORDS.short,
            revision=WORDS.revision,
            edited_by=by,
            edited_at=self._now,
        )
        self._add(found)
        content = {"headline": WORDS.headline, "long": WORDS.long, "short": WORDS.short, "sms": "", "spoken": ""}
        self._add(
            TextVersion(
                text_id=found.id, version=1, content=content, revision=found.revision, edited_by=by, edited_at=self._now
            )
        )
        return found

    def _release(self, campaign: Campaign, texts: Sequence[tuple[Message, Text]]) -> None:
        release = Release(
            id=new_id(),
            campaign_id=campaign.id,
            revision="sha256:x",
            asked_by=self._office.communicator.member_id or "",
            approved_by=self._office.approver.member_id or "",
            approved_at=self._now,
        )
        self._add(release)
        state = {Stage.LIVE: DeliveryState.LIVE, Stage.HELD: DeliveryState.HELD}.get(
            campaign.stage, DeliveryState.PLANNED
        )
        for message, text in texts:
            self._released(campaign, release, message, text, state)

    def _released(
        self, campaign: Campaign, release: Release, message: Message, text: Text, state: DeliveryState
    ) -> None:
        released = ReleasedText(
            id=new_id(),
            release_id=release.id,
            campaign_id=campaign.id,
            message_id=message.id,
            text_id=text.id,
            organisation_id=message.organisation_id,
            is_core=message.answers_id is None,
            language=text.language,
            revision=text.revision,
            headline=text.headline,
            long=text.long,
            html=f"<p>{text.long}</p>",
        )
        self._add(released)
        sent = campaign.lift_at + timedelta(milliseconds=7) if state is DeliveryState.LIVE else None
        delivery = Delivery(
            id=new_id(),
            event=Event.MESSAGE_PUBLISHED,
            campaign_id=campaign.id,
            release_id=release.id,
            released_text_id=released.id,
            organisation_id=message.organisation_id,
            kind=ChannelKind.WEBHOOK,
            language=text.language,
            state=state,
            planned_at=campaign.lift_at,
            due_at=campaign.lift_at,
            sent_at=sent,
            confirmed_at=sent,
            created_at=self._now,
        )
        self._add(delivery)
        self.crowd.delivery_id = self.crowd.delivery_id or delivery.id
