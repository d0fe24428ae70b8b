"""Texts on their way to translators and back, in the formats that their tools read.

`write` makes a file of a sheet; the same sheet gives the same bytes. `read` takes a file back against the sheet as it
stands now, and either gives what may be stored or lists everything that is wrong. Nothing here knows a database.
"""

from collections.abc import Callable, Mapping

from campaigns.interchange.csv_table import read_csv, write_csv
from campaigns.interchange.docx_reading import read_docx
from campaigns.interchange.docx_writing import write_docx
from campaigns.interchange.formats import Format
from campaigns.interchange.judging import Upload, judge
from campaigns.interchange.packages import Package
from campaigns.interchange.po import read_po_file, write_po_file
from campaigns.interchange.sheets import Delivered, Delivery, NothingToTranslate, Sheet, TooLongForCell, Unit
from campaigns.interchange.sniffing import LARGEST_FILE, decoded, sniff
from campaigns.interchange.xliff_reading import read_xliff
from campaigns.interchange.xliff_writing import write_xliff
from campaigns.interchange.xlsx_reading import read_xlsx
from campaigns.interchange.xlsx_writing import write_xlsx

__all__ = [
    "LARGEST_FILE",
    "Delivered",
    "Delivery",
    "Format",
    "NothingToTranslate",
    "Sheet",
    "TooLongForCell",
    "Unit",
    "file_name",
    "read",
    "write",
]

_WRITERS: Mapping[Format, Callable[[Sheet], bytes]] = {
    Format.XLIFF: write_xliff,
    Format.PO: write_po_file,
    Format.DOCX: write_docx,
    Format.XLSX: write_xlsx,
    Format.CSV: write_csv,
}
_TEXT_READERS: Mapping[Format, Callable[[str], Upload]] = {Format.PO: read_po_file, Format.CSV: read_csv}
_PACKAGE_READERS: Mapping[Format, Callable[[Package], Upload]] = {Format.DOCX: read_docx, Format.XLSX: read_xlsx}


def write(sheet: Sheet, form: Format) -> bytes:
    """The file that carries a sheet. Raises NothingToTranslate, and TooLongForCell for a spreadsheet."""
    if not sheet.units:
        raise NothingToTranslate
    return _WRITERS[form](sheet)


def file_name(sheet: Sheet, form: Format) -> str:
    """What the file is called, in ASCII: gangsnacket_v3_ar.xlf."""
    return f"{sheet.slug}_v{sheet.version}_{sheet.target.tag}.{form}"


def read(raw: bytes, sheet: Sheet) -> Delivery:
    """What an upload brings for a sheet, which must hold the texts as they stand now.

    The format is told from the content. Raises BadInput with every fault; nothing of a partly wrong file is given.
    """
    return judge(_upload(raw, sniff(raw)), sheet)


def _upload(raw: bytes, form: Format) -> Upload:
    if form in _TEXT_READERS:
        return _TEXT_READERS[form](decoded(raw))
    if form in _PACKAGE_READERS:
        package = Package(raw)
        package.refuse_active_parts()
        return _PACKAGE_READERS[form](package)
    return read_xliff(raw)
