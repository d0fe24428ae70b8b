"""Checkpoints against a real trail: what was altered or removed is named, also after a restored backup."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from factories import Office, settings_for
from sqlalchemy import Engine, text

from campaigns.domain.access import Role
from campaigns.domain.checkpoints import EVERY, Checkpoint, Verdict
from campaigns.domain.errors import NotAllowed
from campaigns.i18n import words_for
from campaigns.store import audit
from campaigns.store.backup import backup, restore
from campaigns.store.checkpoint_files import listed, opened, written
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent
from campaigns.work.audit.checkpoint_sentences import facts_of, sentence_of
from campaigns.work.audit.checkpointing import (
    AGAIN_AFTER,
    Checked,
    Keeper,
    Verified,
    checkpoint_for,
    make_checkpoint,
    newest_in,
    newest_kept,
    read_all,
    verify,
)
from campaigns.work.workplace import Workplace, open_workplace

NOW = Office.NOW
HOUR = timedelta(hours=1)


def at(place: Workplace, moved: timedelta) -> Workplace:
    """The same workplace later, or earlier."""
    return replace(place, clock=lambda: NOW + moved)


def recorded(place: Workplace, count: int, action: str = "tried") -> None:
    """So many events, at the workplace's own time."""
    for _ in range(count):
        with writing(place.engine) as session:
            audit.record(session, None, action, now=place.clock())


def kept(place: Workplace, folder: Path) -> Path:
    """A checkpoint of the trail as it is, in a file."""
    made = make_checkpoint(place, now=place.clock())
    return written(folder / made.file_name, made)


def verified(place: Workplace, *files: Path) -> Verified:
    """What the trail says of these checkpoints."""
    return verify(place, read_all(files, place.audit_keys()))


def tampered(place: Workplace, *statements: str) -> None:
    """Change the table from outside."""
    with writing(place.engine) as session:
        for statement in statements:
            session.connection().execute(text(statement))


def said(one: Checked) -> str:
    """The sentence that people read, in Swedish."""
    return words_for("sv")._(sentence_of(one), **facts_of(one))


def verdicts(found: Verified) -> list[tuple[Verdict, tuple[tuple[int, int], ...]]]:
    """Of each checkpoint in turn."""
    return [(one.verdict, one.missing) for one in found.checked]


def test_an_untouched_trail_holds_with_every_checkpoint(place: Workplace, tmp_path: Path) -> None:
    """Also one of the empty trail, and whatever was recorded after it."""
    files = [kept(place, tmp_path)]
    for count in (3, 1):
        recorded(place, count)
        files.append(kept(at(place, count * HOUR), tmp_path))
    recorded(place, 2)
    found = verified(place, *files)
    assert (found.holds, found.count, found.broken) == (True, 6, ())
    assert [one.checkpoint.end.count for one in found.checked if one.checkpoint] == [0, 3, 4]


def test_a_removed_end_is_told_by_the_checkpoint_that_saw_it(place: Workplace, tmp_path: Path) -> None:
    """Fault 26: what is left is a whole chain. The checkpoint from before still holds."""
    recorded(place, 3)
    before = kept(place, tmp_path)
    recorded(place, 2)
    after = kept(at(place, HOUR), tmp_path)
    tampered(place, "DELETE FROM audit_events WHERE number > 3")
    found = verified(place, before, after)
    assert found.broken == ()
    assert verdicts(found) == [(Verdict.HOLDS, ()), (Verdict.MISSING, ((4, 5),))]
    assert not found.holds
    assert said(found.checked[1]).startswith(f"Händelserna 4–5 som kontrollpunkten {after} såg måndag 23 november 2026")


def test_a_single_event_removed_at_the_end_is_told_as_one(place: Workplace, tmp_path: Path) -> None:
    """The sentence has its singular."""
    recorded(place, 3)
    file = kept(place, tmp_path)
    tampered(place, "DELETE FROM audit_events WHERE number = 3")
    assert said(verified(place, file).checked[0]).startswith(f"Händelse 3 som kontrollpunkten {file} såg ")


def test_a_row_removed_in_the_middle_breaks_the_chain_and_the_checkpoint(place: Workplace, tmp_path: Path) -> None:
    """Fault 26. A checkpoint from before the gap is not touched by it."""
    recorded(place, 2)
    before = kept(place, tmp_path)
    recorded(place, 3)
    after = kept(at(place, HOUR), tmp_path)
    tampered(place, "DELETE FROM audit_events WHERE number = 4")
    found = verified(place, before, after)
    assert found.broken == (5,)
    assert verdicts(found) == [(Verdict.HOLDS, ()), (Verdict.MISSING, ((4, 4),))]


