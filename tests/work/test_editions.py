"""Local editions through their tasks: who may make one, what is made of it, when it is behind, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from edition_scenes import PART, edition, offered
from factories import Office, rows, text
from making import make_all
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Role
from campaigns.domain.editions import Contact, LocalPart, local_faults
from campaigns.domain.errors import BadInput, NotAllowed, NotThere, Severity
from campaigns.domain.library import Download
from campaigns.store.tables import Delivery, LocalEdition, MaterialFile, MaterialSet, Text
from campaigns.work.editions import desk, reading, writing
from campaigns.work.editions.desk import OwnEdition
from campaigns.work.launch import correcting
from campaigns.work.library import shelves
from campaigns.work.partners import matching
from campaigns.work.texts.writing import SomeoneElseWrote


def own(office: Office, actor: Actor, edition_id: str) -> OwnEdition:
    """An edition as its organisation sees it."""
    return desk.edition_of(office.place, actor, edition_id, now=office.now)[1]


def public(office: Office, slug: str) -> list[str]:
    """The titles that anyone finds."""
    found = reading.public_editions(office.place.engine, now=office.now, slug=slug, language="sv")
    return [one.part.title for one in found]


def slug_of(office: Office, actor: Actor, campaign_id: str) -> str:
    """The campaign's name in addresses."""
    return desk.editions_of(office.place, actor, campaign_id, now=office.now).it.slug


def lifted(office: Office, *partners: Actor) -> str:
    """A campaign a minute after its lift."""
    campaign_id = office.live(*partners)
    office.now += timedelta(minutes=1)
    return campaign_id


def correct(office: Office, campaign_id: str, long: str = "Ring alltid 114 14.") -> None:
    """The Swedish core message is corrected after T."""
    message_id = office.core_message(campaign_id)
    [found] = rows(office.place, Text, col(Text.message_id) == message_id, col(Text.language) == "sv")
    matching.edit_text(
        office.place, office.communicator, message_id, language="sv", content=text("Nytt", long),
        expected_version=found.version, now=office.now,
    )  # fmt: skip
    [found] = rows(office.place, Text, col(Text.id) == found.id)
    correcting.correct(office.place, office.approver, found.id, revision=found.revision, now=office.now)


def told(office: Office) -> list[str]:
    """Who is told that material has changed."""
    kind = NoticeKind.MATERIAL_CHANGED.value
    return sorted(row.recipient for row in rows(office.place, Delivery, col(Delivery.notice) == kind))


def test_only_who_is_briefed_makes_an_edition_before_t_and_only_its_organisation_finds_it(office: Office) -> None:
    """Neither the police, nor another briefed organisation, nor anyone who was not invited."""
    partner, other, stranger = office.partner(), office.partner("Andra (exempel)"), office.partner("Ute (exempel)")
    campaign_id = office.approved(partner, other)
    edition_id = offered(office, partner, campaign_id)
    assert own(office, partner, edition_id).part == PART
    for reader in (other, stranger, office.communicator):
        with pytest.raises(NotThere):
            own(office, reader, edition_id)
    for writer in (other, stranger):
        with pytest.raises(NotThere):
            writing.save_edition(office.place, writer, edition_id, part=PART, expected_version=1, now=office.now)
    with pytest.raises(NotThere):
        edition(office, stranger, campaign_id)
    assert public(office, slug_of(office, partner, campaign_id)) == []


def test_after_t_any_verified_organisation_makes_one(office: Office) -> None:
    """Without an invitation: the campaign is public."""
    stranger = office.partner("Ute (exempel)")
    campaign_id = lifted(office)
    edition_id = edition(office, stranger, campaign_id)
    assert own(office, stranger, edition_id).language == "sv"


def test_a_reader_writes_none_and_an_editor_offers_none(office: Office) -> None:
    """Writing is for who writes messages, offering for who gives consent."""
    partner = office.partner()
    campaign_id = lifted(office, partner)
    reader = replace(partner, roles=frozenset({Role.READER}))
    editor = replace(partner, roles=frozenset({Role.EDITOR}))
    with pytest.raises(NotAllowed):
        edition(office, reader, campaign_id)
    edition_id = edition(office, editor, campaign_id)
    with pytest.raises(NotAllowed):
        writing.offer_edition(office.place, editor, edition_id, version=1, now=office.now)
    writing.offer_edition(office.place, partner, edition_id, version=1, now=office.now)
    with pytest.raises(NotAllowed):
        writing.remove_edition(office.place, editor, edition_id, now=office.now)


