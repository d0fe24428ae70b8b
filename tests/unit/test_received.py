"""Files that are handed in: recognised by content, made harmless, and without a trace of who made them."""

import io
import zipfile
from collections.abc import Callable

import pikepdf
import pytest
import upload_samples as samples
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen import File
from PIL import Image
from upload_samples import CANARY, SCRIPT

from campaigns.domain.errors import BadInput
from campaigns.domain.uploads import LARGEST, UploadKind
from campaigns.interchange import received
from campaigns.interchange.received import Clean, Format, audio, clean, documents, formats, images, pdf, subtitles

DOC, PIC, SOUND, SUBS = UploadKind.DOCUMENT, UploadKind.IMAGE, UploadKind.AUDIO, UploadKind.SUBTITLES
WELCOME: dict[str, tuple[UploadKind, Format, Callable[[], bytes]]] = {
    "pdf": (DOC, Format.PDF, samples.pdf),
    "docx": (DOC, Format.DOCX, samples.docx),
    "jpeg": (PIC, Format.JPEG, samples.picture),
    "png": (PIC, Format.PNG, lambda: samples.picture("PNG")),
    "webp": (PIC, Format.WEBP, lambda: samples.picture("WEBP")),
    "mp3": (SOUND, Format.MP3, samples.mp3),
    "ogg": (SOUND, Format.OGG, samples.ogg),
    "m4a": (SOUND, Format.M4A, samples.m4a),
    "vtt": (SUBS, Format.VTT, samples.VTT.encode),
    "srt": (SUBS, Format.SRT, samples.SRT.encode),
}


def refused(kind: UploadKind, raw: bytes) -> str:
    """The sentence a file is refused with; it stands beside the field of the file."""
    with pytest.raises(BadInput) as error:
        clean(kind, raw)
    (fault,) = error.value.faults
    assert fault.field == "file"
    assert str(fault)  # every fact of the sentence is there
    return fault.message


@pytest.mark.parametrize("name", WELCOME)
def test_a_file_that_is_taken_comes_out_in_its_format_and_without_who_made_it(name: str) -> None:
    """Author, place, camera, comment and tag are gone, and what is cleaned twice is the same."""
    kind, wanted, make = WELCOME[name]
    found = clean(kind, make())
    assert found.format is wanted
    assert CANARY not in found.content
    assert clean(kind, found.content).content == found.content or kind is PIC


@pytest.mark.parametrize("name", WELCOME)
def test_a_file_of_another_kind_is_refused_with_the_kind_it_is(name: str) -> None:
    """Nothing is guessed from its name, so a document chosen as an image is said to be one."""
    kind, _, make = WELCOME[name]
    for other in LARGEST:
        if other is not kind:
            assert refused(other, make()) == received.OTHER_KIND


@pytest.mark.parametrize("name", WELCOME)
@pytest.mark.parametrize("behind", [SCRIPT, b"PK\x05\x06" + bytes(18), samples.HTML], ids=["script", "zip", "page"])
def test_what_hangs_behind_a_file_does_not_come_along(name: str, behind: bytes) -> None:
    """A file that is two files at once: only the first is left, or it is refused."""
    kind, _, make = WELCOME[name]
    try:
        found = clean(kind, make() + behind)
    except BadInput:
        return
    assert behind not in found.content
    assert SCRIPT not in found.content


@pytest.mark.parametrize("name", WELCOME)
def test_a_file_that_was_cut_off_breaks_nothing(name: str) -> None:
    """Cut anywhere it is taken or refused with a sentence, and never an error of ours."""
    kind, _, make = WELCOME[name]
    raw, said = make(), []
    for part in range(1, 24):
        cut = raw[: len(raw) * part // 24]
        try:
            clean(kind, cut)
        except BadInput as error:
            said.append(str(error))
    assert all(said)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(WELCOME)), data=st.data())
def test_a_file_with_any_byte_altered_breaks_nothing(name: str, data: st.DataObject) -> None:
    """Random damage, in every format."""
    kind, _, make = WELCOME[name]
    raw = bytearray(make())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = clean(kind, bytes(raw))
    except BadInput as error:
        assert str(error)  # noqa: PT017 - it may also be taken
    else:
        assert found.content


