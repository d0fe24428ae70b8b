"""Who is told what, and when: in their language, never a word of content, with a link that works after the login."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from desks import Desk, make_workplace_app
from factories import Office, rows, text
from living import living
from sqlmodel import col

import campaigns
from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Role
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Campaign, Delivery, Member, Membership, Organisation
from campaigns.work.campaign.partner_list import partner_list
from campaigns.work.launch import calling, scheduling
from campaigns.work.organisations import organisation
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.stewards.organisations import withdraw_verification
from campaigns.work.telling import SETTLES

WORK = Path(campaigns.__file__).parent / "work"


def told(office: Office, kind: NoticeKind) -> list[Delivery]:
    """The notices of a kind that are on their way or gone."""
    return rows(office.place, Delivery, col(Delivery.notice) == kind, col(Delivery.state) != DeliveryState.CANCELLED)


def address_of(office: Office, actor: Actor) -> str:
    """A member's e-mail address."""
    return rows(office.place, Member, col(Member.id) == actor.member_id)[0].email


def plain(notice: Delivery) -> str:
    """What a reader's program shows of a notice, head and all."""
    mail = message_from_bytes(notice.body, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body
    return f"{mail['Subject']}\n{body.get_content()}"


def edit(office: Office, actor: Actor, message_id: str, *, words: str, version: int) -> matching.Saved:
    """Save a Swedish text once more."""
    return matching.edit_text(
        office.place,
        actor,
        message_id,
        language="sv",
        content=text(words, f"{words} 114 14."),
        expected_version=version,
        now=office.now,
    )


def message_of(office: Office, actor: Actor, campaign_id: str) -> str:
    """The id of the organisation's own message."""
    return matching.own_messages(office.place, actor, campaign_id, now=office.now)[0].message_id


def test_every_kind_of_notice_is_told_by_some_task() -> None:
    """A kind that nothing tells would be a promise that nobody keeps."""
    sources = "".join(file.read_text(encoding="utf-8") for file in WORK.rglob("*.py") if file.name != "muting.py")
    named = set(re.findall(r"NoticeKind\.([A-Z_]+)", sources))
    assert {kind.name for kind in NoticeKind} - named == set()


def test_an_edit_that_voids_a_consent_asks_the_publishers_for_a_new_one_at_once(office: Office) -> None:
    """Not the one who edited, not those who only read, and once."""
    partner = office.partner()
    organisation_id = partner.organisation_id or ""
    editor = office.member(organisation_id, {Role.EDITOR})
    campaign_id = office.briefed(partner, editor)
    office.consented(partner, campaign_id)
    message_id = message_of(office, partner, campaign_id)
    edit(office, editor, message_id, words="Nytt", version=1)
    (notice,) = told(office, NoticeKind.CONSENT_NEEDED)
    assert notice.recipient == address_of(office, partner)
    assert notice.due_at == office.now
    edit(office, editor, message_id, words="Nyare", version=2)
    assert [late.due_at - office.now for late in told(office, NoticeKind.CONSENT_NEEDED)] in (
        [timedelta(), SETTLES],
        [SETTLES, timedelta()],
    )


def test_other_channels_void_a_consent_and_the_other_publishers_hear_of_it(office: Office) -> None:
    """Whoever chose them knows."""
    partner = office.partner()
    other = office.member(partner.organisation_id or "", {Role.PUBLISHER})
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id)
    message_id = message_of(office, partner, campaign_id)
    matching.choose_channels(office.place, partner, message_id, channels=[ChannelKind.EMAIL], now=office.now)
    assert [notice.recipient for notice in told(office, NoticeKind.CONSENT_NEEDED)] == [address_of(office, other)]


def test_publishers_are_asked_once_when_an_editor_has_written_something_that_can_go_out(office: Office) -> None:
    """A few minutes later, however often it was saved meanwhile; a publisher who writes alone is asked nothing."""
    partner = office.partner()
    editor = office.member(partner.organisation_id or "", {Role.EDITOR})
    campaign_id = office.briefed(partner, editor)
    office.answer(editor, campaign_id)
    edit(office, editor, message_of(office, editor, campaign_id), words="Bättre", version=1)
    (notice,) = told(office, NoticeKind.CONSENT_NEEDED)
    assert notice.recipient == address_of(office, partner)
    assert notice.due_at == office.now + SETTLES
    alone = office.partner("Ensam (exempel)")
    later = office.briefed(alone)
    office.answer(alone, later)
    assert address_of(office, alone) not in {notice.recipient for notice in told(office, NoticeKind.CONSENT_NEEDED)}


