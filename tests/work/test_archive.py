"""The public record: what was published when, under which marking, and proof of it, in one file that can be checked."""

import json
import stat
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import late_scenes
import pytest
from factories import Office, rows
from making import make_all
from scenes import STAGES, Scene, edit_core

from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.i18n import words_for
from campaigns.store.tables import Campaign
from campaigns.work.archive import writing
from campaigns.work.archive.writing import NotArchived, write_record
from campaigns.work.launch import correcting
from campaigns.work.partners import briefing

UNTIL_T, ON_HOLD = "EMBARGO till", "Inget lyfts förrän någon återupptar"
TO_COME = {
    "draft": UNTIL_T,
    "briefing": UNTIL_T,
    "approved": UNTIL_T,
    "held": ON_HOLD,
    "overdue": ON_HOLD,
    "cancelled": "Kampanjen ställdes in, och inget av den blev offentligt.",
}
NEVER_APPROVED = {"draft", "briefing"}


def slug_of(scene: Scene) -> str:
    """The campaign's address."""
    return rows(scene.place, Campaign)[0].slug


def archived(scene: Scene, folder: Path) -> dict[str, bytes]:
    """The files of a campaign's record by their names."""
    file = folder / "arkiv.zip"
    write_record(scene.place, scene.operator, slug_of(scene), file, words_for("sv"), now=scene.now)
    assert [left.name for left in folder.iterdir() if left.name.startswith("arkiv")] == ["arkiv.zip"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def facts(files: dict[str, bytes]) -> dict[str, Any]:
    """What programs read."""
    found: dict[str, Any] = json.loads(files["arkiv.json"])
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_in_every_stage_it_says_what_there_is_and_its_sums_are_right(
    office: Office, tmp_path: Path, stage: str
) -> None:
    """Nothing half, no secret of a channel, and the embargo is named as long as there is one."""
    files = archived(STAGES[stage](office), tmp_path)
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: sha256(content).hexdigest() for name, content in files.items()}
    page = files["LASMIG.html"].decode()
    assert "Sekretessgrund: " in page
    assert "En kampanjs allmänna handlingar, uttagna" in page
    assert {said for said in TO_COME.values() if said in page} == ({TO_COME[stage]} if stage in TO_COME else set())
    assert ("kvitto.json" in files) == bool(facts(files)["releases"])
    assert not (stage in NEVER_APPROVED and facts(files)["texts"])
    assert not any(b"whsec_" in content for content in files.values())
    assert files["handelser.csv"].decode("utf-8-sig").count("\r\n") > 1


def test_a_correction_stands_beside_what_it_replaced(office: Office, tmp_path: Path) -> None:
    """With when each counted, and whose decision it was."""
    scene = STAGES["live"](office)
    revision = edit_core(scene).revision
    later = replace(scene, now=scene.now + timedelta(minutes=5))
    correcting.correct(later.place, later.approver, later.core_id, revision=revision, now=later.now)
    files = archived(later, tmp_path)
    core = [text for text in facts(files)["texts"] if text["is_core"] and text["language"] == "sv"]
    assert [text["version"] for text in core] == [1, 2]
    assert core[0]["until_at"] == core[1]["from_at"] != core[0]["from_at"]
    assert core[0]["long"] != core[1]["long"] or core[0]["headline"] != core[1]["headline"]
    page = files["LASMIG.html"].decode()
    assert "Ersatt" in page
    assert core[1]["headline"] in page
    assert [one["approved_by"] for one in facts(files)["releases"]] == ["exempel"]


def test_numbers_keep_their_order_whatever_is_read_from_the_right(office: Office, tmp_path: Path) -> None:
    """In the short text and the text message too, which are no Markdown: 114 14 is never read as 14 114."""
    page = archived(STAGES["live"](office), tmp_path)["LASMIG.html"].decode()
    assert page.count("114 14") == page.count('<bdi dir="ltr">114 14</bdi>') > 0


