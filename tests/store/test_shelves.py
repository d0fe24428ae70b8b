"""Sets of material in the database: claimed by one, kept once, and gone when they count no more. On both databases."""

from datetime import timedelta

import pytest
from factories import Office, rows
from sqlmodel import Session, col

from campaigns.domain.library import Making
from campaigns.store import shelves
from campaigns.store.engine import reading, writing
from campaigns.store.shelves import LARGEST_PART, LEASE, Claim, Made
from campaigns.store.tables import MaterialBody, MaterialFile, MaterialPart, MaterialSet

SECOND = timedelta(seconds=1)


@pytest.fixture
def wanted(office: Office) -> Office:
    """An approved campaign in two languages, under embargo and open: four sets to make."""
    office.approved()
    return office


def take(office: Office, node: str, *, later: timedelta = timedelta()) -> Claim | None:
    """Claim the next set."""
    with writing(office.place.engine) as session:
        found = shelves.claim(session, node=node, now=office.now + later)
        return found[0] if found else None


def file(name: str, *stretches: bytes) -> Made:
    """Something that was made."""
    return Made(name=name, latest=name, kind="sms", media_type="text/plain", stretches=stretches)


def keep(session: Session, claim: Claim, office: Office, *files: Made) -> bool:
    """Keep what was made."""
    return shelves.keep(session, claim, files, not_made={}, left_out=[], now=office.now)


def test_each_set_is_claimed_by_one_node_until_its_lease_is_over(wanted: Office) -> None:
    """Then another takes over what one that died had begun."""
    claims = [take(wanted, node) for node in ("a", "b", "a", "b", "a")]
    ids = [claim.set_id for claim in claims if claim]
    assert len(set(ids)) == 4
    assert claims[4] is None
    assert take(wanted, "c", later=LEASE - SECOND) is None
    again = take(wanted, "c", later=LEASE)
    assert again
    assert again.set_id in ids
    assert again.fence == 2


def test_whoever_slept_through_its_lease_changes_nothing(wanted: Office) -> None:
    """Neither keeps, nor refuses, nor gives back."""
    old = take(wanted, "a")
    assert old
    new = next(claim for _ in range(4) if (claim := take(wanted, "b", later=LEASE)) and claim.set_id == old.set_id)
    with writing(wanted.place.engine) as session:
        assert not keep(session, old, wanted, file("x", b"1"))
        assert not shelves.refuse(session, old, problem="No.", facts={}, now=wanted.now)
        assert not shelves.give_back(session, old)
        assert not shelves.renew(session, old, now=wanted.now)
        assert keep(session, new, wanted, file("x", b"2"))
    assert [row.content for row in rows(wanted.place, MaterialBody)] == [b"2"]


def test_a_lease_that_is_renewed_lasts(wanted: Office) -> None:
    """As long as somebody is at it."""
    claims = [take(wanted, "a") for _ in range(4)]
    with writing(wanted.place.engine) as session:
        assert all(claim and shelves.renew(session, claim, now=wanted.now + LEASE) for claim in claims)
    assert take(wanted, "b", later=LEASE + SECOND) is None


def test_bytes_are_kept_once_also_those_within_a_zip(wanted: Office) -> None:
    """A ZIP shares its files' parts, and large files are cut."""
    claim, large = take(wanted, "a"), bytes(LARGEST_PART + 1)
    assert claim
    with writing(wanted.place.engine) as session:
        keep(session, claim, wanted, file("one", b"1"), file("all", b"head", b"1", b"tail"), file("large", large))
    contents = sorted((row.content for row in rows(wanted.place, MaterialBody)), key=len)
    assert [len(content) for content in contents] == [1, 1, 4, 4, LARGEST_PART]
    with reading(wanted.place.engine) as session:
        for name, whole in (("one", b"1"), ("all", b"head1tail"), ("large", large)):
            parts = shelves.parts_of(session, claim.set_id, name)
            found = shelves.bodies(session, [part.sha256 for part in parts])
            assert b"".join(found[part.sha256] for part in parts) == whole
    assert {row.name: row.size for row in rows(wanted.place, MaterialFile)}["large"] == len(large)


def test_of_what_counts_no_more_the_bytes_go_and_the_names_stay(wanted: Office) -> None:
    """What another set still needs stays too."""
    claims = [take(wanted, "a"), take(wanted, "a")]
    with writing(wanted.place.engine) as session:
        for claim, own in zip(claims, (b"first", b"second"), strict=True):
            assert claim
            keep(session, claim, wanted, file("x", b"shared", own))
        assert not shelves.has_unused(session)
        shelves.supersede(session, [claims[0].set_id], now=wanted.now)  # type: ignore[union-attr] # both are there
        assert shelves.has_unused(session)
        assert shelves.forget_bodies(session) == 1
    assert {row.content for row in rows(wanted.place, MaterialBody)} == {b"shared", b"second"}
    assert len(rows(wanted.place, MaterialFile)) == 2
    assert len(rows(wanted.place, MaterialPart)) == 2


def test_what_was_superseded_while_it_was_made_is_not_kept(wanted: Office) -> None:
    """A correction came meanwhile: old words never follow new ones."""
    claim = take(wanted, "a")
    assert claim
    with writing(wanted.place.engine) as session:
        shelves.supersede(session, [claim.set_id], now=wanted.now)
        assert not keep(session, claim, wanted, file("x", b"1"))
    assert rows(wanted.place, MaterialBody) == []


def test_dropping_is_no_try_and_failing_is_one(wanted: Office) -> None:
    """A set that fails again and again is refused in the end; one that was in a lift's way never is."""
    for _ in range(3):
        claim = take(wanted, "a")
        assert claim
        with writing(wanted.place.engine) as session:
            assert shelves.give_back(session, claim)
    [row] = rows(wanted.place, MaterialSet, col(MaterialSet.id) == claim.set_id)  # type: ignore[union-attr] # it is there
    assert (row.attempts, row.state) == (0, Making.WAITING)
    claim = take(wanted, "a")
    assert claim
    with writing(wanted.place.engine) as session:
        assert shelves.try_again(session, claim)
    [row] = rows(wanted.place, MaterialSet, col(MaterialSet.id) == claim.set_id)
    assert row.attempts == 1
