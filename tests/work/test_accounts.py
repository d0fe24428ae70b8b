"""Accounts where it counts that something happens once: codes, links, passwords and tries, even at one moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from factories import Office, rows
from sqlmodel import col

from campaigns.domain.errors import NotThere
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Delivery, Member, Throttle
from campaigns.work.accounts import account as accounts
from campaigns.work.accounts import factors, forgotten, sessions, throttle
from campaigns.work.accounts.throttle import TooManyTries, by_account, by_address, by_factor, count_try, forgive

T = TypeVar("T")
KEY = b"k" * 32


def member_of(office: Office) -> str:
    """The communicator's id."""
    return str(office.communicator.member_id)


def at_once(task: Callable[[], T], times: int = 8) -> list[T]:
    """What a task answers when it is called many times at the same moment."""
    with ThreadPoolExecutor(times) as pool:
        return [done.result() for done in [pool.submit(task) for _ in range(times)]]


def account(office: Office) -> accounts.Account:
    """The communicator's account."""
    found = accounts.find_account(office.place, member_id=member_of(office))
    assert found is not None
    return found


def test_a_code_passes_once_also_at_the_same_moment(office: Office) -> None:
    """Whichever node is asked; and none that is older passes after it."""
    place, member_id = office.place, member_of(office)
    factors.set_app(place, member_id=member_id, secret="s", counter=7, now=office.now)

    def use(counter: int = 8, *, app: str = "s") -> bool:
        return factors.use_app_code(place, member_id=member_id, secret=app, counter=counter)

    assert sorted(at_once(use)) == [False] * 7 + [True]
    assert not use(7)
    assert not use(9, app="another")
    assert use(9)


def test_a_recovery_code_passes_once_also_at_the_same_moment(office: Office) -> None:
    """The others stay."""
    place, member_id = office.place, member_of(office)
    factors.set_recovery_codes(place, member_id=member_id, codes=["a", "b"], now=office.now)
    used = at_once(lambda: factors.use_recovery_code(place, member_id=member_id, code="a", now=office.now))
    assert sorted(used) == [False] * 7 + [True]
    assert account(office).recovery_codes == ("b",)


def test_many_guesses_at_once_are_counted_one_by_one(office: Office) -> None:
    """No more are looked at than are free."""

    def guess() -> bool:
        try:
            count_try(office.place, by_account("a@example.org"), by_address("192.0.2.1"), now=office.now)
        except TooManyTries:
            return False
        return True

    assert at_once(guess, 12).count(True) == 5


def test_a_success_forgets_the_tries_of_a_person_but_not_of_a_place(office: Office) -> None:
    """Otherwise one account of one's own would free the guessing of others."""
    person, spot = by_factor(member_of(office)), by_address("192.0.2.1")
    for _ in range(3):
        count_try(office.place, person, spot, now=office.now)
    forgive(office.place, person, spot, now=office.now)
    assert {row.key: row.failures for row in rows(office.place, Throttle)} == {person.key: 0, spot.key: 2}


def test_tries_are_forgotten_in_the_end(office: Office) -> None:
    """A day after the last pause; and nothing of them stays."""
    one = by_account("a@example.org")
    for _ in range(5):
        count_try(office.place, one, now=office.now)
    with pytest.raises(TooManyTries):
        count_try(office.place, one, now=office.now)
    count_try(office.place, one, now=office.now + timedelta(hours=25))
    assert [row.failures for row in rows(office.place, Throttle)] == [1]
    forgive(office.place, by_account("b@example.org"), now=office.now + timedelta(days=4))
    assert [row.key for row in rows(office.place, Throttle)] == [by_account("b@example.org").key]


def test_a_household_shares_its_ipv6_network() -> None:
    """Changing the last half of the address frees nobody."""
    assert by_address("2001:db8::1") == by_address("2001:db8::ffff:1")
    assert by_address("2001:db8::1") != by_address("2001:db8:0:1::1")
    assert by_address("192.0.2.1") != by_address("192.0.2.2")


def test_a_first_password_is_chosen_once(office: Office) -> None:
    """Whoever comes second does not replace it."""
    accounts.set_password(office.place, member_id=member_of(office), password_hash="x", first=True, now=office.now)
    with pytest.raises(accounts.HasPassword):
        accounts.set_password(office.place, member_id=member_of(office), password_hash="y", first=True, now=office.now)
    assert account(office).password_hash == "x"


def test_a_link_sets_one_password_also_when_it_is_used_twice_at_once(office: Office) -> None:
    """The uniquifier it was made for is gone after the first."""
    expected = account(office).uniquifier

    def use() -> bool:
        try:
            accounts.set_password(
                office.place, member_id=member_of(office), password_hash="x", expected=expected, now=office.now
            )
        except NotThere:
            return False
        return True

    assert at_once(use).count(True) == 1


def test_a_new_password_ends_sessions_and_links(office: Office) -> None:
    """All but the one it was changed in."""
    place, member_id, tokens = office.place, member_of(office), [sessions.new_token() for _ in range(3)]
    for token in tokens:
        sessions.keep_session(place, token, {"member_id": member_id}, now=office.now)
    here = sessions.find_session(place, tokens[0], now=office.now)
    assert here is not None
    ends = office.now + timedelta(hours=1)
    link = forgotten.reset_token(member_id, account(office).uniquifier, key=KEY, ends=ends)
    assert forgotten.account_of_link(place, link, key=KEY, now=office.now)
    accounts.set_password(place, member_id=member_id, password_hash="x", but=here.id, now=office.now)
    assert [bool(sessions.find_session(place, token, now=office.now)) for token in tokens] == [True, False, False]
    assert forgotten.account_of_link(place, link, key=KEY, now=office.now) is None


def test_a_letter_is_stored_for_members_alone(office: Office) -> None:
    """And holds nothing but a link: no name, no organisation."""
    for email in ("nobody@example.org", account(office).email):
        forgotten.ask_new_password(office.place, email=email, key=KEY, now=office.now)
    (letter,) = rows(office.place, Delivery)
    assert letter.recipient == account(office).email
    assert b"Polisen" not in letter.body
    assert "account.password_asked" in {event.action for event in rows(office.place, AuditEvent)}


def test_nothing_is_changed_in_a_closed_account(office: Office) -> None:
    """It is not there."""
    with writing(office.place.engine) as session:
        member = session.get(Member, member_of(office))
        assert member
        member.active = False
    with pytest.raises(NotThere):
        accounts.set_password(office.place, member_id=member_of(office), password_hash="x", now=office.now)
    with pytest.raises(NotThere):
        factors.set_app(office.place, member_id=member_of(office), secret="s", counter=1, now=office.now)
    forgotten.ask_new_password(office.place, email=account(office).email, key=KEY, now=office.now)
    assert rows(office.place, Delivery) == []


def test_the_audit_trail_names_nobody(office: Office) -> None:
    """Ids alone, for tries too."""
    for _ in range(5):
        count_try(office.place, by_account("secret@example.org"), by_factor(member_of(office)), now=office.now)
    told = rows(office.place, AuditEvent, col(AuditEvent.action) == "account.throttled")
    assert len(told) == 2
    assert "secret" not in str([event.details for event in told])
    assert throttle.by_account("secret@example.org").key != "secret@example.org"
