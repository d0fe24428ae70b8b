"""What each kind of sheet holds."""

from collections.abc import Iterator
from itertools import zip_longest

from campaigns.materials.composing import Composer
from campaigns.materials.kinds import Kind
from campaigns.materials.sheet import Contact, Element, Pair, Prose, Role, Section, Sheet, Style
from campaigns.materials.values import CoreMessage, Material, Said

_MINUTES = 90  # what a meeting takes


def conversation_card(material: Material) -> Sheet:
    """One A4: the message, how to begin, what to talk about, where to get help."""
    write = Composer(material)
    return write.sheet(
        Kind.CARD,
        label="card",
        title=_headline(write),
        sections=[*_bodies(write), _begin(write), _talk(write), write.help(), write.own_part()],
    )


def folder(material: Material) -> Sheet:
    """The language and Swedish beside each other, paragraph by paragraph.

    The reader's own language stands where reading begins; right to left, the columns are mirrored.
    """
    write = Composer(material)
    messages = [element for message in material.messages for element in _paired(write, message)]
    lists = [_paired_list(write, "begin"), _paired_list(write, "talk")]
    return write.sheet(
        Kind.FOLDER,
        label="folder",
        title=_headline(write),
        sections=[Section(role=Role.PAIRS, elements=tuple(messages)), *lists, _paired_help(write), write.own_part()],
    )


def circle_guide(material: Material) -> Sheet:
    """Three meetings with exercises, hard questions, where to get help, voices to read aloud, words."""
    write = Composer(material)
    return write.sheet(
        Kind.GUIDE,
        label="guide",
        title=_headline(write),
        sections=[
            Section(role=Role.BODY, elements=(write.word("guide_intro", Style.LEAD),)),
            Section(
                role=Role.BEGIN,
                heading=write.word("before", Style.HEADING),
                elements=write.words_in("before_list", Style.ITEM),
            ),
            *_bodies(write, heading="message"),
            write.own_part(),
            _begin(write),
            _talk(write),
            *_meetings(write),
            _hard(write),
            write.help(),
            _voices(write),
            _terms(write),
        ],
    )


def glossary(material: Material) -> Sheet:
    """The words of the campaign in Swedish and in the language."""
    write = Composer(material)
    return write.sheet(
        Kind.GLOSSARY, label="glossary", title=write.word("glossary"), sections=[_terms(write, headed=False)]
    )


def poster(material: Material) -> Sheet:
    """The headline, the key sentence and where to get help, near by too, for a wall; the social cards hold the same."""
    write = Composer(material)
    title, help_ = _headline(write), write.help()
    near = Section(role=Role.HELP, heading=help_.heading, elements=(*help_.elements, *write.local_contacts()))
    return write.sheet(Kind.POSTER, label="poster", title=title, lead=material.key_sentence or "", sections=[near])


def translators_kit(material: Material) -> Sheet:
    """How to translate, what must not change, the words to use, and the text beside what the language has.

    For reading and for work on paper; what comes back goes through the files of `campaigns.interchange`.
    """
    write = Composer(material)
    how = write.words_in("kit_list", Style.STEP)
    facts = tuple(
        write.text(_fact_line(write, place), material.swedish, Style.ITEM) for place in range(len(material.facts))
    )
    return write.sheet(
        Kind.KIT,
        label="kit",
        title=write.text(material.occasion.name, material.swedish),
        sections=[
            Section(role=Role.BODY, heading=write.word("kit_how", Style.HEADING), elements=how),
            Section(role=Role.BODY, heading=write.word("kit_facts", Style.HEADING), elements=facts),
            _terms(write),
            _source_table(write),
        ],
    )


def _to_translate(material: Material) -> Iterator[tuple[str, str, str]]:
    """Key, Swedish and what the language has, for each part of each core message."""
    for number, message in enumerate(material.messages, 1):
        for part in ("headline", "long", "short", "sms", "spoken"):
            source = _part(message.swedish, part)
            if source:
                yield f"{number}.{part}", source, "" if material.is_swedish else _part(message.said, part)


def _part(said: Said, part: str) -> str:
    if part == "long":
        return "\n\n".join(block.text for block in said.body)
    return str(getattr(said, part))


def _headline(write: Composer) -> Prose:
    said = write.material.messages[0].said
    return write.text(said.headline, said.language)


def _bodies(write: Composer, heading: str = "") -> Iterator[Section]:
    for place, message in enumerate(write.material.messages):
        if place or heading:
            head = write.text(message.said.headline, message.said.language, Style.HEADING)
        yield Section(
            role=Role.BODY,
            heading=(head if place else write.word(heading, Style.HEADING)) if place or heading else None,
            elements=write.body(message.said),
        )


def _begin(write: Composer) -> Section:
    heading = write.word("begin", Style.HEADING)
    return Section(role=Role.BEGIN, heading=heading, elements=write.words_in("begin_list", Style.ITEM))


def _talk(write: Composer) -> Section:
    heading = write.word("talk", Style.HEADING)
    return Section(role=Role.TALK, heading=heading, elements=write.words_in("talk_list", Style.STEP))


