"""A draft that is written to a file and read again is the same draft."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import data
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact, TextContent
from campaigns.work.campaign.drafts import CampaignDraft, ChannelDraft, MatchingDraft, MessageDraft, PartnerDraft
from campaigns.work.campaign_file.reading import read_campaign_file, write_campaign_file
from campaigns.work.campaign_file.writing import written_time

Item = TypeVar("Item")
NOW = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TAGS = tuple(data.languages())
CODES = ("SE", "SE-M", "SE-REGION-SYD", "SE-M-1280")

# Without control characters, halves of pairs, and hidden direction: texts with those are refused.
SIGNS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u202a\u202b\u202c\u202d\u202e{}%")
TRAPS = st.sampled_from(
    ["no", "null", "~", "114 14", "06:00", "a: b", "- a", "# a", "x #y", "{a}", "'", '"', "|", "!a"]
)
NAMES = (st.text(SIGNS, min_size=1, max_size=20) | TRAPS).filter(lambda text: text.strip() and "{" not in text)
PROSE = st.lists(NAMES, min_size=1, max_size=4).map("\n".join) | st.lists(NAMES, min_size=1, max_size=3).map(
    "\n\n ".join
)
TEXTS = st.builds(
    TextContent, headline=NAMES, long=PROSE, short=st.just("") | PROSE, sms=st.just(""), spoken=st.just("")
)
FACTS = st.builds(
    lambda wordings: KeyFact(kind=FactKind.SENTENCE, wordings=tuple(wordings.items())),
    st.dictionaries(st.sampled_from(["am", "yi"]), NAMES, min_size=1),
)
CHANNELS = st.sampled_from(
    [
        ChannelDraft(kind=ChannelKind.WEBHOOK, address="https://example.org/in?a=1&b=c#d"),
        ChannelDraft(kind=ChannelKind.EMAIL, address="ut@example.se"),
        ChannelDraft(kind=ChannelKind.BLUESKY, address="jouren.example.org"),
    ]
)


def texts_in(tags: tuple[str, ...]) -> st.SearchStrategy[dict[str, TextContent]]:
    return st.dictionaries(st.sampled_from(tags), TEXTS, min_size=1, max_size=3)


def some(of: st.SearchStrategy[Item], *, least: int = 0) -> st.SearchStrategy[tuple[Item, ...]]:
    """At most three, all unlike."""
    return st.lists(of, min_size=least, max_size=3, unique_by=_folded).map(tuple)


def _folded(item: object) -> str:
    return " ".join(str(item).split()).casefold()


PARTNERS = st.builds(
    PartnerDraft,
    name=NAMES,
    kind=st.sampled_from(OrganisationKind),
    places=some(st.sampled_from(CODES), least=1),
    languages=some(st.sampled_from(TAGS), least=1),
    topics=some(NAMES),
    channels=some(CHANNELS),
)


@st.composite
def drafts(draw: st.DrawFn) -> CampaignDraft:
    """Whole campaigns; key facts are in languages without texts, so that every text keeps them."""
    languages = draw(some(st.sampled_from(["sv", "en", "ar", "fa", "ti", "tr"]), least=1))
    messages = [MessageDraft(name=name, texts=draw(texts_in(languages))) for name in draw(some(NAMES, least=1))]
    partners = draw(st.lists(PARTNERS, max_size=3, unique_by=lambda partner: partner.name.casefold()))
    pairs = [(partner.name, message.name) for partner in partners for message in messages]
    answers = [
        MatchingDraft(
            by=by, answers=to, texts=draw(texts_in(languages)), channels=draw(some(st.sampled_from(ChannelKind)))
        )
        for by, to in (draw(some(st.sampled_from(pairs))) if pairs else ())
    ]
    lift_at = NOW + timedelta(minutes=draw(st.integers(1000, 1_000_000)))
    return CampaignDraft(
        name=draw(NAMES),
        slug=draw(st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,3}", fullmatch=True)),
        topics=draw(some(NAMES)),
        places=draw(some(st.sampled_from(CODES), least=1)),
        audiences=draw(some(NAMES)),
        lift_at=lift_at,
        briefing_opens_at=lift_at - timedelta(seconds=draw(st.integers(1, 10_000_000))),
        languages=languages,
        secrecy_ground=draw(NAMES),
        secrecy_decided_by=draw(NAMES),
        secrecy_condition=draw(st.just("") | NAMES),
        contact_name=draw(NAMES),
        contact_email="kampanj@example.se",
        key_facts=draw(some(FACTS)),
        briefing=draw(st.just("") | PROSE),
        core_messages=tuple(messages),
        partners=tuple(partners),
        matching_messages=tuple(answers),
        example=draw(st.booleans()),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(drafts())
def test_what_is_written_is_read_again_as_the_same_draft(draft: CampaignDraft) -> None:
    """Quotation marks, colons, emoji, foreign scripts, blank lines: nothing is lost or read as something else."""
    again, _ = read_campaign_file(write_campaign_file(draft).encode(), now=NOW, step=MINUTE)
    assert again == draft


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 12, 14, 5, tzinfo=UTC), "2026-12-14 06:00"),
        (datetime(2026, 7, 1, 4, tzinfo=UTC), "2026-07-01 06:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25 02:30+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25 02:30+01:00"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "2026-10-25 03:00"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "2027-03-28 03:00"),
        (datetime(2026, 12, 14, 5, 0, 30, tzinfo=UTC), "2026-12-14 06:00:30"),
    ],
)
def test_times_are_written_as_the_clock_on_the_wall_shows_them(instant: datetime, written: str) -> None:
    """The offset stands only where the wall clock shows the same time twice."""
    assert written_time(instant) == written
