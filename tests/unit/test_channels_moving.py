"""A new T: each kind of channel changes the time in what it rendered, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.base import Channel, Enclosure, Outgoing
from campaigns.channels.http import Door, Guard
from campaigns.channels.registry import build
from campaigns.channels.smtp import Mailer, MailServer
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent

BASE = "https://samklang.example.se"
T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
LATER = st.integers(min_value=1, max_value=2_000_000).map(lambda minutes: T + timedelta(minutes=minutes))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40).map("x".__add__)
TEXTS = WORDS | st.sampled_from(
    [
        "Date: Mon, 14 Dec 2026 05:00:00 +0000",
        '\r\n\r\nDate: Mon, 14 Dec 2026 05:00:00 +0000\r\n","timestamp":"2026-12-14T05:00:00Z","published_at":""',
    ]
)
CHANNELS = build(
    Door(Guard(), base_url=BASE),
    mailer=Mailer(MailServer(scheme="smtp", host="127.0.0.1", port=9)),
    sender="Samklang <samklang@example.se>",
    base_url=BASE,
    _=str,
    report_path=lambda delivery_id: f"/arbete/leverans/{delivery_id}",
)


def channel_of(kind: ChannelKind) -> Channel:
    """The channel of a kind."""
    return CHANNELS[kind]


@given(st.sampled_from(list(CHANNELS)), WORDS, TEXTS, TEXTS, LATER)
def test_what_is_moved_is_what_would_have_been_rendered(
    kind: ChannelKind, headline: str, plain: str, html: str, later: datetime
) -> None:
    """Whatever stands in the text, also what looks like a time."""
    outgoing = Outgoing(
        delivery_id="0123456789abcdef0123456789abcdef",
        event=Event.MESSAGE_PUBLISHED,
        campaign_id="c1",
        campaign_name="Gängsnacket",
        campaign_url="https://samklang.example.se/kampanj/gangsnacket",
        message_id="m1",
        organisation="Ungdomsgården (exempel)",
        language="sv",
        content=TextContent(headline=headline, long=plain, short=plain),
        plain=plain,
        html=html,
        url="https://samklang.example.se/kampanj/gangsnacket/sv",
        planned_at=T,
        enclosures=(
            Enclosure(kind="image", url=f"{BASE}/fil/1", size=7, language="sv", title=html, alternative=plain),
        ),
    )
    channel = channel_of(kind)
    anew = channel.render(replace(outgoing, planned_at=later)).body
    assert channel.moved(channel.render(outgoing).body, to=later) == anew


@pytest.mark.parametrize("kind", [ChannelKind.WEBHOOK, ChannelKind.EMAIL])
def test_that_a_campaign_was_lifted_is_moved_too(kind: ChannelKind) -> None:
    """It has no text."""
    lifted = Outgoing(
        delivery_id="d1", event=Event.CAMPAIGN_LIFTED, campaign_id="c1", campaign_name="Gängsnacket",
        campaign_url="https://samklang.example.se/kampanj/gangsnacket", planned_at=T,
    )  # fmt: skip
    channel, later = channel_of(kind), T + timedelta(hours=1)
    anew = channel.render(replace(lifted, planned_at=later)).body
    assert channel.moved(channel.render(lifted).body, to=later) == anew


@pytest.mark.parametrize("kind", [ChannelKind.WEBHOOK, ChannelKind.EMAIL, ChannelKind.BY_HAND])
def test_bytes_that_are_not_its_own_are_not_moved(kind: ChannelKind) -> None:
    """A new T fails as a whole, rather than leave one delivery with an old time."""
    with pytest.raises(ValueError, match=r"exactly one date|Expecting value"):
        channel_of(kind).moved(b"Subject: x\r\n\r\nDate: Mon, 14 Dec 2026 05:00:00 +0000\r\n", to=T)
