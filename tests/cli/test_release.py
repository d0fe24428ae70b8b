"""`release rehearse`, `status` and `receipt` on a campaign in every stage."""

from collections.abc import Callable
from pathlib import Path

import pytest
from factories import Office
from shell import Shell

from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import writing
from campaigns.work.launch import correcting, lifting, scheduling

SLUG = "gangsnacket"
BROKEN = [(ChannelKind.WEBHOOK, "https://localhost:9/in")]  # a name of a private address: refused when it is called


def _draft(office: Office) -> None:
    office.registered(slug=SLUG)


def _briefing(office: Office) -> None:
    office.briefed(office.partner(), slug=SLUG)


def _approved(office: Office) -> str:
    return office.approved(office.partner(channels=BROKEN), slug=SLUG)


def _held(office: Office) -> None:
    scheduling.hold(office.place, office.approver, _approved(office), now=office.now)


def _cancelled(office: Office) -> None:
    scheduling.cancel(office.place, office.approver, _approved(office), now=office.now)


def _live(office: Office) -> str:
    campaign_id = _approved(office)
    with writing(office.place.engine) as session:
        assert lifting.go_live(session, campaign_id, now=Office.LIFT)
    return campaign_id


def _withdrawn(office: Office) -> None:
    campaign_id = _live(office)
    correcting.propose_withdraw(office.place, office.communicator, campaign_id, now=Office.LIFT)
    correcting.confirm_withdraw(office.place, office.approver, campaign_id, now=Office.LIFT)


def _closed(office: Office) -> None:
    correcting.close(office.place, office.communicator, _live(office), now=Office.LIFT)


STAGES: dict[Stage, tuple[Callable[[Office], object], str]] = {
    Stage.DRAFT: (_draft, "utkast"),
    Stage.BRIEFING: (_briefing, "underlag öppet"),
    Stage.APPROVED: (_approved, "godkänd"),
    Stage.HELD: (_held, "pausad"),
    Stage.CANCELLED: (_cancelled, "inställd"),
    Stage.LIVE: (_live, "offentlig"),
    Stage.WITHDRAWN: (_withdrawn, "tillbakadragen"),
    Stage.CLOSED: (_closed, "avslutad"),
}


def test_every_stage_is_tried() -> None:
    """A new stage cannot be forgotten here."""
    assert set(STAGES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_status_tells_the_stage_the_lift_and_how_long_until(shell: Shell, shell_office: Office, stage: Stage) -> None:
    """In words for people, with the zone, and as JSON for programs."""
    make, word = STAGES[stage]
    make(shell_office)
    said = shell("release", "status", SLUG)
    assert (said.code, said.err) == (0, "")
    assert f"Gängsnacket: {word}, tisdag 24 november 2026 kl. 10.00 (svensk tid), om 1 dag" in said.out
    found = shell("release", "status", SLUG, "--json").json
    assert (found["stage"], found["slug"], found["lift_at"]) == (stage.value, SLUG, "2026-11-24T09:00:00Z")


@pytest.mark.parametrize("stage", Stage)
def test_a_receipt_belongs_to_a_release(shell: Shell, shell_office: Office, stage: Stage) -> None:
    """Before approval the answer is what is missing; after it every delivery is named, in Swedish for people."""
    make, _ = STAGES[stage]
    make(shell_office)
    if stage is Stage.CANCELLED:
        assert "ställdes in innan embargot lyftes, så inget gick ut" in shell.fails("release", "receipt", SLUG)
        return
    if stage in {Stage.DRAFT, Stage.BRIEFING}:
        assert "En andra person måste godkänna den först." in shell.fails("release", "receipt", SLUG)
        return
    said = shell("release", "receipt", SLUG)
    assert said.code == 0
    assert "webhook" in said.out
    assert said.out.startswith("0 av ")  # what came of it is the first thing to know
    assert "planned" not in said.out
    assert "message.published" not in said.out
    assert "Den första skickades" not in said.out  # nothing has left
    found = shell("release", "receipt", SLUG, "--json").json
    assert (found["campaign"], found["schema"]) == (SLUG, 1)
    assert found["summary"]["deliveries"] == len(found["deliveries"]) > 0


@pytest.mark.parametrize("stage", Stage)
def test_a_rehearsal_is_possible_in_every_stage(shell: Shell, shell_office: Office, stage: Stage) -> None:
    """It ends with 1 where a channel is not ready, and says which and why."""
    make, _ = STAGES[stage]
    make(shell_office)
    said = shell("release", "rehearse", SLUG)
    assert said.err == ""
    if stage in {Stage.DRAFT, Stage.BRIEFING}:
        why = "Ingen organisation deltar än:" if stage is Stage.DRAFT else "Ingen kanal deltar än."
        assert (said.code, why in said.out) == (0, True)
        return
    assert said.code == 1
    assert "den leder till ett privat eller reserverat nät" in " ".join(said.out.split())
    (row,) = shell("release", "rehearse", SLUG, "--json").json
    assert (row["kind"], row["problem"]) == ("webhook", "it leads to a private or reserved network")


@pytest.mark.parametrize("command", ["rehearse", "status", "receipt"])
def test_an_unknown_campaign_is_said_to_be_unknown(shell: Shell, command: str) -> None:
    """With where to look."""
    assert shell.fails("release", command, "finns-inte").startswith("Det finns ingen kampanj med adressen finns-inte.")


def test_a_receipt_goes_into_a_file_too(shell: Shell, shell_office: Office, tmp_path: Path) -> None:
    """The same JSON; a file that cannot be written is one sentence."""
    _approved(shell_office)
    file = tmp_path / "kvitto.json"
    said = shell("release", "receipt", SLUG, "--json", "--output", str(file))
    assert file.read_text(encoding="utf-8") == said.out
    nowhere = tmp_path / "ingen" / "kvitto.json"
    assert str(nowhere) in shell.fails("release", "receipt", SLUG, "--output", str(nowhere))
