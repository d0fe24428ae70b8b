"""The tables that come with Samklang, languages and places: how much each row is used."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import select

from campaigns.domain.access import Actor, Permission
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Organisation
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Use:
    """How many campaigns and organisations name something. Numbers only: which ones would tell of coming campaigns."""

    campaigns: int
    organisations: int


@dataclass(frozen=True, kw_only=True)
class TableUse:
    """The use of every language tag and every code of a place that is named at all."""

    languages: Mapping[str, Use]
    places: Mapping[str, Use]


NONE = Use(campaigns=0, organisations=0)


def table_use(place: Workplace, actor: Actor) -> TableUse:
    """Count what campaigns and organisations name."""
    actor.must(Permission.VERIFY)
    with reading(place.engine) as session:
        campaigns = session.exec(select(Campaign.languages, Campaign.places)).all()
        organisations = session.exec(select(Organisation.languages, Organisation.places)).all()
    return TableUse(
        languages=_use((tags for tags, _ in campaigns), (tags for tags, _ in organisations)),
        places=_use((codes for _, codes in campaigns), (codes for _, codes in organisations)),
    )


def _use(of_campaigns: Iterable[Sequence[str]], of_organisations: Iterable[Sequence[str]]) -> Mapping[str, Use]:
    campaigns = Counter(word for words in of_campaigns for word in set(words))
    organisations = Counter(word for words in of_organisations for word in set(words))
    return {
        word: Use(campaigns=campaigns[word], organisations=organisations[word])
        for word in campaigns.keys() | organisations.keys()
    }
