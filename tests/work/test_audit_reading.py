"""Reading the audit trail: every action has its sentence, embargoed names stay with those whose they are."""

import ast
import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from counting import counted
from factories import Office, dump
from living import living

import campaigns
from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import NotAllowed
from campaigns.domain.organisations import OrganisationKind
from campaigns.i18n import words_for
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Member
from campaigns.work.audit import reading
from campaigns.work.audit.reading import AuditFilter
from campaigns.work.audit.sentences import ACTIONS, GROUPS, Group
from campaigns.work.partners import briefing

ACTION = 2  # the place of the action among the arguments of audit.record
SOURCES = sorted(Path(campaigns.__file__).parent.rglob("*.py"))


def constants_of(tree: ast.AST) -> dict[str, object]:
    """Every name that a module gives a constant value."""
    return {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def passing_on(source: Path) -> dict[str, int]:
    """The functions of a module that are handed an action and record it, with its place among their arguments."""
    found: dict[str, int] = {}
    for function in functions_of(source):
        names = [argument.arg for argument in function.args.args]
        for argument in recording(function):
            if isinstance(argument, ast.Name) and argument.id in names:
                found[function.name] = names.index(argument.id)
    return found


def functions_of(source: Path) -> list[ast.FunctionDef]:
    """Every function of a module."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def recorded(source: Path, elsewhere: dict[str, object], passed_on: dict[str, int]) -> Iterator[str]:
    """Every action that a module records, also through a function that is handed the action."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    constants = elsewhere | constants_of(tree)
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    passed_on = {name: place for name, place in passed_on.items() if name in imported} | passing_on(source)
    for function in functions_of(source):
        for argument in recording(function):
            if function.name not in passed_on:
                yield action_of(argument, constants, source)
    for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
        if isinstance(call.func, ast.Name) and call.func.id in passed_on:
            yield action_of(call.args[passed_on[call.func.id]], constants, source)


def recording(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a function gives audit.record as the action."""
    for node in ast.walk(function):
        is_record = isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        if is_record and isinstance(node, ast.Call):
            yield node.args[ACTION]


def action_of(argument: ast.expr, constants: dict[str, object], source: Path) -> str:
    """The action itself."""
    found = argument.value if isinstance(argument, ast.Constant) else constants.get(ast.unparse(argument))
    assert isinstance(found, str), f"{source}: cannot tell what is recorded by {ast.unparse(argument)}"
    return found


def steward_of(office: Office) -> Actor:
    """A member of the police who reads the trail."""
    return office.member(office.police, {Role.STEWARD})


def test_every_action_that_is_recorded_has_a_sentence_and_no_sentence_is_left_over() -> None:
    """A steward reads what happened, not a code."""
    constants: dict[str, object] = {}
    for source in SOURCES:
        constants |= constants_of(ast.parse(source.read_text(encoding="utf-8")))
    passed_on = {name: place for source in SOURCES for name, place in passing_on(source).items()}
    found = {action for source in SOURCES for action in recorded(source, constants, passed_on)}
    assert found - ACTIONS.keys() == set()
    assert ACTIONS.keys() - found == set()
    assert {said.group for said in ACTIONS.values()} == set(Group) == set(GROUPS)


def test_every_sentence_can_be_said_in_both_languages(sqlite_office: Office) -> None:
    """With every fact it asks for, for all that happened in a living world."""
    world = living(sqlite_office)
    lines = reading.audit_lines(sqlite_office.place, world.steward, AuditFilter(), now=sqlite_office.now)
    for language in ("sv", "en"):
        said = [line.sentence(words_for(language)) for line in lines]
        assert all(said)
        assert not [sentence for sentence in said if "{" in sentence or reading.UNKNOWN in sentence]


def test_nobody_but_a_steward_reads_the_trail(sqlite_office: Office) -> None:
    """Not the communicator whose campaign it is about either."""
    office = sqlite_office
    with pytest.raises(NotAllowed):
        reading.audit_page(office.place, office.communicator, AuditFilter(), now=office.now)
    with pytest.raises(NotAllowed):
        reading.audit_lines(office.place, office.communicator, AuditFilter(), now=office.now)
    with pytest.raises(NotAllowed):
        reading.audit_choices(office.place, office.communicator, now=office.now)
    with pytest.raises(NotAllowed):
        reading.chain(office.place, office.communicator, now=office.now)


def test_the_name_of_an_embargoed_campaign_is_told_only_to_its_own_police(office: Office) -> None:
    """A steward of another police authority sees an id, in every way out, until the lift."""
    own = steward_of(office)
    other = office.member(office.organisation("Andra polisen (exempel)", kind=OrganisationKind.POLICE), {Role.STEWARD})
    campaign_id = office.approved(name="Hemliga kampanjen")

    def seen_by(actor: Actor) -> str:
        lines = reading.audit_lines(office.place, actor, AuditFilter(), now=office.now)
        choices = reading.audit_choices(office.place, actor, now=office.now)
        page = reading.audit_page(office.place, actor, AuditFilter(), now=office.now)
        sheet = reading.as_csv(lines, words_for("sv"))
        return repr((lines, choices, page)) + sheet + reading.as_json_lines(lines)

    assert "Hemliga kampanjen" in seen_by(own)
    assert "Hemliga kampanjen" not in seen_by(other)
    assert campaign_id[:8] in seen_by(other)
    office.now = Office.LIFT
    assert "Hemliga kampanjen" in seen_by(other)


def test_a_question_without_a_name_stays_without_one(sqlite_office: Office) -> None:
    """Neither member nor organisation is to be found in the sentence."""
    office = sqlite_office
    partner = office.partner("Känslig (exempel)")
    campaign_id = office.briefed(partner)
    briefing.ask(office.place, partner, campaign_id, question="Varför?", unnamed=True, now=office.now)
    lines = reading.audit_lines(office.place, steward_of(office), AuditFilter(), now=office.now)
    (line,) = [line for line in lines if line.action == "question.asked"]
    assert line.sentence(words_for("en")).startswith("Somebody who is not named asked a question")
    assert "Känslig" not in line.sentence(words_for("en"))


def test_events_are_filtered_by_time_group_and_whom_they_are_about(office: Office) -> None:
    """From an instant inclusive, before another exclusive."""
    steward = steward_of(office)
    campaign_id = office.briefed(office.partner())
    since = AuditFilter(since=office.now + timedelta(seconds=1))
    assert reading.audit_lines(office.place, steward, since, now=office.now) == []
    until = AuditFilter(until=office.now)
    assert reading.audit_lines(office.place, steward, until, now=office.now) == []
    of_campaign = reading.audit_lines(
        office.place, steward, AuditFilter(campaign_id=campaign_id, group=Group.BRIEFING), now=office.now
    )
    assert [line.action for line in of_campaign] == ["campaign.briefing", "terms.accepted"]
    by_member = AuditFilter(member_id=office.communicator.member_id or "", organisation_id=office.police)
    actions = {line.action for line in reading.audit_lines(office.place, steward, by_member, now=office.now)}
    assert actions == {"member.joined", "campaign.registered", "campaign.briefing"}


def test_pages_follow_the_numbers_there_and_back(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is recorded meanwhile: an older page shows the same events."""
    monkeypatch.setattr(reading, "A_PAGE", 5)
    office = sqlite_office
    steward = steward_of(office)
    office.approved(office.partner())

    def page(before: int | None) -> reading.AuditPage:
        return reading.audit_page(office.place, steward, AuditFilter(), before=before, now=office.now)

    first = page(None)
    second = page(first.older)
    assert first.newer is None
    assert second.lines[0].number == first.lines[-1].number - 1
    assert second.newer is not None
    assert page(second.newer).lines == first.lines
    numbers, before = [], None
    while True:
        found = page(before)
        numbers += [line.number for line in found.lines]
        before = found.older
        if before is None:
            break
    assert numbers == list(range(first.total, 0, -1))


def test_a_spreadsheet_gets_no_formula_whatever_somebody_called_themselves(sqlite_office: Office) -> None:
    """A name that begins like one is only text."""
    office = sqlite_office
    steward = steward_of(office)
    with writing(office.place.engine) as session:
        member = session.get_one(Member, office.communicator.member_id)
        member.name = '=HYPERLINK("http://example.org")'
        session.add(member)
    office.registered()
    lines = reading.audit_lines(office.place, steward, AuditFilter(), now=office.now)
    cells = [cell for row in csv.reader(io.StringIO(reading.as_csv(lines, words_for("sv")))) for cell in row]
    assert any("=HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_lines_that_are_taken_out_hold_the_chain(office: Office) -> None:
    """Each names the hash of the one before, as it is stored."""
    steward = steward_of(office)
    office.registered()
    lines = reading.audit_lines(office.place, steward, AuditFilter(), now=office.now)
    stored = [json.loads(line) for line in reading.as_json_lines(lines).splitlines()]
    assert [after["previous"] for after in stored[1:]] == [before["hash"] for before in stored[:-1]]
    assert reading.chain(office.place, steward, now=office.now).last_hash == stored[-1]["hash"]


def test_a_chain_that_was_changed_from_outside_is_told(sqlite_office: Office) -> None:
    """With the number where it breaks. Whoever has the altered event on their page is told."""
    office = sqlite_office
    steward = steward_of(office)
    assert reading.chain(office.place, steward, now=office.now).broken == ()
    assert not reading.audit_page(office.place, steward, AuditFilter(), now=office.now).altered
    with writing(office.place.engine) as session:
        event = session.get_one(AuditEvent, 2)
        event.action = "campaign.closed"
        session.add(event)
    assert reading.audit_page(office.place, steward, AuditFilter(), now=office.now).altered
    assert reading.chain(office.place, steward, now=office.now, doubted=True).broken == (2,)


def test_reading_the_trail_changes_nothing_and_asks_as_often_for_many_events(sqlite_office: Office) -> None:
    """A page takes as many queries after a whole campaign as before."""
    office = sqlite_office
    steward = steward_of(office)
    counts = []
    for name in ("Ett (exempel)", "Två (exempel)"):
        before = dump(office.place)
        with counted(office.place) as seen:
            reading.audit_page(office.place, steward, AuditFilter(), now=office.now)
            reading.audit_choices(office.place, steward, now=office.now)
        counts.append(len(seen))
        assert dump(office.place) == before
        office.approved(office.partner(name))
    assert counts[0] == counts[1]
