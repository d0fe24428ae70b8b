"""A few campaigns in memory, public by the clock, that answer like the real reading does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from sample_shelves import SampleShelves

from campaigns.domain.errors import NotThere
from campaigns.domain.reading import Attachment, CampaignCard, CampaignPage, Feed, FeedEntry, SitemapEntry, Voice
from campaigns.web import PublicReading, build_app
from campaigns.web.shelving import PublicShelves

LIFT = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
LATER = LIFT + timedelta(hours=3, minutes=12, seconds=20)
COMING = LIFT + timedelta(days=30)
BEFORE = LIFT - timedelta(minutes=5, seconds=7)
POLICE = "Polismyndigheten (exempel)"
CORE = {
    "sv": (
        "Pengarna kommer aldrig",
        (
            "Barn som utför uppdrag åt gängen får inte pengarna de blivit lovade. De lämnas ensamma kvar, med skulder"
            " och hot. Prata med ditt barn i dag: fråga, lyssna och visa att du finns kvar oavsett vad som hänt."
        ),
        "Är du orolig? Ring polisen på {police}. Vid akut fara ring {danger}.",
    ),
    "sv-simple": (
        "Gängen luras",
        "Gängen lovar barn pengar. Det är en lögn. Gängen behåller pengarna. Barnet blir ensamt. Prata med ditt barn.",
        "Är du orolig? Ring {police}. Är det fara just nu? Ring {danger}.",
    ),
    "en": (
        "The money never comes",
        (
            "Children who carry out a job for the gangs do not get the money they were promised. They are left alone,"
            " with debts and threats. Talk with your child today: ask, listen, and show that you will be there."
        ),
        "Are you worried? Call the police on {police}. In immediate danger call {danger}.",
    ),
    "ar": (
        "المال لن يأتي أبدًا",
        (
            "الأطفال الذين ينفّذون مهمات للعصابات لا يحصلون على المال الذي وُعدوا به. يُتركون وحدهم مع الديون والتهديدات."
            " تحدّث مع طفلك اليوم: اسأل، واستمع، وأظهر أنك باقٍ معه مهما حدث."
        ),
        "هل أنت قلق؟ اتصل بالشرطة على {police}. عند الخطر المباشر اتصل بـ {danger}.",
    ),
    "fa": ("پول هرگز نمی‌رسد", "با فرزندتان امروز حرف بزنید: بپرسید، گوش کنید.", "نگران هستید؟ {police}، {danger}."),
    "ckb": ("پارەکە هەرگیز نایەت", "ئەمڕۆ لەگەڵ منداڵەکەت قسە بکە.", "{police}، {danger}."),
    "so": ("Lacagtu waligeed ma timaaddo", "Maanta la hadal ilmahaaga: weydii, dhegayso.", "{police}, {danger}."),
    "ti": ("እቲ ገንዘብ ፈጺሙ ኣይመጽእን", "ሎሚ ምስ ውላድካ ተዛረብ።", "{police}፣ {danger}።"),
    "de": (
        "Jugendstrafrechtsanwendungsvoraussetzungen und Geldversprechen",
        "Sprechen Sie heute mit Ihrem Kind über Schuldnerberatungsstellenverzeichnisse.",
        "{police}, {danger}.",
    ),
}
PHONES = {
    "police": '<a href="tel:11414"><bdi dir="ltr">114 14</bdi></a>',
    "danger": '<a href="tel:112"><bdi dir="ltr">112</bdi></a>',
}
PARTNERS = (
    ("ungdomsjouren", "Ungdomsjouren (exempel)", "helpline", {
        "sv": ("Du kan alltid ringa oss", "Vi möter barn som trodde på löftet. Du behöver inte berätta vem du är."),
        "ar": ("يمكنك دائمًا الاتصال بنا", "نلتقي أطفالًا صدّقوا الوعد. لست مضطرًا لذكر اسمك. نستمع إليك."),
    }),
    ("norra", "Idrottsföreningen Norra (exempel)", "sports", {
        "sv": ("I laget räknas du", "Här får du en plats utan motprestation. Den som lovar snabba pengar lurar dig."),
        "en": ("In the team you count", "Here you have a place and nothing is asked in return. Talk with your coach."),
    }),
    ("forsamlingen", "Församlingen vid torget (exempel)", "faith", {
        "sv": ("Dörren är öppen", "Hos oss finns vuxna med tid. Kom som du är, också om du sagt ja."),
    }),
    ("anhoriga", "Anhörignätverket (exempel)", "relatives", {
        "sv": ("Du är inte ensam som förälder", "Andra har gått före. Ring eller kom till en träff."),
    }),
)  # fmt: skip


def voice(slug: str, organisation: str, kind: str, language: str, headline: str, html: str) -> Voice:
    """A published voice of the sample campaign."""
    return Voice(
        entry_id=f"{slug}:{language}",
        organisation=organisation,
        organisation_slug=slug,
        organisation_kind=kind,
        is_core=kind == "police",
        language=language,
        headline=headline,
        html=html,
        short=html.removeprefix("<p>").split("</p>")[0],
        published_at=LIFT,
        updated_at=LIFT,
    )


def core(language: str) -> Voice:
    """The police's message in one language."""
    headline, text, help_line = CORE[language]
    html = f"<p>{text}</p><p>{help_line.format(**PHONES)}</p>"
    return voice("polisen", POLICE, "police", language, headline, html)