def test_partners_hear_once_that_a_core_text_was_edited(office: Office) -> None:
    """A few minutes later; the police who wrote it are told nothing, and of a draft nobody is."""
    partner = office.partner()
    draft_id = office.registered()
    edit(office, office.communicator, message_of(office, office.communicator, draft_id), words="Utkast", version=1)
    assert told(office, NoticeKind.TEXT_CHANGED) == []
    campaign_id = office.briefed(partner)
    message_id = message_of(office, office.communicator, campaign_id)
    for version in (1, 2, 3):
        edit(office, office.communicator, message_id, words=f"Ändrat {version}", version=version)
    (notice,) = told(office, NoticeKind.TEXT_CHANGED)
    assert (notice.recipient, notice.due_at) == (address_of(office, partner), office.now + SETTLES)


def test_what_waits_is_not_told_of_a_campaign_that_was_cancelled_meanwhile(office: Office) -> None:
    """The partner hears that it is cancelled, and nothing of texts."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    edit(office, office.communicator, message_of(office, office.communicator, campaign_id), words="Nytt", version=1)
    scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    assert told(office, NoticeKind.TEXT_CHANGED) == []
    assert address_of(office, partner) in {notice.recipient for notice in told(office, NoticeKind.CANCELLED)}


def test_partners_and_police_are_told_once_that_an_embargo_is_lifted(office: Office) -> None:
    """When it is recorded and not before; a second worker tells nothing; an old lift is no news."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    assert calling.tell_of_lifts(office.place, now=Office.LIFT) == 0
    office.now = Office.LIFT
    office.record_live(campaign_id)
    assert calling.tell_of_lifts(office.place, now=Office.LIFT + timedelta(hours=25)) == 0
    assert calling.tell_of_lifts(office.place, now=Office.LIFT) == 1
    assert calling.tell_of_lifts(office.place, now=Office.LIFT) == 0
    notices = told(office, NoticeKind.LIFTED)
    everyone = {address_of(office, actor) for actor in (partner, office.communicator, office.approver)}
    assert {notice.recipient for notice in notices} == everyone
    assert len(notices) == len(everyone)
    assert "Embargot lyftes tisdag 24 november 2026" in plain(notices[0]).replace("\n", " ")
    assert len(rows(office.place, AuditEvent, col(AuditEvent.action) == calling.LIFT_TOLD)) == 1


def test_nobody_is_told_of_what_they_did_themselves(office: Office) -> None:
    """Who holds, resumes, approves or cancels knows; the colleague is told."""
    campaign_id = office.approved()
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    scheduling.resume(office.place, office.communicator, campaign_id, now=office.now)
    later = Office.LIFT + timedelta(hours=1)
    scheduling.postpone(office.place, office.approver, campaign_id, lift_at=later, now=office.now)
    scheduling.cancel(office.place, office.communicator, campaign_id, now=office.now)
    approver, communicator = address_of(office, office.approver), address_of(office, office.communicator)
    heard = {kind: [notice.recipient for notice in told(office, kind)] for kind in NoticeKind}
    assert heard[NoticeKind.APPROVED] == heard[NoticeKind.HELD] == heard[NoticeKind.POSTPONED] == [communicator]
    assert heard[NoticeKind.RESUMED] == heard[NoticeKind.CANCELLED] == [approver]


def test_a_notice_is_in_the_members_language(office: Office) -> None:
    """Swedish for one, English for the other, of the same event."""
    partner = office.partner()
    english = office.member(partner.organisation_id or "", {Role.READER})
    with writing(office.place.engine) as session:
        member = session.get_one(Member, english.member_id)
        member.locale = "en"
        session.add(member)
    office.approved(partner)
    said = {notice.recipient: plain(notice) for notice in told(office, NoticeKind.APPROVED)}
    assert said[address_of(office, english)].startswith("A release is approved")
    assert said[address_of(office, partner)].startswith("Ett utskick är godkänt")


