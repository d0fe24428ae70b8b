"""The life around the demo's campaign: others in every stage, so that each page of the workplace has something to show.

Everything here is invented and says *(exempel)*. It is built through the tasks that people use.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from campaigns.demo.readers import Readers
from campaigns.demo.story import Person
from campaigns.domain.access import Actor, Role
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact, TextContent, Variant
from campaigns.domain.times import ceiling
from campaigns.domain.translating import Job
from campaigns.work.campaign import registering
from campaigns.work.campaign.drafts import CampaignDraft, MessageDraft, slug_of
from campaigns.work.launch import approving, scheduling
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.translating.asking import ask_for_text
from campaigns.work.translating.matrix import translation_matrix
from campaigns.work.translating.remarks import remark
from campaigns.work.workplace import Workplace

HELP = KeyFact(kind=FactKind.PHONE, value="114 14")
IN_BRIEFING = {
    "sv": TextContent(
        headline="Ett lån av ditt konto kan kosta dig allt",
        long="Den som lånar ut sitt konto eller sitt bank-id kan dömas för penningtvätt. Säg nej, och prata med en "
        "vuxen. Vill du berätta något, ring **114 14**.",
        short="Låna aldrig ut ditt konto. Ring 114 14.",
        sms="Låna aldrig ut ditt konto. Vill du prata? Ring 114 14.",
    ),
    "en": TextContent(
        headline="Lending your account can cost you everything",
        long="Whoever lends out a bank account or a bank id can be sentenced for money laundering. Say no, and talk to "
        "an adult. If you want to tell something, call **114 14**.",
        short="Never lend your account. Call 114 14.",
    ),
    "ar": TextContent(
        headline="إعارة حسابك قد تكلفك كل شيء",
        long="من يعير حسابه المصرفي قد يُدان بغسل الأموال. قل لا، وتحدث مع شخص بالغ. اتصل على 114 14.",
        short="لا تُعر حسابك أبدًا. اتصل على 114 14.",
    ),
}
COMING = {
    "sv": TextContent(
        headline="Lovet är långt, och någon behöver se",
        long="Var ute en kväll till. Barn som syns av vuxna är tryggare. Undrar du över något, ring **114 14**.",
        short="Barn som syns är tryggare. Ring 114 14.",
    ),
    "so": TextContent(
        headline="Fasaxu waa dheer tahay, qof baa loo baahan yahay inuu arko",
        long="Fiidkii bannaanka joog. Carruurta dadka waaweyni arkaan waa ka ammaan badan yihiin. Wac 114 14.",
        short="Carruurta la arko waa ammaan. Wac 114 14.",
    ),
}
ANSWER = TextContent(
    headline="Hos oss får du säga nej tillsammans med någon",
    long="Har någon bett om ditt konto? Kom till oss, eller ring 114 14. Du behöver inte förklara allt på en gång.",
    short="Säg nej tillsammans med oss, eller ring 114 14.",
)


class Life:
    """Plays it with the people of the story. `people` are the police first, then two of each partner."""

    def __init__(self, place: Workplace, people: Sequence[Person], *, clock: Callable[[], datetime]) -> None:
        self._place, self._now = place, clock
        self._communicator = next(one.actor for one in people if Role.COMMUNICATOR in one.actor.roles)
        self._approver = next(one.actor for one in people if Role.APPROVER in one.actor.roles)
        self._editors = [one.actor for one in people if Role.EDITOR in one.actor.roles]
        self._publishers = [one.actor for one in people if Role.PUBLISHER in one.actor.roles]
        self._translators = [one.email for one in people if Role.TRANSLATOR in one.actor.roles]
        self._readers = Readers(place, author=self._communicator, reviewer=self._approver, clock=clock)

    def play(self) -> None:
        """A draft, one in briefing, one approved, one on hold, one cancelled."""
        self._registered("Fritidsledare i fokus (exempel)", COMING, days=40)
        self._in_briefing("Låna inte ut ditt konto (exempel)", days=18)
        self._approved("Vuxna ute på lovet (exempel)", days=9)
        held = self._approved("Trygg väg hem (exempel)", days=5)
        scheduling.hold(self._place, self._approver, held, now=self._now())
        cancelled = self._registered("En tidig idé (exempel)", COMING, days=60)
        scheduling.cancel(self._place, self._communicator, cancelled, now=self._now())

    def _registered(
        self, name: str, texts: dict[str, TextContent], *, days: int, languages: tuple[str, ...] = ()
    ) -> str:
        now = self._now()
        draft = CampaignDraft(
            name=name,
            slug=slug_of(name),
            topics=("rekrytering", "föräldrar"),
            places=("SE",),
            audiences=("föräldrar", "unga 12–15 år"),
            lift_at=ceiling(now + timedelta(days=days), timedelta(hours=1)),
            briefing_opens_at=now,
            languages=languages or tuple(texts),
            secrecy_ground="ingen",
            secrecy_decided_by="kommunikationschef (exempel)",
            contact_name="Kampanjgruppen (exempel)",
            contact_email="kampanj@polisen.example.se",
            key_facts=(HELP,),
            briefing="## Vad vi ser\n\nDet här är ett påhittat underlag. Det visar hur ett underlag kan se ut.\n\n"
            "## Vad vi ber er om\n\nSäg samma sak, med er egen röst, när embargot lyfts.",
            core_messages=(MessageDraft(name="huvudbudskap", texts=texts),),
            example=True,
        )
        return registering.register(self._place, self._communicator, draft, now=now).campaign_id

    def _in_briefing(self, name: str, *, days: int) -> str:
        campaign_id = self._registered(name, IN_BRIEFING, days=days, languages=("sv", "en", "ar", "so", "ti"))
        briefing.open_briefing(self._place, self._communicator, campaign_id, now=self._now())
        self._translating(campaign_id)
        for reader in (*self._editors[:4], *self._publishers[:3]):
            self._accept(campaign_id, reader)
        for number, (editor, publisher) in enumerate(zip(self._editors[:3], self._publishers[:3], strict=True)):
            saved = self._answer(campaign_id, editor, ANSWER)
            if number < 2:  # the third waits for its organisation's consent
                consenting.consent(self._place, publisher, saved.text_id, revision=saved.revision, now=self._now())
        ask = briefing.ask(
            self._place, self._editors[0], campaign_id, question="Finns materialet på dari också?", now=self._now()
        )
        briefing.answer(
            self._place, self._communicator, ask, text="Inte än. Vi säger till när det är klart.", now=self._now()
        )
        briefing.ask(
            self._place,
            self._editors[1],
            campaign_id,
            question="Får vi visa underlaget för vår styrelse?",
            unnamed=True,
            now=self._now(),
        )
        return campaign_id

    def _approved(self, name: str, *, days: int) -> str:
        campaign_id = self._registered(name, COMING, days=days)
        briefing.open_briefing(self._place, self._communicator, campaign_id, now=self._now())
        for publisher in self._publishers[:2]:
            self._accept(campaign_id, publisher)
            saved = self._answer(campaign_id, publisher, ANSWER)
            consenting.consent(self._place, publisher, saved.text_id, revision=saved.revision, now=self._now())
        self._readers.make_ready(campaign_id)
        revision = approving.ask_approval(self._place, self._communicator, campaign_id, now=self._now())
        approving.approve(self._place, self._approver, campaign_id, revision=revision, now=self._now())
        return campaign_id

    def _translating(self, campaign_id: str) -> None:
        """English is ready, Arabic waits for review with a comment on it, Somali is asked for, Tigrinya is missing."""
        self._readers.make_ready(campaign_id, besides=frozenset({"ar"}))
        message_id = translation_matrix(self._place, self._communicator, campaign_id).columns[0].message_id
        remark(
            self._place,
            self._approver,
            message_id,
            language="ar",
            part=Variant.HEADLINE,
            says="Är det här vanliga ord för unga? Fråga gärna någon till.",
            now=self._now(),
        )
        for email in self._translators:
            ask_for_text(
                self._place,
                self._communicator,
                message_id,
                language="so",
                job=Job.TRANSLATE,
                email=email,
                note="Använd gärna samma ord som i folderns ordlista.",
                now=self._now(),
            )

    def _accept(self, campaign_id: str, partner: Actor) -> None:
        version = briefing.terms_now(self._place).version
        briefing.accept_terms(self._place, partner, campaign_id, version=version, now=self._now())

    def _answer(self, campaign_id: str, partner: Actor, content: TextContent) -> matching.Saved:
        found = briefing.read_briefing(self._place, partner, campaign_id, now=self._now())
        message_id = matching.begin_message(
            self._place,
            partner,
            campaign_id,
            answers=found.core_texts[0].message_id,
            channels=[ChannelKind.WEBHOOK, ChannelKind.EMAIL],
            now=self._now(),
        )
        return matching.edit_text(
            self._place, partner, message_id, language="sv", content=content, expected_version=0, now=self._now()
        )
