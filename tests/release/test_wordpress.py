"""WordPress through the engine: at T, looked up after a lost answer, corrected and withdrawn, and never twice."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from factories import rows, text
from release.processes import embedded
from release.worlds import World, all_in, coming, node, soon, wait_for
from servers import Server, cutting, status
from sqlmodel import col
from wordpress_sites import WordPressSite, add_site

from campaigns.domain.access import Actor
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind, Event
from campaigns.release.sweeper import Sweeper
from campaigns.store.leases import LEASE
from campaigns.store.tables import Campaign, Delivery, Text
from campaigns.work.launch import correcting, reporting
from campaigns.work.launch.calling import call_people
from campaigns.work.partners import consenting, matching


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    """A site that behaves well until the test says otherwise."""
    with WordPressSite() as found:
        yield found


def approved(world: World, *addresses: str, login: str = "") -> tuple[str, Actor]:
    """A campaign with one partner, whose message leaves through these WordPress sites; and the partner."""
    partner = world.partner(name="Ungdomsjouren (exempel)")
    for address in addresses:
        add_site(world.office, partner, address, **({"login": login} if login else {}))
    return world.approved(partner), partner


def posted(world: World, campaign: str) -> list[Delivery]:
    """The deliveries to WordPress, oldest first."""
    found = [row for row in world.deliveries(campaign) if row.kind is ChannelKind.WORDPRESS]
    return sorted(found, key=lambda row: row.created_at)


def lift(world: World) -> None:
    """T comes."""
    world.time.now = world.lift_at
    assert node(world).fire(node(world).arm(coming(world)))


def sweep(world: World, *, after: timedelta) -> None:
    """Some time later a sweep comes round, and all it began has ended."""
    world.time.now += after
    sweeper = Sweeper(world.place, node="sweeper", clock=world.time)
    sweeper.recover()
    sweeper.sweep()
    sweeper.stop()


def test_a_post_leaves_at_the_lift_and_the_receipt_says_where_it_is(world: World, site: WordPressSite) -> None:
    """Sent, confirmed by reading it back, with its address; nothing came before."""
    campaign, _ = approved(world, site.url)
    world.time.now = world.lift_at - timedelta(seconds=60)
    armed = node(world).arm(coming(world))
    assert site.asked == []
    world.time.now = world.lift_at
    assert node(world).fire(armed)
    slug = rows(world.place, Campaign)[0].slug
    (line,) = [
        line
        for line in reporting.release_receipt(world.place, world.office.operator, slug)["deliveries"]
        if line["channel"] == "wordpress"
    ]
    assert (line["state"], line["attempts"], line["error"]) == ("live", 1, None)
    assert line["address"] == f"{site.url}/{site.published[0]['slug']}/"
    assert (line["sent_ms"], line["confirmed_ms"]) == (0.0, 0.0)
    assert posted(world, campaign)[0].state is State.LIVE


def test_posts_leave_side_by_side_and_hold_up_no_letter(sqlite_world: World) -> None:
    """Each site answers only when all have been asked and the letter has come."""
    world, together = sqlite_world, threading.Barrier(12)

    def wait() -> None:
        together.wait(20)
        wait_for(lambda: [mail for mail in world.mail.received if mail.to == "a@example.org"])

    with ExitStack() as stack:
        sites = [stack.enter_context(WordPressSite(waits=wait)) for _ in range(12)]
        for number, site in enumerate(sites):
            partner = world.partner(*["a@example.org"] * (number == 0), name=f"{number} (exempel)")
            add_site(world.office, partner, site.url)
            sites[number].partner = partner  # type: ignore[attr-defined] # only here
        campaign = world.approved(*(site.partner for site in sites))  # type: ignore[attr-defined] # only here
        lift(world)
        assert all_in([row.state for row in posted(world, campaign)], State.LIVE)
        assert [len(site.published) for site in sites] == [1] * 12


def test_a_lost_answer_is_looked_up_and_there_is_one_post(world: World, site: WordPressSite) -> None:
    """A proxy hands the post on and cuts the answer. Half a minute later it is found, and nothing is sent again."""
    lost: list[bytes] = []

    def first_post(request: bytes) -> bool:
        if request.startswith(b"POST") and not lost:
            lost.append(request)
            return True
        return False

    with Server(cutting(site.port, when=first_post)) as proxy:
        campaign, _ = approved(world, proxy.url.removesuffix("/in"))
        lift(world)
        (row,) = posted(world, campaign)
        assert (row.state, row.unclear, row.due_at) == (State.PLANNED, True, world.lift_at + timedelta(seconds=30))
        sweep(world, after=timedelta(seconds=31))
    (row,) = posted(world, campaign)
    assert (row.state, row.unclear, row.attempts) == (State.LIVE, False, 2)
    assert row.address == f"{site.url}/{site.published[0]['slug']}/"
    assert len(site.changes) == 1


def test_what_did_not_arrive_after_all_is_sent_again_after_the_look(world: World, site: WordPressSite) -> None:
    """The site broke before it did anything."""
    site.faults = [status(502)]
    campaign, _ = approved(world, site.url)
    lift(world)
    assert site.posts == {}
    sweep(world, after=timedelta(seconds=31))
    assert [row.state for row in posted(world, campaign)] == [State.LIVE]
    assert len(site.published) == 1


def test_a_worker_that_died_between_the_post_and_its_record_leaves_one_post(world: World, site: WordPressSite) -> None:
    """Another takes the delivery over, looks, and finds it."""
    campaign, _ = approved(world, site.url)
    site.faults = ["hang"]
    world.time.now = world.lift_at
    dead = threading.Thread(target=lift, args=(world,), daemon=True)
    dead.start()
    wait_for(lambda: site.posts)
    sweep(world, after=LEASE + timedelta(seconds=1))
    (row,) = posted(world, campaign)
    assert (row.state, row.attempts) == (State.LIVE, 2)
    site.hang_up()
    dead.join(30)
    (row,) = posted(world, campaign)
    assert (row.state, len(site.posts)) == (State.LIVE, 1)


@pytest.mark.slow
def test_a_worker_process_killed_between_the_post_and_its_record_leaves_one_post(
    sqlite_template: Path, tmp_path: Path, site: WordPressSite
) -> None:
    """kill -9 while the site has the post and says nothing; a new worker finds it there."""
    site.faults = ["hang"]
    with embedded("killed", sqlite_template, tmp_path) as scene:
        scene.sites = [site.url]
        scene.prepare(soon(seconds=8))
        scene.start()
        wait_for(lambda: site.posts, within_s=60)
        scene.kill()
        scene.start()
        wait_for(scene.settled, within_s=120)
    assert len(site.changes) == 1
    assert len(site.published) == 1


def test_a_wrong_password_is_refused_and_a_person_is_called(world: World, site: WordPressSite) -> None:
    """Once the login is right, a person sends it again."""
    campaign, partner = approved(world, site.url, login="anna:wrong")
    lift(world)
    (row,) = posted(world, campaign)
    assert row.state is State.REFUSED
    assert call_people(world.place, now=world.time.now)
    site.password = "wrong"
    reporting.try_again(world.place, partner, row.id, now=world.time.now)
    sweep(world, after=timedelta(seconds=1))
    assert [row.state for row in posted(world, campaign)] == [State.LIVE]


def test_a_post_that_shows_something_else_is_a_persons_and_is_never_sent_again(
    world: World, site: WordPressSite
) -> None:
    """When the site shows it right, a person's `try again` only looks."""
    site.dress = lambda _: "Kommer snart"
    campaign, partner = approved(world, site.url)
    lift(world)
    (row,) = posted(world, campaign)
    assert (row.state, row.unclear) == (State.UNKNOWN, True)
    assert row.address == f"{site.url}/{site.published[0]['slug']}/"
    assert call_people(world.place, now=world.time.now)
    site.dress = str
    reporting.try_again(world.place, partner, row.id, now=world.time.now)
    sweep(world, after=timedelta(seconds=1))
    assert [row.state for row in posted(world, campaign)] == [State.LIVE]
    assert len(site.changes) == 1


