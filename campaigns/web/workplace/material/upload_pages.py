"""Own material: what goes with a message, handing more in, and what can be done about each piece."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.uploads import LARGEST, MEGABYTE, Told
from campaigns.web.accounts.factor import proven
from campaigns.web.sending import sent
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.material.upload_words import SORTS, Sort
from campaigns.web.workplace.parts import place
from campaigns.work.partners.briefing_page import known_to_partner, who_may
from campaigns.work.texts.desk import Door
from campaigns.work.uploads.consenting import consent_to_upload, take_back_upload
from campaigns.work.uploads.desk import (
    Piece,
    Shelf,
    may_hand_in,
    open_bytes,
    open_file,
    shelf_around,
    shelf_of,
    withdrawals_of,
)
from campaigns.work.uploads.handing_in import HandedIn, add_upload, edit_upload, remove_upload
from campaigns.work.uploads.withdrawing import propose_withdraw_upload, withdraw_upload

upload_pages = workplace_blueprint("upload_pages", __name__)

ADDED = N_("It is handed in, and goes out with the message when the release is approved.")
ADDED_BY_A_PARTNER = N_("It is handed in. It goes out with your message once your publisher has given consent to it.")
SAVED = N_("What is said of it is saved.")
SAVED_ANEW = N_("What is said of it is saved. Consent was to what was said before, so it is given anew.")
REMOVED = N_("It is taken away, and nobody can get it back.")
AGREED = N_("Your organisation has given its consent to exactly this.")
TAKEN_BACK = N_("The consent is taken back. It does not go out.")
PROPOSED = N_("Your proposal waits for a colleague, for 24 hours. Until then it is public.")
WITHDRAWN = N_("It is withdrawn. Nobody can fetch it here any more.")
CHOOSE_AGAIN = N_("The file itself is not kept, so choose it once more. What you wrote is still here.")


@upload_pages.get("/budskap/<message_id>/eget-material")
def shelf(message_id: str) -> Response:
    """Everything that goes with one message."""
    found = shelf_of(place(), actor(), message_id, now=now())
    return _page("shelf", found, sorts=SORTS)


def _page(name: str, found: Shelf, *, status: int = 200, **facts: object) -> Response:
    it = known_to_partner(place(), actor(), found.campaign_id, now=now())
    writes = found.door is Door.OPEN and may_hand_in(actor(), is_core=found.is_core)
    return page(f"work/upload/{name}.html", status=status, it=it, shelf=found, writes=writes, **facts)


@upload_pages.get("/budskap/<message_id>/eget-material/ny/<sort>")
def adding(message_id: str, sort: str) -> Response:
    """The form for one kind."""
    found = shelf_of(place(), actor(), message_id, now=now())
    _must_write(found)
    language = found.languages[0] if len(found.languages) == 1 else ""
    return _adding(found, _sort(sort), Form({"language": language}))


def _must_write(found: Shelf) -> None:
    if not may_hand_in(actor(), is_core=found.is_core):
        raise NotThere


def _sort(sort: str) -> Sort:
    found = next((one for one in SORTS if one.slug == sort), None)
    if found is None:
        raise NotThere
    return found


def _adding(found: Shelf, sort: Sort, form: Form) -> Response:
    most = LARGEST[sort.kind] // MEGABYTE if sort.kind in LARGEST else 0
    return _page("new", found, status=form.status, form=form, sort=sort, most=most)


@upload_pages.post("/budskap/<message_id>/eget-material/ny/<sort>")
def add(message_id: str, sort: str) -> BaseResponse:
    """Hand a file or a link in."""
    found, chosen = shelf_of(place(), actor(), message_id, now=now()), _sort(sort)
    _must_write(found)
    form, handed_in = Form(), list[HandedIn]()
    handed = request.files.get("file")
    raw = handed.read() if handed else b""
    with form.attempt():
        said = _told(form)
        handed_in.append(add_upload(place(), actor(), message_id, kind=chosen.kind, told=said, raw=raw, now=now()))
    if not handed_in:
        if raw and "file" not in form.faults and not form.sentences:
            form.fault("file", words()._(CHOOSE_AGAIN))
        return _adding(found, chosen, form)
    told(words()._(ADDED if found.is_core else ADDED_BY_A_PARTNER))
    return _on_to(handed_in[0])


def _told(form: Form) -> Told:
    return Told(
        language=form.text("language"),
        title=form.raw("title"),
        alternative=form.raw("alternative"),
        link=form.text("link"),
    )


def _on_to(handed_in: HandedIn) -> BaseResponse:
    for fault in handed_in.warnings:
        told(say_fault_alone(fault))
    return go("upload_pages.piece", upload_id=handed_in.upload_id)


@upload_pages.get("/eget-material/<upload_id>")
def piece(upload_id: str) -> Response:
    """One piece: how it will be met, what is said of it, and where it stands."""
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    return _piece(found, one, _words_of(one))


def _words_of(one: Piece) -> Form:
    return Form(
        {
            "language": one.it.language,
            "title": one.it.title,
            "alternative": one.it.alternative,
            "link": one.it.link,
            "revision": one.revision,
        },
        typed=False,
    )


def _piece(found: Shelf, one: Piece, form: Form) -> Response:
    return _page(
        "piece",
        found,
        status=form.status,
        form=form,
        piece=one,
        sort=next(sort for sort in SORTS if sort.kind is one.it.kind),
        withdrawals=withdrawals_of(place(), actor(), one.it.upload_id, now=now()) if one.in_release else (),
        publishers=() if desk().may(Permission.CONSENT) else who_may(place(), actor(), Permission.CONSENT),
    )


@upload_pages.post("/eget-material/<upload_id>")
def edit(upload_id: str) -> BaseResponse:
    """Say something else of it."""
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    _must_write(found)
    form, saved = Form(), list[HandedIn]()
    with form.attempt():
        said, before = _told(form), form.text("revision")
        saved.append(edit_upload(place(), actor(), upload_id, told=said, revision=before, now=now()))
    if not saved:
        return _piece(found, one, form)
    told(words()._(SAVED_ANEW if one.consented and saved[0].revision != one.revision else SAVED))
    return _on_to(saved[0])


@upload_pages.get("/eget-material/<upload_id>/fil")
def file(upload_id: str) -> Response:
    """Its bytes: for its own organisation, and what goes with a core message for whoever is briefed."""
    must(Permission.READ_BRIEFING)
    found = open_file(place(), actor(), upload_id, now=now())

    def part(start: int, stop: int) -> bytes:
        return open_bytes(place(), actor(), upload_id, start=start, stop=stop, now=now())

    return sent(found, part)


@upload_pages.post("/eget-material/<upload_id>/ta-bort")
def remove(upload_id: str) -> BaseResponse:
    """Take it away before T."""
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    _must_write(found)
    form = Form()
    with form.attempt():
        remove_upload(place(), actor(), upload_id, now=now())
    if not form.ok:
        return _refused(found, one, form)
    told(words()._(REMOVED))
    return go("upload_pages.shelf", message_id=found.message_id)


def _refused(found: Shelf, one: Piece, form: Form) -> Response:
    """The page of the piece as it stands, with what was refused."""
    shown = _words_of(one)
    shown.sentences, shown.faults = form.sentences, form.faults
    return _piece(found, one, shown)


@upload_pages.post("/eget-material/<upload_id>/klartecken")
def give(upload_id: str) -> BaseResponse:
    """Say yes to what was on the screen, and to nothing else."""
    must(Permission.CONSENT)
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    form = Form()
    with form.attempt():
        consent_to_upload(place(), actor(), upload_id, revision=form.text("revision"), now=now())
    return _done(found, one, form, AGREED)


@upload_pages.post("/eget-material/<upload_id>/ta-tillbaka")
def take(upload_id: str) -> BaseResponse:
    """Take a consent back before T."""
    must(Permission.CONSENT)
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    form = Form()
    with form.attempt():
        take_back_upload(place(), actor(), upload_id, now=now())
    return _done(found, one, form, TAKEN_BACK)


@upload_pages.post("/eget-material/<upload_id>/dra-tillbaka")
def propose(upload_id: str) -> BaseResponse:
    """Ask a colleague to confirm that a piece of the police is withdrawn."""
    must(Permission.WITHDRAW)
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    form = Form()
    if proven(form):
        with form.attempt():
            propose_withdraw_upload(place(), actor(), upload_id, now=now())
    return _done(found, one, form, PROPOSED)


@upload_pages.post("/eget-material/<upload_id>/dra-tillbaka/bekrafta")
def withdraw(upload_id: str) -> BaseResponse:
    """Withdraw it: a partner alone, the police as the second person."""
    found, one = shelf_around(place(), actor(), upload_id, now=now())
    must(Permission.WITHDRAW if found.is_core else Permission.CONSENT)
    form = Form()
    if proven(form):
        with form.attempt():
            withdraw_upload(place(), actor(), upload_id, now=now())
    return _done(found, one, form, WITHDRAWN)


def _done(found: Shelf, one: Piece, form: Form, sentence: str) -> BaseResponse:
    if not form.ok:
        return _refused(found, one, form)
    told(words()._(sentence))
    return go("upload_pages.piece", upload_id=one.it.upload_id)
