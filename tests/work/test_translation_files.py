"""Files for translators: what goes out, what comes back, and what it may and may not change."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from counting import counted
from factories import Office, dump, rows, text
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import BadInput, NotThere
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import Job
from campaigns.interchange import Format, NothingToTranslate
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Campaign, Delivery, Member, Message, Text, TextVersion
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.launch import approving
from campaigns.work.partners import matching
from campaigns.work.texts.writing import TextsAreFrozen
from campaigns.work.translating.asking import ask_for_text
from campaigns.work.translating.files import (
    ChangedMeanwhile,
    Incoming,
    NothingNew,
    look_at_file,
    take_in_file,
    to_translate,
    translators_file,
)

ENGLISH = text("The money never comes", "Call 114 14.")
MESSAGES = (
    MessageDraft(name="huvudbudskap", texts={"sv": text(), "en": ENGLISH}),
    MessageDraft(name="stöd", texts={"sv": text("Hjälp finns", "Ring 114 14 redan i dag.")}),
)


class Case:
    """A campaign in briefing with two core messages, of which one is in English and none in Somali."""

    def __init__(self, office: Office) -> None:
        self.office, self.place = office, office.place
        self.partner = office.partner()
        self.campaign_id = office.briefed(self.partner, languages=("sv", "en", "so"), core_messages=MESSAGES)
        self.core = office.core_message(self.campaign_id)

    def file(self, language: str = "en", *, form: Format = Format.CSV, actor: Actor | None = None) -> bytes:
        return translators_file(
            self.place, actor or self.office.communicator, self.campaign_id, language, form, now=self.office.now
        )[1]

    def look(self, raw: bytes, language: str = "en", *, actor: Actor | None = None) -> Incoming:
        return look_at_file(
            self.place, actor or self.office.communicator, self.campaign_id, language, raw, now=self.office.now
        )

    def take(
        self, raw: bytes, language: str = "en", *, actor: Actor | None = None, mark: str | None = None
    ) -> Incoming:
        mark = self.look(raw, language, actor=actor).mark if mark is None else mark
        return take_in_file(
            self.place,
            actor or self.office.communicator,
            self.campaign_id,
            language,
            raw,
            mark=mark,
            now=self.office.now,
        )

    def text(self, language: str = "en", message: str | None = None) -> Text:
        wanted = col(Text.message_id) == (message or self.core), col(Text.language) == language
        return rows(self.place, Text, *wanted)[0]

    def rewrite(self, language: str, content: TextContent, *, message: str | None = None) -> None:
        matching.edit_text(
            self.place,
            self.office.communicator,
            message or self.core,
            language=language,
            content=content,
            expected_version=self.text(language, message).version,
            now=self.office.now,
        )


@pytest.fixture
def case(office: Office) -> Case:
    """On both databases."""
    return Case(office)


@pytest.fixture
def light(sqlite_office: Office) -> Case:
    """Where the database makes no difference."""
    return Case(sqlite_office)


def filled(raw: bytes, **words: str) -> bytes:
    """A CSV file in which rows that begin with these Swedish words have a translation, whatever they had."""
    lines = raw.decode("utf-8-sig").splitlines(keepends=True)
    for number, line in enumerate(lines):
        for source, translation in words.items():
            cells = line.split('";"')
            if len(cells) > 2 and cells[1].startswith(source):
                lines[number] = '";"'.join([*cells[:2], translation, *cells[3:]])
    return "".join(lines).encode("utf-8-sig")


def test_a_filled_file_becomes_translations_of_whoever_sent_it(case: Case) -> None:
    """Looking stores nothing; saving is one audit event, and reviewers are told once."""
    raw = filled(
        case.file("so"), Pengarna="Lacagtu ma timaado", Orolig="Wac 114 14.", Hjälp="Waa diyaar", Ring="Wac 114 14"
    )
    before = dump(case.place)
    seen = case.look(raw, "so")
    assert dump(case.place) == before
    assert [(new.name, new.state, new.becomes) for new in seen.texts] == [
        ("huvudbudskap", TextState.MISSING, TextState.TRANSLATED), ("stöd", TextState.MISSING, TextState.TRANSLATED),
    ]  # fmt: skip
    events = len(rows(case.place, AuditEvent))
    case.take(raw, "so")
    saved = case.text("so")
    assert (saved.headline, saved.state, saved.version) == ("Lacagtu ma timaado", TextState.TRANSLATED, 1)
    assert saved.edited_by == case.office.communicator.member_id
    assert saved.source_revision == case.text("sv").revision
    (event,) = rows(case.place, AuditEvent, col(AuditEvent.number) > events)
    assert (event.action, event.details["language"], len(event.details["texts"])) == ("texts.imported", "so", 2)
    approver = rows(case.place, Member, col(Member.id) == case.office.approver.member_id)[0].email
    assert sum(approver.encode() in letter.body for letter in rows(case.place, Delivery)) == 1


@pytest.mark.parametrize("form", Format)
def test_every_format_goes_out_and_comes_back(light: Case, form: Format) -> None:
    """A file that nobody touched changes nothing, and says so."""
    seen = light.look(light.file(form=form))
    assert seen.texts == ()
    assert seen.unchanged == 3
    assert len(seen.empty) == 3
    with pytest.raises(NothingNew):
        light.take(light.file(form=form))


def test_a_half_filled_file_is_welcome_and_stays_a_draft(case: Case) -> None:
    """What it leaves empty stays as it is, and is listed."""
    raw = filled(case.file("so"), Pengarna="Lacagtu ma timaado")
    seen = case.take(raw, "so")
    assert [new.becomes for new in seen.texts] == [TextState.DRAFT]
    assert "huvudbudskap: lång text" in seen.empty
    saved = case.text("so")
    assert (saved.state, saved.headline, saved.long) == (TextState.DRAFT, "Lacagtu ma timaado", "")


def test_a_row_that_is_emptied_takes_no_words_away(light: Case) -> None:
    """The rest of the text is changed."""
    raw = filled(light.file(), Pengarna="It never comes", Orolig="")
    light.take(raw)
    assert (light.text().headline, light.text().long) == ("It never comes", ENGLISH.long)


def test_a_lost_key_fact_makes_it_a_draft_and_is_said_plainly(light: Case) -> None:
    """An import saves what a translator wrote; it does not call it finished."""
    seen = light.look(filled(light.file(), Orolig="Call the police."))
    assert any("114 14" in str(fault) for fault in seen.texts[0].faults)
    assert seen.texts[0].becomes is TextState.DRAFT
    assert Variant.LONG in seen.texts[0].parts


def test_approved_words_are_never_changed_by_a_file(case: Case) -> None:
    """The whole file is refused, with the row; one that leaves them as they are is welcome."""
    set_state(case, TextState.APPROVED)
    raw = filled(case.file(), Pengarna="Other words", Hjälp="Help is here")
    before = dump(case.place)
    with pytest.raises(BadInput) as refused:
        case.take(raw, mark="")
    (fault,) = refused.value.faults
    assert (fault.line, fault.field) == (2, "huvudbudskap: rubrik")
    assert dump(case.place) == before
    case.take(filled(case.file(), Hjälp="Help is here"))
    assert case.text().headline == ENGLISH.headline


def set_state(case: Case, state: TextState) -> None:
    """Let the English text stand there."""
    with writing(case.place.engine) as session:
        text = session.get_one(Text, case.text().id)
        text.state = state
        session.add(text)


def test_a_reviewed_text_that_a_file_changes_is_reviewed_again(light: Case) -> None:
    """At most translated."""
    set_state(light, TextState.REVIEWED)
    light.take(filled(light.file(), Pengarna="It never comes"))
    assert light.text().state is TextState.TRANSLATED


def test_words_made_from_older_swedish_are_refused_with_their_row(light: Case) -> None:
    """And only those rows are at fault."""
    old = filled(light.file(), Pengarna="It never comes", Orolig="Worried? Call 114 14.")
    light.rewrite("sv", replace(text(), headline="Pengarna kom aldrig"))
    before = dump(light.place)
    with pytest.raises(BadInput) as refused:
        light.look(old)
    assert [(fault.line, fault.field) for fault in refused.value.faults] == [(2, "huvudbudskap: rubrik")]
    assert dump(light.place) == before


def test_a_text_is_fresh_again_only_when_what_changed_in_swedish_has_new_words(light: Case) -> None:
    """Other new words leave it marked as older than the Swedish."""
    light.rewrite("sv", replace(text(), headline="Pengarna kom aldrig"))
    seen = light.take(filled(light.file(), Orolig="Worried? Call 114 14."))
    assert seen.texts[0].stays_stale
    assert light.text().source_revision != light.text("sv").revision
    seen = light.take(filled(light.file(), Pengarna="The money never came"))
    assert not seen.texts[0].stays_stale
    assert light.text().source_revision == light.text("sv").revision


def test_what_a_colleague_saved_after_one_looked_is_not_overwritten(case: Case) -> None:
    """Nothing is saved, and one looks again."""
    raw = filled(case.file(), Orolig="Worried? Call 114 14.")
    mark = case.look(raw).mark
    case.rewrite("en", replace(ENGLISH, headline="A colleague's"))
    before = dump(case.place)
    with pytest.raises(ChangedMeanwhile):
        case.take(raw, mark=mark)
    assert dump(case.place) == before
    case.take(raw)
    assert case.text().headline == ENGLISH.headline  # the file said so, and the second look showed it


def test_every_version_before_stays_in_the_history(light: Case) -> None:
    """A file can be undone as any other saving."""
    light.take(filled(light.file(), Pengarna="It never comes"))
    kept = rows(light.place, TextVersion, col(TextVersion.text_id) == light.text().id)
    assert [version.content["headline"] for version in kept] == [ENGLISH.headline, "It never comes"]


def test_frozen_texts_are_read_and_not_taken_in(light: Case) -> None:
    """The file can still be downloaded."""
    office = light.office
    raw = filled(light.file(), Pengarna="It never comes")
    approving.leave_out(office.place, office.communicator, light.campaign_id, language="so", now=office.now)
    second = rows(light.place, Message, col(Message.campaign_id) == light.campaign_id, col(Message.name) == "stöd")[0]
    matching.edit_text(
        office.place, office.communicator, second.id, language="en", content=text("Help is here", "Call 114 14 today."),
        expected_version=0, now=office.now,
    )  # fmt: skip
    office.approve(light.campaign_id)
    assert light.file()
    with pytest.raises(TextsAreFrozen):
        light.look(raw)
    closed = to_translate(office.place, office.communicator, light.campaign_id, "en", now=office.now).closed
    assert isinstance(closed, TextsAreFrozen)


def test_a_partner_has_its_own_messages_translated_and_sees_no_others(light: Case) -> None:
    """The police see none of the partner's either."""
    office, partner = light.office, light.partner
    office.answer(partner, light.campaign_id)
    raw = light.file(actor=partner)
    assert b"Vi lyssnar" in raw
    assert b"Hj\xc3\xa4lp finns" not in raw
    assert b"Vi lyssnar" not in light.file()
    seen = light.take(filled(raw, Vi="We listen", Ring="Call us, or 114 14."), actor=partner)
    assert [new.becomes for new in seen.texts] == [TextState.TRANSLATED]


