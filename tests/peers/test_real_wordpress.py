"""Against a real WordPress, as an author of it: what the scripted sites promise holds there too."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from peers.real_wordpress import MISSING, RealWordPress, is_installed, real_wordpress
from release.test_wordpress import approved, corrected, lift, posted, sweep
from release.worlds import World
from servers import Server, cutting

from campaigns.channels.base import Destination, Outgoing
from campaigns.channels.http import Door, Guard
from campaigns.channels.wordpress import WordPress
from campaigns.channels.wordpress_site import MAY_NOT, WRONG_LOGIN
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import Answer, Event
from campaigns.domain.texts import TextContent
from campaigns.markup import render_markdown
from campaigns.work.launch import correcting

pytestmark = [
    pytest.mark.peer,
    pytest.mark.xdist_group("real wordpress"),
    pytest.mark.skipif(not is_installed(), reason=MISSING),
]


@pytest.fixture(scope="module")
def wordpress() -> Iterator[RealWordPress]:
    """One site for all tests here; each has messages of its own."""
    with real_wordpress() as found:
        yield found


@pytest.fixture
def channel() -> WordPress:
    """The channel, allowed onto this machine."""
    return WordPress(Door(Guard(allow_private=True), base_url="https://samklang.example.se"))


def test_a_text_full_of_traps_is_shown_as_it_was_sent(
    wordpress: RealWordPress, channel: WordPress, sqlite_world: World
) -> None:
    """Typography, commands in brackets, emoji, numbers from left to right in Arabic, phones and links."""
    long = (
        '## Rubrik\n\n"Ring" 114 14 -- 3x4... [gallery] [caption]x[/caption] :) 😀\n\n* مرحبا 1-2-3\n\n'
        "https://example.org/?a=1&b=2\n\n<script>x</script>"
    )
    outgoing = Outgoing(
        delivery_id="d1",
        event=Event.MESSAGE_PUBLISHED,
        campaign_id="c1",
        campaign_name="Gängsnacket",
        campaign_url="https://samklang.example.se/kampanj/gangsnacket",
        message_id="7ra9",
        language="ar",
        direction="rtl",
        content=TextContent(headline='Pengar & "löften" <3 -- 3x4... [gallery]', long=long, short="Kort [x]"),
        html=render_markdown(long, phones=["114 14"]),
        planned_at=sqlite_world.time.now,
    )
    destination = Destination(address=wordpress.url, secrets=(wordpress.author,))
    rendered = channel.render(outgoing)
    outcome = channel.deliver(rendered, destination, delivery_id="d1", now=outgoing.planned_at)
    assert (outcome.answer, outcome.reason) == (Answer.ACCEPTED, "")
    assert outcome.address == f"{wordpress.url}/7ra9-ar/"
    (post,) = [post for post in wordpress.posts() if post["slug"] == "7ra9-ar"]
    assert '<div id="7ra9-ar" lang="ar" dir="rtl">' in post["text"]
    assert '<span dir="ltr">114\xa014</span>' in post["text"]
    assert 'href="tel:11414"' in post["text"]


def test_a_rehearsal_knows_logins_and_roles(wordpress: RealWordPress, channel: WordPress, sqlite_world: World) -> None:
    """An author may do what is needed, a contributor may not, and a wrong password opens nothing."""

    def problem(login: str) -> str | None:
        return channel.check(Destination(address=wordpress.url, secrets=(login,)), now=sqlite_world.time.now)

    assert problem(wordpress.author) is None
    assert problem(wordpress.contributor) == MAY_NOT
    assert problem("author:wrong") == WRONG_LOGIN


def test_a_look_with_a_wrong_login_never_says_that_nothing_is_there(
    wordpress: RealWordPress, channel: WordPress, sqlite_world: World
) -> None:
    """Otherwise it would be posted again."""
    now = sqlite_world.time.now
    rendered = channel.render(
        Outgoing(
            delivery_id="d2", event=Event.MESSAGE_WITHDRAWN, campaign_id="c", campaign_name="c", campaign_url="u",
            message_id="0", language="sv", planned_at=now,
        )
    )  # fmt: skip
    destination = Destination(address=wordpress.url, secrets=("author:wrong",))
    assert channel.look_up(rendered, destination, delivery_id="d2", now=now).answer is Answer.UNCLEAR


@pytest.mark.parametrize("permalinks", ["/%postname%/", ""], ids=["pretty", "plain"])
def test_a_release_is_published_corrected_and_withdrawn(
    wordpress: RealWordPress, sqlite_world: World, permalinks: str
) -> None:
    """One post all along, also on a site without pretty addresses."""
    wordpress.set("permalink_structure", permalinks)
    world, before = sqlite_world, len(wordpress.posts())
    campaign, partner = approved(world, wordpress.url, login=wordpress.author)
    lift(world)
    (row,) = posted(world, campaign)
    assert (row.state, row.error) == (State.LIVE, None)
    assert row.address in [post["link"] for post in wordpress.posts()]
    world.time.now += timedelta(minutes=1)
    text_id = corrected(world, partner, "Ring oss i dag, eller 114 14.")
    sweep(world, after=timedelta(seconds=1))
    assert [row.state for row in posted(world, campaign)] == [State.LIVE] * 2
    assert sum("i dag" in post["text"] for post in wordpress.posts()) == 1
    correcting.withdraw_message(world.place, partner, text_id, now=world.time.now)
    sweep(world, after=timedelta(seconds=1))
    assert [row.state for row in posted(world, campaign)] == [State.LIVE] * 3
    assert len(wordpress.posts()) == before
    assert any("i dag" in post["text"] for post in wordpress.posts("trash"))
    wordpress.set("permalink_structure", "/%postname%/")


def test_an_answer_that_was_cut_leaves_exactly_one_post(wordpress: RealWordPress, sqlite_world: World) -> None:
    """A proxy hands the post on and cuts the answer: it is looked up, found, and not sent again."""
    world, lost, before = sqlite_world, [], len(wordpress.posts())

    def first_post(request: bytes) -> bool:
        lost.append(request)
        return request.startswith(b"POST") and len(lost) == 1

    with Server(cutting(wordpress.port, when=first_post)) as proxy:
        campaign, _ = approved(world, proxy.url.removesuffix("/in"), login=wordpress.author)
        lift(world)
        (row,) = posted(world, campaign)
        assert (row.state, row.unclear) == (State.PLANNED, True)
        sweep(world, after=timedelta(seconds=31))
    (row,) = posted(world, campaign)
    assert (row.state, row.unclear, row.error) == (State.LIVE, False, None)
    assert len(wordpress.posts()) == before + 1
    assert sum(request.startswith(b"POST") for request in lost) == 1
