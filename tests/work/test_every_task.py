"""No task is forgotten: each that writes is one transaction with exactly one audit event."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping

import edition_scenes
import late_scenes
import pytest
import translating_tasks
from factories import Office, draft, dump, rows
from scenes import STAGES, TASKS, Scene
from sqlalchemy import event
from sqlmodel import Session, col, select
from workplace_tasks import AUDITED, PREPARED, UNAUDITED

from campaigns import work
from campaigns.domain.access import Role
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Delivery, Question
from campaigns.work.accounts import first_start
from campaigns.work.campaign import registering
from campaigns.work.launch import approving, calling, rehearsing, reporting
from campaigns.work.organisations import organisation
from campaigns.work.partners import briefing, matching
from campaigns.work.workplace import Workplace

HOOK = "http://127.0.0.1:9/other"
SECRET_KEY = "x" * 40


def take_in(s: Scene) -> None:
    """Leave a language out, then take it in again; only the second counts here."""
    approving.take_in(s.place, s.communicator, s.campaign_id, language="en", now=s.now)


def answer(s: Scene) -> None:
    """Answer the question that was asked."""
    question = rows(s.place, Question)[0].id
    briefing.answer(s.place, s.communicator, question, text="Ja.", now=s.now)


def invite_member(s: Scene) -> str:
    """Invite one more person."""
    organisation_id = s.partner.organisation_id or ""
    return organisation.invite_member(
        s.place, s.operator, organisation_id=organisation_id, email="n@example.org", name="x", roles={Role.READER},
        now=s.now,
    )  # fmt: skip


TOKENS: list[str] = []

OTHERS: Mapping[str, tuple[str, Callable[[Scene], object]]] = {
    **AUDITED,
    **translating_tasks.AUDITED,
    **edition_scenes.AUDITED,
    **late_scenes.AUDITED,
    "call_people": ("live", lambda s: calling.call_people(s.place, now=s.now)),
    "register": (
        "live",
        lambda s: registering.register(s.place, s.communicator, draft(lift_at=s.now.replace(year=2027)), now=s.now),
    ),
    "register_for": (
        "live",
        lambda s: registering.register_for(
            s.place, s.operator, draft(lift_at=s.now.replace(year=2027)), owner="Polisen (exempel)", now=s.now
        ),
    ),
    "found_organisation": (
        "live",
        lambda s: organisation.found_organisation(
            s.place, s.operator, name="Ny (exempel)", kind=OrganisationKind.HELPLINE, now=s.now
        ),
    ),
    "subscribe": (
        "live",
        lambda s: organisation.subscribe(
            s.place, s.operator, organisation_id=s.partner.organisation_id or "", topics=[], places=["SE"], now=s.now
        ),
    ),
    "add_channel": (
        "live",
        lambda s: organisation.add_channel(
            s.place,
            s.operator,
            organisation_id=s.partner.organisation_id or "",
            kind=ChannelKind.WEBHOOK,
            address=HOOK,
            now=s.now,
        ),
    ),
    "invite_member": ("live", invite_member),
    "join": ("live", lambda s: organisation.join(s.place, token=TOKENS[-1], now=s.now)),
    "take_in": ("briefing", take_in),
    "answer": ("live", answer),
    "begin_message": (
        "live",
        lambda s: matching.begin_message(s.place, s.newcomer, s.campaign_id, answers=s.core_message_id, now=s.now),
    ),
    "rehearse": ("draft", lambda s: rehearsing.rehearse(s.place, s.operator, slug_of(s), now=s.now)),
    "report_published": (
        "live",
        lambda s: reporting.report_published(s.place, s.partner, s.delivery(ChannelKind.BY_HAND), now=s.now),
    ),
    "mark_as_done": (
        "live",
        lambda s: reporting.mark_as_done(s.place, s.partner, s.delivery(ChannelKind.WEBHOOK), now=s.now),
    ),
    "try_again": (
        "live",
        lambda s: reporting.try_again(s.place, s.partner, s.delivery(ChannelKind.WEBHOOK), now=s.now),
    ),
    "leave": ("live", lambda s: reporting.leave(s.place, s.partner, s.delivery(ChannelKind.WEBHOOK), now=s.now)),
}


def slug_of(s: Scene) -> str:
    """The scene's campaign by its friendly name."""
    return next(line.slug for line in reporting.campaign_list(s.place, s.operator, now=s.now))