def corrected(world: World, partner: Actor, long: str) -> str:
    """The partner's text is edited, consented to and corrected; gives its id."""
    (row,) = rows(world.place, Text, col(Text.long).startswith("Ring oss"))
    saved = matching.edit_text(
        world.place,
        partner,
        row.message_id,
        language="sv",
        content=text("Vi lyssnar", long),
        expected_version=row.version,
        now=world.time.now,
    )
    consenting.consent(world.place, partner, saved.text_id, revision=saved.revision, now=world.time.now)
    correcting.correct(world.place, partner, saved.text_id, revision=saved.revision, now=world.time.now)
    return saved.text_id


def test_a_correction_and_a_withdrawal_reach_the_post(world: World, site: WordPressSite) -> None:
    """The same post says the new words; then visitors see nothing of it."""
    campaign, partner = approved(world, site.url)
    lift(world)
    world.time.now += timedelta(minutes=5)
    text_id = corrected(world, partner, "Ring oss i dag, eller 114 14.")
    sweep(world, after=timedelta(seconds=1))
    assert len(site.posts) == 1
    assert "i dag" in site.published[0]["content"]
    correcting.withdraw_message(world.place, partner, text_id, now=world.time.now)
    sweep(world, after=timedelta(seconds=1))
    assert site.published == []
    told = {row.event: (row.state, row.confirmed_at is not None) for row in posted(world, campaign)}
    assert told == dict.fromkeys(
        (Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN), (State.LIVE, True)
    )


def test_a_correction_while_the_site_is_down_publishes_only_the_new_words(world: World, site: WordPressSite) -> None:
    """The old ones never leave; the site gets one post."""
    site.faults = [status(429)] * 2
    campaign, partner = approved(world, site.url)
    lift(world)
    corrected(world, partner, "Ring oss i dag, eller 114 14.")
    sweep(world, after=timedelta(minutes=1))
    sweep(world, after=timedelta(minutes=1))
    assert [post["content"].count("i dag") for post in site.posts.values()] == [1]
    assert {row.event: row.state for row in posted(world, campaign)} == {
        Event.MESSAGE_PUBLISHED: State.CANCELLED,
        Event.MESSAGE_CORRECTED: State.LIVE,
    }
