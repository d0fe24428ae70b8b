"""The library through its tasks: who may download what, when it is made anew, who is told, and what is remembered."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from factories import Office, rows, text
from making import make_all, workshop_of
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import NotThere, Unready
from campaigns.domain.library import Case, Download
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.texts import FactKind, KeyFact
from campaigns.store.tables import Delivery, MaterialCount, MaterialFetch, MaterialSet, Text
from campaigns.work.campaign import facts
from campaigns.work.campaign.facts_rules import FIELDS
from campaigns.work.launch import correcting, scheduling
from campaigns.work.library import desk, shelves
from campaigns.work.library import news as library_news
from campaigns.work.library.contents import CORE_CHANGED, NEW_TIME, VOICE_WENT
from campaigns.work.library.desk import NothingWasRefused
from campaigns.work.partners import briefing, consenting, matching

HOUR = timedelta(hours=1)


def the_case(office: Office, actor: Actor | None = None) -> Case:
    """The one campaign there is, for a member or for anyone."""
    if actor is None:
        [found] = shelves.public_library(office.place.engine, now=office.now)
    else:
        [found] = shelves.member_library(office.place, actor, now=office.now)
    return found


def lifted(office: Office, *partners: Actor) -> str:
    """A campaign a minute after its lift: in the first seconds nothing is made."""
    campaign_id = office.live(*partners)
    office.now += timedelta(minutes=1)
    return campaign_id


def versions(case: Case) -> dict[str, int]:
    """Which version of each language can be downloaded."""
    return {shelf.language: shelf.version for shelf in case.made}


def the_file(office: Office, slug: str, language: str = "sv", name: str = "samtalskort.pdf") -> Download:
    """A public file."""
    return shelves.public_download(office.place.engine, now=office.now, slug=slug, language=language, name=name)


def content(office: Office, download: Download) -> str:
    """All that it holds."""
    return b"".join(shelves.read_bytes(office.place.engine, download, 0, download.item.size)).decode()


def edited(office: Office, campaign_id: str, language: str, long: str) -> str:
    """The communicator edits a core text after T; gives its id."""
    message_id = office.core_message(campaign_id)
    [found] = rows(office.place, Text, col(Text.message_id) == message_id, col(Text.language) == language)
    matching.edit_text(
        office.place, office.communicator, message_id, language=language, content=text("Nytt", long),
        expected_version=found.version, now=office.now,
    )  # fmt: skip
    return found.id


def correct(office: Office, campaign_id: str, language: str, long: str = "Ring alltid 114 14.") -> None:
    """Have it corrected, at once: no second reader of a translation is waited for."""
    text_id = edited(office, campaign_id, language, long)
    [found] = rows(office.place, Text, col(Text.id) == text_id)
    correcting.correct(office.place, office.approver, text_id, revision=found.revision, unread=True, now=office.now)


def told(office: Office) -> list[str]:
    """Who is told that material has changed."""
    kind = NoticeKind.MATERIAL_CHANGED.value
    return sorted(row.recipient for row in rows(office.place, Delivery, col(Delivery.notice) == kind))


def fetch(office: Office, actor: Actor, download: Download) -> None:
    """Download something while signed in."""
    tally = library_news.Tally()
    tally.count(download, organisation_id=actor.organisation_id, now=office.now)
    library_news.store_tally(office.place, tally)


def test_before_t_only_who_accepted_the_terms_has_material_and_it_bears_the_embargo(office: Office) -> None:
    """A colleague who has not accepted, another organisation that has not either, and the public have nothing."""
    partner, stranger = office.partner(), office.partner("Ovetande (exempel)")
    colleague = office.member(partner.organisation_id or "", {Role.READER})
    campaign_id = office.approved(partner)
    make_all(office)
    assert versions(the_case(office, partner)) == {"sv": 1, "en": 1}
    assert the_case(office, office.communicator).pack is not None
    for other in (colleague, stranger):
        assert shelves.member_library(office.place, other, now=office.now) == []
        with pytest.raises(NotThere):
            shelves.member_download(office.place, other, campaign_id, language="sv", name="allt.zip", now=office.now)
    assert shelves.public_library(office.place.engine, now=office.now) == []
    found = shelves.member_download(
        office.place, partner, campaign_id, language="sv", name="samtalskort.pdf", now=office.now
    )
    assert content(office, found).startswith("True")


def test_before_t_no_partner_reads_in_the_material_what_another_says(office: Office) -> None:
    """The voices come with the lift."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    make_all(office)
    find = {"language": "sv", "name": "samtalskort.pdf", "now": office.now}
    before = shelves.member_download(office.place, partner, campaign_id, **find)  # type: ignore[arg-type] # by name
    assert "Ungdomsjouren" not in content(office, before)
    office.now = office.LIFT
    after = the_file(office, the_case(office).slug)
    assert "Ungdomsjouren (exempel): Ring oss" in content(office, after)
    assert not content(office, after).startswith("True")