UNWELCOME = {
    "nothing": (PIC, b"", received.EMPTY),
    "svg": (PIC, samples.SVG, formats.SVG),
    "svg without a head": (PIC, b"<svg onload='alert(1)'/>", formats.SVG),
    "a page that calls itself an image": (PIC, samples.HTML, formats.WEB_PAGE),
    "gif": (PIC, b"GIF89a" + bytes(40), formats.GIF),
    "heic": (PIC, samples.box(b"ftyp", b"heic", bytes(4)), formats.HEIC),
    "old word": (DOC, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), formats.OLD_OFFICE),
    "wave": (SOUND, b"RIFF" + bytes(4) + b"WAVEfmt ", formats.WAVE),
    "a program": (DOC, b"MZ" + bytes(60), formats.UNKNOWN),
    "a plain zip": (DOC, samples.changed_package(samples.docx(), {"[Content_Types].xml": b"<a/>"}), documents.NOT_WORD),
    "an image that moves": (PIC, samples.moving_picture(), images.MOVES),
    "a webp that moves": (PIC, samples.moving_picture("WEBP"), images.MOVES),
    "a bomb of pixels": (PIC, samples.huge_picture(), images.TOO_MANY_PIXELS),
    "an image of one pixel": (PIC, samples.picture(size=(1, 1)), images.TOO_SMALL),
    "a locked pdf": (DOC, samples.locked_pdf(), pdf.LOCKED),
    "a film": (SOUND, samples.m4a(handlers=(b"soun", b"vide")), audio.ONLY_SOUND),
    "a film without sound": (SOUND, samples.m4a(handlers=(b"vide",)), audio.NO_SOUND),
    "an mp3 of tags alone": (SOUND, samples.mp3(0), audio.NO_SOUND),
    "two streams in one ogg": (SOUND, samples.ogg() + samples.ogg(serial=2), audio.ONLY_SOUND),
    "ogg with film": (SOUND, b"OggS" + bytes(24) + b"\x80theora" + bytes(9), audio.NOT_OGG),
    "subtitles with a script": (SUBS, samples.VTT.replace("Hej", SCRIPT.decode()).encode(), subtitles.MARKUP),
    "subtitles with a handler": (SUBS, samples.VTT.replace("<b>", "<b onclick=x>").encode(), subtitles.MARKUP),
    "subtitles with an open tag": (SUBS, samples.VTT.replace("Hej", "<img src=x").encode(), subtitles.MARKUP),
    "subtitles without any": (SUBS, b"WEBVTT\n\nNOTE x\n", subtitles.NO_CUES),
    "subtitles backwards": (SUBS, b"WEBVTT\n\n00:09.000 --> 00:04.000\nx\n", subtitles.BACKWARDS),
    "subtitles without times": (SUBS, b"WEBVTT\n\nHej\n", subtitles.NOT_A_TIME),
    "subtitles in latin-1": (SUBS, samples.SRT.encode("latin-1"), subtitles.NOT_UTF8),
}


@pytest.mark.parametrize("name", UNWELCOME)
def test_what_is_not_taken_is_refused_with_a_sentence_of_its_own(name: str) -> None:
    """It says what to do instead."""
    kind, raw, sentence = UNWELCOME[name]
    assert refused(kind, raw) == sentence


def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at() -> None:
    """By one byte, for each kind."""
    for kind, most in LARGEST.items():
        assert refused(kind, b"x" * (most + 1)) == received.TOO_LARGE


ACTIVE: dict[str, tuple[dict[str, object], str]] = {
    "javascript at the start": ({"OpenAction": {"S": "/JavaScript", "JS": "app.alert(1)"}}, pdf.SCRIPTS),
    "named scripts": ({"Names": {"JavaScript": {"Names": []}}}, pdf.SCRIPTS),
    "a program that is started": ({"OpenAction": {"S": "/Launch", "F": "cmd.exe"}}, pdf.ACTIONS),
    "a form that is sent": ({"X": {"A": {"S": "/SubmitForm"}}}, pdf.ACTIONS),
    "a link that is a script": ({"X": {"S": "/URI", "URI": "javascript:alert(1)"}}, pdf.ACTIONS),
    "a link to a file": ({"X": {"S": "/URI", "URI": "file:///etc/passwd"}}, pdf.ACTIONS),
    "files in it": ({"Names": {"EmbeddedFiles": {"Names": []}}}, pdf.FILES_INSIDE),
    "a film in it": ({"X": {"Type": "/Annot", "Subtype": "/RichMedia"}}, pdf.MEDIA_INSIDE),
    "an old form": ({"AcroForm": {"XFA": "x"}}, pdf.FORMS),
}


