"""Local editions: one's own part beside a campaign's message, its documents, and whether everyone may have it."""

from dataclasses import asdict
from typing import Any

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.editions import MOST_CONTACTS, Contact, LocalPart, local_faults
from campaigns.domain.errors import N_, Severity
from campaigns.domain.library import told as at_least
from campaigns.web.downloads import handed_out, page_of_material
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.editions.desk import (
    EditionDesk,
    OwnEdition,
    edition_download,
    edition_of,
    editions_of,
    preview_edition,
)
from campaigns.work.editions.listing import own_editions
from campaigns.work.editions.writing import (
    begin_edition,
    follow_message,
    offer_edition,
    remove_edition,
    save_edition,
    take_back_edition,
    tidy,
)
from campaigns.work.library.news import own_edition_downloads
from campaigns.work.partners.briefing_page import who_may

edition_pages = workplace_blueprint("edition_pages", __name__)

BEGUN = N_("The edition is saved. Look at the preview, and at the documents once they are made.")
SAVED = N_("The edition is saved. Its documents are made anew in the background.")
SAVED_AND_OFFERED_ANEW = N_("The edition is saved. Consent was to what it said before, so it is offered anew.")
FOLLOWED = N_("The edition follows the message as it is now.")
OFFERED = N_("Everyone may have this edition once the campaign is public.")
TAKEN_BACK = N_("The edition is your own again. Nobody else can fetch it any more.")
REMOVED = N_("The edition is deleted, with everything that was made of it.")
WAYS = ("name", "offers", "phone", "email", "link")
LEAST_ROWS = 2


@edition_pages.get("/kampanj/<campaign_id>/lokalt")
def home(campaign_id: str) -> Response:
    """One's own organisation's editions of a campaign."""
    must(Permission.READ_BRIEFING)
    return page("work/edition/home.html", **_facts(editions_of(place(), actor(), campaign_id, now=now())))


def _facts(found: EditionDesk) -> dict[str, Any]:
    writes = desk().may(Permission.WRITE_MATCHING)
    counts = own_edition_downloads(place(), actor(), now=now())
    facts = {"it": found.it, "logo": found.logo, "editions": found.editions, "writes": writes}
    return facts | {"fetched": counts, "at_least": at_least}


@edition_pages.get("/kampanj/<campaign_id>/lokalt/ny")
def beginning(campaign_id: str) -> Response:
    """The form for a new one."""
    must(Permission.WRITE_MATCHING)
    found = editions_of(place(), actor(), campaign_id, now=now())
    language = found.languages[0] if len(found.languages) == 1 else ""
    return _beginning(found, Form({"language": language, "title": desk().organisation.name}))


def _beginning(found: EditionDesk, form: Form) -> Response:
    facts = _facts(found) | {"languages_of_it": found.languages, "rows": _rows(form)}
    return page("work/edition/new.html", status=form.status, form=form, **facts)


def _rows(form: Form) -> range:
    """The numbers of the contacts' rows: those that are filled, and an empty one to fill."""
    filled = [number for number in _all_rows() if any(form.text(f"contact{number}_{way}") for way in WAYS)]
    return range(1, min(max(len(filled) + 1, LEAST_ROWS), MOST_CONTACTS) + 1)


def _all_rows() -> range:
    return range(1, MOST_CONTACTS + 1)


def _typed(form: Form) -> LocalPart:
    """What was written. Rows of contacts that say nothing are left out, so the others move up."""
    return tidy(
        LocalPart(
            title=form.raw("title"),
            place=form.raw("place"),
            introduction=form.raw("introduction"),
            contacts=tuple(
                Contact(**{way: form.text(f"contact{number}_{way}") for way in WAYS}) for number in _all_rows()
            ),
            questions=tuple(form.lines("questions")),
        )
    )


def _written(part: LocalPart, **more: object) -> dict[str, object]:
    """The values of the form's fields."""
    rows = {
        f"contact{number}_{way}": said
        for number, contact in enumerate(part.contacts, start=1)
        for way, said in asdict(contact).items()
    }
    said = {"title": part.title, "place": part.place, "introduction": part.introduction}
    return said | {"questions": "\n".join(part.questions)} | rows | more


def _again(form: Form, part: LocalPart, **more: object) -> Form:
    """The form as it was sent, row by row as the faults count them."""
    shown = Form(_written(part, **more), typed=False)
    shown.sentences, shown.faults = form.sentences, form.faults
    return shown


@edition_pages.post("/kampanj/<campaign_id>/lokalt/ny")
def begin(campaign_id: str) -> BaseResponse:
    """Store a new one."""
    must(Permission.WRITE_MATCHING)
    found, form, begun = editions_of(place(), actor(), campaign_id, now=now()), Form(), list[str]()
    part, language = _typed(form), form.text("language")
    with form.attempt():
        begun.append(begin_edition(place(), actor(), campaign_id, language=language, part=part, now=now()))
    if not begun:
        return _beginning(found, _again(form, part, language=language))
    told(words()._(BEGUN))
    return go("edition_pages.edition", edition_id=begun[0])


