"""Drafts: what people hand in is validated at the edge, frozen and without stray blanks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact, TextContent
from campaigns.work.campaign.drafts import (
    CampaignDraft,
    ChannelDraft,
    MatchingDraft,
    MessageDraft,
    fits_channel,
    is_email,
    is_web_address,
    slug_of,
)

LIFT = datetime(2026, 12, 14, 5, tzinfo=UTC)
MESSAGE = MessageDraft(name="huvudbudskap", texts={"sv": TextContent(headline="Prata")})


def draft(**changes: object) -> CampaignDraft:
    """A small valid campaign; what is given replaces a part of it."""
    fields: dict[str, object] = {
        "name": "Prata i tid",
        "slug": "prata-i-tid",
        "places": ("SE",),
        "lift_at": LIFT,
        "briefing_opens_at": LIFT - timedelta(days=14),
        "languages": ("sv",),
        "secrecy_ground": "ingen",
        "secrecy_decided_by": "kommunikationsdirektör",
        "contact_name": "Kampanjgruppen",
        "contact_email": "kampanj@example.se",
        "core_messages": (MESSAGE,),
    }
    return CampaignDraft.model_validate(fields | changes)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Gängsnacket inför jul & nyår", "gangsnacket-infor-jul-nyar"),
        ("ÅÄÖ åäö", "aao-aao"),
        ("Café Smørrebrød & Straße", "cafe-smorrebrod-strasse"),
        ("  --x--  ", "x"),
        ("العربية", "kampanj"),
        ("", "kampanj"),
        ("a" * 59 + " b", "a" * 59),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_slug_is_ascii_and_short(name: str, slug: str) -> None:
    """Swedish letters become their plain neighbours, and other scripts leave nothing."""
    assert slug_of(name) == slug


def test_a_draft_is_frozen_and_refuses_what_it_does_not_know() -> None:
    """A misspelt field must not vanish."""
    campaign = draft()
    with pytest.raises(ValidationError):
        campaign.name = "Annat"
    with pytest.raises(ValidationError):
        draft(lift=LIFT)


def test_stray_blanks_are_taken_away() -> None:
    """So that two drafts that say the same are equal."""
    content = TextContent(headline=" Prata\nnu ", long="\r\nEtt\r\ntvå\u2028tre  \n")
    message = MessageDraft(name="  ett  namn ", texts={"sv": content})
    assert message.name == "ett namn"
    assert message.texts["sv"] == TextContent(headline="Prata nu", long="Ett\ntvå\ntre")


def test_times_become_utc_and_naive_ones_are_refused() -> None:
    """A time without a zone is nobody's instant."""
    assert draft(lift_at=LIFT.astimezone(timezone(timedelta(hours=1)))).lift_at.tzinfo is UTC
    with pytest.raises(ValidationError, match="has no time zone"):
        draft(lift_at=datetime(2026, 12, 14, 6))  # noqa: DTZ001 - a naive time is what is tried


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"name": "a\0b"},
        {"slug": "Prata"},
        {"slug": "a" * 61},
        {"places": ()},
        {"places": ("SE-Q",)},
        {"languages": ("sv", "no")},
        {"languages": ("sv", "sv")},
        {"languages": ("en",)},
        {"contact_email": "kampanj"},
        {"briefing_opens_at": LIFT},
        {"core_messages": ()},
        {"core_messages": (MESSAGE, MESSAGE)},
        {"key_facts": (KeyFact(kind=FactKind.PHONE),)},
        {"key_facts": (KeyFact(kind=FactKind.SENTENCE, value="x"),)},
        {"key_facts": (KeyFact(kind=FactKind.LINK, value="x"),)},
        {"matching_messages": (MatchingDraft(by="Okänd", answers="huvudbudskap", texts=MESSAGE.texts),)},
    ],
)
def test_a_draft_that_does_not_hold_together_is_refused(wrong: dict[str, object]) -> None:
    """Whoever makes a draft, by file, form or code, cannot make one of these."""
    with pytest.raises(ValidationError):
        draft(**wrong)


def test_a_message_says_something_in_some_language() -> None:
    """An empty text would be approved and published as nothing."""
    with pytest.raises(ValidationError):
        MessageDraft(name="tomt", texts={})
    with pytest.raises(ValidationError):
        MessageDraft(name="tomt", texts={"sv": TextContent(long=" \n ")})


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("kampanj@example.se", True),
        ("för.namn+ut@exempel.example.org", True),
        ("kampanj", False),
        ("a@b", False),
        ("a@b.se\nBcc: c@d.se", False),
        ("Namn <a@example.se>", False),
        ("a@b@example.se", False),
        ("a@example.se,b@example.se", False),
        ("a@" + "b" * 260 + ".se", False),
    ],
)
def test_an_email_address_looks_like_one(address: str, right: bool) -> None:  # noqa: FBT001 - what is expected
    """Just one, and nothing that could end a header line."""
    assert is_email(address) is right


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("https://example.se/gangsnacket", True),
        ("http://127.0.0.1:8080/in", True),
        ("HTTPS://example.se", True),
        ("example.se", False),
        ("https://", False),
        ("https:///stig", False),
        ("javascript:alert(1)", False),
        ("https://example.se/a b", False),
        ("https://[::1", False),
        ("https://example.se:99999", False),
    ],
)
def test_a_web_address_is_complete(address: str, right: bool) -> None:  # noqa: FBT001 - what is expected
    """With its scheme and host, and in one piece."""
    assert is_web_address(address) is right


def test_an_address_fits_its_channel() -> None:
    """A webhook needs a web address, mail and handwork someone to write to."""
    assert not fits_channel(ChannelKind.WEBHOOK, "a@example.se")
    assert not fits_channel(ChannelKind.BY_HAND, "https://example.se")
    assert fits_channel(ChannelKind.BLUESKY, "jouren.example.org")
    with pytest.raises(ValidationError):
        ChannelDraft(kind=ChannelKind.EMAIL, address="https://example.se")
