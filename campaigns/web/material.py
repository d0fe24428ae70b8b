"""The public library: what can be downloaded of the campaigns that are public, by anyone, without account or cookie."""

from collections import Counter

from flask import Blueprint, Response, make_response, render_template, request

from campaigns.data import languages
from campaigns.domain.errors import NotThere
from campaigns.domain.languages import ui_language
from campaigns.domain.library import EVERYTHING, Case, earlier_than
from campaigns.web.downloads import handed_out
from campaigns.web.keeping import may_be_kept
from campaigns.web.library_words import ALL, KINDS, sums
from campaigns.web.site import asked_language, now, site, speak
from campaigns.work.library.shelves import NOTHING

material = Blueprint("material", __name__)
files = Blueprint("material_files", __name__)
"""Apart from the pages: finished pages are kept for a second, files are not."""
SUMS = "SHA256SUMS"

may_be_kept(material)


@material.before_request
@files.before_request
def _closed_when_in_doubt() -> None:
    site().ready()


@material.get("/material")
def library() -> str:
    """Everything there is, or what is of one campaign, in one language, of one kind."""
    speak(asked_language() or "sv")
    every = site().shelves.cases(now=now(), kind=NOTHING)
    said = (request.args.get(name, "") for name in ("kampanj", "sprak", "typ"))
    slug, tag, kind = (word.replace("\0", "") for word in said)  # PostgreSQL knows no NUL
    kind = kind if kind in KINDS else ""
    chosen = {"slug": slug or None, "language": tag or None, "kind": kind or NOTHING}
    try:
        shown = site().shelves.cases(now=now(), **chosen) if slug or tag or kind else every
    except NotThere:
        shown = []  # an address that somebody kept: the page says that nothing fits
    tags = {shelf.language for case in every for shelf in case.made}
    local = Counter(one.campaign for one in site().shelves.offered(now=now(), slug=slug or None, language=tag or None))
    asked = {"slug": slug, "tag": tag, "kind": kind}
    return render_template(
        "material/library.html", every=every, shown=shown, tags=tags, kinds=KINDS, local=local, **asked
    )


@material.get("/material/<slug>")
def campaign(slug: str) -> str:
    """One campaign: its languages, what is still being made, and everything in one ZIP."""
    speak(asked_language() or "sv")
    case = _case(slug, kind=NOTHING)
    return render_template("material/campaign.html", case=case, local=site().shelves.offered(now=now(), slug=slug))


@material.get("/material/<slug>/<language>")
def shelf(slug: str, language: str) -> str:
    """One language of a campaign with every file."""
    speak(asked_language() or ui_language(language))
    case = _case(slug, language=language)
    if language == EVERYTHING or language not in languages() or not case.shelves:
        raise NotThere
    editions = site().shelves.editions(now=now(), slug=slug, language=language)
    return render_template("material/language.html", case=case, shelf=case.shelves[0], editions=editions)


@material.get("/material/<slug>/<language>/lokalt/<edition>")
def local_edition(slug: str, language: str, edition: str) -> Response:
    """An organisation's edition for its own place, with every file; or what counts instead of one that is gone."""
    found = site().shelves.editions(now=now(), slug=slug, language=language, edition=edition)
    if not found:
        return _gone(slug, language, edition)
    speak(asked_language() or ui_language(language))
    case = _case(slug, language=language)
    return make_response(render_template("material/edition.html", case=case, edition=found[0], tag=language))


@files.get("/material/<slug>/<language>/lokalt/<edition>/<filename>")
def edition_file(slug: str, language: str, edition: str, filename: str) -> Response:
    """A file of an edition, by the name with its version in it or the one that stays."""
    try:
        found = site().shelves.edition_download(now=now(), slug=slug, language=language, edition=edition, name=filename)
    except NotThere:
        return _gone(slug, language, edition, filename)
    return handed_out(found, site().shelves.read, lambda: site().shelves.count(found, now=now()))


@files.get("/material/<slug>/<language>/<filename>")
def download(slug: str, language: str, filename: str) -> Response:
    """A file, by the name with its version in it or the one that stays; or the sums of all of a language."""
    if filename == SUMS:
        return _sums(slug, language)
    tag = EVERYTHING if language == ALL else language
    try:
        found = site().shelves.download(now=now(), slug=slug, language=tag, name=filename)
    except NotThere:
        return _earlier(slug, tag, filename)
    return handed_out(found, site().shelves.read, lambda: site().shelves.count(found, now=now()))


def _earlier(slug: str, tag: str, filename: str) -> Response:
    """The address of an earlier version: it is gone, and the page leads to what counts now. Raises NotThere else."""
    case = _case(slug) if tag == EVERYTHING else _case(slug, language=tag)
    shelf = case.everything if tag == EVERYTHING else next(iter(case.shelves), None)
    asked = earlier_than(shelf, filename, slug=case.slug) if shelf else None
    if shelf is None or asked is None:
        raise NotThere
    speak(asked_language() or ui_language(tag or "sv"))
    page = render_template("material/earlier.html", case=case, shelf=shelf, asked=asked, tag=tag or ALL)
    return make_response(page, 410)


def _gone(slug: str, language: str, edition: str, filename: str | None = None) -> Response:
    """An edition that everyone had, or an earlier version of it: it is gone, and the page leads on. Else NotThere."""
    gone = site().shelves.gone_edition(now=now(), slug=slug, language=language, edition=edition, name=filename)
    speak(asked_language() or ui_language(language))
    try:
        case = _case(slug, kind=NOTHING)
    except NotThere:
        case = None  # withdrawn, or nothing of it is printed any more
    return make_response(render_template("material/gone_edition.html", gone=gone, case=case, tag=language), 410)


def _sums(slug: str, language: str) -> Response:
    if language == ALL:
        raise NotThere
    told = sums(_case(slug, language=language), language)
    if not told:
        raise NotThere
    response = make_response(told)
    response.content_type = "text/plain; charset=utf-8"
    return response


def _case(slug: str, *, language: str | None = None, kind: str | None = None) -> Case:
    found = site().shelves.cases(now=now(), slug=slug, language=language, kind=kind)
    if not found:
        raise NotThere
    return found[0]
