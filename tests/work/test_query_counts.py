"""How many queries it takes: constant for a public page, and not one for each partner when a release is frozen."""

from collections.abc import Callable
from pathlib import Path

from counting import counted
from factories import Office, settings_for, text
from scenes import CHANNELS
from sqlalchemy import Engine

from campaigns.domain.access import Actor
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.launch import approving, scheduling
from campaigns.work.partners import matching
from campaigns.work.reading import public_campaign, public_campaigns, public_feed, public_sitemap
from campaigns.work.workplace import open_workplace


def partners(office: Office, how_many: int) -> list[Actor]:
    """Partners with three channels each."""
    return [office.partner(f"Partner {n} (exempel)", channels=CHANNELS) for n in range(how_many)]


def test_a_public_page_takes_as_many_queries_for_many_voices_as_for_one(sqlite_office: Office) -> None:
    """List, page, feed and sitemap."""
    office = sqlite_office
    everyone = partners(office, 9)
    office.live(everyone[0], slug="en-rost")
    office.now = Office.NOW
    office.live(*everyone, slug="manga-roster")
    reads: list[Callable[[], object]] = [
        lambda: public_campaigns(office.place.engine, language="sv", now=office.now),
        lambda: public_feed(office.place.engine, now=office.now),
        lambda: public_sitemap(office.place.engine, now=office.now),
        lambda: public_campaign(office.place.engine, slug="en-rost", language="sv", now=office.now),
        lambda: public_campaign(office.place.engine, slug="manga-roster", language="sv", now=office.now),
    ]
    counts = []
    for read in reads:
        with counted(office.place) as seen:
            read()
        counts.append(len(seen))
    assert counts == [2, 2, 1, 2, 2]  # a page and a feed look for files beside their voices too


def test_a_list_loads_neither_long_texts_nor_briefings(sqlite_office: Office) -> None:
    """The sitemap and the first page are read often and show little."""
    office = sqlite_office
    office.live(*partners(office, 1))
    with counted(office.place) as seen:
        public_sitemap(office.place.engine, now=office.now)
        public_campaigns(office.place.engine, language="sv", now=office.now)
    loaded = " ".join(seen)
    assert [name for name in ("html", "long", "spoken", "briefing", "key_facts") if f".{name}" in loaded] == []


def test_reading_ones_own_messages_takes_no_query_for_each_text(sqlite_office: Office) -> None:
    """And locks nothing."""
    office, counts = sqlite_office, []
    (partner,) = partners(office, 1)
    languages = ("sv", "en", "fi", "so")
    for texts in (languages[:1], languages):
        core = tuple(MessageDraft(name=f"m{n}", texts={tag: text() for tag in texts}) for n in range(len(texts)))
        campaign_id = office.briefed(partner, languages=languages, core_messages=core)
        with counted(office.place) as seen:
            matching.own_messages(office.place, office.communicator, campaign_id, now=office.now)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_asking_for_approval_takes_no_query_for_each_text(sqlite_office: Office) -> None:
    """Eight core texts are checked in as many queries as one."""
    office, counts = sqlite_office, []
    for languages in (("sv",), ("sv", "en", "fi", "so")):
        core = tuple(MessageDraft(name=f"m{n}", texts={tag: text() for tag in languages}) for n in (1, 2))
        campaign_id = office.briefed(languages=languages, core_messages=core)
        office.make_ready(campaign_id)
        with counted(office.place) as seen:
            approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_reading_locks_nothing(postgresql_engine: Engine, tmp_path: Path) -> None:
    """On a database that locks rows: a reader neither waits for a writer nor makes one wait."""
    place = open_workplace(settings_for(tmp_path), postgresql_engine, clock=lambda: Office.NOW)
    office = Office(place)
    campaign_id = office.briefed()
    with counted(place) as seen:
        matching.own_messages(place, office.communicator, campaign_id, now=office.now)
    assert [statement for statement in seen if "FOR UPDATE" in statement] == []


def test_freezing_and_moving_take_no_query_for_each_partner(sqlite_office: Office) -> None:
    """Approving, postponing, holding and reopening read as often for eight partners as for two."""
    office, counts = sqlite_office, []
    everyone = partners(office, 8)
    for taking_part in (everyone[:2], everyone):
        campaign_id = office.briefed(*taking_part)
        for partner in taking_part:
            office.consented(partner, campaign_id, channels=list(office.place.channels))
        office.make_ready(campaign_id)
        revision = approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
        with counted(office.place) as seen:
            approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
            later = Office.LIFT + (Office.LIFT - Office.NOW)
            scheduling.postpone(office.place, office.approver, campaign_id, lift_at=later, now=office.now)
            scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
            scheduling.reopen(office.place, office.approver, campaign_id, now=office.now)
        counts.append(len(seen))
    assert counts[0] == counts[1]