def _pdf_value(value: object) -> object:
    if isinstance(value, dict):
        return pikepdf.Dictionary({f"/{name}": _pdf_value(inner) for name, inner in value.items()})
    if isinstance(value, list):
        return pikepdf.Array(value)
    return pikepdf.Name(value) if isinstance(value, str) and value.startswith("/") else value


@pytest.mark.parametrize("name", ACTIVE)
def test_a_pdf_that_does_something_is_refused(name: str) -> None:
    """Wherever in the file it stands."""
    root, sentence = ACTIVE[name]
    raw = samples.pdf(**{entry: _pdf_value(value) for entry, value in root.items()})
    assert refused(DOC, raw) == sentence


def test_a_pdf_keeps_its_pages_and_links_and_nothing_of_its_past() -> None:
    """A link to a page is what documents are for; an earlier version behind it is not."""
    link = _pdf_value({"Type": "/Annot", "S": "/URI", "URI": "https://polisen.se/"})
    raw = samples.pdf(X=link)
    found = clean(DOC, raw + b"\n1 0 obj\n(" + CANARY + b")\nendobj\n")
    with pikepdf.open(io.BytesIO(found.content)) as read:
        assert len(read.pages) == 1
        assert b"Samtalskort" in read.pages[0].Contents.read_bytes()
        assert str(read.Root.X.URI) == "https://polisen.se/"
        assert "/Info" not in read.trailer
        assert "/Metadata" not in read.Root
    assert CANARY not in found.content


def test_a_picture_in_a_pdf_forgets_where_it_was_taken() -> None:
    """The picture itself is the same, pixel by pixel."""
    raw = samples.pdf_with_picture()
    assert CANARY in raw
    with pikepdf.open(io.BytesIO(clean(DOC, raw).content)) as read:
        image = read.pages[0].Resources.XObject.Im0.read_raw_bytes()
    assert CANARY not in image
    assert _pixels(image) == _pixels(samples.picture())


def _pixels(raw: bytes) -> bytes:
    with Image.open(io.BytesIO(raw)) as opened:
        return opened.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_forgets_place_camera_and_colour_profile(kind: str) -> None:
    """Read back by Pillow: it knows nothing of it but size and colours."""
    with Image.open(io.BytesIO(clean(PIC, samples.picture(kind)).content)) as opened:
        assert opened.size == (60, 40)
        assert not dict(opened.getexif())
        assert not {"exif", "icc_profile", "Author", "comment", "xmp"} & set(opened.info)


def test_an_image_that_lies_on_its_side_is_put_upright() -> None:
    """What said so is taken away, so it must be done before."""
    found = clean(PIC, samples.turned_picture())
    assert (found.width, found.height) == (40, 60)


def test_a_large_image_is_made_smaller_and_keeps_its_shape() -> None:
    """A phone takes more than a page shows."""
    found = clean(PIC, samples.picture(size=(5000, 2500), marked=False))
    assert (found.width, found.height) == (4000, 2000)


def _docx(*, changes: dict[str, bytes] | None = None, replace: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    return samples.changed_package(samples.docx(), changes or {}, replace=replace)


def _relations(kind: str, target: str, *, mode: str = "External") -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships xmlns="{space}"><Relationship Id="rId1" Type="{office}/{kind}" Target="{target}" '
        f'TargetMode="{mode}"/></Relationships>'
    ).encode()


def _said(run: bytes) -> bytes:
    """The document with one more run in it."""
    return _docx(replace=(b"<w:body>", b"<w:body><w:p><w:r>" + run + b"</w:r></w:p>"))


