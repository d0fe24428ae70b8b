"""How a sheet is put together: fixed words and approved texts, each in its own language."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from campaigns.domain.blocks import BlockKind, Span
from campaigns.domain.facts import FactKind
from campaigns.domain.languages import Language
from campaigns.materials.isolating import Isolate, Run, filled, runs_of, runs_of_text, tel
from campaigns.materials.kinds import Kind
from campaigns.materials.sheet import Contact, Prose, Role, Row, Section, Sheet, Style
from campaigns.materials.values import INVITED, Help, LocalContact, Material, Said
from campaigns.materials.words import MaterialWords, Word

_STYLES = {
    BlockKind.PARAGRAPH: Style.TEXT,
    BlockKind.HEADING: Style.SUBHEADING,
    BlockKind.ITEM: Style.ITEM,
    BlockKind.STEP: Style.STEP,
    BlockKind.QUOTE: Style.QUOTE,
}


class Composer:
    """Writes prose for one material."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.words = MaterialWords(language=material.language, swedish=material.swedish)
        self.in_swedish = MaterialWords(language=material.swedish, swedish=material.swedish)
        self.phones = material.phones

    def word(self, key: str, style: Style = Style.TEXT, **fields: str) -> Prose:
        """A fixed word, its fields filled."""
        return self._prose(self.words.word(key), style, **fields)

    def words_in(self, key: str, style: Style, words: MaterialWords | None = None) -> tuple[Prose, ...]:
        """A fixed list. Steps are numbered from one."""
        found = (words or self.words).list(key)
        return tuple(
            replace(self._prose(word, style), number=number if style is Style.STEP else None)
            for number, word in enumerate(found, 1)
        )

    def text(self, text: str, language: Language, style: Style = Style.TEXT) -> Prose:
        """Plain text in a language."""
        return Prose(style=style, runs=runs_of_text(text, self.phones), language=language)

    def own(self, text: str, style: Style = Style.TEXT) -> Prose:
        """Plain text in the material's language."""
        return self.text(text, self.material.language, style)

    def body(self, said: Said) -> tuple[Prose, ...]:
        """The long text of a message, its key sentence strong; what holds that sentence first becomes the lead."""
        return tuple(self._body(said, self._key_sentences(said.language.tag)))

    def help(self) -> Section:
        """Where to get help."""
        contacts = tuple(self._contact(one) for one in self.material.help)
        return Section(role=Role.HELP, heading=self.word("help", Style.HEADING), elements=contacts)

    def own_part(self) -> Section:
        """What an organisation adds, under its own name; empty where it adds nothing."""
        edition = self.material.edition
        if edition is None:
            return Section(role=Role.OWN, elements=())
        where = " · ".join(part for part in (edition.title, edition.place) if part)
        introduction = Said(language=self.material.language, headline="", body=edition.introduction)
        questions = (self.own(question, Style.STEP) for question in edition.questions)
        return Section(
            role=Role.OWN,
            heading=self.word("own_part", Style.HEADING, organisation=edition.organisation),
            elements=(
                *([self.own(where, Style.SUBHEADING)] if where else []),
                *(replace(prose, style=Style.TEXT) if prose.style is Style.LEAD else prose
                  for prose in self.body(introduction)),
                *(replace(prose, number=number) for number, prose in enumerate(questions, 1)),
                *self.local_contacts(),
            ),
        )  # fmt: skip

    def local_contacts(self) -> tuple[Contact, ...]:
        """The organisation's own contacts, each with who it is and what one gets there."""
        edition = self.material.edition
        return tuple(self._local(one) for one in edition.contacts) if edition else ()

    def _local(self, one: LocalContact) -> Contact:
        address = one.phone.replace(" ", "\u00a0") or one.email or one.link
        link = tel(one.phone) if one.phone else f"mailto:{one.email}" if one.email else one.link
        says = ": ".join(part for part in (one.name, one.offers) if part)
        return Contact(reach=Run(text=address, link=link, isolate=Isolate.LTR), says=self.own(says))

    def row(self, cells: Iterable[Prose], *, head: bool = False) -> Row:
        """A row of a table."""
        return Row(cells=tuple(cells), head=head)

    def sheet(self, kind: Kind, *, label: str, title: Prose, sections: Iterable[Section], lead: str = "") -> Sheet:
        """A whole sheet with what every sheet carries: embargo, marks, where it comes from."""
        language, occasion = self.material.language, self.material.occasion
        return Sheet(
            kind=kind,
            language=language,
            easy=self.material.easy,
            label=self.word(label),
            title=title,
            lead=self.own(lead, Style.LEAD) if lead else None,
            sections=tuple(section for section in sections if section.elements),
            embargo=self.embargo,
            marks=self.marks,
            colophon=tuple(self._colophon()),
            running=self.text(occasion.name, self.material.swedish, Style.SMALL),
            autonym=self.own(language.autonym),
            qr_label=self.word("scan"),
            address=occasion.address,
            logo=self.material.edition.logo if self.material.edition else None,
        )

    @cached_property
    def embargo(self) -> tuple[Prose, ...]:
        """EMBARGO till … Delgiven …, in Swedish and in the language; nothing once it is lifted."""
        if self.material.occasion.embargo_for is None:
            return ()
        return tuple(self._embargo(words, self.material.occasion.embargo_for) for words in self._both())

    @cached_property
    def marks(self) -> tuple[Prose, ...]:
        """What this is not: an official text, a reviewed translation. In the language, then in Swedish."""
        keys = ["example"] if self.material.occasion.example else []
        if self.material.machine_translated or (keys and self.words.by_machine):
            keys.append("machine")
        return tuple(
            self._joined([words.word(key) for key in keys], Style.SMALL) for words in reversed(self._both()) if keys
        )

    def _both(self) -> list[MaterialWords]:
        if self.words.word("embargo").language.tag == self.material.swedish.tag:
            return [self.in_swedish]
        return [self.in_swedish, self.words]

    def _embargo(self, words: MaterialWords, organisation: str) -> Prose:
        when = words.when(self.material.occasion.lift_at)
        if organisation == INVITED:
            organisation = words.word("invited").text
        return self._prose(words.word("embargo"), Style.SMALL, when=when.text, organisation=organisation)

    def _colophon(self) -> Iterator[Prose]:
        occasion = self.material.occasion
        contact = self.word("contact").text
        yield self.own(f"{contact}: {occasion.contact_name}, {occasion.contact_email}", Style.SMALL)
        yield self.word("version", Style.SMALL, version=str(occasion.version))
        yield self.word("licence", Style.SMALL, licence=occasion.licence)

    def _prose(self, word: Word, style: Style, **fields: str) -> Prose:
        runs = filled(word.text, self.phones, **fields) if fields else runs_of_text(word.text, self.phones)
        return Prose(style=style, runs=runs, language=word.language)

    def _joined(self, words: list[Word], style: Style) -> Prose:
        return self.text(" ".join(word.text for word in words), words[0].language, style)

    def _contact(self, one: Help) -> Contact:
        reach = one.phone.replace(" ", "\u00a0") if one.phone else one.link
        link = tel(one.phone) if one.phone else one.link
        run = Run(text=reach, link=link, isolate=Isolate.LTR)
        return Contact(reach=run, says=self.text(one.says, one.language))

    def _key_sentences(self, tag: str) -> list[str]:
        facts = (fact for fact in self.material.facts if fact.kind is FactKind.SENTENCE)
        return [wording for wording in (fact.wording_in(tag) for fact in facts) if wording]

    def _body(self, said: Said, sentences: list[str]) -> Iterator[Prose]:
        for place, block in enumerate(said.body):
            spans = [part for span in block.spans for part in _marked(span, sentences)]
            style = _STYLES[block.kind]
            if place == 0 and len(said.body) > 1 and style is Style.TEXT:
                style = Style.LEAD
            yield Prose(style=style, runs=runs_of(spans, self.phones), language=said.language, number=block.number)


def _marked(span: Span, sentences: list[str]) -> Iterator[Span]:
    """A span with the sentences that every version keeps in strong type."""
    for sentence in sentences:
        before, found, after = span.text.partition(sentence)
        if found and not span.link:
            yield from (replace(span, text=before), replace(span, text=found, strong=True))
            yield from _marked(replace(span, text=after), sentences)
            return
    yield span
