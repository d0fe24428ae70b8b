"""Notices say nothing of any campaign, whatever they are given; the registry knows what there is."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.http import Door, Guard
from campaigns.channels.notices import SENTENCES, TIMES, NoticeKind, render_notice, worded
from campaigns.channels.registry import ChannelNotAvailable, Channels, build
from campaigns.channels.smtp import Mailer, MailServer
from campaigns.domain.release import ChannelKind

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef"
CANARY = "canary-7f3a"


def notice(kind: NoticeKind, facts: dict[str, object], *, path: str = f"/kampanjer/{ID}") -> EmailMessage:
    """A notice as a reader's program sees it."""
    wording = worded(
        kind,
        base_url="https://samklang.example.se",
        path=path,
        facts=facts,
        _=str,
        when=lambda time: f"the {time:%d of %B at %H:%M}",
        language="en",
    )
    sender = "Samklang <samklang@example.se>"
    rendered = render_notice(wording, delivery_id="d" * 32, to="redaktion@example.org", sender=sender, at=T)
    mail = message_from_bytes(rendered.body, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def texts(mail: EmailMessage) -> str:
    """Everything a reader can see."""
    bodies = [mail.get_body((subtype,)) for subtype in ("plain", "html")]
    return "\n".join([*(f"{k}: {v}" for k, v in mail.items()), *(str(b.get_content()) for b in bodies if b)])


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_its_sentences_the_times_and_the_link(kind: NoticeKind) -> None:
    """In both texts."""
    mail = notice(kind, {"lift_at": T, "answer_by": T})
    seen = texts(mail)
    assert mail["Subject"] == SENTENCES[kind][0]
    assert seen.count("the 14 of December at 05:00") == 4
    assert seen.count(f"https://samklang.example.se/kampanjer/{ID}") == 3
    assert mail["Auto-Submitted"] == "auto-generated"


@given(
    st.sampled_from(NoticeKind),
    st.dictionaries(
        st.sampled_from([*TIMES, "campaign", "title", "slug", "organisation", "time"]),
        st.text(max_size=20).map(lambda text: CANARY + text) | st.just(T) | st.integers(),
    ),
)
def test_whatever_the_facts_hold_only_times_appear(kind: NoticeKind, facts: dict[str, object]) -> None:
    """The text is one of a fixed set: the same as with the known times alone."""
    seen = texts(notice(kind, facts))
    times = {name: fact for name, fact in facts.items() if name in TIMES and fact == T}
    assert CANARY not in seen
    assert seen == texts(notice(kind, times))


@pytest.mark.parametrize(
    "path", ["", "kampanjer", "/Gängsnacket", "/k?title=a", "/k/#a", "//example.org", "/a b", "/a\r\nb"]
)
def test_a_link_holds_only_short_words_and_random_ids(path: str) -> None:
    """Nothing may be told by the address either."""
    with pytest.raises(ValueError, match="short words"):
        notice(NoticeKind.APPROVED, {}, path=path)


def test_a_channel_that_is_not_there_is_refused_with_what_there_is() -> None:
    """And the settings decide what there is."""
    door = Door(Guard(), base_url="https://samklang.example.se")
    mailer = Mailer(MailServer(scheme="smtp", host="127.0.0.1", port=25))

    def made(with_mail: Mailer | None) -> Channels:
        return build(door, mailer=with_mail, sender="a@example.se", base_url="", _=str, report_path=str)

    assert list(made(mailer)) == [
        ChannelKind.WEBHOOK, ChannelKind.WORDPRESS, ChannelKind.EMAIL, ChannelKind.BY_HAND,
    ]  # fmt: skip
    assert all(channel.kind is kind for kind, channel in made(mailer).items())
    assert ChannelKind.EMAIL not in made(None)
    with pytest.raises(ChannelNotAvailable, match=r"mastodon is not .* Available: webhook, wordpress, email, by_hand"):
        made(mailer)[ChannelKind.MASTODON]
