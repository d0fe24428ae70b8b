"""What kind of file it is, by what is in it: endings and what browsers say of a file are not trusted."""

import re
from typing import NoReturn

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange.formats import Format
from campaigns.interchange.packages import MACROS, Package
from campaigns.interchange.sheets import campaign_in

LARGEST_FILE = 5_000_000

EMPTY = N_("The file is empty. Choose the file that you filled in.")
TOO_LARGE = N_("The file is larger than {most} MB. Translations are texts only: copy them into a fresh file.")
OLD_OFFICE = N_("This file is in an old office format, or has a password. Save it as .docx or .xlsx without one.")
OPEN_DOCUMENT = N_("This file is in the OpenDocument format. Save it as .docx or .xlsx and upload that.")
NOT_UTF8 = N_("The letters here are not saved as UTF-8. Save the file as UTF-8 and try again.")
UNKNOWN = N_(
    "This is none of the files that can be read: XLIFF, PO, DOCX, XLSX and CSV. "
    "Choose the file that you downloaded and filled in."
)
NOT_A_TABLE = N_("This office file is neither a text document nor a spreadsheet. Choose the file that you filled in.")

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MESSAGE = re.compile(r"^msgid[ \t]", re.MULTILINE)


def sniff(raw: bytes) -> Format:
    """The format of an upload. Raises BadInput for what is empty, too large, or of no kind that is read."""
    if not raw:
        _refuse(EMPTY)
    if len(raw) > LARGEST_FILE:
        _refuse(TOO_LARGE, most=LARGEST_FILE // 1_000_000)
    if raw.startswith(_OLE):
        _refuse(OLD_OFFICE)
    return _packed(Package(raw)) if raw.startswith(_ZIP) else _plain(raw)


def _packed(package: Package) -> Format:
    if "mimetype" in package.names:
        _refuse(OPEN_DOCUMENT)
    kind = package.kind()
    if "macroEnabled" in kind:
        _refuse(MACROS)
    kinds = {"wordprocessingml": Format.DOCX, "spreadsheetml": Format.XLSX}
    return next((form for name, form in kinds.items() if name in kind), None) or _refuse(NOT_A_TABLE)


def _plain(raw: bytes) -> Format:
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or _is_wide_xml(raw):
        return Format.XLIFF
    text = decoded(raw)
    first = re.split("[;,\t\r\n]", text, maxsplit=1)[0].strip('"')
    if campaign_in(first) is not None:  # before the next: a cell may hold anything, also what a PO file begins with
        return Format.CSV
    return Format.PO if _MESSAGE.search(text) else _refuse(UNKNOWN)


def _is_wide_xml(raw: bytes) -> bool:
    return raw.startswith(_UTF16) and b"<" in raw[2:4]


def decoded(raw: bytes) -> str:
    """The letters of a text file: UTF-8, or UTF-16 with its mark. Raises BadInput with the line of what is neither."""
    if raw.startswith(_UTF16):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            _refuse(UNKNOWN)
    if b"\0" in raw:
        _refuse(UNKNOWN)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput([Fault(message=NOT_UTF8, line=line)]) from None


def _refuse(message: str, **facts: object) -> NoReturn:
    raise BadInput([Fault(message=message, facts=facts)])
