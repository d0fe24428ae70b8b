"""A notice to many readers: worded once a language, and a delivery of its own for each of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.channels.notices import NoticeKind, Wording, render_notice, worded
from campaigns.domain.ids import new_id
from campaigns.domain.languages import ui_language
from campaigns.domain.release import ChannelKind, Event
from campaigns.i18n import words_for
from campaigns.store.planned import Row, planned
from campaigns.store.tables import Campaign
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is told, in the same words to everyone who reads the same language."""

    kind: NoticeKind
    path: str
    facts: Mapping[str, object]

    def worded(self, place: Workplace, locale: str) -> Wording:
        words = words_for(ui_language(locale))
        return worded(
            self.kind,
            base_url=place.base_url,
            path=self.path,
            facts=self.facts,
            _=words._,
            when=words.when,
            language=words.language,
        )


def planned_notices(
    place: Workplace,
    notice: Notice,
    readers: Iterable[tuple[str, str]],
    *,
    campaign: Campaign | None = None,
    organisation_id: str | None = None,
    at: datetime,
    now: datetime,
) -> Iterator[Row]:
    """A delivery, ready to be stored, for each reader (address, locale), to leave `at`."""
    wordings: dict[str, Wording] = {}
    for address, locale in readers:
        if locale not in wordings:
            wordings[locale] = notice.worded(place, locale)
        delivery_id = new_id()
        letter = render_notice(wordings[locale], delivery_id=delivery_id, to=address, sender=place.mail_from, at=at)
        yield planned(
            delivery_id=delivery_id,
            event=Event.NOTICE,
            kind=ChannelKind.EMAIL,
            recipient=address,
            content_type=letter.content_type,
            headers=dict(letter.headers),
            body=letter.body,
            generation=campaign.generation if campaign else 0,
            at=at,
            now=now,
            campaign_id=campaign.id if campaign else None,
            organisation_id=organisation_id,
            notice=notice.kind.value,
        )