def partner_voices(language: str) -> list[Voice]:
    """Each partner once: in the language, otherwise in Swedish."""
    voices = []
    for slug, name, kind, texts in PARTNERS:
        own = language if language in texts else "sv"
        headline, text = texts[own]
        voices.append(voice(slug, name, kind, own, headline, f"<p>{text}</p>"))
    return voices


def sample_page(language: str, slug: str = "gangsnacket", lift_at: datetime = LIFT) -> CampaignPage:
    """The sample campaign; its third voice was corrected, its fourth withdrawn."""
    voices = partner_voices(language)
    voices[2] = replace(voices[2], corrected=True, updated_at=LIFT + timedelta(hours=1))
    voices[3] = replace(voices[3], headline="", html="", short="", withdrawn_at=LIFT + timedelta(hours=2))
    return CampaignPage(
        slug=slug,
        name="Gängsnacket inför jul och nyår",
        language=language,
        languages=tuple(CORE),
        core=(core(language),),
        voices=tuple(voices),
        topics=("föräldrar",),
        lift_at=lift_at,
        updated_at=lift_at,
        example=True,
    )


def withdrawn_page() -> CampaignPage:
    """A campaign that was public and is withdrawn."""
    page = sample_page("sv", "aterkallad")
    return replace(page, core=(), voices=(), name="En återkallad kampanj", withdrawn_at=LIFT + timedelta(hours=1))


class SampleReading:
    """Three campaigns: one lifted at LIFT, one a month later, one lifted at LIFT and withdrawn since."""

    def campaigns(self, *, language: str, now: datetime) -> Sequence[CampaignCard]:
        return [self._card(page, language) for page in self._public(now)]

    def campaign(self, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
        page = next((page for page in self._public(now) if page.slug == slug), None)
        if page is None or (language or "sv") not in page.languages:
            raise NotThere
        return page if page.withdrawn_at else sample_page(language or "sv", slug, page.lift_at)

    def attachment(self, **_asked: object) -> Attachment:
        raise NotThere

    def attachment_bytes(self, **_asked: object) -> bytes:
        raise NotThere

    def feed(
        self,
        *,
        now: datetime,
        campaign: str | None = None,
        language: str | None = None,
        organisation: str | None = None,
    ) -> Feed:
        entries = [
            FeedEntry(campaign_slug=page.slug, campaign_name=page.name, voice=said)
            for page in self._public(now)
            if not page.withdrawn_at and campaign in {None, page.slug}
            for tag in page.languages
            for said in (*page.core, *page.voices)
            for said in [replace(core(tag), entry_id=f"{page.slug}:core:{tag}") if said.is_core else said]
            if said.language == tag and language in {None, tag} and organisation in {None, said.organisation_slug}
        ]
        if not entries and (campaign or organisation):
            raise NotThere
        return Feed(
            entries=tuple(entries),
            campaign_slug=campaign,
            campaign_name=entries[0].campaign_name if campaign else None,
            language=language,
            organisation=entries[0].voice.organisation if organisation else None,
            organisation_slug=organisation,
        )

    def sitemap(self, *, now: datetime) -> Sequence[SitemapEntry]:
        return [
            SitemapEntry(slug=page.slug, languages=page.languages, updated_at=page.updated_at)
            for page in self._public(now)
            if not page.withdrawn_at
        ]

    def _public(self, now: datetime) -> list[CampaignPage]:
        all_of_them = (sample_page("sv"), sample_page("sv", "kommande", COMING), withdrawn_page())
        return [page for page in all_of_them if page.lift_at <= now]

    def _card(self, page: CampaignPage, language: str) -> CampaignCard:
        language = language if language in CORE else "sv"  # as the real reading does
        said, gone = core(language), page.withdrawn_at is not None
        return CampaignCard(
            slug=page.slug,
            name=page.name,
            language=language,
            headline="" if gone else said.headline,
            short="" if gone else said.short,
            lift_at=page.lift_at,
            languages=() if gone else page.languages,
            voices=len(page.voices),
            withdrawn_at=page.withdrawn_at,
        )


BASE = "https://samklang.example.se"


def make_app(
    *,
    now: datetime = LATER,
    reading: PublicReading | None = None,
    ready: Callable[[], None] = lambda: None,
    base_url: str = BASE,
    shelves: PublicShelves | None = None,
) -> Flask:
    """The public web over the samples, its clock standing still."""
    return build_app(
        reading=reading or SampleReading(),
        shelves=shelves or SampleShelves({"gangsnacket": LIFT, "kommande": COMING}),
        clock=lambda: now,
        ready=ready,
        lift_step=timedelta(seconds=60),
        base_url=base_url,
    )
