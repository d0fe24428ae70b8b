"""Terms of the glossary in material: coming material is made anew with them, what people have printed is left alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from edition_scenes import edition
from factories import Office, dump, rows, text
from making import make_all
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Role
from campaigns.domain.library import GLOSSARY_RESTS
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.tables import Delivery, GlossaryTerm, MaterialSet, Text
from campaigns.work.launch import correcting, scheduling
from campaigns.work.partners import matching
from campaigns.work.stewards import glossary
from campaigns.work.stewards.glossary import Wording

MOMENT = timedelta(microseconds=1)
CARRIER = Wording(swedish="mulåsna", language="en", preferred="money mule", note="The word the banks use.")


class Glossary:
    """Two stewards and one term in English, which one of them wrote."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.writer, self.reader = (office.member(office.police, {Role.STEWARD}) for _ in range(2))
        self.term_id = glossary.add_term(office.place, self.writer, CARRIER, now=office.now)

    def approve(self) -> None:
        """The other steward has read it."""
        seen = glossary.glossary_entry(self.office.place, self.reader, self.term_id).mark
        glossary.approve_term(self.office.place, self.reader, self.term_id, seen=seen, now=self.office.now)

    def change(self, wording: Wording) -> None:
        """Its writer changes it: a draft again."""
        self.office.now += timedelta(minutes=1)
        glossary.change_term(self.office.place, self.writer, self.term_id, wording, now=self.office.now)

    def remove(self) -> None:
        """It goes."""
        glossary.remove_term(self.office.place, self.writer, self.term_id, now=self.office.now)


def standing(office: Office, language: str, *conditions: object) -> list[MaterialSet]:
    """What counts of the campaign's own in a language."""
    counts = col(MaterialSet.superseded_at).is_(None), col(MaterialSet.edition_id).is_(None)
    return rows(office.place, MaterialSet, *counts, col(MaterialSet.language) == language, *conditions)


def printed(office: Office, language: str) -> set[tuple[int, tuple[str, ...]]]:
    """Version and terms of what counts, with the embargo line and without."""
    return {(row.version, tuple(term["word"] for term in row.content["terms"])) for row in standing(office, language)}


def sets(office: Office) -> list[str]:
    """Every shelf, and what is told of any."""
    stored = dump(office.place)
    return [*stored["material_sets"], *stored["deliveries"]]


def correct(office: Office, campaign_id: str, language: str) -> None:
    """A correction of the core message in one language, which no second reader is waited for."""
    message_id = office.core_message(campaign_id)
    [found] = rows(office.place, Text, col(Text.message_id) == message_id, col(Text.language) == language)
    matching.edit_text(
        office.place, office.communicator, message_id, language=language, content=text("Nytt", "Ring alltid 114 14."),
        expected_version=found.version, now=office.now,
    )  # fmt: skip
    [found] = rows(office.place, Text, col(Text.id) == found.id)
    correcting.correct(office.place, office.approver, found.id, revision=found.revision, unread=True, now=office.now)


def test_an_approved_term_is_printed_in_coming_material_and_in_its_own_language_alone(office: Office) -> None:
    """Both kinds are made anew, the old words are out at once; where it is not printed nothing changes."""
    words = Glossary(office)
    office.approved()
    make_all(office)
    before = {row.id for row in standing(office, "sv")}
    words.approve()
    assert printed(office, "en") == {(2, ("money mule",))}
    assert {row.state.value for row in standing(office, "en")} == {"waiting"}
    assert {row.id for row in standing(office, "sv")} == before
    assert sorted(make_all(office).calls) == [("en", 2, False), ("en", 2, True)]
    again = dump(office.place)["material_sets"]
    words.approve()
    assert dump(office.place)["material_sets"] == again


@pytest.mark.parametrize(
    "act",
    [lambda words: words.remove(), lambda words: words.change(replace(CARRIER, preferred="mule"))],
    ids=["removed", "changed"],
)
def test_what_is_approved_no_more_is_printed_no_more_in_coming_material(
    sqlite_office: Office, act: Callable[[Glossary], None]
) -> None:
    """A draft is not printed, and what is gone neither; a draft that changes touches nothing."""
    office = sqlite_office
    words = Glossary(office)
    office.approved()
    words.approve()
    assert printed(office, "en") == {(2, ("money mule",))}
    act(words)
    assert printed(office, "en") == {(3, ())}
    still = sets(office)
    for term in rows(office.place, GlossaryTerm):
        words.change(Wording(swedish=term.swedish, language=term.language, preferred="another"))
    assert sets(office) == still