def test_whoever_was_asked_for_one_text_gets_that_one(case: Case) -> None:
    """In that language alone, until they are asked no more; the terms come first."""
    office = case.office
    other = office.organisation("Översättarna (exempel)", kind=OrganisationKind.OTHER)
    translator = office.member(other, {Role.TRANSLATOR})
    email = rows(case.place, Member, col(Member.id) == translator.member_id)[0].email
    with pytest.raises(NotThere):
        case.file("so", actor=translator)
    ask_for_text(case.place, office.communicator, case.core, language="so", job=Job.TRANSLATE, email=email,
                 now=office.now)  # fmt: skip
    with pytest.raises(NotThere):
        case.file("so", actor=translator)
    office.accept(translator, case.campaign_id)
    raw = case.file("so", actor=translator)
    assert b"Pengarna kommer aldrig" in raw
    assert b"Hj\xc3\xa4lp finns" not in raw
    with pytest.raises(NotThere):
        case.file("en", actor=translator)
    case.take(filled(raw, Pengarna="Lacagtu ma timaado", Orolig="Wac 114 14."), "so", actor=translator)
    assert case.text("so").edited_by == translator.member_id


Outsider = Callable[[Case], Actor]
OUTSIDERS: dict[str, Outsider] = {
    "a partner without the terms": lambda case: case.office.partner("Annan (exempel)"),
    "a reader": lambda case: case.office.member(case.office.police, {Role.READER}),
    "a steward": lambda case: case.office.member(case.office.police, {Role.STEWARD}),
}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_finds_the_files(light: Case, who: str) -> None:
    """As if they were not there."""
    outsider = OUTSIDERS[who](light)
    raw = filled(light.file(), Pengarna="It never comes")
    for task in (lambda: light.file(actor=outsider), lambda: light.look(raw, actor=outsider),
                 lambda: light.take(raw, actor=outsider, mark="")):  # fmt: skip
        with pytest.raises(NotThere):
            task()


