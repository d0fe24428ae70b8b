"""What each kind of own material is called, what is asked for, and which files a browser offers first."""

from dataclasses import dataclass

from campaigns.domain.errors import N_
from campaigns.domain.uploads import UploadKind


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A kind as the pages show it. `accept` helps a browser to choose; it is believed by nobody."""

    kind: UploadKind
    slug: str
    add: str
    takes: str
    accept: str = ""
    alternative: str = ""
    hint: str = ""


SORTS: tuple[Sort, ...] = (
    Sort(
        kind=UploadKind.DOCUMENT,
        slug="dokument",
        add=N_("Add a document"),
        takes=N_("PDF or Word (.docx)."),
        accept=".pdf,.docx",
    ),
    Sort(
        kind=UploadKind.IMAGE,
        slug="bild",
        add=N_("Add an image"),
        takes=N_("PNG, JPEG or WebP. Where and with what it was taken is removed."),
        accept=".png,.jpg,.jpeg,.webp",
        alternative=N_("Description (alt text)"),
        hint=N_("What the image shows, in a sentence or two, for whoever does not see it."),
    ),
    Sort(
        kind=UploadKind.AUDIO,
        slug="ljud",
        add=N_("Add a recording"),
        takes=N_("MP3, Ogg or M4A. Names and places in the file are removed."),
        accept=".mp3,.ogg,.oga,.opus,.m4a",
        alternative=N_("Transcript"),
        hint=N_("Everything that is said, for whoever does not hear it."),
    ),
    Sort(
        kind=UploadKind.SUBTITLES,
        slug="undertexter",
        add=N_("Add subtitles"),
        takes=N_("WebVTT or SRT, in UTF-8."),
        accept=".vtt,.srt",
    ),
    Sort(
        kind=UploadKind.SIGN_VIDEO,
        slug="teckensprak",
        add=N_("Link to a film in sign language"),
        takes=N_("The address of a film that already lies elsewhere. Under embargo it must not be public there."),
        alternative=N_("Transcript"),
        hint=N_("Everything that is signed, for whoever does not know sign language."),
    ),
)