def test_at_t_it_opens_by_the_clock_and_nothing_is_made(office: Office) -> None:
    """No worker has recorded anything; what bears the embargo line is offered no more."""
    campaign_id = office.approved()
    made = make_all(office)
    office.now = office.LIFT - timedelta(microseconds=1)
    assert shelves.public_library(office.place.engine, now=office.now) == []
    office.now = office.LIFT
    case = the_case(office)
    assert versions(case) == {"sv": 1, "en": 1}
    assert case.pack is not None
    assert [case.campaign_id, len(made.calls)] == [campaign_id, 4]


def test_a_language_that_is_not_ready_at_t_is_told_as_coming(office: Office) -> None:
    """And there is no ZIP of everything yet."""
    office.approved()
    office.now = office.LIFT
    case = the_case(office)
    assert [shelf.language for shelf in case.coming] == ["sv", "en"]
    assert (case.made, case.pack) == ((), None)


def test_a_correction_takes_the_old_words_away_at_once_and_leaves_what_is_not_touched(office: Office) -> None:
    """The English text alone: Swedish stays version 1, English comes as version 2, and everything as version 2."""
    campaign_id = lifted(office)
    make_all(office)
    slug = the_case(office).slug
    correct(office, campaign_id, "en", "Always call 114 14.")
    case = the_case(office)
    assert versions(case) == {"sv": 1}
    assert case.pack is None
    with pytest.raises(NotThere):
        the_file(office, slug, "en")
    assert make_all(office).calls == [("en", 2, False)]
    case = the_case(office)
    assert versions(case) == {"sv": 1, "en": 2}
    assert case.everything is not None
    assert case.everything.version == 2
    english = case.made[1]
    assert (english.replaces, english.changes[0].sentence, english.changes[0].name) == (
        1, CORE_CHANGED, "Pengarna kommer aldrig",
    )  # fmt: skip
    assert "Always call" in content(office, the_file(office, slug, "en"))
    assert the_file(office, slug, "en").item.name == f"{slug}_v2_en_samtalskort.pdf"


def test_a_correction_in_swedish_makes_every_language_anew(office: Office) -> None:
    """It stands beside them all."""
    campaign_id = lifted(office)
    make_all(office)
    correct(office, campaign_id, "sv")
    assert versions(the_case(office)) == {}
    make_all(office)
    assert versions(the_case(office)) == {"sv": 2, "en": 2}


def test_facts_that_one_person_edits_are_printed_once_another_has_confirmed_words(office: Office) -> None:
    """What a partner withdraws makes material anew, with the facts and the contact that were approved."""
    partner = office.partner()
    campaign_id = lifted(office, partner)
    base = facts.facts_at_hand(office.place, office.communicator, campaign_id, now=office.now).facts
    mended = {name: getattr(base, name) for name in FIELDS}
    mended |= {"key_facts": (KeyFact(kind=FactKind.PHONE, value="0900 123 45"),), "contact_name": "Någon annan"}
    facts.save_facts(office.place, office.communicator, campaign_id, content=mended, expected_version=1, now=office.now)
    office.now += timedelta(minutes=1)
    [own] = [row for row in rows(office.place, Text) if row.headline == "Vi lyssnar"]
    correcting.withdraw_message(office.place, partner, own.id, now=office.now)
    printed = [row.content for row in rows(office.place, MaterialSet, col(MaterialSet.superseded_at).is_(None))]
    assert [one["voices"] for one in printed] == [[], []]
    assert "0900" not in str(printed)
    assert "Någon annan" not in str(printed)
    correct(office, campaign_id, "sv", "Ring alltid 0900 123 45.")
    printed = [row.content for row in rows(office.place, MaterialSet, col(MaterialSet.superseded_at).is_(None))]
    assert all("0900 123 45" in str(one["facts"]) and one["contact"][0] == "Någon annan" for one in printed)


