"""WordPress: what a post says, what the site's answers mean, and that nothing is ever posted twice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from servers import Server, answering, closed_port, status
from wordpress_sites import PASSWORD, USER, WordPressSite

from campaigns.channels.base import Destination, DoesNotFit, Outgoing, Rendered
from campaigns.channels.http import Door, Guard
from campaigns.channels.likeness import shows
from campaigns.channels.wordpress import NO_LOGIN, WordPress
from campaigns.channels.wordpress_posts import LET_IT_END, NOT_PUBLISHED, NOT_SEEN_YET, SHOWS_ELSE, STILL_SHOWN
from campaigns.channels.wordpress_site import API_OFF, MAY_NOT, MOVED, NOT_WORDPRESS, WRONG_LOGIN, site_of
from campaigns.domain.release import Answer, Event, Outcome
from campaigns.domain.texts import TextContent
from campaigns.markup import render_markdown

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
SLUG = "a1b2-ar"
LOGIN = f"{USER}:{PASSWORD}"


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    """A site that behaves well until the test says otherwise."""
    with WordPressSite() as found:
        yield found


@pytest.fixture
def channel() -> WordPress:
    """The channel, allowed onto this machine."""
    return WordPress(Door(Guard(allow_private=True, total_s=5.0), base_url="https://samklang.example.se"))


def outgoing(event: Event = Event.MESSAGE_PUBLISHED, long: str = "Ring 114 14 – مرحبا [gallery]") -> Outgoing:
    """A partner's message in Arabic."""
    return Outgoing(
        delivery_id="d1",
        event=event,
        campaign_id="c1",
        campaign_name="Gängsnacket",
        campaign_url="https://samklang.example.se/kampanj/gangsnacket",
        message_id="a1b2",
        organisation="Ungdomsgården (exempel)",
        language="ar",
        direction="rtl",
        content=TextContent(headline="عنوان & <mer>", long=long, short="kort [x]"),
        html=render_markdown(long),
        planned_at=T,
    )


def rendered(event: Event = Event.MESSAGE_PUBLISHED, long: str = "Ring 114 14 – مرحبا [gallery]") -> Rendered:
    """The bytes that leave."""
    return WordPress(Door(Guard(), base_url="https://samklang.example.se")).render(outgoing(event, long))


def deliver(channel: WordPress, site: WordPressSite, what: Rendered, *, login: str = LOGIN) -> Outcome:
    """One attempt."""
    return channel.deliver(what, Destination(address=site.url, secrets=(login,)), delivery_id="d1", now=T)


def look(channel: WordPress, site: WordPressSite, what: Rendered, *, login: str = LOGIN) -> Outcome:
    """One look."""
    return channel.look_up(what, Destination(address=site.url, secrets=(login,)), delivery_id="d1", now=T)


def test_a_post_says_what_was_written_in_its_own_language_and_direction() -> None:
    """Its slug is made of message and language; square brackets, commands to WordPress, are only signs."""
    post = json.loads(rendered().body)
    assert (post["slug"], post["status"]) == (SLUG, "publish")
    assert post["title"] == "عنوان &amp; &lt;mer&gt;"
    assert post["excerpt"] == "kort &#91;x]"
    assert f'<div id="{SLUG}" lang="ar" dir="rtl"><p>' in post["content"]
    assert "<bdi" not in post["content"]
    assert '<span dir="ltr">114\xa014</span>' in post["content"]
    assert "&#91;gallery]" in post["content"]


def test_rendering_is_the_same_every_time_and_a_correction_finds_the_first_post() -> None:
    """Approval froze these bytes; whichever delivery comes, the slug is the message's."""
    assert rendered() == rendered()
    correction, withdrawal = (
        json.loads(rendered(event).body) for event in (Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN)
    )
    assert correction["slug"] == SLUG
    assert "status" not in correction
    assert withdrawal == {"slug": SLUG, "status": "trash"}


@pytest.mark.parametrize(
    "lacking",
    [
        replace(outgoing(), content=TextContent(long="x")),
        replace(outgoing(), html="", content=TextContent(headline="x")),
        replace(outgoing(), message_id=None),
    ],
)
def test_what_lacks_a_part_is_refused_before_the_lift(channel: WordPress, lacking: Outgoing) -> None:
    """A post has a headline and a text."""
    with pytest.raises(DoesNotFit):
        channel.render(lacking)


def test_a_post_is_made_and_read_back_as_a_stranger(channel: WordPress, site: WordPressSite) -> None:
    """It is confirmed when a visitor sees it, at the address that the site gives."""
    outcome = deliver(channel, site, rendered())
    assert (outcome.answer, outcome.address) == (Answer.ACCEPTED, f"{site.url}/{SLUG}/")
    assert [(one.method, one.logged_in) for one in site.asked] == [("POST", True), ("GET", False)]
    assert outcome.sent_at is not None
    assert site.asked[1].at <= outcome.finished_at
    assert [post["slug"] for post in site.published] == [SLUG]


