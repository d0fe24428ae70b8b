"""Local editions in their organisation's feed, and counted one by one: from T or from an offer, nobody followed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from edition_scenes import PART, edition, offered
from factories import Office, rows
from making import make_all
from work.test_editions import correct

from campaigns.domain.editions import LocalPart
from campaigns.domain.errors import NotThere
from campaigns.domain.reading import EditionEntry
from campaigns.store.tables import EditionCount, LocalEdition, MaterialCount, MaterialFetch
from campaigns.work.editions import writing
from campaigns.work.editions.reading import public_edition_download
from campaigns.work.launch import correcting
from campaigns.work.library.news import Tally, edition_downloads_of, own_edition_downloads, store_tally
from campaigns.work.reading import public_feed

STUDY, FEED = "Studieförbundet (exempel)", "studieforbundet-exempel"


class Case:
    """A campaign that is approved, with an edition that a study association offers; it has no message of its own."""

    def __init__(self, office: Office) -> None:
        self.office, self.place = office, office.place
        self.study = office.partner(STUDY)
        self.campaign_id = office.briefed(self.study, name="Gängsnacket", slug="gangsnacket")
        office.approve(self.campaign_id)
        self.edition_id = offered(office, self.study, self.campaign_id)
        make_all(office)
        self.slug = rows(office.place, LocalEdition)[0].slug

    def lift(self) -> "Case":
        """A minute after T, recorded."""
        self.office.now = Office.LIFT
        self.office.record_live(self.campaign_id)
        self.office.now += timedelta(minutes=1)
        make_all(self.office)
        return self

    def feed(self, **asked: str) -> Sequence[EditionEntry]:
        """The editions in a feed, the organisation's unless another is asked for."""
        try:
            asked = asked or {"organisation": FEED}
            return public_feed(self.place.engine, now=self.office.now, **asked).editions  # type: ignore[arg-type] # names
        except NotThere:
            return ()

    def fetch(self, times: int, name: str = "samtalskort.pdf") -> None:
        """So many strangers fetch a document."""
        found = public_edition_download(
            self.place.engine, now=self.office.now, slug="gangsnacket", language="sv", edition=self.slug, name=name
        )
        tally = Tally()
        for _ in range(times):
            tally.count(found, organisation_id=None, now=self.office.now)
        store_tally(self.place, tally)
        store_tally(self.place, tally)  # nothing is left in it


@pytest.fixture
def case(office: Office) -> Case:
    """On both databases."""
    return Case(office)


def test_it_is_in_its_organisations_feed_from_t_and_not_a_microsecond_before(case: Case) -> None:
    """By the clock alone, and with nothing of the time before T."""
    case.office.now = Office.LIFT - timedelta(microseconds=1)
    assert case.feed() == ()
    case.office.now = Office.LIFT
    [entry] = case.feed()
    assert (entry.slug, entry.title, entry.organisation) == (case.slug, "Luleå, Norrbotten", STUDY)
    assert (entry.published_at, entry.updated_at) == (Office.LIFT, Office.LIFT)
    assert (entry.pack, entry.pack_type) == ("allt.zip", "application/zip")
    assert "<strong>biblioteket</strong>" in entry.html
    said = f"{entry.html}{entry.short}"
    assert not any(contact.phone in said or contact.name in said for contact in PART.contacts)


@pytest.mark.parametrize(
    "asked", [{}, {"campaign": "gangsnacket"}, {"language": "sv"}, {"organisation": "polisen-exempel"}]
)
def test_no_other_feed_has_it(case: Case, asked: dict[str, str]) -> None:
    """Whoever follows the message would drown in one edition for each place."""
    case.lift()
    assert public_feed(case.place.engine, now=case.office.now, **asked).editions == ()  # type: ignore[arg-type] # names