def test_a_new_t_is_a_new_version_for_the_line_names_it(office: Office) -> None:
    """What was made for the old one is out at once."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    make_all(office)
    later = office.LIFT + timedelta(days=1)
    scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=later, now=office.now)
    assert versions(the_case(office, partner)) == {}
    make_all(office)
    case = the_case(office, partner)
    assert versions(case) == {"sv": 2, "en": 2}
    assert [one.sentence for one in case.made[0].changes] == [NEW_TIME]


def test_what_is_reopened_is_out_and_what_is_approved_anew_is_another_version(office: Office) -> None:
    """The same words under a new approval still have a number of their own."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    make_all(office)
    scheduling.reopen(office.place, office.approver, campaign_id, now=office.now)
    assert shelves.member_library(office.place, partner, now=office.now) == []
    office.approve(campaign_id)
    make_all(office)
    assert versions(the_case(office, partner)) == {"sv": 2, "en": 2}


def test_a_voice_that_leaves_before_t_is_in_no_material_at_t(office: Office) -> None:
    """Its organisation took the consent back; nobody else is told of it in what bears the embargo line."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    make_all(office)
    [own] = [row for row in rows(office.place, Text) if row.headline == "Vi lyssnar"]
    consenting.take_back(office.place, partner, own.id, now=office.now)
    make_all(office)
    assert the_case(office, office.communicator).made[0].changes == ()
    office.now = office.LIFT
    case = the_case(office)
    assert [one.sentence for one in case.made[0].changes] == [VOICE_WENT]
    assert "Ungdomsjouren" not in content(office, the_file(office, case.slug))
    assert case.campaign_id == campaign_id


def test_a_withdrawn_campaign_has_no_material(office: Office) -> None:
    """Not under any name."""
    campaign_id = lifted(office)
    make_all(office)
    slug = the_case(office).slug
    correcting.propose_withdraw(office.place, office.communicator, campaign_id, now=office.now)
    correcting.confirm_withdraw(office.place, office.approver, campaign_id, now=office.now)
    assert shelves.public_library(office.place.engine, now=office.now) == []
    with pytest.raises(NotThere):
        the_file(office, slug)


def test_who_has_an_older_version_is_told_once(office: Office) -> None:
    """Also an organisation that is not invited; not one that has the newest, and not for each language anew."""
    partner = office.partner()
    study = office.organisation("Studieförbundet (exempel)", kind=OrganisationKind.STUDY_ASSOCIATION)
    reader = office.member(study, {Role.READER}, email="las@example.org")
    bystander = office.partner("Ingen (exempel)")
    campaign_id = lifted(office, partner)
    make_all(office)
    slug = the_case(office).slug
    for language in ("sv", "en"):
        fetch(office, reader, the_file(office, slug, language))
    correct(office, campaign_id, "sv")
    assert told(office) == []  # there is nothing newer to fetch yet
    make_all(office)
    assert told(office) == ["las@example.org"]
    news = library_news.news_for(office.place, reader)
    case = the_case(office)
    assert [news.older(case, shelf) for shelf in case.made] == [1, 1]
    fetch(office, reader, the_file(office, slug, "sv"))
    news = library_news.news_for(office.place, reader)
    assert [news.older(case, shelf) for shelf in case.made] == [None, 1]
    assert library_news.news_for(office.place, bystander).fetched == {}


def test_before_t_only_who_is_still_invited_is_told(office: Office) -> None:
    """What an organisation that is out of it had is no reason to tell it of a campaign."""
    partner, revoked = office.partner(), office.partner("Avbruten (exempel)")
    campaign_id = office.approved(partner, revoked)
    make_all(office)
    for actor in (partner, revoked):
        found = shelves.member_download(
            office.place, actor, campaign_id, language="sv", name="allt.zip", now=office.now
        )
        fetch(office, actor, found)
    organisation_id = revoked.organisation_id or ""
    briefing.revoke(office.place, office.communicator, campaign_id, organisation_id=organisation_id, now=office.now)
    scheduling.postpone(
        office.place, office.communicator, campaign_id, lift_at=office.LIFT + timedelta(days=1), now=office.now
    )
    make_all(office)
    assert len(told(office)) == 1


def test_a_language_that_cannot_be_made_stops_no_other_and_can_be_tried_again(office: Office) -> None:
    """The police read why; the ZIP of everything holds the rest."""
    campaign_id = office.approved()
    workshop, maker = workshop_of(office.place, lambda: office.now)
    maker.refuses["en"] = NothingWasRefused()
    workshop.work()
    progress = {one.language: one for one in desk.progress_of(office.place, office.communicator, campaign_id)}
    assert progress["en"].problem == NothingWasRefused.message
    assert not progress["sv"].problem
    case = the_case(office, office.communicator)
    assert case.pack is not None
    assert [shelf.language for shelf in case.refused] == ["en"]
    maker.refuses.clear()
    desk.make_again(office.place, office.communicator, campaign_id, language="en", now=office.now)
    workshop.work()
    case = the_case(office, office.communicator)
    assert versions(case) == {"sv": 1, "en": 1}
    assert case.everything is not None
    assert case.everything.version == 2
    with pytest.raises(NothingWasRefused):
        desk.make_again(office.place, office.communicator, campaign_id, language="en", now=office.now)


def test_nothing_is_made_twice(office: Office) -> None:
    """Asked again and again, by several nodes."""
    office.approved()
    assert len(make_all(office).calls) == 4
    assert make_all(office).calls == []
    other, maker = workshop_of(office.place, lambda: office.now, node="two")
    assert (other.work(), maker.calls) == (0, [])


def counts(office: Office) -> Sequence[tuple[str, str, str, int]]:
    """What is stored of downloads."""
    found = rows(office.place, MaterialCount)
    return sorted((row.language, row.kind, row.day, row.count) for row in found)


def test_downloads_are_added_up_by_day_and_nobody_stands_there(office: Office) -> None:
    """The day is Sweden's; of an organisation the newest version alone."""
    campaign_id = lifted(office)
    make_all(office)
    slug = the_case(office).slug
    file, tally = the_file(office, slug), library_news.Tally()
    for hours in (0, 0, 14):  # the last one is after midnight in Sweden
        tally.count(file, organisation_id=None, now=office.now.replace(hour=9) + hours * HOUR)
    tally.count(the_file(office, slug, "en", "allt.zip"), organisation_id=office.police, now=office.now)
    library_news.store_tally(office.place, tally)
    library_news.store_tally(office.place, tally)  # nothing is left in it
    more = library_news.Tally()
    more.count(file, organisation_id=office.police, now=office.now)
    library_news.store_tally(office.place, more)
    assert counts(office) == [
        ("en", "zip", "2026-11-24", 1), ("sv", "samtalskort", "2026-11-24", 3), ("sv", "samtalskort", "2026-11-25", 1),
    ]  # fmt: skip
    downloads = library_news.downloads_of(office.place, office.communicator, campaign_id)
    assert (dict(downloads.by_language), dict(downloads.by_kind)) == (
        {"en": 1, "sv": 4}, {"zip": 1, "samtalskort": 4},
    )  # fmt: skip
    assert [(row.language, row.version) for row in rows(office.place, MaterialFetch)] == [("en", 1), ("sv", 1)]
    kept = {*MaterialCount.model_fields, *MaterialFetch.model_fields}
    assert kept == {"campaign_id", "language", "kind", "day", "count", "organisation_id", "version"}