def test_a_site_without_pretty_addresses_is_asked_the_other_way_and_that_is_remembered(
    channel: WordPress, site: WordPressSite
) -> None:
    """Once only at an address that is not there."""
    site.pretty = False
    assert deliver(channel, site, rendered()).answer is Answer.ACCEPTED
    assert len(site.posts) == 1
    assert [one.route.startswith("page:") for one in site.asked] == [True, False, False]


@pytest.mark.parametrize(
    ("answer", "expected", "reason"),
    [
        (status(401, body=b'{"code":"rest_cannot_create"}'), Answer.REFUSED, WRONG_LOGIN),
        (status(403, body=b'{"code":"rest_cannot_create"}'), Answer.REFUSED, MAY_NOT),
        (status(301, "Location: https://www.example.org/"), Answer.REFUSED, MOVED),
        (status(400, body=b'{"code":"rest_invalid_param"}'), Answer.REFUSED, "HTTP 400"),
        (status(429, "Retry-After: 7"), Answer.TRY_AGAIN, "HTTP 429"),
        (status(500), Answer.UNCLEAR, "HTTP 500"),
        (status(503), Answer.UNCLEAR, "HTTP 503"),
        (status(201, body=b"<b>Notice</b>"), Answer.UNCLEAR, "HTTP 201"),
    ],
)
def test_answers_mean_what_they_mean(
    channel: WordPress, site: WordPressSite, answer: bytes, expected: Answer, reason: str
) -> None:
    """An error of the site may come after the post was made, so it is unclear, and is looked at half a minute later."""
    site.faults = [answer]
    outcome = deliver(channel, site, rendered())
    assert (outcome.answer, outcome.reason) == (expected, reason)
    expected_pause = {Answer.TRY_AGAIN: timedelta(seconds=7), Answer.UNCLEAR: LET_IT_END}
    assert outcome.retry_after == expected_pause.get(expected)


def test_a_site_that_is_away_got_nothing(channel: WordPress) -> None:
    """No connection: it is sent again as it is."""
    with closed_port() as port:
        destination = Destination(address=f"http://127.0.0.1:{port}", secrets=(LOGIN,))
        outcome = channel.deliver(rendered(), destination, delivery_id="d1", now=T)
    assert outcome.answer is Answer.NOT_SENT


def test_nothing_leaves_without_a_login(channel: WordPress, site: WordPressSite) -> None:
    """The key to it was lost, or none was given."""
    destination = Destination(address=site.url)
    assert channel.deliver(rendered(), destination, delivery_id="d1", now=T).reason == NO_LOGIN
    assert channel.check(destination, now=T) == NO_LOGIN
    assert site.asked == []


def test_a_lost_answer_is_looked_up_and_nothing_is_posted_again(channel: WordPress, site: WordPressSite) -> None:
    """It was done and nobody said so: the look finds it, published, at its address."""
    site.faults = ["cut"]
    assert deliver(channel, site, rendered()).answer is Answer.UNCLEAR
    outcome = look(channel, site, rendered())
    assert (outcome.answer, outcome.address) == (Answer.ACCEPTED, f"{site.url}/{SLUG}/")
    assert len(site.changes) == 1


def test_a_look_that_finds_nothing_says_so_for_certain(channel: WordPress, site: WordPressSite) -> None:
    """Only a site that knows the login can say that."""
    assert look(channel, site, rendered()).answer is Answer.NOT_SENT
    outcome = look(channel, site, rendered(), login="anna:wrong")
    assert (outcome.answer, outcome.reason) == (Answer.UNCLEAR, WRONG_LOGIN)
    site.rest = False
    assert look(channel, site, rendered()).answer is Answer.UNCLEAR


@pytest.mark.parametrize("state", ["draft", "pending", "trash", "future", "private"])
def test_a_post_that_is_there_and_not_published_is_a_persons(
    channel: WordPress, site: WordPressSite, state: str
) -> None:
    """Somebody at the organisation did that, and knows why."""
    deliver(channel, site, rendered())
    site.posts[1].update(status=state, slug=f"{SLUG}__trashed" if state == "trash" else SLUG)
    outcome = look(channel, site, rendered())
    assert (outcome.answer, outcome.reason) == (Answer.NOT_AS_SENT, NOT_PUBLISHED)