def test_an_altered_row_breaks_the_chain_where_it_is(place: Workplace, tmp_path: Path) -> None:
    """Fault 26. The hashes are all there still, so the checkpoint holds and the chain does not."""
    recorded(place, 5)
    file = kept(place, tmp_path)
    tampered(place, "UPDATE audit_events SET action = 'nothing' WHERE number = 3")
    found = verified(place, file)
    assert (found.broken, found.holds) == ((3,), False)
    assert verdicts(found) == [(Verdict.HOLDS, ())]


def test_a_trail_that_was_made_anew_whole_is_told_by_the_checkpoint(place: Workplace, tmp_path: Path) -> None:
    """Somebody who alters an event and computes every hash after it has a whole chain."""
    recorded(place, 4)
    file = kept(place, tmp_path)
    with reading(place.engine) as session:
        end = audit.end(session)
    tampered(place, "DELETE FROM audit_events WHERE number > 2")
    recorded(at(place, -HOUR), 2, "forged")
    found = verified(place, file)
    assert found.broken == ()
    assert (found.count, found.last_hash != end.hash) == (4, True)
    assert verdicts(found) == [(Verdict.CHANGED, ())]


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, engine: Engine) -> Engine:
    """An empty database of the other kind."""
    found: Engine = request.getfixturevalue(
        f"{'sqlite' if engine.dialect.name == 'postgresql' else 'postgresql'}_engine"
    )
    return found


@pytest.mark.parametrize("since", [0, 1, 2, 5])
def test_after_a_restored_backup_the_events_that_are_lost_are_named(
    place: Workplace, elsewhere: Engine, tmp_path: Path, since: int
) -> None:
    """However many were recorded since under the numbers of the lost ones. What the backup held still holds."""
    recorded(place, 3)
    before = kept(place, tmp_path)
    backup(place.engine, tmp_path / "copy")
    recorded(place, 2)
    after = kept(at(place, HOUR), tmp_path)
    restore(tmp_path / "copy", elsewhere, now=Office.NOW + 2 * HOUR)
    restored = replace(at(place, 2 * HOUR), engine=elsewhere)
    recorded(restored, since)
    found = verified(restored, before, after)
    assert found.broken == ()
    assert verdicts(found) == [(Verdict.HOLDS, ()), (Verdict.MISSING, ((4, 5),))]
    assert "Om en säkerhetskopia från tiden före dess har återställts är det förklaringen" in said(found.checked[1])


def test_a_checkpoint_that_somebody_changed_says_nothing_of_the_trail(place: Workplace, tmp_path: Path) -> None:
    """Its signature is told, and the trail is not blamed; nor is it for files that are no checkpoints, or not there."""
    recorded(place, 3)
    made = make_checkpoint(place, now=NOW)
    forged = written(tmp_path / "forged.json", replace(made, end=replace(made.end, number=9)))
    (tmp_path / "empty.json").touch()
    found = verified(place, forged, tmp_path / "empty.json", tmp_path / "gone.json")
    assert [one.verdict for one in found.checked] == [Verdict.BAD_SIGNATURE, Verdict.UNREADABLE, Verdict.UNREADABLE]
    assert f"Kontrollpunkten {forged} har fel signatur" in said(found.checked[0])
    assert "den är ingen kontrollpunkt" in said(found.checked[1])
    assert (found.broken, found.holds) == ((), False)


def test_nodes_with_keys_of_their_own_do_not_know_each_other_until_told(place: Workplace, tmp_path: Path) -> None:
    """One database, two data folders."""
    other = open_workplace(settings_for(tmp_path / "other"), place.engine, clock=place.clock)
    file = kept(other, tmp_path)
    assert verdicts(verified(place, file)) == [(Verdict.UNKNOWN_KEY, ())]
    assert "är signerad med nyckeln" in said(verified(place, file).checked[0])
    both = replace(place, audit_keys=lambda: (*place.audit_keys(), *other.audit_keys()))
    assert verdicts(verified(both, file)) == [(Verdict.HOLDS, ())]


def test_every_verdict_has_a_sentence_in_both_languages(place: Workplace, tmp_path: Path) -> None:
    """With all its facts filled."""
    (read,) = read_all([kept(place, tmp_path)], place.audit_keys())
    for verdict in Verdict:
        one = replace(read, verdict=verdict, missing=((1, 1), (3, 9)), reason="x")
        for language in ("sv", "en"):
            assert "{" not in words_for(language)._(sentence_of(one), **facts_of(one))


def test_a_steward_is_given_a_checkpoint_and_nobody_else(office: Office) -> None:
    """It tells how many events there are."""
    office.registered()
    steward = office.member(office.police, {Role.STEWARD})
    made = checkpoint_for(office.place, steward, now=office.now)
    with reading(office.place.engine) as session:
        assert made.end == audit.end(session)
    assert (made.service, made.made_at) == (office.place.base_url, office.now)
    for actor in (office.communicator, office.approver):
        with pytest.raises(NotAllowed):
            checkpoint_for(office.place, actor, now=office.now)