def test_who_asked_without_a_name_has_none_here_either(office: Office, tmp_path: Path) -> None:
    """The other question names the organisation, never the person."""
    scene = STAGES["briefing"](office)
    for question, nameless in (("Varför nu?", True), ("Varför vi?", False)):
        briefing.ask(scene.place, scene.partner, scene.campaign_id, question=question, unnamed=nameless, now=scene.now)
    asked = {one["question"]: one["organisation"] for one in facts(archived(scene, tmp_path))["questions"]}
    assert asked["Varför nu?"] == ""
    assert asked["Varför vi?"] != ""


def test_material_and_own_files_are_in_it_as_they_are_offered(office: Office, tmp_path: Path) -> None:
    """Of material what everyone may have, and of own files exactly what was approved."""
    scene = STAGES["approved"](office)
    make_all(office)
    files = archived(scene, tmp_path)
    languages = {name.split("/")[1] for name in files if name.startswith("material/")}
    assert languages
    own = [one for one in facts(files)["uploads"] if one["file"]]
    assert own
    assert all(sha256(files[one["file"]]).hexdigest() == one["sha256"] for one in own)
    assert {name for name in files if name.startswith("eget-material/")} == {one["file"] for one in own}


def test_nothing_is_written_over_and_nothing_is_left_half(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there stays as it is; one that cannot be finished is not there."""
    scene = STAGES["briefing"](office)
    kept = tmp_path / "arkiv.zip"
    kept.write_text("mitt")
    with pytest.raises(NotArchived):
        write_record(scene.place, scene.operator, slug_of(scene), kept, words_for("sv"), now=scene.now)
    assert kept.read_text() == "mitt"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_archive", full)
    with pytest.raises(NotArchived):
        write_record(
            scene.place, scene.operator, slug_of(scene), tmp_path / "annan.zip", words_for("sv"), now=scene.now
        )
    assert [file.name for file in tmp_path.iterdir() if file.suffix in {".zip", ".partial"}] == ["arkiv.zip"]


def test_only_the_operator_may_take_it_out(office: Office, tmp_path: Path) -> None:
    """And what is not there is not there."""
    scene = STAGES["live"](office)
    with pytest.raises(NotAllowed):
        write_record(
            scene.place, scene.communicator, slug_of(scene), tmp_path / "a.zip", words_for("sv"), now=scene.now
        )
    with pytest.raises(NotThere):
        write_record(scene.place, scene.operator, "finns-inte", tmp_path / "a.zip", words_for("sv"), now=scene.now)


def test_a_language_that_is_to_come_is_under_embargo_in_a_public_campaign(
    sqlite_office: Office, tmp_path: Path
) -> None:
    """The record holds its words, so it names the instant; afterwards there is none."""
    scene = late_scenes.public_without(sqlite_office)
    sqlite_office.make_ready(scene.campaign_id)
    assert UNTIL_T not in archived(scene, tmp_path)["LASMIG.html"].decode()
    late_scenes.approve(scene)
    (tmp_path / "to come").mkdir()
    (tmp_path / "open").mkdir()
    page = archived(scene, tmp_path / "to come")["LASMIG.html"].decode()
    assert f"{UNTIL_T} {words_for('sv').when(late_scenes.NOON)}." in page
    after = replace(scene, now=late_scenes.NOON + timedelta(hours=1))
    assert UNTIL_T not in archived(after, tmp_path / "open")["LASMIG.html"].decode()


def test_a_language_that_is_on_hold_was_not_published(sqlite_office: Office, tmp_path: Path) -> None:
    """Though the instant that was agreed has passed; resumed, it is in the record from when it opened."""
    scene = late_scenes.public_without(sqlite_office)
    sqlite_office.make_ready(scene.campaign_id)
    late_scenes.approve(scene)
    late_scenes.hold(scene)
    after = replace(scene, now=late_scenes.NOON + timedelta(hours=1))
    sqlite_office.now = after.now
    assert {one["language"] for one in facts(archived(after, tmp_path))["texts"]} == {"sv"}
    late_scenes.resume(after, None)
    (tmp_path / "later").mkdir()
    (english,) = (one for one in facts(archived(after, tmp_path / "later"))["texts"] if one["language"] == "en")
    assert english["from_at"] == after.now.isoformat().replace("+00:00", "Z")