def test_a_site_that_makes_a_draft_of_what_should_be_public_is_a_persons(
    channel: WordPress, site: WordPressSite
) -> None:
    """A plugin that wants every post reviewed does so."""
    site.new_status = "pending"
    assert deliver(channel, site, rendered()).reason == NOT_PUBLISHED


def test_a_post_is_found_under_an_address_that_a_person_gave_it(channel: WordPress, site: WordPressSite) -> None:
    """By its text, which holds the slug; so it is not posted a second time."""
    deliver(channel, site, rendered())
    site.posts[1]["slug"] = "vi-lyssnar"
    assert look(channel, site, rendered()).address == f"{site.url}/vi-lyssnar/"


def test_a_second_post_that_came_about_after_all_is_taken_down(channel: WordPress, site: WordPressSite) -> None:
    """The site was still at work when one looked: its answer, a slug with -2, tells, and only the first stays."""
    deliver(channel, site, rendered())
    outcome = deliver(channel, site, rendered())
    assert (outcome.answer, outcome.address) == (Answer.ACCEPTED, f"{site.url}/{SLUG}/")
    assert [post["slug"] for post in site.published] == [SLUG]


@pytest.mark.parametrize("dress", [lambda _: "Konto avstängt", lambda text: text.replace("114", "115")])
def test_a_post_that_shows_something_else_is_a_persons(
    channel: WordPress, site: WordPressSite, dress: Callable[[str], str]
) -> None:
    """It is there, so it is not sent again; and it is not called published."""
    site.dress = dress
    outcome = deliver(channel, site, rendered())
    assert (outcome.answer, outcome.reason) == (Answer.NOT_AS_SENT, SHOWS_ELSE)
    assert outcome.address == f"{site.url}/{SLUG}/"


def test_what_a_site_makes_of_signs_and_adds_around_is_no_other_text(channel: WordPress, site: WordPressSite) -> None:
    """Typography, paragraphs, buttons."""
    site.dress = lambda text: f"<p>Dela:</p>{text.replace(' – ', ' &#8211; ').replace('&amp;', '&#038;')}<b>Dela</b>"
    assert deliver(channel, site, rendered()).answer is Answer.ACCEPTED


def test_where_the_api_is_closed_to_strangers_the_page_itself_is_read(channel: WordPress, site: WordPressSite) -> None:
    """It is what visitors see anyhow."""
    site.open_to_strangers = False
    assert deliver(channel, site, rendered()).answer is Answer.ACCEPTED
    assert site.asked[-1].route == f"page:/{SLUG}/"


def test_a_read_back_that_fails_is_made_again_by_a_look(channel: WordPress, site: WordPressSite) -> None:
    """The site took the post; whether visitors see it is asked later."""
    site.reading_faults = [status(503), status(503)]
    outcome = deliver(channel, site, rendered())
    assert (outcome.answer, outcome.reason, outcome.retry_after) == (Answer.UNCLEAR, NOT_SEEN_YET, None)
    assert look(channel, site, rendered()).answer is Answer.ACCEPTED


def test_a_correction_changes_the_post_and_leaves_its_address(channel: WordPress, site: WordPressSite) -> None:
    """Also an address that a person gave it."""
    deliver(channel, site, rendered())
    site.posts[1]["slug"] = "vi-lyssnar"
    new = rendered(Event.MESSAGE_CORRECTED, "Ring 112.")
    assert look(channel, site, new).answer is Answer.NOT_SENT
    outcome = deliver(channel, site, new)
    assert (outcome.answer, outcome.address) == (Answer.ACCEPTED, f"{site.url}/vi-lyssnar/")
    assert "Ring 112." in site.posts[1]["content"]
    assert look(channel, site, new).answer is Answer.ACCEPTED
    assert len(site.posts) == 1


def test_a_correction_of_what_never_came_publishes_the_new_words(channel: WordPress, site: WordPressSite) -> None:
    """The site was down at the lift, and the text was corrected meanwhile."""
    assert deliver(channel, site, rendered(Event.MESSAGE_CORRECTED)).answer is Answer.ACCEPTED
    assert len(site.published) == 1


def test_a_correction_does_not_put_up_again_what_a_person_took_down(channel: WordPress, site: WordPressSite) -> None:
    """That person decides."""
    deliver(channel, site, rendered())
    site.posts[1]["status"] = "draft"
    outcome = deliver(channel, site, rendered(Event.MESSAGE_CORRECTED, "Ring 112."))
    assert (outcome.answer, outcome.reason) == (Answer.NOT_AS_SENT, NOT_PUBLISHED)
    assert "112" not in site.posts[1]["content"]


