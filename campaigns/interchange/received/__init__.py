"""Files that organisations hand in: recognised by what they hold, made harmless, and stripped of who made them.

Neither a file's name nor what a browser says of it is believed. What comes out is written anew wherever a format
allows it, so that nothing that was hidden in, before or behind the content is left.
"""

from collections.abc import Callable, Mapping

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.domain.uploads import LARGEST, MEGABYTE, UploadKind
from campaigns.interchange.received.audio import clean_m4a, clean_mp3, clean_ogg
from campaigns.interchange.received.documents import clean_docx
from campaigns.interchange.received.formats import Clean, Format, recognised
from campaigns.interchange.received.images import clean_image
from campaigns.interchange.received.pdf import clean_pdf
from campaigns.interchange.received.subtitles import clean_srt, clean_vtt

__all__ = ["Clean", "Format", "clean"]

EMPTY = N_("Choose a file. This one is empty, or none was chosen.")
TOO_LARGE = N_("The file is larger than {most} MB. {advice}")
OTHER_KIND = N_("This is a file of another kind: {kind}. Go back one step and choose that, or choose another file.")
ADVICE: Mapping[UploadKind, str] = {
    UploadKind.DOCUMENT: N_("Export it once more with smaller pictures, or divide it."),
    UploadKind.IMAGE: N_("Save it in a smaller size; 2,000 pixels in width are enough."),
    UploadKind.AUDIO: N_("Save it as MP3 with 96 kbit/s, or divide it; half an hour fits."),
    UploadKind.SUBTITLES: N_("Subtitles are seldom larger than 100 kB. Look whether it is the right file."),
}
SHAPED: Mapping[UploadKind, frozenset[Format]] = {
    UploadKind.DOCUMENT: frozenset({Format.PDF, Format.DOCX}),
    UploadKind.IMAGE: frozenset({Format.PNG, Format.JPEG, Format.WEBP}),
    UploadKind.AUDIO: frozenset({Format.MP3, Format.OGG, Format.M4A}),
    UploadKind.SUBTITLES: frozenset({Format.VTT, Format.SRT}),
}
CLEANED: Mapping[Format, Callable[[bytes], Clean]] = {
    Format.PDF: clean_pdf,
    Format.DOCX: clean_docx,
    Format.PNG: lambda raw: clean_image(raw, Format.PNG),
    Format.JPEG: lambda raw: clean_image(raw, Format.JPEG),
    Format.WEBP: lambda raw: clean_image(raw, Format.WEBP),
    Format.MP3: clean_mp3,
    Format.OGG: clean_ogg,
    Format.M4A: clean_m4a,
    Format.VTT: clean_vtt,
    Format.SRT: clean_srt,
}


def clean(kind: UploadKind, raw: bytes) -> Clean:
    """The file as it may be published. Raises BadInput, with a fault at `file`, for whatever may not."""
    if not raw:
        raise BadInput([Fault(message=EMPTY, field="file")])
    if len(raw) > LARGEST[kind]:
        facts = {"most": LARGEST[kind] // MEGABYTE, "advice": ADVICE[kind]}
        raise BadInput([Fault(message=TOO_LARGE, field="file", facts=facts)])
    found = recognised(raw)
    if found not in SHAPED[kind]:
        other = next(one for one, formats in SHAPED.items() if found in formats)
        raise BadInput([Fault(message=OTHER_KIND, field="file", facts={"kind": other})])
    return CLEANED[found](raw)