def test_it_can_be_written_before_approval_and_its_documents_come_with_the_release(office: Office) -> None:
    """Until then there is a preview, which says for whom it is and until when."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    edition_id = edition(office, partner, campaign_id)
    shown = desk.preview_edition(office.place, partner, edition_id, now=office.now).decode()
    assert "biblioteket" in shown
    assert "Ungdomens hus (exempel)" in shown
    assert "EMBARGO" in shown
    assert own(office, partner, edition_id).shelf is None


def test_each_way_to_reach_somebody_is_printed(office: Office) -> None:
    """A contact with a number, an address and a link has three lines."""
    partner = office.partner()
    contact = Contact(name="Biblioteket", phone="0920-1", email="a@example.org", link="https://example.org/lulea")
    edition_id = edition(office, partner, office.briefed(partner), replace(PART, contacts=(contact,)))
    shown = desk.preview_edition(office.place, partner, edition_id, now=office.now).decode()
    assert [way in shown for way in ("tel:09201", "mailto:a@example.org", "https://example.org/lulea")] == [True] * 3


def test_before_t_the_embargoed_kind_is_handed_out_and_from_t_the_open_one(office: Office) -> None:
    """Both are made before T, so that nothing has to be made at T."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    edition_id = offered(office, partner, campaign_id)
    make_all(office)
    slug = slug_of(office, partner, campaign_id)
    before = own(office, partner, edition_id)
    assert before.shelf is not None
    name = before.shelf.files[0].name

    def read(download: Download) -> str:
        return b"".join(shelves.read_bytes(office.place.engine, download, 0, download.item.size)).decode()

    mine = desk.edition_download(office.place, partner, edition_id, name=name, now=office.now)
    assert read(mine).startswith("True")
    with pytest.raises(NotThere):
        reading.public_edition_download(
            office.place.engine, now=office.now, slug=slug, language="sv", edition=before.slug, name=name
        )
    office.now = Office.LIFT
    for found in (
        desk.edition_download(office.place, partner, edition_id, name=name, now=office.now),
        reading.public_edition_download(
            office.place.engine, now=office.now, slug=slug, language="sv", edition=before.slug, name="samtalskort.pdf"
        ),
    ):
        assert read(found).startswith("False")
    assert public(office, slug) == ["Luleå"]


def test_the_library_itself_does_not_list_editions(office: Office) -> None:
    """They are apart, and their making tells nobody that the campaign's material changed."""
    partner = office.partner()
    campaign_id = lifted(office, partner)
    make_all(office)
    [case] = shelves.public_library(office.place.engine, now=office.now)
    offered(office, partner, campaign_id)
    make_all(office)
    assert shelves.public_library(office.place.engine, now=office.now) == [case]
    assert told(office) == []


def test_a_save_is_a_version_and_nobody_overwrites_unseen(office: Office) -> None:
    """Saving the same twice is one version; saving from an older one is refused; what was offered is offered anew."""
    partner = office.partner()
    campaign_id = lifted(office, partner)
    edition_id = offered(office, partner, campaign_id)
    slug = slug_of(office, partner, campaign_id)
    new = replace(PART, place="Gammelstad")
    for _ in range(2):
        version = writing.save_edition(office.place, partner, edition_id, part=new, expected_version=1, now=office.now)
        assert version == 2
    with pytest.raises(SomeoneElseWrote):
        writing.save_edition(office.place, partner, edition_id, part=PART, expected_version=1, now=office.now)
    assert public(office, slug) == []
    with pytest.raises(writing.NotThatVersion):
        writing.offer_edition(office.place, partner, edition_id, version=1, now=office.now)
    writing.offer_edition(office.place, partner, edition_id, version=2, now=office.now)
    assert public(office, slug) == ["Luleå"]
    writing.take_back_edition(office.place, partner, edition_id, now=office.now)
    assert public(office, slug) == []
    with pytest.raises(writing.NotOffered):
        writing.take_back_edition(office.place, partner, edition_id, now=office.now)


