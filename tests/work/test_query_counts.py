"""How many queries it takes: constant for a public page, and not one for each partner when a release is frozen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from factories import Office
from scenes import CHANNELS
from sqlalchemy import event

from campaigns.domain.access import Actor
from campaigns.work import approving, scheduling
from campaigns.work.reading import public_campaign, public_campaigns, public_feed, public_sitemap
from campaigns.work.workplace import Workplace


@contextmanager
def counted(place: Workplace) -> Iterator[list[str]]:
    """The SELECT statements that are run."""
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(place.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(place.engine, "before_cursor_execute", see)


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
    assert counts == [2, 1, 1, 1, 1]


def test_freezing_and_moving_take_no_query_for_each_partner(sqlite_office: Office) -> None:
    """Approving, postponing, holding and reopening read as often for eight partners as for two."""
    office, counts = sqlite_office, []
    everyone = partners(office, 8)
    for taking_part in (everyone[:2], everyone):
        campaign_id = office.briefed(*taking_part)
        for partner in taking_part:
            office.consented(partner, campaign_id, channels=list(office.place.channels))
        revision = approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
        with counted(office.place) as seen:
            approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
            later = Office.LIFT + (Office.LIFT - Office.NOW)
            scheduling.postpone(office.place, office.approver, campaign_id, lift_at=later, now=office.now)
            scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
            scheduling.reopen(office.place, office.approver, campaign_id, now=office.now)
        counts.append(len(seen))
    assert counts[0] == counts[1]
