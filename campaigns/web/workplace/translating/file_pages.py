"""Files for translators of one language: download them, look at what came back, and save it."""

import base64
import binascii

from flask import Response, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_, BadInput, NotThere, Refused
from campaigns.i18n import say, say_fault
from campaigns.interchange import LARGEST_FILE, Format
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.texts.words import label_of
from campaigns.work.campaign.at_hand import at_hand_for_text
from campaigns.work.translating.files import (
    ChangedMeanwhile,
    Incoming,
    ToTranslate,
    look_at_file,
    take_in_file,
    to_translate,
    translators_file,
)

translator_file_pages = workplace_blueprint("translator_file_pages", __name__)

PATH = "/kampanj/<campaign_id>/sprak/<language>/filer"
NO_FILE = N_("Choose the file that you filled in.")
LARGEST_REQUEST = 2 * LARGEST_FILE  # a file that was looked at comes back as text, a third longer

FORMATS = (
    (Format.XLIFF, "XLIFF 2.0", N_("for translators' tools, such as OmegaT, Trados or memoQ")),
    (Format.DOCX, "Word (DOCX)", N_("a table to fill in, in a word processor")),
    (Format.XLSX, "Excel (XLSX)", N_("a table to fill in, in a spreadsheet")),
    (Format.PO, "PO", N_("for gettext tools, such as Poedit or Weblate")),
    (Format.CSV, "CSV", N_("for what reads nothing else")),
)


def let_files_in() -> None:
    """A translator's file may be larger than other forms, from whoever is signed in. Comes before any form is read."""
    if request.endpoint == "translator_file_pages.take_in" and "member_id" in session:
        request.max_content_length = LARGEST_REQUEST
        request.max_form_memory_size = LARGEST_REQUEST


@translator_file_pages.get(PATH)
def files(campaign_id: str, language: str) -> Response:
    """What can be downloaded, and where a file is sent back."""
    return _shown(to_translate(place(), actor(), campaign_id, language, now=now()), campaign_id, Form())


@translator_file_pages.get(f"{PATH}/<file_format>")
def download(campaign_id: str, language: str, file_format: str) -> Response:
    """The texts in one format, for a translator."""
    form = next((one for one in Format if one.value == file_format), None)
    if form is None:
        raise NotThere
    name, content = translators_file(place(), actor(), campaign_id, language, form, now=now())
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=form.media_type, headers=headers)


@translator_file_pages.post(PATH)
def take_in(campaign_id: str, language: str) -> BaseResponse:
    """Show what a file would change, or save what was shown. A file with faults changes nothing, and all are listed."""
    here = to_translate(place(), actor(), campaign_id, language, now=now())
    form = Form()
    raw = _raw(form)
    if raw is None:
        return _shown(here, campaign_id, form)
    try:
        if form.text("do") == "save":
            return _saved(here, campaign_id, form, raw)
        return _looked_at(here, campaign_id, form, raw)
    except BadInput as error:
        faults = [say_fault(fault, words()) for fault in error.faults]
        return _shown(here, campaign_id, form, faults=faults, status=422)


def _raw(form: Form) -> bytes | None:
    """The file that was chosen, or the one that was looked at; None with the fault noted."""
    given = request.files.get("file")
    if given and given.filename:
        with given.stream as stream:
            return bytes(stream.read(LARGEST_FILE + 1))
    try:
        carried = base64.b64decode(form.raw("carried"), validate=True)
    except (binascii.Error, ValueError):
        carried = b""
    if not carried:
        form.fault("file", words()._(NO_FILE))
        return None
    return carried


def _saved(here: ToTranslate, campaign_id: str, form: Form, raw: bytes) -> BaseResponse:
    try:
        taken = take_in_file(place(), actor(), campaign_id, here.language, raw, mark=form.text("mark"), now=now())
    except ChangedMeanwhile as error:
        form.sentences.append(say(error, words()))
        return _looked_at(here, campaign_id, form, raw, status=409)
    except Refused as error:
        form.sentences.append(say(error, words()))
        return _shown(here, campaign_id, form, status=409)
    told(words().ngettext("{count} text was saved from the file.", "{count} texts were saved from the file.",
                          len(taken.texts)))  # fmt: skip
    return go("translator_file_pages.files", campaign_id=campaign_id, language=here.language)


def _looked_at(here: ToTranslate, campaign_id: str, form: Form, raw: bytes, *, status: int = 200) -> Response:
    try:
        incoming = look_at_file(place(), actor(), campaign_id, here.language, raw, now=now())
    except Refused as error:
        form.sentences.append(say(error, words()))
        return _shown(here, campaign_id, form, status=409)
    carried = base64.b64encode(raw).decode()
    return _shown(here, campaign_id, form, incoming=incoming, carried=carried, status=status)


def _shown(
    here: ToTranslate,
    campaign_id: str,
    form: Form,
    *,
    incoming: Incoming | None = None,
    carried: str = "",
    faults: list[str] | None = None,
    status: int | None = None,
) -> Response:
    return page(
        "work/text/files.html",
        status=status or form.status,
        found=here,
        it=at_hand_for_text(place(), actor(), campaign_id, now=now()),
        form=form,
        closed=say(here.closed, words()) if here.closed else "",
        formats=FORMATS,
        address=url_for(".files", campaign_id=campaign_id, language=here.language),
        incoming=incoming,
        warnings=[say_fault(fault, words()) for fault in incoming.warnings] if incoming else [],
        carried=carried,
        faults=faults or [],
        label_of=label_of,
        say_fault=say_fault_alone,
    )