@pytest.mark.parametrize("language", ["sv", "ar", "nonsens"])
def test_a_language_that_is_not_translated_to_has_no_files(light: Case, language: str) -> None:
    """The source, one that the campaign is not in, and none."""
    with pytest.raises(NotThere):
        light.file(language)


def test_without_swedish_there_is_nothing_to_send(light: Case) -> None:
    """It says what comes first."""
    found = to_translate(light.place, light.partner, light.campaign_id, "en", now=light.office.now)
    assert (found.texts, found.parts) == (0, 0)
    with pytest.raises(NothingToTranslate):
        light.file(actor=light.partner)


def test_each_page_says_until_when_and_for_whom(light: Case) -> None:
    """Until T, and not after it."""
    assert b"EMBARGO" in light.file(form=Format.XLIFF)
    assert b"Polisen (exempel)" in light.file(form=Format.XLIFF)
    light.office.now = Office.LIFT
    make_live(light)
    assert b"EMBARGO" not in light.file(form=Format.XLIFF)


def make_live(case: Case) -> None:
    """As a worker records it."""
    with writing(case.place.engine) as session:
        campaign = session.get_one(Campaign, case.campaign_id)
        campaign.stage = Stage.LIVE
        session.add(campaign)


def test_many_messages_take_no_more_queries(sqlite_office: Office) -> None:
    """However many are stale."""
    counts = []
    for many in (1, 6):
        core = tuple(MessageDraft(name=f"budskap {n}", texts={"sv": text(), "en": ENGLISH}) for n in range(many))
        campaign_id = sqlite_office.briefed(core_messages=core)
        raw = translators_file(
            sqlite_office.place, sqlite_office.communicator, campaign_id, "en", Format.CSV, now=sqlite_office.now
        )[1]
        with counted(sqlite_office.place) as seen:
            look_at_file(
                sqlite_office.place, sqlite_office.communicator, campaign_id, "en",
                filled(raw, Pengarna="It never comes"), now=sqlite_office.now,
            )  # fmt: skip
        counts.append(len(seen))
    assert counts[0] == counts[1]