@edition_pages.get("/lokalt/<edition_id>")
def edition(edition_id: str) -> Response:
    """One edition: what differs, its words, its documents, and what can be done."""
    must(Permission.READ_BRIEFING)
    found, one = edition_of(place(), actor(), edition_id, now=now())
    return _edition(found, one, _words_of(one))


def _words_of(one: OwnEdition) -> Form:
    form = Form(_written(one.part, version=one.version), typed=False)
    form.take(fault for fault in local_faults(one.part) if fault.severity is Severity.WARNING)
    return form


def _edition(found: EditionDesk, one: OwnEdition, form: Form) -> Response:
    publishers = () if desk().may(Permission.CONSENT) else who_may(place(), actor(), Permission.CONSENT)
    facts = _facts(found) | {"edition": one, "rows": _rows(form), "publishers": publishers}
    return page("work/edition/edition.html", status=form.status, form=form, **facts)


@edition_pages.post("/lokalt/<edition_id>")
def save(edition_id: str) -> BaseResponse:
    """Store what was written."""
    must(Permission.WRITE_MATCHING)
    found, one = edition_of(place(), actor(), edition_id, now=now())
    form = Form()
    part, version = _typed(form), form.text("version")
    with form.attempt():
        expected = int(version) if version.isascii() and version.isdigit() else 0
        save_edition(place(), actor(), edition_id, part=part, expected_version=expected, now=now())
    if not form.ok:
        return _edition(found, one, _again(form, part, version=version))
    told(words()._(SAVED_AND_OFFERED_ANEW if one.offered_at and part != one.part else SAVED))
    return go("edition_pages.edition", edition_id=edition_id)


@edition_pages.post("/lokalt/<edition_id>/folj")
def follow(edition_id: str) -> BaseResponse:
    """One's own part still fits the message that was on the screen."""
    must(Permission.WRITE_MATCHING)
    found, one = edition_of(place(), actor(), edition_id, now=now())
    form = Form()
    with form.attempt():
        follow_message(place(), actor(), edition_id, seen=form.text("seen"), now=now())
    return _done(found, one, form, FOLLOWED)


@edition_pages.post("/lokalt/<edition_id>/erbjud")
def offer(edition_id: str) -> BaseResponse:
    """Everyone may have the version that was on the screen."""
    must(Permission.CONSENT)
    found, one = edition_of(place(), actor(), edition_id, now=now())
    form = Form()
    with form.attempt():
        version = form.text("version")
        expected = int(version) if version.isascii() and version.isdigit() else 0
        offer_edition(place(), actor(), edition_id, version=expected, logo=form.text("logo"), now=now())
    return _done(found, one, form, OFFERED)


@edition_pages.post("/lokalt/<edition_id>/ta-tillbaka")
def take_back(edition_id: str) -> BaseResponse:
    """Nobody else may have it any more."""
    must(Permission.CONSENT)
    found, one = edition_of(place(), actor(), edition_id, now=now())
    form = Form()
    with form.attempt():
        take_back_edition(place(), actor(), edition_id, now=now())
    return _done(found, one, form, TAKEN_BACK)


def _done(found: EditionDesk, one: OwnEdition, form: Form, sentence: str) -> BaseResponse:
    if not form.ok:
        shown = _words_of(one)
        shown.sentences, shown.faults = form.sentences, form.faults
        return _edition(found, one, shown)
    told(words()._(sentence))
    return go("edition_pages.edition", edition_id=one.id)


@edition_pages.get("/lokala-utgavor")
def ours() -> Response:
    """Every edition of one's own organisation, also of campaigns that are over or closed to it."""
    must(Permission.READ_BRIEFING)
    return _ours(Form())


def _ours(form: Form) -> Response:
    found = own_editions(place(), actor(), now=now())
    writes = desk().may(Permission.WRITE_MATCHING)
    counts = own_edition_downloads(place(), actor(), now=now())
    facts = {"editions": found, "writes": writes, "fetched": counts, "at_least": at_least}
    return page("work/edition/ours.html", status=form.status, form=form, **facts)


@edition_pages.post("/lokalt/<edition_id>/ta-bort")
def remove(edition_id: str) -> BaseResponse:
    """Delete it for good."""
    must(Permission.WRITE_MATCHING)
    form = Form()
    with form.attempt():
        remove_edition(place(), actor(), edition_id, now=now())
    if not form.ok:
        return _ours(form)
    told(words()._(REMOVED))
    return go("edition_pages.ours")


@edition_pages.get("/lokalt/<edition_id>/forhandsvisning")
def preview(edition_id: str) -> Response:
    """The conversation card as a page, made of what stands now."""
    must(Permission.READ_BRIEFING)
    return page_of_material(preview_edition(place(), actor(), edition_id, now=now()))


@edition_pages.get("/lokalt/<edition_id>/filer/<filename>")
def download(edition_id: str, filename: str) -> Response:
    """A document. Who fetches it is counted nowhere."""
    must(Permission.READ_BRIEFING)
    found = edition_download(place(), actor(), edition_id, name=filename, now=now())
    return handed_out(found, site().shelves.read, lambda: None)
