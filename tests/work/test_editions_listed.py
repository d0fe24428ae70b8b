"""Local editions are found by whoever may have them, and can be deleted whatever became of their campaign."""

from dataclasses import replace
from datetime import timedelta

import pytest
from edition_scenes import PART, edition, offered
from factories import Office, rows
from making import make_all
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.store.tables import LocalEdition, MaterialSet
from campaigns.work.editions import listing, writing
from campaigns.work.editions.listing import Door, ListedEdition
from campaigns.work.launch import correcting, scheduling
from campaigns.work.overview.searching import Kind, search
from campaigns.work.partners import briefing


def listed(office: Office, **narrowed: str) -> list[ListedEdition]:
    """What lists show to anyone."""
    return list(listing.offered_editions(office.place.engine, now=office.now, **narrowed))


def own(office: Office, actor: Actor) -> list[tuple[Door, str, str]]:
    """What the organisation's own list shows: whether it opens, its title and its campaign."""
    found = listing.own_editions(office.place, actor, now=office.now)
    return [(one.door, one.title, one.campaign) for one in found]


def delete(office: Office, actor: Actor, edition_id: str) -> None:
    """As its page does."""
    writing.remove_edition(office.place, actor, edition_id, now=office.now)


def found(office: Office, actor: Actor, words: str) -> list[tuple[str, bool]]:
    """The editions that a search finds."""
    groups = {group.kind: group.hits for group in search(office.place, actor, words, now=office.now)}
    return [(hit.title, hit.is_mine) for hit in groups.get(Kind.EDITION, ())]


def test_lists_and_search_hold_what_is_offered_from_t_and_nothing_before(office: Office) -> None:
    """By campaign and language; its own organisation finds it before, and nobody finds what is not offered."""
    partner, other = office.partner(), office.partner("Andra (exempel)")
    campaign_id = office.approved(partner, other, slug="gangsnacket")
    offered(office, partner, campaign_id)
    offered(office, partner, campaign_id, replace(PART, title="Boden"), language="en")
    edition(office, partner, campaign_id, replace(PART, title="Kalix"))
    assert listed(office) == []
    assert found(office, partner, "luleå") == [("Luleå", True)]
    for reader in (other, office.communicator):
        assert found(office, reader, "luleå") == []
    office.now = Office.LIFT
    assert [one.title for one in listed(office)] == ["Boden", "Luleå"]
    assert [one.title for one in listed(office, slug="gangsnacket", language="sv")] == ["Luleå"]
    assert listed(office, slug="en-annan") == []
    for reader in (other, office.communicator):
        assert found(office, reader, "luleå") == [("Luleå", False)]
        assert found(office, reader, "kalix") == []