def _paired(write: Composer, message: CoreMessage) -> Iterator[Pair]:
    yield Pair(first=(_head(write, message.said),), second=(_head(write, message.swedish),))
    first, second = write.body(message.said), write.body(message.swedish)
    if len(first) == len(second):
        yield from (Pair(first=(one,), second=(other,)) for one, other in zip(first, second, strict=True))
    else:
        yield Pair(first=first, second=second)


def _head(write: Composer, said: Said) -> Prose:
    return write.text(said.headline, said.language, Style.SUBHEADING)


def _paired_list(write: Composer, key: str) -> Section:
    style = Style.STEP if key == "talk" else Style.ITEM
    ours = (write.word(key, Style.HEADING), *write.words_in(f"{key}_list", style))
    swedish = (
        write.text(write.in_swedish.word(key).text, write.material.swedish, Style.HEADING),
        *write.words_in(f"{key}_list", style, write.in_swedish),
    )
    pairs = zip_longest(ours, swedish)
    elements = tuple(Pair(first=(one,) if one else (), second=(other,) if other else ()) for one, other in pairs)
    return Section(role=Role.PAIRS, elements=elements)


def _paired_help(write: Composer) -> Section:
    elements: list[Element] = [
        Pair(
            first=(write.word("help", Style.HEADING),),
            second=(write.text(write.in_swedish.word("help").text, write.material.swedish, Style.HEADING),),
        )
    ]
    return Section(role=Role.HELP, elements=(*elements, *_contacts(write)))


def _contacts(write: Composer) -> tuple[Contact, ...]:
    return tuple(element for element in write.help().elements if isinstance(element, Contact))


def _meetings(write: Composer) -> Iterator[Section]:
    meetings, language = write.words.tables("meetings")
    for number, meeting in enumerate(meetings, 1):
        steps = tuple(
            Prose(style=Style.STEP, runs=write.text(step, language).runs, language=language, number=place)
            for place, step in enumerate(meeting["steps"], 1)
        )
        yield Section(
            role=Role.MEETING,
            number=number,
            heading=write.text(meeting["title"], language, Style.HEADING),
            elements=(
                write.word("meeting", Style.SMALL, number=str(number)),
                write.word("minutes", Style.SMALL, minutes=str(_MINUTES)),
                write.text(meeting["purpose"], language, Style.LEAD),
                *steps,
                write.word("exercise", Style.SUBHEADING),
                write.text(meeting["exercise"], language, Style.BOXED),
            ),
        )


def _hard(write: Composer) -> Section:
    questions, language = write.words.tables("hard_list")
    elements = [
        write.text(one[part], language, style)
        for one in questions
        for part, style in (("question", Style.QUESTION), ("answer", Style.TEXT))
    ]
    return Section(role=Role.HARD, heading=write.word("hard", Style.HEADING), elements=tuple(elements))


def _voices(write: Composer) -> Section:
    elements: list[Prose] = []
    for voice in write.material.voices:
        elements.append(write.text(voice.organisation, write.material.swedish, Style.WHO))
        elements.append(write.text(voice.said.headline, voice.said.language, Style.SUBHEADING))
        # A voice has no lead: beside others, all its paragraphs weigh the same.
        elements += [_even(prose) for prose in write.body(voice.said)]
    return Section(role=Role.VOICES, heading=write.word("voices", Style.HEADING), elements=tuple(elements))


def _even(prose: Prose) -> Prose:
    if prose.style is not Style.LEAD:
        return prose
    return Prose(style=Style.TEXT, runs=prose.runs, language=prose.language)


def _terms(write: Composer, *, headed: bool = True) -> Section:
    material = write.material
    keys = ["word_swedish", *([] if material.is_swedish else ["word_here"]), "word_explained", "word_avoid"]
    rows = [write.row([write.word(key) for key in keys], head=True)] if material.terms else []
    for term in material.terms:
        cells = [
            write.text(term.swedish, material.swedish),
            *([] if material.is_swedish else [write.own(term.word)]),
            write.text(term.explanation, material.swedish),
            write.text(", ".join(term.avoid), material.swedish),
        ]
        rows.append(write.row(cells))
    heading = write.word("glossary", Style.HEADING) if headed else None
    return Section(role=Role.TABLE, heading=heading, elements=tuple(rows))


def _fact_line(write: Composer, place: int) -> str:
    fact = write.material.facts[place]
    shown = fact.shown_in(write.material.swedish.tag)
    return f"{shown} ({fact.says})" if fact.says else shown


def _source_table(write: Composer) -> Section:
    material = write.material
    head = write.row([write.word(key) for key in ("kit_key", "word_swedish", "kit_translation")], head=True)
    rows = [
        write.row([write.text(key, material.swedish), write.text(source, material.swedish), write.own(done)])
        for key, source, done in _to_translate(material)
    ]
    return Section(role=Role.TABLE, heading=write.word("kit_source", Style.HEADING), elements=(head, *rows))