def test_of_a_held_campaign_too_and_of_none_that_has_no_material(sqlite_office: Office) -> None:
    """Held is still to come; one that is being written has no material yet, one that is cancelled none any more."""
    office = sqlite_office
    words = Glossary(office)
    held, cancelled = office.approved(name="Pausad"), office.approved(name="Inställd")
    office.briefed(name="Skrivs")
    scheduling.hold(office.place, office.approver, held, now=office.now)
    scheduling.cancel(office.place, office.communicator, cancelled, now=office.now)
    words.approve()
    assert {row.campaign_id for row in standing(office, "en")} == {held}
    assert printed(office, "en") == {(2, ("money mule",))}


@pytest.mark.parametrize(
    "before", [GLOSSARY_RESTS, timedelta(0), -timedelta(days=30)], ids=["near T", "at T", "after T"]
)
def test_near_t_and_after_it_the_glossary_alone_takes_nothing_away(office: Office, before: timedelta) -> None:
    """At T everyone asks; and nobody is told to throw away a print that still holds. Nobody hears of anything."""
    words = Glossary(office)
    office.approved(office.partner())
    office.now = Office.LIFT - before
    still = sets(office)
    words.approve()
    assert sets(office) == still
    words.change(replace(CARRIER, preferred="mule"))
    words.approve()
    words.remove()
    assert sets(office) == still


def test_a_moment_earlier_it_is_still_made_anew(sqlite_office: Office) -> None:
    """The boundary itself belongs to T."""
    words = Glossary(sqlite_office)
    sqlite_office.approved()
    sqlite_office.now = Office.LIFT - GLOSSARY_RESTS - MOMENT
    words.approve()
    assert printed(sqlite_office, "en") == {(2, ("money mule",))}


def test_after_t_the_next_version_of_a_language_brings_its_terms_and_no_other_language_moves(office: Office) -> None:
    """A correction in Swedish is in every language; one in another leaves the English folder and its readers alone."""
    words = Glossary(office)
    swedish = glossary.add_term(
        office.place, words.writer, Wording(swedish="swish", language="sv", preferred="Swish"), now=office.now
    )
    campaign_id = office.live()
    office.now += timedelta(minutes=1)
    words.approve()
    seen = glossary.glossary_entry(office.place, words.reader, swedish).mark
    glossary.approve_term(office.place, words.reader, swedish, seen=seen, now=office.now)
    assert (printed(office, "sv"), printed(office, "en")) == ({(1, ())}, {(1, ())})
    correct(office, campaign_id, "en")
    assert (printed(office, "sv"), printed(office, "en")) == ({(1, ())}, {(2, ("money mule",))})
    correct(office, campaign_id, "sv")
    assert (printed(office, "sv"), printed(office, "en")) == ({(2, ("Swish",))}, {(3, ("money mule",))})


def test_a_local_edition_is_made_anew_with_the_terms_before_t_and_not_after(sqlite_office: Office) -> None:
    """As the campaign's own material; its makers are not told, for the message stays."""
    office = sqlite_office
    words = Glossary(office)
    study = office.organisation("Studieförbundet (exempel)", kind=OrganisationKind.STUDY_ASSOCIATION)
    maker = office.member(study, {Role.EDITOR, Role.PUBLISHER})
    campaign_id = office.approved(maker)
    edition(office, maker, campaign_id, language="en")

    def of_edition() -> set[tuple[int, int]]:
        counts = col(MaterialSet.superseded_at).is_(None), col(MaterialSet.edition_id).is_not(None)
        return {(row.version, len(row.content["terms"])) for row in rows(office.place, MaterialSet, *counts)}

    assert of_edition() == {(1, 0)}
    words.approve()
    assert of_edition() == {(2, 1)}
    office.now = Office.LIFT
    office.record_live(campaign_id)
    words.remove()
    assert of_edition() == {(2, 1)}
    assert not rows(office.place, Delivery, col(Delivery.notice) == NoticeKind.MATERIAL_CHANGED.value)
    correct(office, campaign_id, "sv")
    assert of_edition() == {(3, 0)}