def refuse_one(s: Scene) -> None:
    """Some receiver said no for good."""
    with writing(s.place.engine) as session:
        delivery = session.exec(select(Delivery).where(col(Delivery.release_id).is_not(None))).first()
        assert delivery is not None
        delivery.state = DeliveryState.REFUSED
        session.add(delivery)


def prepared(office: Office, name: str, stage: str) -> Scene:
    """The scene with what the task needs beside it."""
    scene = late_scenes.public_without(office) if stage == "late" else STAGES[stage](office)
    known = (PREPARED, translating_tasks.PREPARED, edition_scenes.PREPARED, late_scenes.PREPARED)
    prepare = next((one[name] for one in known if name in one), None)
    if prepare:
        prepare(scene)
    match name:
        case "take_in":
            approving.leave_out(scene.place, scene.communicator, scene.campaign_id, language="en", now=scene.now)
        case "answer":
            briefing.ask(scene.place, scene.partner, scene.campaign_id, question="Varför?", now=scene.now)
        case "call_people":
            refuse_one(scene)
        case "join":
            TOKENS.append(invite_member(scene))
        case "begin_message":
            organisation_id = scene.newcomer.organisation_id or ""
            briefing.invite(
                scene.place, scene.communicator, scene.campaign_id, organisation_id=organisation_id, now=scene.now
            )
            office.accept(scene.newcomer, scene.campaign_id)
    return scene


@pytest.mark.parametrize("name", OTHERS)
def test_a_task_is_stored_whole_with_one_event_or_not_at_all(
    office: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both kinds of database; the tasks of `test_stages` are tried there, in every stage."""
    stage, task = OTHERS[name]
    scene = prepared(office, name, stage)
    _is_whole_with_one_event(scene.place, lambda: task(scene), monkeypatch)


def _is_whole_with_one_event(place: Workplace, task: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    before, count = dump(place), len(rows(place, AuditEvent))
    with monkeypatch.context() as broken:
        broken.setattr(audit, "record", _fails)
        with pytest.raises(ZeroDivisionError):
            task()
    assert dump(place) == before
    task()
    events = rows(place, AuditEvent, col(AuditEvent.number) > count)
    assert len(events) == 1


def _fails(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def test_the_first_start_is_stored_whole_with_one_event_or_not_at_all(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It works only where there is nobody yet, so it has no scene."""

    def start() -> None:
        first_start.start_first(
            place,
            token=first_start.first_start_token(SECRET_KEY),
            secret_key=SECRET_KEY,
            organisation="Polisen (exempel)",
            name="Anna Exempel",
            email="anna@example.org",
            now=Office.NOW,
        )

    _is_whole_with_one_event(place, start, monkeypatch)


@pytest.mark.parametrize("name", UNAUDITED)
def test_a_task_without_an_event_is_stored_whole_or_not_at_all(office: Office, name: str) -> None:
    """Nothing stays of what could not be committed; and it writes no event, as `Unaudited.because` says."""
    scene, task = prepared(office, name, "live"), UNAUDITED[name].task
    before, count = dump(scene.place), len(rows(scene.place, AuditEvent))
    event.listen(Session, "before_commit", _fails)
    try:
        with pytest.raises(ZeroDivisionError):
            task(scene)
    finally:
        event.remove(Session, "before_commit", _fails)
    assert dump(scene.place) == before
    task(scene)
    assert dump(scene.place) != before
    assert len(rows(scene.place, AuditEvent)) == count


def writing_tasks() -> set[str]:
    """Every public function of `campaigns.work` that opens a writing transaction on a workplace."""
    found = pkgutil.walk_packages(work.__path__, "campaigns.work.")
    modules = [importlib.import_module(one.name) for one in found]
    return {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and not inspect.isgeneratorfunction(inspect.unwrap(function))  # a transaction that several tasks share
        and re.search(r"with (writing\(place\.engine|before_(the_lift|it_opens)\(place)", inspect.getsource(function))
    }


def test_every_task_that_writes_is_tried() -> None:
    """A new task cannot be forgotten here."""
    tried = {name.split(" ")[0] for name in TASKS} | set(OTHERS) | set(UNAUDITED) | {"start_first"}
    assert writing_tasks() == tried
