"""Old addresses of local editions: what everyone once had says that it is gone, and nothing else does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from edition_scenes import PART, edition, offered
from factories import Office, rows
from making import make_all
from work.test_editions import correct

from campaigns.domain.access import Actor
from campaigns.domain.editions import LocalPart
from campaigns.domain.errors import NotThere
from campaigns.store.tables import EditionTrace, LocalEdition
from campaigns.work.editions import writing
from campaigns.work.editions.gone import GoneEdition, gone_edition
from campaigns.work.launch import correcting

CARD = "gangsnacket_v{version}_sv_samtalskort.pdf"
STABLE = "samtalskort.pdf"


class Scene:
    """A campaign a minute after T with one edition that everyone has in its first version."""

    def __init__(self, office: Office) -> None:
        self.office, self.partner = office, office.partner()
        self.campaign_id = office.approved(self.partner, name="Gängsnacket", slug="gangsnacket")
        self.edition_id = offered(office, self.partner, self.campaign_id)
        make_all(office)
        self.slug = rows(office.place, LocalEdition)[0].slug

    def lift(self) -> "Scene":
        """It is public, and a worker has recorded it."""
        self.office.now = Office.LIFT
        self.office.record_live(self.campaign_id)
        self.office.now += timedelta(minutes=1)
        make_all(self.office)
        return self

    def gone(self, name: str | None = None, **other: str) -> GoneEdition | None:
        """What its address says, if it says that anything is gone."""
        asked = {"slug": "gangsnacket", "language": "sv", "edition": self.slug} | other
        try:
            return gone_edition(self.office.place.engine, now=self.office.now, name=name, **asked)
        except NotThere:
            return None


@pytest.fixture
def scene(office: Office) -> Scene:
    """On both databases."""
    return Scene(office)


def _save(office: Office, partner: Actor, edition_id: str) -> None:
    boden = LocalPart(title="Boden")
    writing.save_edition(office.place, partner, edition_id, part=boden, expected_version=1, now=office.now)


def _take_back(office: Office, partner: Actor, edition_id: str) -> None:
    writing.take_back_edition(office.place, partner, edition_id, now=office.now)


def _remove(office: Office, partner: Actor, edition_id: str) -> None:
    writing.remove_edition(office.place, partner, edition_id, now=office.now)


ENDS = {"changed": _save, "taken back": _take_back, "deleted": _remove}
End = Callable[[Office, Actor, str], None]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_everyone_had_is_gone_by_every_name_it_had_and_by_no_other(scene: Scene, end: End) -> None:
    """Its page and its files; not a version to come, another language or another edition."""
    scene.lift()
    assert scene.gone() is None
    end(scene.office, scene.partner, scene.edition_id)
    for name in (None, CARD.format(version=1), STABLE, "allt.zip"):
        found = scene.gone(name)
        assert found is not None
        assert (found.offered, found.is_withdrawn, found.campaign_name) == (None, False, "Gängsnacket")
    for name in (CARD.format(version=2), "finnsinte.pdf", "gangsnacket_v1_sv_affisch.pdf"):
        assert scene.gone(name) is None
    for other in ({"language": "en"}, {"edition": "finns-inte"}, {"slug": "finns-inte"}):
        assert scene.gone(**other) is None


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_was_offered_and_ended_before_t_never_was_public(scene: Scene, end: End) -> None:
    """Its address is nonsense before T, and stays that after it."""
    end(scene.office, scene.partner, scene.edition_id)
    assert rows(scene.office.place, EditionTrace) == []
    scene.lift()
    assert scene.gone() is None
    assert scene.gone(CARD.format(version=1)) is None


def test_what_was_never_offered_leaves_nothing(office: Office) -> None:
    """Nor does a version that was written and not offered, between two that were."""
    partner = office.partner()
    campaign_id = office.live(partner)
    office.now += timedelta(minutes=1)
    edition_id = edition(office, partner, campaign_id)
    make_all(office)
    _save(office, partner, edition_id)
    _remove(office, partner, edition_id)
    assert rows(office.place, EditionTrace) == []


def test_an_earlier_version_leads_to_the_file_that_counts(scene: Scene) -> None:
    """Also across a version that was never offered, which stays nonsense; a name that stays is a file again soon."""
    scene.lift()
    office, first = scene.office, CARD.format(version=1)
    _save(office, scene.partner, scene.edition_id)
    make_all(office)
    part = LocalPart(title="Boden", place="Norrbotten")
    number = writing.save_edition(
        office.place, scene.partner, scene.edition_id, part=part, expected_version=2, now=office.now
    )
    writing.offer_edition(office.place, scene.partner, scene.edition_id, version=number, now=office.now)
    waiting = scene.gone(first)
    assert waiting is not None
    assert waiting.asked is not None
    assert (waiting.asked.version, waiting.asked.item) == (1, None)
    assert scene.gone(STABLE) is None
    make_all(office)
    found = scene.gone(first)
    assert found is not None
    assert found.asked is not None
    assert found.asked.item is not None
    assert found.asked.item.name == CARD.format(version=3)
    assert scene.gone(CARD.format(version=2)) is None
    assert scene.gone(CARD.format(version=3)) is None
    assert scene.gone() is None


def test_a_correction_of_the_message_ends_the_version_beside_it(scene: Scene) -> None:
    """It is still offered, with the words that count now."""
    scene.lift()
    correct(scene.office, scene.campaign_id)
    make_all(scene.office)
    found = scene.gone(CARD.format(version=1))
    assert found is not None
    assert found.asked is not None
    assert found.asked.item is not None
    assert found.asked.item.name == CARD.format(version=2)


def test_a_withdrawn_campaign_says_so_at_the_addresses_of_its_editions(scene: Scene) -> None:
    """Of those everyone had; also where the edition is deleted later."""
    kept = edition(scene.office, scene.partner, scene.campaign_id, LocalPart(title="Kalix"))
    scene.lift()
    office, other = scene.office, scene.office.communicator
    [unoffered] = [row.slug for row in rows(office.place, LocalEdition) if row.id == kept]
    correcting.propose_withdraw(office.place, other, scene.campaign_id, now=office.now)
    correcting.confirm_withdraw(office.place, office.approver, scene.campaign_id, now=office.now)
    for _ in range(2):
        for name in (None, CARD.format(version=1), STABLE):
            found = scene.gone(name)
            assert found is not None
            assert (found.is_withdrawn, found.offered) == (True, None)
        assert scene.gone(edition=unoffered) is None
        if rows(office.place, LocalEdition):
            for edition_id in (scene.edition_id, kept):
                _remove(office, scene.partner, edition_id)


def test_a_campaign_that_is_public_by_the_clock_alone_leaves_the_same(scene: Scene) -> None:
    """No worker has recorded T yet."""
    scene.office.now = Office.LIFT
    _take_back(scene.office, scene.partner, scene.edition_id)
    assert scene.gone() is not None
    scene.office.now -= timedelta(microseconds=1)
    assert scene.gone() is None  # where the clock was set back, nothing is told


def test_nothing_of_what_was_written_is_kept(scene: Scene) -> None:
    """Addresses, and not a word."""
    scene.lift()
    _remove(scene.office, scene.partner, scene.edition_id)
    [trace] = rows(scene.office.place, EditionTrace)
    assert PART.title not in str(trace.model_dump())
    assert (trace.version, trace.slug, trace.language) == (1, scene.slug, "sv")
