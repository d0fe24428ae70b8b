"""The formats that a sheet travels in."""

from enum import StrEnum


class Format(StrEnum):
    """A file format; the value is the ending of its files."""

    XLIFF = "xlf"  # for translators' tools
    PO = "po"  # for gettext tools
    DOCX = "docx"  # for whoever translates in a word processor
    XLSX = "xlsx"  # for whoever translates in a spreadsheet
    CSV = "csv"  # for whatever reads nothing else

    @property
    def media_type(self) -> str:
        """The type of its files, for a web server to say."""
        return _MEDIA_TYPES[self]


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    Format.XLIFF: "application/xliff+xml",
    Format.PO: "text/x-gettext-translation; charset=utf-8",
    Format.DOCX: f"{_OPEN_XML}wordprocessingml.document",
    Format.XLSX: f"{_OPEN_XML}spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}