@pytest.mark.parametrize(("has_trash", "state"), [(True, "trash"), (False, "draft")])
def test_a_withdrawn_post_goes_to_the_trash_or_becomes_a_draft(
    channel: WordPress, site: WordPressSite, *, has_trash: bool, state: str
) -> None:
    """And a stranger is asked whether it is gone."""
    site.has_trash = has_trash
    deliver(channel, site, rendered())
    gone = rendered(Event.MESSAGE_WITHDRAWN)
    assert look(channel, site, gone).answer is Answer.NOT_SENT
    assert deliver(channel, site, gone).answer is Answer.ACCEPTED
    assert not site.asked[-1].logged_in
    assert site.posts[1]["status"] == state
    assert look(channel, site, gone).answer is Answer.ACCEPTED
    changes = len(site.changes)
    assert deliver(channel, site, gone).answer is Answer.ACCEPTED
    assert len(site.changes) == changes + (0 if has_trash else 2)


def test_what_was_never_there_is_withdrawn(channel: WordPress, site: WordPressSite) -> None:
    """There is nothing to do."""
    assert deliver(channel, site, rendered(Event.MESSAGE_WITHDRAWN)).answer is Answer.ACCEPTED
    assert site.changes == []


def test_a_withdrawn_post_that_is_still_shown_is_a_persons(
    channel: WordPress, site: WordPressSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache before the site does so."""
    deliver(channel, site, rendered())
    monkeypatch.setattr(site, "_one", lambda _number: status(200, body=b"{}"))
    assert deliver(channel, site, rendered(Event.MESSAGE_WITHDRAWN)).reason == STILL_SHOWN


def test_a_follow_up_that_cannot_look_changes_nothing(channel: WordPress, site: WordPressSite) -> None:
    """A wrong login is refused; a site that is out of order is asked again."""
    for event in (Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN):
        assert deliver(channel, site, rendered(event), login="anna:wrong").answer is Answer.REFUSED
    with Server(answering(status(502))) as broken:
        destination = Destination(address=broken.url, secrets=(LOGIN,))
        outcome = channel.deliver(rendered(Event.MESSAGE_WITHDRAWN), destination, delivery_id="d1", now=T)
    assert outcome.answer is Answer.TRY_AGAIN
    assert site.changes == []


def test_a_rehearsal_says_what_is_wrong_and_shows_nothing(channel: WordPress, site: WordPressSite) -> None:
    """The right login and role; the wrong password; too small a role; the API switched off; another site altogether."""

    def problem(address: str = site.url, login: str = LOGIN) -> str | None:
        return channel.check(Destination(address=address, secrets=(login,)), now=T)

    assert problem() is None
    assert problem(f"{site.url}/wp-admin/profile.php") is None
    assert problem(login="anna:wrong") == WRONG_LOGIN
    site.capabilities = {"edit_posts": True}
    assert problem() == MAY_NOT
    site.rest = False
    assert problem() == API_OFF
    with Server(answering(status(404, body=b"<p>Hej"))) as other:
        assert problem(other.url) == NOT_WORDPRESS
    with Server(answering(status(301, "Location: https://www.example.org/"))) as moved:
        assert problem(moved.url) == MOVED
    assert site.changes == []


def test_no_login_leaves_over_plain_http() -> None:
    """Outside of trials."""
    strict = WordPress(Door(Guard(), base_url="https://samklang.example.se"))
    with WordPressSite() as site:
        assert (
            strict.deliver(rendered(), Destination(address=site.url, secrets=(LOGIN,)), delivery_id="d1", now=T).answer
            is Answer.REFUSED
        )
        assert site.asked == []


def test_a_login_is_not_said_by_accident() -> None:
    """Neither in a log nor in a failing test."""
    assert PASSWORD not in repr(Destination(address="https://example.org", secrets=(LOGIN,)))


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/blogg/?p=1#x", "https://example.org/blogg"),
        ("https://example.org/wp-admin/index.php", "https://example.org"),
        ("https://example.org/wp-json/wp/v2", "https://example.org"),
        ("https://example.org:8443/a/wp-login.php", "https://example.org:8443/a"),
    ],
)
def test_the_address_of_the_administration_is_as_good_as_the_sites(address: str, site: str) -> None:
    """People copy what their browser shows."""
    assert site_of(address) == site


def test_a_text_is_the_same_whatever_a_site_dresses_it_in() -> None:
    """Quotation marks, dashes, multiplication, emoji, scripts; and another word is another text."""
    sent = '<p>"Ring" -- 3x4 <b>114 14</b> 😀 é</p>'
    assert shows("<script>Ring</script>x &#8220;Ring&#8221; &#8211; 3×4 114&nbsp;14 <img alt='😀'/> e\u0301 y", sent)
    assert not shows("Ring 3x4 114 15 é", sent)
    assert not shows(None, sent)