def test_one_that_is_not_offered_is_in_none(case: Case) -> None:
    """Offered after T it comes then, with that instant; taken back or changed it is gone; so with its campaign."""
    case.lift()
    office = case.office
    late = edition(office, case.study, case.campaign_id, LocalPart(title="Boden"))
    assert [one.title for one in case.feed()] == ["Luleå, Norrbotten"]
    office.now += timedelta(hours=1)
    writing.offer_edition(case.place, case.study, late, version=1, now=office.now)
    newest, oldest = case.feed()
    assert (newest.title, newest.published_at, newest.pack) == ("Boden", office.now, "")
    assert oldest.title == "Luleå, Norrbotten"
    make_all(office)
    assert case.feed()[0].pack == "allt.zip"
    writing.take_back_edition(case.place, case.study, late, now=office.now)
    assert [one.title for one in case.feed()] == ["Luleå, Norrbotten"]
    correcting.propose_withdraw(case.place, office.communicator, case.campaign_id, now=office.now)
    correcting.confirm_withdraw(case.place, office.approver, case.campaign_id, now=office.now)
    assert case.feed() == ()


def test_made_anew_after_a_correction_it_is_newer_and_the_same_entry(case: Case) -> None:
    """Feed readers show it again."""
    case.lift()
    case.office.now += timedelta(hours=1)
    correct(case.office, case.campaign_id)
    make_all(case.office)
    [entry] = case.feed()
    assert (entry.slug, entry.published_at, entry.updated_at) == (case.slug, Office.LIFT, case.office.now)


def test_downloads_are_counted_by_edition_for_its_organisation_and_the_police(case: Case) -> None:
    """Not among those of the campaign's own material, and nobody stands there."""
    case.lift()
    case.fetch(6)
    case.fetch(2, "allt.zip")
    stored = sorted((row.edition_id, row.kind, row.day, row.count) for row in rows(case.place, EditionCount))
    assert stored == [
        (case.edition_id, "samtalskort", "2026-11-24", 6),
        (case.edition_id, "zip", "2026-11-24", 2),
    ]
    assert set(EditionCount.model_fields) == {"edition_id", "kind", "day", "count"}
    assert rows(case.place, MaterialCount) == []
    assert rows(case.place, MaterialFetch) == []
    assert own_edition_downloads(case.place, case.study, now=case.office.now) == {case.edition_id: 8}
    [told] = edition_downloads_of(case.place, case.office.communicator, case.campaign_id, now=case.office.now)
    assert (told.title, told.language, told.organisation, told.count) == ("Luleå", "sv", STUDY, 8)


def test_another_organisation_sees_no_count_of_it_and_the_police_none_of_what_is_not_offered(case: Case) -> None:
    """An edition that is one's own alone is nobody else's."""
    case.lift()
    case.fetch(6)
    other = case.office.partner("Andra (exempel)")
    assert own_edition_downloads(case.place, other, now=case.office.now) == {}
    with pytest.raises(NotThere):
        edition_downloads_of(case.place, case.study, case.campaign_id, now=case.office.now)
    writing.take_back_edition(case.place, case.study, case.edition_id, now=case.office.now)
    assert edition_downloads_of(case.place, case.office.communicator, case.campaign_id, now=case.office.now) == ()
    assert own_edition_downloads(case.place, case.study, now=case.office.now) == {case.edition_id: 6}


def test_deleting_it_forgets_its_counts_and_a_count_that_comes_late_is_dropped(case: Case) -> None:
    """A web process may store what it counted after the edition was deleted."""
    case.lift()
    found = public_edition_download(
        case.place.engine, now=case.office.now, slug="gangsnacket", language="sv", edition=case.slug, name="allt.zip"
    )
    case.fetch(6)
    writing.remove_edition(case.place, case.study, case.edition_id, now=case.office.now)
    assert rows(case.place, EditionCount) == []
    tally = Tally()
    tally.count(found, organisation_id=None, now=case.office.now)
    store_tally(case.place, tally)
    assert rows(case.place, EditionCount) == []