ENTITIES = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
SHEET = (
    b'<Types xmlns="x"><Override PartName="/word/document.xml" ContentType="a/spreadsheetml.sheet.main+xml"/></Types>'
)
SETTINGS, MAIN = "word/_rels/settings.xml.rels", "word/document.xml"
ELSEWHERE = "https://evil.example.org/a"
WORD: dict[str, tuple[Callable[[], bytes], str]] = {
    "macros": (lambda: _docx(changes={"word/vbaProject.bin": b"x"}), documents.TEMPLATE),
    "a template from elsewhere": (
        lambda: _docx(changes={SETTINGS: _relations("attachedTemplate", ELSEWHERE)}),
        documents.TIED,
    ),
    "a picture from elsewhere": (lambda: _docx(changes={SETTINGS: _relations("image", ELSEWHERE)}), documents.TIED),
    "a link to a file": (lambda: _docx(changes={SETTINGS: _relations("hyperlink", "file:///c:/a")}), documents.TIED),
    "an embedded program": (lambda: _docx(changes={"word/embeddings/a.bin": b"x"}), documents.OTHER_FILES),
    "another document in it": (
        lambda: _docx(changes={SETTINGS: _relations("aFChunk", "a.html", mode="Internal")}),
        documents.STRANGE_PART,
    ),
    "tracked changes": (
        lambda: _docx(replace=(b"<w:body>", b'<w:body><w:ins w:author="Anna"/>')),
        documents.UNFINISHED,
    ),
    "comments": (lambda: _said(b'<w:commentReference w:id="0"/>'), documents.UNFINISHED),
    "a field in two pieces": (
        lambda: _said(b"<w:instrText>DDE</w:instrText><w:instrText>AUTO cmd</w:instrText>"),
        documents.FETCHES,
    ),
    "entities": (lambda: _docx(changes={MAIN: ENTITIES}), documents.PACKED_TO_HARM),
    "a bomb": (lambda: _docx(changes={MAIN: b" " * 30_000_000}), documents.PACKED_TO_HARM),
    "a spreadsheet": (lambda: _docx(changes={"[Content_Types].xml": SHEET}), documents.NOT_WORD),
}


@pytest.mark.parametrize("name", WORD)
def test_a_word_document_that_does_or_tells_too_much_is_refused(name: str) -> None:
    """Macros, links that are followed, other people's remarks, and packages that are built to harm."""
    make, sentence = WORD[name]
    assert refused(DOC, make()) == sentence


def test_a_word_document_opens_again_and_names_nobody() -> None:
    """An independent reader finds its words and picture; its picture and its properties tell nothing."""
    found = clean(DOC, samples.docx(with_picture=True))
    read = Document(io.BytesIO(found.content))
    assert read.paragraphs[0].text == "Samtalskort: ring 114 14."
    assert len(read.inline_shapes) == 1
    assert read.core_properties.author == ""
    with zipfile.ZipFile(io.BytesIO(found.content)) as package:
        assert all(CANARY not in package.read(name) for name in package.namelist())


def test_sound_plays_as_before_without_its_tags() -> None:
    """Read back by mutagen."""
    sound = File(io.BytesIO(clean(SOUND, samples.mp3()).content))
    assert sound.tags is None
    assert sound.info.bitrate == 128_000
    assert not File(io.BytesIO(clean(SOUND, samples.ogg()).content)).tags
    assert samples.PLACE.encode() not in clean(SOUND, samples.m4a()).content
    assert len(clean(SOUND, samples.m4a()).content) == len(samples.m4a())


def test_subtitles_keep_times_words_and_speakers_and_lose_notes_and_styles() -> None:
    """Both formats are written as their readers expect them."""
    assert clean(SUBS, samples.VTT.encode()).content.decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.500 align:start\n<v Anna>Ring <b>114 14</b>.\n\n"
        "00:00:05.000 --> 00:00:06.000\nHej då.\n"
    )
    assert clean(SUBS, samples.SRT.encode()).content.decode() == samples.SRT.replace("\r\n", "\n")


def test_a_personal_number_in_subtitles_is_warned_about() -> None:
    """As in texts."""
    said = clean(SUBS, samples.VTT.replace("Hej då", "811228-9874").encode())
    assert [fault.severity.value for fault in subtitles.warnings_of(said.content)] == ["warning"]
    assert subtitles.words_of(clean(SUBS, samples.VTT.encode()).content) == "Ring 114 14.\nHej då."


def test_a_clean_file_is_a_value() -> None:
    """Nothing changes it on its way into the database."""
    found = clean(PIC, samples.picture())
    with pytest.raises(AttributeError):
        found.content = b""  # type: ignore[misc]
    assert isinstance(found, Clean)
