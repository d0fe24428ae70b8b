"""The page that a reader of the archive begins with: what this is, under which marking, and every text as published."""

from collections.abc import Iterator
from html import escape

from campaigns import data
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import Stage
from campaigns.i18n import Words
from campaigns.isolating import isolated
from campaigns.markup import render_markdown
from campaigns.work.archive.record import ArchivedText, Record

_HEAD = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 sans-serif; color: #14232b }}
dt {{ font-weight: 700 }} dd {{ margin: 0 0 .5rem }} article {{ border-top: 1px solid #ccc; padding: 1rem 0 }}
.marking {{ border: 2px solid; padding: .5rem 1rem }}
</style></head><body><main>"""


def page_of(record: Record, words: Words) -> str:
    """HTML that needs nothing beside it."""
    lines = [_HEAD.format(language=words.language, title=escape(f"{record.name} · {record.owner}"))]
    for part in (_head, _decisions, _briefing, _texts, _own_material, _questions, _files):
        lines += part(record, words)
    return "\n".join([*lines, "</main></body></html>", ""])


def _says(words: Words, sentence: str, **facts: object) -> str:
    return escape(words._(sentence, **facts))


def _heading(words: Words, sentence: str) -> str:
    return f"<h2>{_says(words, sentence)}</h2>"


def _paragraph(words: Words, sentence: str, **facts: object) -> str:
    return f"<p>{_says(words, sentence, **facts)}</p>"


def _facts(pairs: list[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs) + "</dl>"


def _head(record: Record, words: Words) -> Iterator[str]:
    yield f'<h1 lang="sv">{escape(record.name)}</h1>'
    yield _paragraph(words, N_("The public record of a campaign, written {when}."), when=record.made_at)
    yield f'<div class="marking"><p>{escape(_marking(record, words))}</p>'
    yield f"{_embargo(record, words)}</div>"
    if record.example:
        yield _paragraph(words, N_("Example text. Not an official text or translation."))
    yield _facts([
        (words._(N_("Police organisation")), record.owner),
        (words._(N_("Stage")), words.value(record.stage)),
        (words._(N_("Briefing opens")), words.when(record.briefing_opens_at)),
        (words._(N_("Embargo is lifted")), words.when(record.lift_at)),
        (words._(N_("Contact")), ", ".join(part for part in record.contact if part)),
    ])  # fmt: skip


def _marking(record: Record, words: Words) -> str:
    """The secrecy marking in a sentence, as partners read it in the briefing."""
    ground, who = record.secrecy["ground"] or words._(N_("none")), record.secrecy["decided_by"] or "–"
    said = words._(N_("Secrecy ground: {ground}. Decided by {who}."), ground=ground, who=who)
    condition = record.secrecy["condition"]
    return f"{said} {words._(N_('Condition: {condition}'), condition=condition)}" if condition else said


def _embargo(record: Record, words: Words) -> str:
    """What of it is not public, and until when."""
    if record.stage is Stage.CANCELLED:
        return _paragraph(words, N_("The campaign was cancelled, and nothing of it was made public."))
    if record.stage is Stage.HELD:
        return _paragraph(words, N_("Nothing is lifted until somebody resumes. Planned: {when}."), when=record.lift_at)
    if record.embargo_until is None:
        return ""
    until = N_("EMBARGO until {when}. An embargo is not secrecy: what was sent out is an official document.")
    return f"<p><strong>{_says(words, until, when=record.embargo_until)}</strong></p>"


def _decisions(record: Record, words: Words) -> Iterator[str]:
    yield _heading(words, N_("Approvals"))
    if not record.releases:
        yield _paragraph(words, N_("Nothing has been approved yet."))
    for one in record.releases:
        tongue = words.called(data.languages()[one.language]) if one.language else ""
        pairs = [(words._(N_("Language")), tongue)] if tongue else []
        pairs += [
            (words._(N_("Asked for by")), one.asked_by or "–"),
            (words._(N_("Approved by")), f"{one.approved_by or '–'}, {words.when(one.approved_at)}"),
            (words._(N_("Public from")), words.when(one.opens_at)),
            (words._(N_("Revision")), one.revision),
        ]
        yield _facts(pairs)


def _briefing(record: Record, words: Words) -> Iterator[str]:
    yield _heading(words, N_("Briefing"))
    yield f'<div lang="sv">{render_markdown(record.briefing)}</div>'


def _texts(record: Record, words: Words) -> Iterator[str]:
    yield _heading(words, N_("Texts"))
    for text in record.texts:
        language = data.languages()[text.language]
        yield f"<article><h3>{escape(text.organisation)}, {escape(words.called(language))}</h3>"
        yield f"<p>{escape(_when(text, words))}</p>"
        yield f'<div lang="{language.tag}" dir="{language.direction}"><h4>{isolated(text.headline)}</h4>{text.html}'
        yield from (f"<p>{isolated(part)}</p>" for part in (text.short, text.sms, text.spoken) if part)
        yield "</div></article>"


def _when(text: ArchivedText, words: Words) -> str:
    """From when to when this version counted."""
    said = [words._(N_("Version {version}, from {when}."), version=text.version, when=text.from_at)]
    if text.until_at:
        said.append(words._(N_("Replaced {when}."), when=text.until_at))
    if text.withdrawn_at:
        said.append(words._(N_("Withdrawn {when}."), when=text.withdrawn_at))
    return " ".join(said)


def _own_material(record: Record, words: Words) -> Iterator[str]:
    if not record.uploads:
        return
    yield _heading(words, N_("Own material")) + "<ul>"
    for one in record.uploads:
        language = data.languages()[one.language]
        link = f'<a href="{escape(one.file or one.link)}">{isolated(one.title)}</a>'
        yield f"<li>{link} ({escape(one.organisation)}, {escape(words.called(language))})"
        yield f'<p lang="{language.tag}" dir="{language.direction}">{isolated(one.alternative)}</p></li>'
    yield "</ul>"


def _questions(record: Record, words: Words) -> Iterator[str]:
    if not record.questions:
        return
    yield _heading(words, N_("Questions and answers"))
    for one in record.questions:
        who = one.organisation or words._(N_("Without a name"))
        yield f'<article><h3 dir="auto">{isolated(one.question)}</h3>'
        yield f"<p>{escape(who)}, {escape(words.when(one.asked_at))}</p>"
        if one.answered_at:
            yield f'<p dir="auto">{isolated(one.answer)}</p>'
            yield _paragraph(words, N_("Answered {when}"), when=one.answered_at)
        else:
            yield _paragraph(words, N_("Not answered."))
        yield "</article>"


def _files(_record: Record, words: Words) -> Iterator[str]:
    named = [
        ("arkiv.json", N_("the same as this page, for programs")),
        ("kampanj.yaml", N_("what was handed in, with drafts, in the format that can be imported")),
        ("kvitto.json", N_("the receipt: what left when, and how it was answered")),
        ("handelser.csv", N_("every event of the campaign in the audit trail")),
        ("material/", N_("printed matter in every language, as it is offered to everyone")),
        ("eget-material/", N_("files that organisations published beside their messages")),
        ("SHA256SUMS", N_("the sums by which every file can be checked: sha256sum -c SHA256SUMS")),
    ]
    yield _heading(words, N_("Files"))
    yield "<ul>" + "".join(f"<li><code>{name}</code>: {_says(words, says)}</li>" for name, says in named) + "</ul>"
