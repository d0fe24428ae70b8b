"""The ZIP: names that every machine minds nothing of, a manifest that is true, sums that verify, the same bytes."""

import io
import json
import re
import zipfile
from hashlib import sha256

import pytest
from material_samples import material, occasion, small

from campaigns.materials.kinds import PIECES, Kind, Piece, ascii_name, file_name
from campaigns.materials.making import Made, make
from campaigns.materials.packing import MANIFEST, README, SUMS, pack, pack_name


@pytest.fixture(scope="module")
def languages_made() -> list[Made]:
    """Swedish and Arabic under embargo."""
    return [make(material(tag, occasion=occasion(embargo_for="BRIS"))) for tag in ("sv", "ar")]


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_file_names_are_ascii_and_say_campaign_version_language_and_kind() -> None:
    """`gangsnacket_v3_ar_samtalskort.pdf`, as the study associations know them."""
    names = [file_name(slug="gangsnacket", version=3, language="ar", piece=piece) for piece in PIECES]
    assert names[0] == "gangsnacket_v3_ar_samtalskort.pdf"
    assert "gangsnacket_v3_ar_affisch_a3.pdf" in names
    assert "gangsnacket_v3_ar_bild_1200x630.png" in names
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_.-]+", name) for name in names)


@pytest.mark.parametrize(
    ("slug", "name"),
    [("Gängsnacket/../x", "gangsnacket-x"), ("../..", "kampanj"), ("سلام", "kampanj"), ("a" * 99, "a" * 60)],
)
def test_no_name_leads_out_of_its_folder(slug: str, name: str) -> None:
    """Whatever the campaign is called."""
    assert ascii_name(slug) == name
    piece = Piece(kind=Kind.CARD, format="pdf")
    assert "/" not in file_name(slug=slug, version=1, language="sv", piece=piece)


def test_the_zip_of_one_language_lies_flat_and_that_of_all_in_folders(languages_made: list[Made]) -> None:
    """So that a flat one can be laid on a stick and a large one browsed."""
    assert all("/" not in name for name in unpacked(pack(languages_made[1:])))
    together = unpacked(pack(languages_made))
    assert {name.partition("/")[0] for name in together} == {"sv", "ar", MANIFEST, README, SUMS}
    assert (pack_name(occasion(), "ar"), pack_name(occasion())) == ("gangsnacket_v3_ar.zip", "gangsnacket_v3.zip")


def test_every_sum_verifies_and_every_file_has_one(languages_made: list[Made]) -> None:
    """As `sha256sum -c SHA256SUMS` would find."""
    files = unpacked(pack(languages_made))
    lines = [line.split("  ") for line in files.pop(SUMS).decode().splitlines()]
    listed = {name: digest for digest, name in lines}
    assert listed == {name: sha256(content).hexdigest() for name, content in files.items()}


def test_the_manifest_tells_what_there_is(languages_made: list[Made]) -> None:
    """Campaign, version, lift, licence, contact, states, and for each file its sum, size and kind."""
    files = unpacked(pack(languages_made))
    manifest = json.loads(files[MANIFEST])
    assert (manifest["slug"], manifest["version"], manifest["lift_at"]) == ("gangsnacket", 3, "2026-12-14T05:00:00Z")
    assert manifest["embargo"] == {"until": "2026-12-14T05:00:00Z", "delivered_to": "BRIS"}
    assert (manifest["licence"], manifest["contact"]["email"]) == ("CC BY 4.0", "kampanj@example.se")
    assert [(one["tag"], one["state"], one["machine_translated"]) for one in manifest["languages"]] == [
        ("sv", "approved", False),
        ("ar", "approved", True),
    ]
    assert set(manifest["languages"][0]["not_made"]) == {"folder"}
    listed = {file["name"]: file for one in manifest["languages"] for file in one["files"]}
    assert listed.keys() == files.keys() - {MANIFEST, README, SUMS}
    for name, file in listed.items():
        assert (file["sha256"], file["bytes"]) == (sha256(files[name]).hexdigest(), len(files[name]))


def test_after_the_lift_the_manifest_names_no_embargo_and_no_receiver() -> None:
    """Anyone may have it then."""
    manifest = json.loads(unpacked(pack([make(small())]))[MANIFEST])
    assert manifest["embargo"] is None


def test_what_print_leaves_out_is_told() -> None:
    """An editor sees that the pictograph is not on paper."""
    manifest = json.loads(unpacked(pack([make(small(long="Hej 😀"))]))[MANIFEST])
    assert manifest["languages"][0]["left_out_of_print"] == ["😀"]


def test_the_readme_speaks_swedish_and_english_to_every_editor(languages_made: list[Made]) -> None:
    """ASCII name, lines that Notepad breaks, the embargo first."""
    text = unpacked(pack(languages_made))[README].decode()
    assert "\n" not in text.replace("\r\n", "")
    assert "EMBARGO till måndag 14 december 2026 kl. 06.00" in text
    assert "Språk: svenska, arabiska." in text
    assert "Languages: Swedish, Arabic." in text


def test_the_same_files_give_the_same_zip(languages_made: list[Made]) -> None:
    """No time of making, no machine, no user is in it."""
    again = [make(material(tag, occasion=occasion(embargo_for="BRIS"))) for tag in ("sv", "ar")]
    content = pack(languages_made)
    assert content == pack(again)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
