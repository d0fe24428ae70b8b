"""What a correction of a translation lacks before it is public, and which key facts change with it."""

from dataclasses import dataclass

from sqlmodel import Session

from campaigns import data
from campaigns.domain.facts import KeyFact, changed_facts
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import (
    SOURCE,
    Lack,
    correction_lacks,
    numbers_and_links,
    touches_key_facts,
)
from campaigns.store.tables import Campaign, Message, Text
from campaigns.work.library.contents import printed_facts
from campaigns.work.loading import text_of
from campaigns.work.translating.progress import progress_of


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What a second person should look at: `gone` numbers and links, what has `come`, and `facts` before and after.

    `facts` are the campaign's own that were edited since two people last agreed; material prints them from now on.
    """

    gone: tuple[str, ...]
    come: tuple[str, ...]
    facts: tuple[tuple[KeyFact | None, KeyFact | None], ...]
    lacks: tuple[Lack, ...]

    @property
    def is_heavy(self) -> bool:
        """Whether anything of it changes."""
        return bool(self.gone or self.come or self.facts)


def lacks_of(
    session: Session, campaign: Campaign, message: Message, text: Text, published: TextContent
) -> tuple[Lack, ...]:
    """What the translation of a core message lacks as it stands; nothing for Swedish and for a partner's own words."""
    if message.answers_id is not None or text.language == SOURCE:
        return ()
    source = text_of(session, message.id, SOURCE)
    texts = [(message, text), *([(message, source)] if source else [])]
    progress = progress_of(session, campaign, texts)[text.id]
    language = data.languages()[text.language]
    touched = touches_key_facts(published, text.content, facts=campaign.facts, language=language)
    return correction_lacks(progress, language=text.language, touched=touched)


def weight_of(session: Session, campaign: Campaign, message: Message, text: Text, published: TextContent) -> Weight:
    """The whole of it, for the page."""
    before, after = numbers_and_links(published), numbers_and_links(text.content)
    is_core = message.answers_id is None
    return Weight(
        gone=tuple(sorted(before - after)),
        come=tuple(sorted(after - before)),
        facts=changed_facts(printed_facts(session, campaign), campaign.facts) if is_core else (),
        lacks=lacks_of(session, campaign, message, text, published),
    )