def test_what_cannot_be_stored_now_is_stored_later(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database was away."""
    office = sqlite_office
    lifted(office)
    make_all(office)
    tally = library_news.Tally()
    tally.count(the_file(office, the_case(office).slug), organisation_id=office.police, now=office.now)

    def away(_engine: object) -> object:
        raise Unready(reason="away")

    with monkeypatch.context() as broken:
        broken.setattr(library_news, "writing", away)
        with pytest.raises(Unready):
            library_news.store_tally(office.place, tally)
    library_news.store_tally(office.place, tally)
    assert [count for *_, count in counts(office)] == [1]


def test_what_is_new_is_new_until_the_member_says_it_is_seen(office: Office) -> None:
    """For that member alone."""
    partner = office.partner()
    colleague = office.member(partner.organisation_id or "", {Role.READER})
    campaign_id = lifted(office, partner)
    make_all(office)
    case = the_case(office)
    assert all(library_news.news_for(office.place, partner).is_new(shelf) for shelf in case.made)
    library_news.mark_seen(office.place, partner, now=office.now)
    assert not any(library_news.news_for(office.place, partner).is_new(shelf) for shelf in case.made)
    assert all(library_news.news_for(office.place, colleague).is_new(shelf) for shelf in case.made)
    office.now += HOUR
    correct(office, campaign_id, "en", "Always call 114 14.")
    make_all(office)
    news = library_news.news_for(office.place, partner)
    assert [news.is_new(shelf) for shelf in the_case(office).made] == [False, True]


def test_what_was_approved_before_there_was_a_library_is_made_too(sqlite_office: Office) -> None:
    """An upgrade: the sets are missing, and the workshop asks for them."""
    office = sqlite_office
    office.approved()
    with office.place.engine.begin() as connection:
        connection.execute(MaterialSet.__table__.delete())  # type: ignore[attr-defined] # the table of the class
    assert len(make_all(office).calls) == 4
