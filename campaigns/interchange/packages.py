"""Office files are ZIP packages of XML. Here they are written alike each time, and opened with care."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import NoReturn

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange.xml_reading import Node, read_xml

MOST_ENTRIES = 1_000
LARGEST_PART = 10_000_000
LARGEST_TOTAL = 200_000_000
HIGHEST_RATIO = 200  # unpacked against packed; office files reach about 50
SMALL_PART = 1_000_000  # a part up to this size may be packed as well as it will

DAMAGED = N_("The file is damaged and cannot be unpacked. Save it again and upload it once more.")
PROTECTED = N_("The file is protected with a password. Save it without one and upload it again.")
TOO_MANY_PARTS = N_("The file holds more than {most} parts. Copy the table into a fresh file.")
UNPACKS_TOO_LARGE = N_("Unpacked, the file is larger than {most} MB. Copy the table into a fresh file.")
SUSPICIOUS = N_("A part of the file unpacks to far more than a text needs. Copy the table into a fresh file.")
TWICE = N_("The file holds a part twice, so each reader sees another text. Save it again in your office program.")
MACROS = N_("The file holds macros. Save it as an ordinary document (.docx or .xlsx) and upload it again.")
OUTSIDE = N_("The file is tied to other files outside it. Break these links, or copy the table into a fresh file.")
PART_MISSING = N_("A part of the office document is missing. Save it again and upload it once more.")

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_DOS = 0
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # office files know no other


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of parts. They are stored as they are: how small a part gets depends on the machine that packs it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system, entry.external_attr = _DOS, 0
            package.writestr(entry, content)
    return written.getvalue()


class Package:
    """A package from a stranger. Only what its caller asks for is ever unpacked, and never more than may be.

    Every method raises BadInput for a package that is damaged or built to harm.
    """

    def __init__(self, raw: bytes) -> None:
        try:
            self._package = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
            _refuse(DAMAGED)
        self._check(self._package.infolist())
        self.names = frozenset(self._package.namelist())

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > MOST_ENTRIES:
            _refuse(TOO_MANY_PARTS, most=MOST_ENTRIES)
        if len({entry.filename for entry in entries}) < len(entries):
            _refuse(TWICE)
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            _refuse(PROTECTED)
        if any(entry.compress_type not in _METHODS for entry in entries):
            _refuse(DAMAGED)
        if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
            _refuse(UNPACKS_TOO_LARGE, most=LARGEST_TOTAL // 1_000_000)
        if any(_is_bomb(entry) for entry in entries):
            _refuse(SUSPICIOUS)

    def refuse_active_parts(self) -> None:
        """Stop at macros, and at tables that draw on other files."""
        names = [name.casefold() for name in self.names]
        if any(name.endswith("vbaproject.bin") for name in names):
            _refuse(MACROS)
        if any("/externallinks/" in name or "/embeddings/" in name for name in names):
            _refuse(OUTSIDE)

    def read(self, name: str) -> bytes:
        """The bytes of a part; at most 10 MB are unpacked, whatever the package says of itself."""
        try:
            with self._package.open(name) as part:
                content = part.read(LARGEST_PART + 1)
        except KeyError:
            _refuse(PART_MISSING)
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
            _refuse(DAMAGED)
        if len(content) > LARGEST_PART:
            _refuse(UNPACKS_TOO_LARGE, most=LARGEST_PART // 1_000_000)
        return content

    def xml(self, name: str) -> Node:
        """The root element of a part."""
        return read_xml(self.read(name))

    def main(self) -> str:
        """The name of the part that the package is about."""
        return self.related("", "officeDocument")[0]

    def kind(self) -> str:
        """What the package says its main part is."""
        main = f"/{self.main()}"
        listed = self.xml("[Content_Types].xml").children("Override")
        return next((entry["ContentType"] for entry in listed if entry["PartName"] == main), "")

    def related(self, part: str, kind: str, *, of_id: str = "", must_be: bool = True) -> list[str]:
        """The names of the parts that `part` draws on in a way of a kind, or only the one with an id."""
        folder, _, name = part.rpartition("/")
        relations = self.xml(f"{folder}/_rels/{name}.rels".removeprefix("/"))
        found = [
            _path(folder, relation["Target"])
            for relation in relations.children("Relationship")
            if relation["Type"].rpartition("/")[2] == kind
            and relation["TargetMode"] != "External"
            and of_id in {"", relation["Id"]}
        ]
        if must_be and not found:
            _refuse(PART_MISSING)
        return found


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(SMALL_PART, HIGHEST_RATIO * entry.compress_size)


def _path(folder: str, target: str) -> str:
    """Where a target lies. Names that lead out of the package are found in no package."""
    return target.removeprefix("/") if target.startswith("/") or not folder else f"{folder}/{target}"


def _refuse(message: str, **facts: object) -> NoReturn:
    raise BadInput([Fault(message=message, facts=facts)])
