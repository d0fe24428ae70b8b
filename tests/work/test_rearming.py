"""A restored copy: nothing in it can be made public, told to anyone or armed again by one person alone."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from factories import Office, dump, rows
from scenes import STAGES, TASKS, Scene
from sqlmodel import col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, NeedsAnotherPerson, Role
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotAllowed, SamklangError
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.settings import Settings
from campaigns.store.disarming import FREE_OF_EMBARGO, disarm
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent, Campaign, Delivery, Member, ReleasedText
from campaigns.work.launch import approving, correcting, reporting, scheduling
from campaigns.work.launch.scheduling import PROPOSAL_LASTS, NothingToConfirm
from campaigns.work.service import rearming
from campaigns.work.service.publishing import PublishingIsDisarmed
from campaigns.work.service.rearming import PublishingIsArmed, ask_to_rearm, publishing, rearm, tell_of_disarming
from campaigns.work.workplace import Workplace, open_workplace

YEARS = timedelta(days=3000)
A_MOMENT = timedelta(microseconds=1)


def disarmed(place: Workplace, office: Office) -> None:
    """What a restore does to what it brought back."""
    with writing(place.engine) as session:
        disarm(session, now=office.now)


def steward_of(office: Office) -> Actor:
    """A steward of the police."""
    return office.member(office.police, {Role.STEWARD})


def opened(place: Workplace) -> set[tuple[str, ...]]:
    """What the public reads, or will once enough time has passed: campaigns, texts that stand, whatever may leave."""
    with reading(place.engine) as session:
        campaigns = {one.id: one for one in session.exec(select(Campaign))}
        public = {id_ for id_, one in campaigns.items() if is_public(one.embargo, now=one.lift_at + YEARS)}
        texts = session.exec(
            select(ReleasedText).where(
                col(ReleasedText.superseded_at).is_(None), col(ReleasedText.withdrawn_at).is_(None)
            )
        )
        shown = {("text", text.campaign_id, text.revision) for text in texts if text.campaign_id in public}
        return {("campaign", id_) for id_ in public} | shown


def left(place: Workplace) -> list[str]:
    """Deliveries that carry something of a campaign and have gone or been handed on."""
    gone = col(Delivery.state).in_([DeliveryState.ARMED, DeliveryState.SENDING, DeliveryState.LIVE])
    return [one.id for one in rows(place, Delivery, gone, col(Delivery.event).not_in(FREE_OF_EMBARGO))]


@pytest.mark.parametrize("stage", STAGES)
def test_no_task_makes_anything_public_in_a_restored_copy(sqlite_office: Office, stage: str) -> None:
    """Every task, tried one after the other on a campaign that was restored in this stage, however long one waits."""
    scene = STAGES[stage](sqlite_office)
    sqlite_office.now = scene.now
    disarmed(scene.place, sqlite_office)
    before = opened(scene.place)
    for name, (task, _) in TASKS.items():
        with suppress(SamklangError, StopIteration, IndexError):  # some find nothing to work on after the others
            task(scene)
        assert opened(scene.place) <= before, f"{name} opened something"
        assert not rows(scene.place, Campaign, col(Campaign.stage) == Stage.APPROVED), name


OPENING: dict[str, tuple[str, Callable[[Scene], object]]] = {
    "approve": ("briefing", TASKS["approve"][0]),
    "resume": ("held", TASKS["resume"][0]),
    "propose_lift_early": ("held", TASKS["propose_lift_early"][0]),
    "confirm_lift_early": ("held", TASKS["confirm_lift_early"][0]),
    "correct": ("live", TASKS["correct"][0]),
    "try_again": (
        "live",
        lambda s: reporting.try_again(s.place, s.partner, s.delivery(ChannelKind.WEBHOOK), now=s.now),
    ),
}


@pytest.mark.parametrize("name", OPENING)
def test_what_would_open_or_send_something_is_refused_with_a_sentence_and_possible_once_two_agreed(
    office: Office, name: str
) -> None:
    """Nothing changes before; afterwards the same task is not refused for this reason."""
    stage, task = OPENING[name]
    scene = STAGES[stage](office)
    office.now = scene.now
    disarmed(scene.place, office)
    before = dump(scene.place)
    with pytest.raises(PublishingIsDisarmed, match="Two people must arm it again first"):
        task(scene)
    assert dump(scene.place) == before
    two_agree(office)
    try:
        task(scene)
    except PublishingIsDisarmed:
        pytest.fail("it is armed again")
    except SamklangError:
        assert name.endswith("lift_early")  # the campaign is still held, as it should be


def two_agree(office: Office) -> None:
    """A steward asks and the approver confirms."""
    ask_to_rearm(office.place, steward_of(office), now=office.now)
    rearm(office.place, office.approver, now=office.now)


def test_withdrawing_is_possible_and_what_tells_of_it_waits(office: Office) -> None:
    """The pages are gone at once. Its channels are told when publishing is armed again."""
    scene = STAGES["live"](office)
    left_before = left(scene.place)
    disarmed(scene.place, office)
    correcting.confirm_withdraw(scene.place, scene.approver, scene.campaign_id, now=office.now)
    assert opened(scene.place) == set()
    assert rows(scene.place, Campaign)[0].stage is Stage.WITHDRAWN
    assert set(left(scene.place)) <= set(left_before)


def test_a_held_campaign_can_be_postponed_and_stays_held_until_it_is_resumed_after_two_agreed(office: Office) -> None:
    """Partners hear of the new time while it is being looked into."""
    scene = STAGES["overdue"](office)
    office.now = scene.now
    disarmed(scene.place, office)
    new = office.LIFT + timedelta(days=2)
    scheduling.postpone(scene.place, scene.approver, scene.campaign_id, lift_at=new, now=office.now)
    assert rows(scene.place, Campaign)[0].stage is Stage.HELD
    two_agree(office)
    assert rows(scene.place, Campaign)[0].stage is Stage.HELD
    scheduling.resume(scene.place, scene.approver, scene.campaign_id, now=office.now)
    assert rows(scene.place, Campaign)[0].stage is Stage.APPROVED


def test_approval_can_be_asked_for_meanwhile(office: Office) -> None:
    """A question opens nothing."""
    campaign_id = office.briefed()
    disarmed(office.place, office)
    office.make_ready(campaign_id)
    approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)


def test_it_takes_two_members_and_neither_the_operator_nor_anyone_else_will_do(office: Office) -> None:
    """One alone cannot, in whatever order; the command line cannot; a communicator cannot."""
    disarmed(office.place, office)
    steward = steward_of(office)
    with pytest.raises(NothingToConfirm):
        rearm(office.place, steward, now=office.now)
    ask_to_rearm(office.place, steward, now=office.now)
    before = dump(office.place)
    with pytest.raises(NeedsAnotherPerson):
        rearm(office.place, steward, now=office.now)
    partner = office.partner()
    before = dump(office.place)
    for other in (office.operator, office.communicator, partner):
        with pytest.raises(NotAllowed):
            rearm(office.place, other, now=office.now)
        with pytest.raises(NotAllowed):
            ask_to_rearm(office.place, other, now=office.now)
        with pytest.raises(NotAllowed):
            publishing(office.place, other, now=office.now)
    assert dump(office.place) == before
    rearm(office.place, office.approver, now=office.now)
    found = publishing(office.place, steward, now=office.now)
    assert (found.disarmed_at, found.rearmed_at, len(found.rearmed_by)) == (None, office.now, 2)
    for again in (ask_to_rearm, rearm):
        with pytest.raises(PublishingIsArmed):
            again(office.place, office.approver, now=office.now)


def test_a_question_lapses_after_a_day_and_can_be_asked_anew_by_anyone(office: Office) -> None:
    """The picture has changed by then. Whoever asks last asked, so the one before can be the second."""
    disarmed(office.place, office)
    steward, asked_at = steward_of(office), office.now
    ask_to_rearm(office.place, steward, now=asked_at)
    with pytest.raises(NothingToConfirm):
        rearm(office.place, office.approver, now=asked_at + PROPOSAL_LASTS)
    found = publishing(office.place, office.approver, now=asked_at + PROPOSAL_LASTS)
    assert found.asked is None
    found = publishing(office.place, office.approver, now=asked_at + PROPOSAL_LASTS - A_MOMENT)
    assert found.asked is not None
    ask_to_rearm(office.place, office.approver, now=asked_at + PROPOSAL_LASTS)
    rearm(office.place, steward, now=asked_at + PROPOSAL_LASTS)


def test_those_who_may_are_told_once_and_again_when_somebody_asks(office: Office) -> None:
    """Stewards and approvers; neutral words, and a link that leads to the page. Whoever did it is not told of it."""
    steward = steward_of(office)
    assert tell_of_disarming(office.place, now=office.now) == 0
    disarmed(office.place, office)
    assert tell_of_disarming(office.place, now=office.now) == 2
    assert tell_of_disarming(office.place, now=office.now + timedelta(days=9)) == 0
    ask_to_rearm(office.place, steward, now=office.now)
    rearm(office.place, office.approver, now=office.now)
    address = {one.id: one.email for one in rows(office.place, Member)}
    assert told(office, NoticeKind.DISARMED) == {
        address[steward.member_id or ""],
        address[office.approver.member_id or ""],
    }
    assert told(office, NoticeKind.REARMING_ASKED) == {address[office.approver.member_id or ""]}
    assert told(office, NoticeKind.REARMED) == {address[steward.member_id or ""]}
    disarmed(office.place, office)
    assert tell_of_disarming(office.place, now=office.now) == 2, "a second restore is told of too"


def told(office: Office, kind: NoticeKind) -> set[str | None]:
    """Who was told; every letter leads to the page and says nothing of a campaign."""
    found = rows(office.place, Delivery, col(Delivery.notice) == kind)
    for one in found:
        mail = message_from_bytes(one.body, policy=SMTP)
        assert isinstance(mail, EmailMessage)
        plain = mail.get_body(("plain",))
        assert plain
        assert re.search(r"http://\S+/arbete/forvaltning/publicering\b", plain.get_content())
        assert one.campaign_id is None
    return {one.recipient for one in found}


def test_without_a_mail_server_nobody_is_told_and_they_are_as_soon_as_there_is_one(
    office: Office, tmp_path: Path
) -> None:
    """The record says that somebody was told, so it must be true."""
    disarmed(office.place, office)
    without_mail = Settings.from_env({"SAMKLANG_SECRET_KEY": "x" * 40, "SAMKLANG_DATA_DIR": str(tmp_path)})
    place = open_workplace(without_mail, office.place.engine, clock=lambda: office.now)
    assert tell_of_disarming(place, now=office.now) == 0
    assert rows(office.place, AuditEvent, col(AuditEvent.action) == "disarming.told") == []
    assert tell_of_disarming(office.place, now=office.now) == 1


def test_the_page_lists_what_is_held_and_undecided_and_names_only_what_the_reader_may_know(office: Office) -> None:
    """An approver sees those of the own organisation; a steward sees that there are others, with no name."""
    scene = STAGES["approved"](office)
    elsewhere = office.organisation("Polisen Väst (exempel)", kind=OrganisationKind.POLICE)
    stranger, steward = office.member(elsewhere, {Role.APPROVER}), steward_of(office)
    disarmed(scene.place, office)
    later = office.LIFT + timedelta(seconds=1)
    [own] = publishing(office.place, office.approver, now=later).waiting
    assert (own.campaign_id, own.name, own.held, own.passed, own.is_open) == (
        scene.campaign_id,
        "Gängsnacket",
        True,
        True,
        True,
    )
    assert not publishing(office.place, office.approver, now=office.now).waiting[0].passed
    assert publishing(office.place, stranger, now=later).waiting == ()
    [seen] = publishing(office.place, steward, now=later).waiting
    assert (seen.campaign_id, seen.name, seen.is_open) == (scene.campaign_id, "", False)


def test_what_was_on_its_way_is_listed_as_undecided(office: Office) -> None:
    """It was live; three deliveries had not left when the copy was made."""
    scene = STAGES["live"](office)
    disarmed(scene.place, office)
    undecided = rows(scene.place, Delivery, col(Delivery.state).in_([DeliveryState.LATE, DeliveryState.UNKNOWN]))
    [line] = publishing(office.place, office.approver, now=office.now).waiting
    assert (line.held, line.undecided, line.name) == (False, len(undecided), "Gängsnacket")
    assert line.undecided > 1


def test_the_page_says_what_the_copy_last_knew_of(office: Office) -> None:
    """The copy is older than the restore; the difference is what nobody told it."""
    steward = steward_of(office)
    newest = max(rows(office.place, AuditEvent), key=lambda event: event.number).at
    office.now += timedelta(hours=30)
    disarmed(office.place, office)
    tell_of_disarming(office.place, now=office.now + timedelta(hours=1))
    found = publishing(office.place, steward, now=office.now + timedelta(hours=2))
    assert (found.known_until, found.disarmed_at) == (newest, office.now)


def test_two_who_confirm_at_once_arm_it_once(office: Office) -> None:
    """The second is told that it is armed already."""
    disarmed(office.place, office)
    ask_to_rearm(office.place, steward_of(office), now=office.now)
    other = office.member(office.police, {Role.APPROVER})
    rearm(office.place, office.approver, now=office.now)
    with pytest.raises(PublishingIsArmed):
        rearm(office.place, other, now=office.now)
    assert len(rows(office.place, AuditEvent, col(AuditEvent.action) == "publishing.rearmed")) == 1
    assert rearming.PAGE.startswith("/arbete/")