def test_a_trail_is_read_in_a_stream(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand events are never held: neither as rows here, nor by the driver of PostgreSQL."""
    monkeypatch.setattr(audit, "ROWS_AT_ONCE", 10)
    recorded(place, 60)
    with reading(place.engine) as session:
        held = []
        for _ in audit.links(audit.events(session)):
            held.append(len(session.identity_map))
            if place.engine.dialect.name == "postgresql":
                cursors = (
                    session.connection()
                    .exec_driver_sql("SELECT count(*) FROM pg_cursors WHERE name <> ''")
                    .scalar_one()
                )
                assert cursors == 1
    assert (len(held), max(held) <= 20) == (60, True)


# The folder that a worker keeps supplied


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    """A folder elsewhere."""
    folder = tmp_path / "mount"
    folder.mkdir()
    return folder


def keeper(place: Workplace, mount: Path) -> Keeper:
    """Whoever keeps the folder, at the time it is told."""
    return Keeper(replace(place, audit_checkpoints=mount))


def made_in(folder: Path) -> Sequence[Checkpoint]:
    """The checkpoints in a folder, the newest first."""
    return [opened(file) for file in listed(folder)]


def test_a_worker_keeps_one_checkpoint_a_day(place: Workplace, mount: Path) -> None:
    """The first at once, the next a day later, however often it looks, and however many look."""
    worker, another = keeper(place, mount), keeper(place, mount)
    assert worker.keep(now=NOW)
    for later in (timedelta(0), HOUR, EVERY - timedelta(seconds=1)):
        assert [one.keep(now=NOW + later) for one in (worker, another)] == [None, None]
    assert keeper(at(place, EVERY), mount).keep(now=NOW + EVERY)
    assert [one.made_at for one in made_in(mount)] == [NOW + EVERY, NOW]


def test_a_lift_brings_a_checkpoint_that_has_seen_it(office: Office, mount: Path) -> None:
    """Soon after the release has gone live, and once."""
    office.approved(office.partner())
    worker = keeper(replace(office.place, clock=lambda: office.now), mount)
    office.now = Office.LIFT - timedelta(hours=1)
    assert worker.keep(now=office.now)
    office.now = Office.LIFT
    assert worker.keep(now=office.now) is None
    (campaign_id,) = {event.campaign_id for event in _events(office.place) if event.action == "campaign.registered"}
    office.record_live(campaign_id or "")
    assert worker.keep(now=office.now)
    assert worker.keep(now=office.now) is None
    newest = made_in(mount)[0]
    assert [event.number for event in _events(office.place) if event.action == "campaign.live"] <= [newest.end.number]


def _events(place: Workplace) -> list[AuditEvent]:
    with reading(place.engine) as session:
        found = list(audit.events(session))
        session.expunge_all()
        return found


def test_without_a_folder_a_worker_writes_none(place: Workplace) -> None:
    """Nor is a key made."""
    assert Keeper(place).keep(now=NOW) is None
    assert newest_kept(place, now=NOW) is None


def test_a_folder_that_cannot_be_used_is_said_and_tried_again(
    place: Workplace, mount: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Gone, or no folder at all. A mount is never made here: it would hide that nothing is mounted."""
    gone = mount / "gone"
    worker = keeper(place, gone)
    with caplog.at_level(logging.ERROR):
        assert worker.keep(now=NOW) is None
        assert worker.keep(now=NOW + AGAIN_AFTER / 2) is None
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert str(gone) in caplog.text
    assert not gone.exists()
    gone.mkdir()
    assert worker.keep(now=NOW + AGAIN_AFTER)


def test_a_damaged_key_is_said_and_stops_no_worker(
    place: Workplace, mount: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is read when it is needed, so a worker that sends is not kept from starting by it."""
    (tmp_path / "audit.key").write_text("hemligt", encoding="ascii")
    assert keeper(place, mount).keep(now=NOW) is None
    assert "AUDIT_KEY" in caplog.text
    assert "hemligt" not in caplog.text


def test_what_others_put_into_the_folder_does_not_keep_a_worker_from_writing(
    place: Workplace, mount: Path, tmp_path: Path
) -> None:
    """Nonsense, another service's checkpoint, and one of ours that was made while a clock was a year ahead."""
    (mount / "zzz.json").write_text("{}", encoding="ascii")
    stranger = open_workplace(settings_for(tmp_path / "stranger"), place.engine, clock=place.clock)
    kept(stranger, mount)
    kept(at(place, 365 * EVERY), mount)
    worker = keeper(place, mount)
    assert worker.keep(now=NOW)
    assert worker.keep(now=NOW + HOUR) is None
    newest = newest_in(mount, place.audit_keys(), now=NOW + HOUR)
    assert newest is not None
    assert newest.checkpoint is not None
    assert newest.checkpoint.made_at == NOW
