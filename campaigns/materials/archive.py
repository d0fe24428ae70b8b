"""ZIP files whose bytes depend on what is in them and on nothing else."""

import io
import zipfile
from collections.abc import Iterable

# The first time a ZIP can hold. Stored, not deflated: the parts are compressed already or small, and no two builds of
# zlib need to agree.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def archived(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """The parts, by their names, in the order given."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, date_time=_ALWAYS)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = _READABLE
            archive.writestr(entry, content)
    return written.getvalue()
