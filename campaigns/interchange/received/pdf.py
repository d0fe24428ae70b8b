"""PDF: nothing that acts, hides or is locked; written anew without who made it, when and with what."""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from campaigns.domain.errors import N_
from campaigns.interchange.received.formats import DAMAGED, Clean, Format, refuse
from campaigns.interchange.received.marks import without_marks

MOST_PAGES = 500
MOST_OBJECTS = 100_000
DEEPEST = 60

LOCKED = N_("The PDF is protected with a password or against copying. Export it once more without protection.")
SCRIPTS = N_("The PDF holds a program (JavaScript). Export it once more as a plain document and choose that file.")
ACTIONS = N_("The PDF starts, fetches or sends something. Export it once more as a plain document.")
FILES_INSIDE = N_("The PDF holds other files. Export it without attachments, and hand those in one by one.")
MEDIA_INSIDE = N_("The PDF holds film, sound or 3D. Hand those in by themselves, and export the PDF without them.")
FORMS = N_("The PDF holds a form of an old kind (XFA), which most readers cannot show. Export it as a plain document.")
TOO_LONG = N_("The PDF has more than {most} pages or parts. Divide it.")

_SCRIPT_KEYS = ("/JS", "/JavaScript")
_FILE_KEYS = ("/EF", "/EmbeddedFiles")
_MEDIA = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_ACTIONS = frozenset({"/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Hide"})
_PERSONAL = ("/Metadata", "/PieceInfo", "/LastModified")
_LINK_ADDRESSES = ("http:", "https:", "mailto:", "tel:")


def clean_pdf(raw: bytes) -> Clean:
    """The document written anew. Raises BadInput for what is locked, acts by itself or holds other files."""
    try:
        with Pdf.open(io.BytesIO(raw)) as pdf:
            if pdf.is_encrypted:
                refuse(LOCKED)
            if len(pdf.objects) > MOST_OBJECTS or len(pdf.pages) > MOST_PAGES:
                refuse(TOO_LONG, most=MOST_PAGES)
            if not pdf.pages:
                refuse(DAMAGED)
            _inspect(pdf)
            _strip(pdf)
            return Clean(format=Format.PDF, media_type="application/pdf", content=_written(pdf))
    except pikepdf.PasswordError:
        refuse(LOCKED)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, OverflowError, RecursionError, KeyError):
        refuse(DAMAGED)


def _inspect(pdf: Pdf) -> None:
    for part in [pdf.trailer, *pdf.objects]:
        for found in _dictionaries(part):
            _must_be_quiet(found)


def _dictionaries(part: Object, depth: int = 0) -> Iterator[Dictionary | Stream]:
    """Every dictionary that stands directly in an object. Those that are objects themselves come by themselves."""
    if depth > DEEPEST:
        refuse(DAMAGED)
    if isinstance(part, Dictionary | Stream):
        yield part
        children: list[object] = [part[key] for key in part.keys()]  # noqa: SIM118 - a stream is no iterable
    elif isinstance(part, Array):
        children = list(part)
    else:
        return
    for child in children:
        if isinstance(child, Object) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _must_be_quiet(found: Dictionary | Stream) -> None:
    if any(key in found for key in _SCRIPT_KEYS):
        refuse(SCRIPTS)
    if any(key in found for key in _FILE_KEYS):
        refuse(FILES_INSIDE)
    if "/XFA" in found:
        refuse(FORMS)
    kind, sort, action = (_name(found, key) for key in ("/Type", "/Subtype", "/S"))
    if action == "/JavaScript":
        refuse(SCRIPTS)
    if sort == "/FileAttachment" or kind in {"/EmbeddedFile", "/Filespec"}:
        refuse(FILES_INSIDE)
    if sort in _MEDIA and kind in {"/Annot", ""}:
        refuse(MEDIA_INSIDE)
    if action in _ACTIONS and (kind in {"/Action", ""}):
        refuse(ACTIONS)
    if action == "/URI" and "/URI" in found and not _leads_to_a_page(found):
        refuse(ACTIONS)


def _leads_to_a_page(found: Dictionary | Stream) -> bool:
    return str(found["/URI"]).strip().lower().startswith(_LINK_ADDRESSES)


def _name(found: Dictionary | Stream, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, Name) else ""


def _strip(pdf: Pdf) -> None:
    """Take away who made it, with what and where; and what would happen when it is opened."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for key in ("/OpenAction", "/AA"):
        if key in pdf.Root:
            del pdf.Root[key]
    for part in pdf.objects:
        for found in _dictionaries(part):
            for key in (*_PERSONAL, "/AA"):
                if key in found:
                    del found[key]
        if isinstance(part, Stream) and part.get("/Filter") == Name.DCTDecode:
            part.write(without_marks(part.read_raw_bytes()), filter=Name.DCTDecode)


def _written(pdf: Pdf) -> bytes:
    """The objects that are in use and no others: earlier versions of an edited document do not come along."""
    written = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(
        written,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return written.getvalue()
