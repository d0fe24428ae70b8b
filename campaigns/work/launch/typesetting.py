"""The texts of a campaign as HTML and as plain text, each set once, however many channels it leaves through."""

from collections.abc import Iterable

from campaigns.domain.errors import Refused
from campaigns.domain.texts import FactKind
from campaigns.markup import Typeset, typeset
from campaigns.store.tables import Campaign


def phones_of(campaign: Campaign) -> tuple[str, ...]:
    """The numbers that can be called where they stand in a text."""
    return tuple(fact.value for fact in campaign.facts if fact.kind is FactKind.PHONE)


class Typesetter:
    """Sets texts with a campaign's numbers to call, and keeps what it has set for as long as it is needed.

    Setting takes most of the time that a large release takes. So it is done ahead, while nobody waits for a lock, and
    looked up once the lock is held.
    """

    def __init__(self, phones: tuple[str, ...]) -> None:
        self._phones = phones
        self._set: dict[str, Typeset] = {}

    def of(self, text: str) -> Typeset:
        """A text in Markdown, set. Raises TextTooLong."""
        if text not in self._set:
            self._set[text] = typeset(text, self._phones)
        return self._set[text]

    def set_ahead(self, texts: Iterable[str]) -> None:
        """Set these now. One that is refused here is refused again, and told, where it is used."""
        for text in texts:
            try:
                self.of(text)
            except Refused:
                continue

    def for_phones(self, phones: tuple[str, ...]) -> "Typesetter":
        """This one, or an empty one if the numbers have changed since."""
        return self if phones == self._phones else Typesetter(phones)