def test_a_correction_leaves_it_behind_tells_its_makers_and_is_printed_at_once(office: Office) -> None:
    """The documents have the corrected words; the own part is said to be older until somebody has looked."""
    partner, other = office.partner(), office.partner("Andra (exempel)")
    campaign_id = lifted(office, partner, other)
    edition_id = offered(office, partner, campaign_id)
    slug = slug_of(office, partner, campaign_id)
    make_all(office)
    seen = own(office, partner, edition_id)
    assert not seen.is_behind
    correct(office, campaign_id)
    make_all(office)
    behind = own(office, partner, edition_id)
    assert behind.is_behind
    assert any(("added" in kind and "alltid" in words) for woven in behind.changes for kind, words in woven)
    [shown] = reading.public_editions(office.place.engine, now=office.now, slug=slug, language="sv")
    assert shown.is_behind
    download = desk.edition_download(office.place, partner, edition_id, name="samtalskort.pdf", now=office.now)
    read = b"".join(shelves.read_bytes(office.place.engine, download, 0, download.item.size)).decode()
    assert "Ring alltid 114 14." in read
    assert len(told(office)) == 1
    with pytest.raises(writing.MessageChangedAgain):
        writing.follow_message(office.place, partner, edition_id, seen=seen.mark, now=office.now)
    writing.follow_message(office.place, partner, edition_id, seen=behind.mark, now=office.now)
    assert not own(office, partner, edition_id).is_behind
    [shown] = reading.public_editions(office.place.engine, now=office.now, slug=slug, language="sv")
    assert not shown.is_behind
    assert len(told(office)) == 1


def test_a_deleted_edition_leaves_nothing_that_was_made_of_it(office: Office) -> None:
    """Contacts are personal data: the frozen content goes with it."""
    partner = office.partner()
    campaign_id = lifted(office, partner)
    edition_id = edition(office, partner, campaign_id)
    make_all(office)
    writing.remove_edition(office.place, partner, edition_id, now=office.now)
    assert rows(office.place, LocalEdition) == []
    assert rows(office.place, MaterialSet, col(MaterialSet.edition_id) == edition_id) == []
    sets = {row.id for row in rows(office.place, MaterialSet)}
    assert {row.set_id for row in rows(office.place, MaterialFile)} <= sets


FAULTY = LocalPart(
    title="x" * 81,
    place="Lule\u202eå",
    introduction="Skriv {namn} här. 811228-9874",
    contacts=(
        Contact(name="", phone="ring oss"),
        Contact(name="A", email="inte en adress"),
        Contact(name="B", link="javascript:alert(1)"),
        Contact(name="C"),
        Contact(name="D", link="https://user@example.org"),
        Contact(name="E", link="http://example.org/lulea", phone="+46 920 45 30 00", email="a@example.org"),
    ),
    questions=("?" * 201,),
)


def test_every_fault_is_said_at_its_field_at_once(office: Office) -> None:
    """And what looks like a personal identity number is warned about."""
    partner = office.partner()
    campaign_id = lifted(office, partner)
    with pytest.raises(BadInput) as refused:
        writing.begin_edition(office.place, partner, campaign_id, language="xx", part=FAULTY, now=office.now)
    found = [fault.field for fault in refused.value.faults]
    assert found == [
        "language", "title", "place", "introduction", "questions", "contact1_name", "contact1_phone",
        "contact2_email", "contact3_link", "contact4_phone", "contact5_link",
    ]  # fmt: skip
    assert rows(office.place, LocalEdition) == []
    [warning] = [fault for fault in local_faults(FAULTY) if fault.severity is Severity.WARNING]
    assert warning.field == "introduction"


def test_twenty_editions_are_the_most(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An organisation does not fill the workers' day."""
    monkeypatch.setattr(writing, "MOST_EDITIONS", 1)
    partner = office.partner()
    campaign_id = lifted(office, partner)
    edition(office, partner, campaign_id)
    with pytest.raises(BadInput, match=r".*"):
        edition(office, partner, campaign_id, replace(PART, title="Boden"))