def everything_told(office: Office) -> None:
    """A living world, and on top of it what tells the rest."""
    world = living(office)
    campaign_id = world.campaigns["briefing"]
    edit(office, world.helpline, message_of(office, world.helpline, campaign_id), words="Nytt", version=1)
    edit(office, office.communicator, message_of(office, office.communicator, campaign_id), words="Nytt", version=1)
    calling.tell_of_lifts(office.place, now=office.now)
    scheduling.resume(office.place, office.approver, world.campaigns["held"], now=office.now)
    consenting.take_back(
        office.place,
        world.helpline,
        matching.own_messages(office.place, world.helpline, world.campaigns["approved"], now=office.now)[0]
        .texts[0]
        .text_id,
        now=office.now,
    )
    scheduling.cancel(office.place, office.approver, world.campaigns["held"], now=office.now)
    organisation.invite_member(
        office.place,
        world.administrator,
        organisation_id=world.administrator.organisation_id or "",
        email="ny@example.org",
        name="Ny",
        roles={Role.READER},
        by_mail=True,
        now=office.now,
    )


def test_no_notice_names_a_campaign_an_organisation_or_a_text(sqlite_office: Office) -> None:
    """A mailbox is no place for what is under embargo."""
    office = sqlite_office
    everything_told(office)
    names = [row.name for row in rows(office.place, Organisation)]
    secrets = [
        "Prata om nätet", "Fritidsledare", "Gängsnacket", "Trygg hemväg", "Sommarlovskoll", "Inställd kampanj",
        "Pengarna kommer aldrig", "Vi lyssnar", "Samtal hjälper", "Nytt", *names,
    ]  # fmt: skip
    notices = rows(office.place, Delivery, col(Delivery.event) == Event.NOTICE)
    assert len({notice.notice for notice in notices}) > 8
    seen = "\n".join(plain(notice) for notice in notices)
    assert [secret for secret in secrets if secret in seen] == []


def test_the_link_of_every_notice_answers_after_the_login(sqlite_office: Office, tmp_path: Path) -> None:
    """For whoever got it. An invitation leads to where one joins; what is cancelled since is there no more."""
    office = sqlite_office
    everything_told(office)
    app = make_workplace_app(office, tmp_path)
    members = {member.email: member.id for member in rows(office.place, Member)}
    belongs = {row.member_id: row.organisation_id for row in rows(office.place, Membership)}
    cancelled = {row.id for row in rows(office.place, Campaign, col(Campaign.stage) == Stage.CANCELLED)}
    wanted = {
        (notice.recipient, re.findall(r"http://[^\s]+", plain(notice))[-1].partition(":8000")[2])
        for notice in rows(office.place, Delivery, col(Delivery.event) == Event.NOTICE)
        if notice.campaign_id not in cancelled or notice.notice == NoticeKind.CANCELLED
    }
    answers = {}
    for address, path in sorted(wanted):
        if address in members:
            actor = organisation.actor_for(
                office.place, member_id=members[address], organisation_id=belongs[members[address]]
            )
            answers[path] = Desk(app, office.place, actor, now=office.now).get(path).status_code
        else:
            assert re.fullmatch(r"/inbjudan/[\w-]{32,}", path)
            answers[path] = app.test_client().get(path).status_code
    assert {path: status for path, status in answers.items() if status != 200} == {}


def test_the_police_whose_partner_is_no_longer_verified_are_told(office: Office) -> None:
    """Of each campaign that it is invited to and that is not over; nothing of it is taken away by that alone."""
    steward, partner = office.member(office.police, {Role.STEWARD}), office.partner()
    organisation_id = partner.organisation_id or ""
    campaign_id = office.briefed(partner)
    over = office.briefed(partner, slug="over", name="Över")
    scheduling.cancel(office.place, office.approver, over, now=office.now)
    revoked = office.briefed(partner, slug="tagen", name="Tagen")
    briefing.revoke(office.place, office.communicator, revoked, organisation_id=organisation_id, now=office.now)
    withdraw_verification(office.place, steward, organisation_id, note="Ingen svarar.", now=office.now)
    notices = told(office, NoticeKind.PARTNER_UNVERIFIED)
    assert {notice.campaign_id for notice in notices} == {campaign_id}
    readers = {address_of(office, actor) for actor in (office.communicator, office.approver)}
    assert {notice.recipient for notice in notices} == readers
    (invited,) = partner_list(office.place, office.communicator, campaign_id).invited
    assert (invited.partner.is_verified, invited.revoked_at) == (False, None)