def test_new_is_what_could_not_be_fetched_before_and_changed_what_could(office: Office) -> None:
    """What lies ready before T is new at T; what waits for a worker is neither."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    edition_id = offered(office, partner, campaign_id)
    before = office.now
    office.now = Office.LIFT
    [waiting] = listed(office)
    assert not waiting.is_new(before)
    assert not waiting.is_new(None)
    office.now = Office.LIFT - timedelta(hours=1)
    make_all(office)
    office.now = Office.LIFT + timedelta(minutes=5)
    [ready] = listed(office)
    assert ready.is_new(None)
    assert ready.is_new(Office.LIFT - timedelta(minutes=1))
    assert not ready.is_new(office.now)
    office.record_live(campaign_id)
    seen = office.now
    office.now += timedelta(hours=1)
    writing.save_edition(office.place, partner, edition_id, part=PART, expected_version=1, now=office.now)
    assert not listed(office)[0].is_changed(seen)
    later = replace(PART, place="Boden")
    writing.save_edition(office.place, partner, edition_id, part=later, expected_version=1, now=office.now)
    writing.offer_edition(office.place, partner, edition_id, version=2, now=office.now)
    make_all(office)
    [anew] = listed(office)
    assert (anew.is_new(seen), anew.is_changed(seen)) == (True, False)
    assert not anew.is_changed(None)


@pytest.mark.parametrize("end", ["cancelled", "withdrawn"])
def test_an_edition_of_a_campaign_that_is_over_is_only_deleted(office: Office, end: str) -> None:
    """Also by an editor, though it was offered: nobody has it any more. Nobody else deletes it."""
    partner = office.partner()
    if end == "cancelled":
        campaign_id = office.approved(partner)
        edition_id = offered(office, partner, campaign_id)
        scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    else:
        campaign_id = office.live(partner)
        office.now += timedelta(minutes=1)
        edition_id = offered(office, partner, campaign_id)
        correcting.propose_withdraw(office.place, office.communicator, campaign_id, now=office.now)
        correcting.confirm_withdraw(office.place, office.approver, campaign_id, now=office.now)
    assert listed(office) == []
    [(door, title, _)] = own(office, partner)
    assert (door, title) == (Door.SHUT, PART.title)
    with pytest.raises(NotThere):
        writing.offer_edition(office.place, partner, edition_id, version=1, now=office.now)
    with pytest.raises(NotThere):
        writing.save_edition(office.place, partner, edition_id, part=PART, expected_version=1, now=office.now)
    with pytest.raises(NotThere):
        delete(office, office.partner("Andra (exempel)"), edition_id)
    delete(office, replace(partner, roles=frozenset({Role.EDITOR})), edition_id)
    assert rows(office.place, LocalEdition) == []
    assert rows(office.place, MaterialSet, col(MaterialSet.edition_id) == edition_id) == []


def test_an_organisation_that_is_no_longer_invited_deletes_its_own_and_offers_nothing(office: Office) -> None:
    """At T nothing of it comes out by itself."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    edition_id = offered(office, partner, campaign_id)
    organisation_id = partner.organisation_id or ""
    briefing.revoke(office.place, office.communicator, campaign_id, organisation_id=organisation_id, now=office.now)
    assert [door for door, _, _ in own(office, partner)] == [Door.SHUT]
    office.now = Office.LIFT
    assert listed(office) == []
    assert [door for door, _, _ in own(office, partner)] == [Door.OPEN]
    delete(office, partner, edition_id)


def test_a_colleague_who_has_not_accepted_the_terms_reads_and_deletes_nothing(office: Office) -> None:
    """That there is one is told, and how it opens; no word of it, nor its campaign's name."""
    partner = office.partner()
    edition_id = edition(office, partner, office.approved(partner, name="Gängsnacket"))
    colleague = office.member(partner.organisation_id or "", {Role.EDITOR, Role.PUBLISHER})
    assert own(office, colleague) == [(Door.TERMS, "", "")]
    assert own(office, partner) == [(Door.OPEN, PART.title, "Gängsnacket")]
    assert own(office, office.partner("Andra (exempel)")) == []
    with pytest.raises(NotThere):
        delete(office, colleague, edition_id)
    with pytest.raises(NotAllowed):
        own(office, replace(partner, roles=frozenset({Role.ADMINISTRATOR})))


def test_contacts_of_a_version_that_counts_no_more_are_not_kept(office: Office) -> None:
    """They are personal data: what was frozen of them goes when the next version is asked for."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    edition_id = edition(office, partner, campaign_id)
    make_all(office)
    part = replace(PART, contacts=())
    writing.save_edition(office.place, partner, edition_id, part=part, expected_version=1, now=office.now)
    held = rows(office.place, MaterialSet, col(MaterialSet.edition_id) == edition_id)
    assert {bool(row.content) for row in held if row.superseded_at} == {False}
    assert PART.contacts[0].phone not in str([row.content for row in held])
    of_campaign = rows(office.place, MaterialSet, col(MaterialSet.edition_id).is_(None))
    assert all(row.content or row.language == "" for row in of_campaign)
