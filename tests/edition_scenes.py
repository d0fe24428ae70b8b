"""Local editions: what samples say, and every task that can be tried with one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from factories import Office, rows
from logo_samples import plain_logo
from sqlmodel import col

from campaigns.domain.access import Actor
from campaigns.domain.editions import Contact, LocalPart
from campaigns.store.tables import LocalEdition
from campaigns.work.editions import logos, writing

if TYPE_CHECKING:
    from scenes import Scene

PART = LocalPart(
    title="Luleå",
    place="Norrbotten",
    introduction="Vi träffas på **biblioteket** varje torsdag.",
    contacts=(Contact(name="Ungdomens hus (exempel)", offers="Någon att prata med", phone="0920-45 30 00"),),
    questions=("Vad har du sett hos oss?", "Vem kan du ringa?"),
)


def edition(office: Office, actor: Actor, campaign_id: str, part: LocalPart = PART, language: str = "sv") -> str:
    """An edition of the member's organisation; gives its id."""
    return writing.begin_edition(office.place, actor, campaign_id, language=language, part=part, now=office.now)


def offered(office: Office, actor: Actor, campaign_id: str, part: LocalPart = PART, language: str = "sv") -> str:
    """One that everyone may have from T."""
    edition_id = edition(office, actor, campaign_id, part, language)
    writing.offer_edition(office.place, actor, edition_id, version=1, now=office.now)
    return edition_id


def _begin(s: "Scene") -> str:
    return writing.begin_edition(s.place, s.partner, s.campaign_id, language="sv", part=PART, now=s.now)


def _one(s: "Scene") -> LocalEdition:
    return rows(s.place, LocalEdition, col(LocalEdition.campaign_id) == s.campaign_id)[0]


def _begin_and_offer(s: "Scene") -> None:
    writing.offer_edition(s.place, s.partner, _begin(s), version=1, now=s.now)


def _follow(s: "Scene") -> None:
    found = _one(s)
    writing.follow_message(s.place, s.partner, found.id, seen=writing.mark_of(found.source), now=s.now)


def _keep_logo(s: "Scene") -> None:
    logos.keep_logo(s.place, s.partner, raw=plain_logo(), alternative="Ungdomsjouren", now=s.now)


PREPARED: Mapping[str, Callable[["Scene"], object]] = {
    "save_edition": _begin,
    "follow_message": _begin,
    "offer_edition": _begin,
    "take_back_edition": _begin_and_offer,
    "remove_edition": _begin,
    "keep_logo": _begin,
    "remove_logo": _keep_logo,
}
AUDITED: Mapping[str, tuple[str, Callable[["Scene"], object]]] = {
    "begin_edition": ("live", _begin),
    "save_edition": (
        "live",
        lambda s: writing.save_edition(
            s.place, s.partner, _one(s).id, part=LocalPart(title="Boden"), expected_version=1, now=s.now
        ),
    ),
    "follow_message": ("live", _follow),
    "offer_edition": ("live", lambda s: writing.offer_edition(s.place, s.partner, _one(s).id, version=1, now=s.now)),
    "take_back_edition": ("live", lambda s: writing.take_back_edition(s.place, s.partner, _one(s).id, now=s.now)),
    "remove_edition": ("live", lambda s: writing.remove_edition(s.place, s.partner, _one(s).id, now=s.now)),
    "keep_logo": ("live", _keep_logo),
    "remove_logo": ("live", lambda s: logos.remove_logo(s.place, s.partner, now=s.now)),
}
