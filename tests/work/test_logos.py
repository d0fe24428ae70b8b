"""The logo of an organisation through its tasks: who keeps it, which editions bear it, and what is left of it."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from edition_scenes import edition, offered
from factories import Office, rows
from logo_samples import logo, plain_logo
from making import QuickMaker, workshop_of
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.store.tables import MaterialSet, OrganisationLogo
from campaigns.work.editions import desk, logos, writing
from campaigns.work.library.making import Outcome

NAME = "Biblioteket (exempel)"


def kept(office: Office, actor: Actor, raw: bytes | None = None, alternative: str = NAME) -> str:
    """A logo of the member's organisation; gives its sum."""
    raw = plain_logo() if raw is None else raw
    logos.keep_logo(office.place, actor, raw=raw, alternative=alternative, now=office.now)
    found = logos.logo_desk(office.place, actor).logo
    assert found is not None
    return found.sha256


def administrator(actor: Actor) -> Actor:
    """The same person as an administrator alone."""
    return replace(actor, roles=frozenset({Role.ADMINISTRATOR}))


class LookingMaker(QuickMaker):
    """Remembers the logo that each edition was made with."""

    def __init__(self) -> None:
        super().__init__()
        self.logos: list[bytes] = []

    def make(self, content: dict[str, Any], *, version: int, embargoed: bool, go_on: Callable[[], bool]) -> Outcome:
        """As the quick one."""
        if "edition" in content:
            said = content["edition"].get("logo")
            self.logos.append(base64.b64decode(said["png"]) if said else b"")
        return super().make(content, version=version, embargoed=embargoed, go_on=go_on)


def made_with(office: Office) -> list[bytes]:
    """Make what waits; gives the logos it was made with."""
    workshop, maker = workshop_of(office.place, lambda: office.now)[0], LookingMaker()
    workshop._maker = maker  # type: ignore[assignment] # it does as much as is asked of it
    workshop.work()
    return maker.logos


def standing(office: Office) -> list[MaterialSet]:
    """What is wanted of editions now."""
    found = [col(MaterialSet.edition_id).is_not(None), col(MaterialSet.superseded_at).is_(None)]
    return rows(office.place, MaterialSet, *found)


def test_editions_are_made_anew_with_the_logo_and_again_without_it(office: Office) -> None:
    """Both kinds, in the same transaction; the frozen content names the logo by its sum and holds no picture."""
    partner, other = office.partner(), office.partner("Andra (exempel)")
    campaign_id = office.approved(partner, other)
    edition(office, partner, campaign_id)
    edition(office, other, campaign_id)
    assert made_with(office) == [b""] * 4
    sha256 = kept(office, partner)
    stored = rows(office.place, OrganisationLogo)[0].content
    assert made_with(office) == [stored] * 2
    [said] = {str(row.content["edition"]["logo"]) for row in standing(office) if "logo" in row.content["edition"]}
    assert sha256 in said
    assert "png" not in said
    assert kept(office, partner) == sha256
    assert made_with(office) == []
    logos.remove_logo(office.place, partner, now=office.now)
    assert rows(office.place, OrganisationLogo) == []
    assert made_with(office) == [b""] * 2


def test_other_words_about_the_logo_need_no_file(office: Office) -> None:
    """They are printed too, so editions are made anew; without any logo a file is needed."""
    partner = office.partner()
    edition(office, partner, office.approved(partner))
    with pytest.raises(BadInput) as refused:
        kept(office, partner, raw=b"")
    assert [fault.field for fault in refused.value.faults] == ["file"]
    sha256 = kept(office, partner)
    made_with(office)
    assert kept(office, partner, raw=b"", alternative="Ett hjärta") == sha256
    assert len(made_with(office)) == 2
    with pytest.raises(BadInput) as refused:
        kept(office, partner, alternative=" ")
    assert [fault.field for fault in refused.value.faults] == ["alternative"]


def test_an_edition_that_is_begun_later_bears_it_and_the_preview_shows_it(office: Office) -> None:
    """Before approval too."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    kept(office, partner)
    edition_id = edition(office, partner, campaign_id)
    shown = desk.preview_edition(office.place, partner, edition_id, now=office.now).decode()
    assert f'alt="{NAME}"' in shown
    office.approve(campaign_id)
    assert all(one.startswith(b"\x89PNG") for one in made_with(office))


def test_a_logo_is_of_its_own_organisation_alone(office: Office) -> None:
    """Nobody else reads it, and the police have none."""
    partner, other = office.partner(), office.partner("Andra (exempel)")
    kept(office, partner)
    assert logos.logo_desk(office.place, other).logo is None
    for reader in (other, office.communicator):
        with pytest.raises(NotThere):
            logos.logo_picture(office.place, reader)
    with pytest.raises(NotThere):
        logos.logo_desk(office.place, office.communicator)
    with pytest.raises(logos.NoLogo):
        logos.remove_logo(office.place, other, now=office.now)


def test_an_administrator_keeps_it_until_something_that_bears_it_is_offered(office: Office) -> None:
    """Then it takes whoever may give consent; an editor keeps none at all."""
    partner = office.partner()
    keeper, editor = administrator(partner), replace(partner, roles=frozenset({Role.EDITOR}))
    with pytest.raises(NotAllowed):
        kept(office, editor)
    kept(office, keeper)
    campaign_id = office.approved(partner)
    edition_id = edition(office, partner, campaign_id)
    mark = desk.editions_of(office.place, partner, campaign_id, now=office.now).logo
    writing.offer_edition(office.place, partner, edition_id, version=1, logo=mark, now=office.now)
    assert not logos.logo_desk(office.place, keeper).may_change
    for change in (
        lambda: kept(office, keeper, logo((300, 200))),
        lambda: logos.remove_logo(office.place, keeper, now=office.now),
    ):
        with pytest.raises(logos.EditionsAreOffered):
            change()
    assert kept(office, partner, logo((300, 200))) != mark


def test_consent_is_to_an_edition_with_the_logo_that_was_seen(office: Office) -> None:
    """One that came after the page was opened was not."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    edition_id = edition(office, partner, campaign_id)
    kept(office, partner)
    with pytest.raises(writing.NotThatVersion):
        writing.offer_edition(office.place, partner, edition_id, version=1, now=office.now)


def test_what_is_being_made_with_a_logo_that_is_gone_is_dropped(office: Office) -> None:
    """Its shelf was superseded with the logo, so nothing is stored of it, and the next is made without."""
    partner = office.partner()
    offered(office, partner, office.approved(partner))
    made_with(office)
    kept(office, partner)
    workshop, _ = workshop_of(office.place, lambda: office.now)
    order = workshop._claimed()
    assert order is not None
    logos.remove_logo(office.place, partner, now=office.now)
    assert not workshop._settle(order)
    assert made_with(office) == [b""] * 2
