"""Small factories: an office with its people, campaigns and partners in any stage, built through the real tasks."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from cryptography.fernet import Fernet
from sqlmodel import SQLModel, col, select

from campaigns.domain.access import Actor, Role
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import TextState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact, TextContent
from campaigns.domain.translating import SOURCE, is_swedish
from campaigns.settings import Settings
from campaigns.store.engine import reading, writing
from campaigns.store.tables import BackTranslation, Message, Text
from campaigns.work.campaign import registering
from campaigns.work.campaign.drafts import CampaignDraft, MessageDraft
from campaigns.work.launch import approving, lifting
from campaigns.work.organisations import organisation as organisations
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.translating import steps, telling_back
from campaigns.work.workplace import Workplace

Row = TypeVar("Row", bound=SQLModel)
PHONE = KeyFact(kind=FactKind.PHONE, value="114 14")


def text(headline: str = "Pengarna kommer aldrig", long: str = "Orolig? Ring 114 14.") -> TextContent:
    """A text that passes the checks of `draft()`."""
    return TextContent(headline=headline, long=long, short=long)


def rows(place: Workplace, table: type[Row], *conditions: Any) -> list[Row]:
    """The rows of a table that meet the conditions, outside any session."""
    with reading(place.engine) as session:
        found = session.exec(select(table).where(*conditions)).all()
        session.expunge_all()
        return list(found)


def dump(place: Workplace) -> dict[str, list[str]]:
    """Everything the database holds, to see that nothing changed."""
    with reading(place.engine) as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.connection().execute(table.select()))
            for table in SQLModel.metadata.sorted_tables
        }


def draft(**wanted: Any) -> CampaignDraft:
    """A campaign in Swedish and English that is lifted a day from Office.NOW and briefed from an hour before it."""
    given: dict[str, Any] = {
        "name": "Gängsnacket",
        "slug": f"gangsnacket-{new_id()[:8]}",
        "topics": ("rekrytering",),
        "places": ("SE",),
        "lift_at": Office.LIFT,
        "briefing_opens_at": Office.NOW - timedelta(hours=1),
        "languages": ("sv", "en"),
        "secrecy_ground": "ingen",
        "secrecy_decided_by": "kommunikationsdirektör",
        "contact_name": "Kampanjgruppen",
        "contact_email": "kampanj@example.se",
        "key_facts": (PHONE,),
        "briefing": "## Lägesbild\nHemligt underlag.",
        "core_messages": (
            MessageDraft(
                name="huvudbudskap", texts={"sv": text(), "en": text("The money never comes", "Call 114 14.")}
            ),
        ),
    }
    return CampaignDraft(**(given | wanted))


def make_ready(place: Workplace, campaign_id: str, *, author: Actor, reviewer: Actor, now: datetime) -> None:
    """Take every translated core text to where the gate lets it through. Of one made from older Swedish it is said anew
    that it fits.
    """
    messages = rows(place, Message, col(Message.campaign_id) == campaign_id, col(Message.answers_id).is_(None))
    texts = rows(place, Text, col(Text.message_id).in_([message.id for message in messages]))
    swedish = {text.message_id: text.revision for text in texts if text.language == SOURCE}
    for text in texts:
        if text.language == SOURCE:
            continue
        of_text: Any = {"language": text.language, "revision": text.revision, "now": now}
        if text.source_revision != swedish.get(text.message_id):
            matching.edit_text(
                place, author, text.message_id, language=text.language, content=text.content,
                expected_version=text.version, now=now,
            )  # fmt: skip
        if rows(place, Text, col(Text.id) == text.id)[0].state is TextState.DRAFT:
            steps.hand_over(place, author, text.message_id, **of_text)
        if rows(place, Text, col(Text.id) == text.id)[0].state is TextState.TRANSLATED:
            steps.let_pass(place, reviewer, text.message_id, **of_text)
        told = rows(place, BackTranslation, col(BackTranslation.text_id) == text.id)
        if not is_swedish(text.language) and text.revision not in {one.revision for one in told if one.confirmed_at}:
            telling_back.tell_back(place, reviewer, text.message_id, says="Pengarna kommer aldrig.", **of_text)
            telling_back.confirm_told(place, author, text.message_id, **of_text)


class Office:
    """The police with a communicator and an approver, and whoever joins them. `now` is the office's own clock."""

    NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    LIFT = NOW + timedelta(days=1)

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.now = self.NOW
        self.operator = Actor.operator()
        self.police = self.organisation("Polisen (exempel)", kind=OrganisationKind.POLICE)
        self.communicator = self.member(self.police, {Role.COMMUNICATOR})
        self.approver = self.member(self.police, {Role.APPROVER})

    def organisation(
        self,
        name: str,
        *,
        kind: OrganisationKind = OrganisationKind.HELPLINE,
        topics: Sequence[str] = (),
        places: Sequence[str] = ("SE",),
        channels: Sequence[tuple[ChannelKind, str]] = (),
    ) -> str:
        """An organisation; gives its id."""
        organisation_id, _ = organisations.found_organisation(
            self.place,
            self.operator,
            name=name,
            kind=kind,
            topics=topics,
            places=places,
            channels=channels,
            now=self.now,
        )
        return organisation_id

    def member(self, organisation_id: str, roles: Collection[Role], *, email: str | None = None) -> Actor:
        """A member who accepted the invitation."""
        token = organisations.invite_member(
            self.place,
            self.operator,
            organisation_id=organisation_id,
            email=email or f"{new_id()[:12]}@example.org",
            name="exempel",
            roles=roles,
            now=self.now,
        )
        return organisations.join(self.place, token=token, now=self.now)

    def partner(
        self, name: str = "Ungdomsjouren (exempel)", *, channels: Sequence[tuple[ChannelKind, str]] = ()
    ) -> Actor:
        """A partner organisation's member who may do everything a partner can."""
        organisation_id = self.organisation(name, channels=channels)
        return self.member(organisation_id, {Role.EDITOR, Role.PUBLISHER})

    def registered(self, **wanted: Any) -> str:
        """A registered campaign; gives its id."""
        return registering.register(self.place, self.communicator, draft(**wanted), now=self.now).campaign_id

    def briefed(self, *partners: Actor, **wanted: Any) -> str:
        """A campaign whose briefing is open, with these partners' terms accepted."""
        campaign_id = self.registered(**wanted)
        briefing.open_briefing(self.place, self.communicator, campaign_id, now=self.now)
        for partner in partners:
            self.accept(partner, campaign_id)
        return campaign_id

    def accept(self, partner: Actor, campaign_id: str) -> None:
        """Accept the embargo terms."""
        version = briefing.terms_now(self.place).version
        briefing.accept_terms(self.place, partner, campaign_id, version=version, now=self.now)

    def core_message(self, campaign_id: str) -> str:
        """The id of the first core message, as its author sees it."""
        return matching.own_messages(self.place, self.communicator, campaign_id, now=self.now)[0].message_id

    def answer(
        self,
        partner: Actor,
        campaign_id: str,
        *,
        language: str = "sv",
        content: TextContent | None = None,
        channels: Sequence[ChannelKind] = (),
    ) -> matching.Saved:
        """A partner's matching message in one language, not yet consented to."""
        message_id = matching.begin_message(
            self.place,
            partner,
            campaign_id,
            answers=self.core_message(campaign_id),
            channels=channels,
            now=self.now,
        )
        return matching.edit_text(
            self.place,
            partner,
            message_id,
            language=language,
            content=content or text("Vi lyssnar", "Ring oss, eller 114 14."),
            expected_version=0,
            now=self.now,
        )

    def consented(self, partner: Actor, campaign_id: str, **wanted: Any) -> matching.Saved:
        """A matching message with its organisation's consent."""
        saved = self.answer(partner, campaign_id, **wanted)
        consenting.consent(self.place, partner, saved.text_id, revision=saved.revision, now=self.now)
        return saved

    def make_ready(self, campaign_id: str) -> None:
        """Have the approver review each translated core text and tell it in Swedish; the communicator confirms."""
        make_ready(self.place, campaign_id, author=self.communicator, reviewer=self.approver, now=self.now)

    def approve(self, campaign_id: str) -> approving.Approved:
        """Have the release asked for and approved by two people, once every language is ready."""
        self.make_ready(campaign_id)
        revision = approving.ask_approval(self.place, self.communicator, campaign_id, now=self.now)
        return approving.approve(self.place, self.approver, campaign_id, revision=revision, now=self.now)

    def approved(self, *partners: Actor, **wanted: Any) -> str:
        """An approved campaign in which each partner has a consented message in Swedish through all its channels."""
        campaign_id = self.briefed(*partners, **wanted)
        for partner in partners:
            self.consented(partner, campaign_id, channels=list(self.place.channels))
        self.approve(campaign_id)
        return campaign_id

    def live(self, *partners: Actor, **wanted: Any) -> str:
        """An approved campaign at its lift, recorded by a worker. The office's clock is there too."""
        campaign_id = self.approved(*partners, **wanted)
        self.now = self.LIFT
        self.record_live(campaign_id)
        return campaign_id

    def record_live(self, campaign_id: str) -> bool:
        """What a worker does at T."""
        with writing(self.place.engine) as session:
            return lifting.go_live(session, campaign_id, now=self.now)


def settings_for(folder: Path, **given: str) -> Settings:
    """Settings for a trial on this machine; `given` are names without the prefix."""
    trial = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": "x" * 40,
        "CREDENTIALS_KEYS": Fernet.generate_key().decode(),
        "BASE_URL": "http://127.0.0.1:8000",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "ALLOW_PRIVATE_RECEIVERS": "1",
    }
    return Settings.from_env({f"SAMKLANG_{name}": value for name, value in (trial | given).items()})
