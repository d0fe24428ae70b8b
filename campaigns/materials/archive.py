"""ZIP files whose bytes depend on what is in them and on nothing else."""

import io
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

# The first time a ZIP can hold. Stored, not deflated: the parts are compressed already or small, and no two builds of
# zlib need to agree.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def archived(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """The parts, by their names, in the order given."""
    written = io.BytesIO()
    write_archive(written, parts)
    return written.getvalue()


def write_archive(file: BinaryIO, parts: Iterable[tuple[str, bytes]]) -> None:
    """The same into an open file, each part as it comes, so that only one of them is in memory."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, date_time=_ALWAYS)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = _READABLE
            archive.writestr(entry, content)
