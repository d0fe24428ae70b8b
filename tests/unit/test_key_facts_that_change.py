"""Which key facts differ, and what a correction of a translation lacks."""

import pytest

from campaigns import data
from campaigns.domain.facts import FactKind, KeyFact, changed_facts
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import (
    Lack,
    Progress,
    correction_lacks,
    numbers_and_links,
    touches_key_facts,
)

POLICE = KeyFact(kind=FactKind.PHONE, value="114 14")
ALARM = KeyFact(kind=FactKind.PHONE, value="112")
HELP = KeyFact(kind=FactKind.LINK, value="https://example.org/hjalp")


def test_each_fact_that_changed_stands_beside_what_it_was() -> None:
    """Paired by kind; what came or went alone has nothing beside it."""
    assert changed_facts([POLICE, HELP], [POLICE, HELP]) == ()
    assert changed_facts([POLICE, HELP], [ALARM, HELP]) == ((POLICE, ALARM),)
    assert changed_facts([POLICE], [HELP]) == ((POLICE, None), (None, HELP))
    assert changed_facts([], [ALARM]) == ((None, ALARM),)


@pytest.mark.parametrize(
    ("after", "touched"),
    [
        ("اتصل على 114 14 من فضلك.", False),
        ("اتصل على ١١٤ ١٤.", False),
        ("اتصل على 112.", True),
        ("اتصل على 114 14 أو 112.", True),
        ("اتصل على 114 14. https://example.org", True),
    ],
    ids=["other words", "other digits", "another number", "one more number", "a link"],
)
def test_a_change_of_a_number_or_link_is_seen_in_any_script(after: str, *, touched: bool) -> None:
    """In whatever digits they are written."""
    old, new = TextContent(headline="ا", long="اتصل على 114 14."), TextContent(headline="ا", long=after)
    language = data.languages()["ar"]
    assert touches_key_facts(old, new, facts=[POLICE], language=language) is touched


def test_numbers_and_links_are_told_once_each_with_the_digits_of_the_keyboard() -> None:
    """So that two people can compare them in a script that one of them does not read."""
    said = TextContent(headline="۱۱۲", long="114 14, https://example.org/1.", short="114 14")
    assert numbers_and_links(said) == {"112", "114 14", "https://example.org/1"}


@pytest.mark.parametrize("state", [TextState.DRAFT, TextState.TRANSLATED, TextState.REVIEWED])
def test_a_correction_lacks_a_reader_and_what_touches_facts_the_telling_too(state: TextState) -> None:
    """Swedish, and what holds no key facts, lack nothing."""
    unread = Progress(state=state, holds_facts=True)
    lacks = correction_lacks(unread, language="so", touched=True)
    assert (Lack.REVIEW in lacks) is (state is not TextState.REVIEWED)
    assert Lack.BACK_TRANSLATION in lacks
    assert Lack.BACK_TRANSLATION not in correction_lacks(unread, language="so", touched=False)
    assert Lack.BACK_TRANSLATION not in correction_lacks(unread, language="sv-simple", touched=True)
    assert correction_lacks(unread, language="sv", touched=True) == ()
    assert correction_lacks(Progress(state=state), language="so", touched=True) == ()
