"""Inviting partners, the embargo terms, the briefing, and questions that may be asked without a name."""

from datetime import timedelta

import pytest
from factories import Office, dump, rows
from scenes import CHANNELS
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Role
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.lifecycle import AlreadyPublic, DeliveryState, NotInThisStage
from campaigns.domain.release import Event
from campaigns.store.tables import Acceptance, AuditEvent, Delivery, Question, ReleasedText
from campaigns.work.launch import approving, correcting, scheduling
from campaigns.work.loading import BriefingNotOpen, TermsNotAccepted
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.stewards import terms
from campaigns.work.telling import LEADS_TO

HOUR = timedelta(hours=1)


def notices(office: Office, recipient: str | None = None) -> list[Delivery]:
    """Notices that are still meant to leave."""
    found = rows(office.place, Delivery, col(Delivery.event) == Event.NOTICE, col(Delivery.state) == "planned")
    return [notice for notice in found if recipient in {None, notice.recipient}]


def test_a_briefing_stays_closed_until_the_terms_are_accepted(office: Office) -> None:
    """By each member, for themselves."""
    partner = office.partner()
    assert partner.organisation_id
    colleague = office.member(partner.organisation_id, {Role.READER})
    campaign_id = office.briefed()
    with pytest.raises(TermsNotAccepted):
        briefing.read_briefing(office.place, partner, campaign_id, now=office.now)
    office.accept(partner, campaign_id)
    assert "Hemligt underlag" in briefing.read_briefing(office.place, partner, campaign_id, now=office.now).briefing
    with pytest.raises(TermsNotAccepted):
        briefing.read_briefing(office.place, colleague, campaign_id, now=office.now)


def test_accepting_twice_is_accepting_once(office: Office) -> None:
    """One row, one event, with the T that was accepted."""
    partner = office.partner()
    campaign_id = office.briefed(partner, partner)
    assert [row.lift_at for row in rows(office.place, Acceptance)] == [Office.LIFT]
    assert len(rows(office.place, AuditEvent, col(AuditEvent.action) == "terms.accepted")) == 1
    assert campaign_id


def test_an_old_version_of_the_terms_is_not_accepted(office: Office) -> None:
    """And once there is a new one, accepting it replaces the old acceptance."""
    partner = office.partner()
    campaign_id = office.briefed()
    with pytest.raises(briefing.OldTerms):
        briefing.accept_terms(office.place, partner, campaign_id, version=0, now=office.now)
    office.accept(partner, campaign_id)
    steward = office.member(office.police, {Role.STEWARD})
    terms.publish_terms(
        office.place,
        steward,
        swedish="Vänta till {lift_at}.",
        english="Wait until {lift_at}.",
        newer_than=1,
        now=office.now,
    )
    office.accept(partner, campaign_id)
    assert [row.terms_version for row in rows(office.place, Acceptance)] == [2]


def test_a_briefing_opens_at_its_time_and_not_before(office: Office) -> None:
    """Whoever accepted early is told when."""
    partner = office.partner()
    opens = office.now + HOUR
    campaign_id = office.briefed(partner, briefing_opens_at=opens)
    with pytest.raises(BriefingNotOpen):
        briefing.read_briefing(office.place, partner, campaign_id, now=opens - timedelta(microseconds=1))
    assert briefing.read_briefing(office.place, partner, campaign_id, now=opens).name == "Gängsnacket"


def test_nobody_else_finds_a_briefing(office: Office) -> None:
    """Not invited, revoked, in draft, or made up: the same answer."""
    partner = office.partner()
    stranger = office.member(office.organisation("Annan (exempel)", places=["SE-BD"]), {Role.READER})
    campaign_id, draft_id = office.briefed(partner, places=("SE-AC",)), office.registered()
    assert partner.organisation_id
    briefing.revoke(
        office.place, office.communicator, campaign_id, organisation_id=partner.organisation_id, now=office.now
    )
    said = set()
    for who, which in ((stranger, campaign_id), (partner, campaign_id), (partner, draft_id), (partner, "nonsense")):
        with pytest.raises(NotThere) as told:
            briefing.read_briefing(office.place, who, which, now=office.now)
        said.add(str(told.value))
        with pytest.raises(NotThere):
            office.accept(who, which)
    assert len(said) == 1


def test_a_cancelled_campaign_is_not_there_for_partners(office: Office) -> None:
    """They were told; there is nothing more to read."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    with pytest.raises(NotThere):
        briefing.read_briefing(office.place, partner, campaign_id, now=office.now)


def test_a_late_partner_is_told_when_the_briefing_opens_too(office: Office) -> None:
    """Being invited by name is like being invited by subscription."""
    campaign_id = office.briefed(briefing_opens_at=office.now + HOUR)
    late = office.member(office.organisation("Sen (exempel)", places=["SE-BD"]), {Role.READER}, email="sen@example.org")
    assert late.organisation_id
    briefing.invite(
        office.place, office.communicator, campaign_id, organisation_id=late.organisation_id, now=office.now
    )
    assert {notice.planned_at for notice in notices(office, "sen@example.org")} == {office.now, office.now + HOUR}


def test_nobody_is_invited_to_a_draft(office: Office) -> None:
    """The briefing opens for all at once, and then it opens without a clash."""
    partner = office.partner()
    campaign_id = office.registered()
    assert partner.organisation_id
    with pytest.raises(NotInThisStage):
        briefing.invite(
            office.place, office.communicator, campaign_id, organisation_id=partner.organisation_id, now=office.now
        )
    assert briefing.open_briefing(office.place, office.communicator, campaign_id, now=office.now) == 1


def test_an_unnamed_question_holds_no_trace_of_who_asked(office: Office) -> None:
    """Neither member nor organisation, in the question, the audit trail and the notices."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    before = {table: set(kept) for table, kept in dump(office.place).items()}
    briefing.ask(office.place, partner, campaign_id, question="Vem vet?", now=office.now, unnamed=True)
    new = {table: set(kept) - before[table] for table, kept in dump(office.place).items()}
    assert {table for table, kept in new.items() if kept} == {"questions", "audit_events", "deliveries"}
    assert str(partner.member_id) not in repr(new)
    assert str(partner.organisation_id) not in repr(new)
    (event,) = rows(office.place, AuditEvent, col(AuditEvent.action) == "question.asked")
    assert (event.member_id, event.organisation_id, event.details) == (None, None, {})


def test_everyone_briefed_reads_the_answer_and_nobody_who_asked(office: Office) -> None:
    """What was said, never who said it."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    question = briefing.ask(office.place, partner, campaign_id, question=" Varför? ", now=office.now)
    assert rows(office.place, Question)[0].member_id == partner.member_id
    with pytest.raises(briefing.NothingAsked):
        briefing.answer(office.place, office.communicator, question, text="  ", now=office.now)
    briefing.answer(office.place, office.communicator, question, text="Därför.", now=office.now)
    read = briefing.read_briefing(office.place, partner, campaign_id, now=office.now)
    assert read.questions == (("Varför?", "Därför."),)
    with pytest.raises(NotAllowed):
        briefing.answer(office.place, partner, question, text="Nej", now=office.now)


def test_a_revoked_partners_message_leaves_the_release(office: Office) -> None:
    """Consented or not; its channels get nothing at T, the others do, and the police are told."""
    first, second = office.partner(channels=CHANNELS), office.partner("Andra (exempel)", channels=CHANNELS)
    campaign_id = office.approved(first, second)
    assert first.organisation_id
    briefing.revoke(
        office.place, office.communicator, campaign_id, organisation_id=first.organisation_id, now=office.now
    )
    states = {
        organisation: {row.state for row in rows(office.place, Delivery, col(Delivery.organisation_id) == organisation)}
        for organisation in (first.organisation_id, second.organisation_id)
    }
    assert states == {
        first.organisation_id: {DeliveryState.CANCELLED},
        second.organisation_id: {DeliveryState.PLANNED},
    }
    standing = rows(office.place, ReleasedText, col(ReleasedText.superseded_at).is_(None))
    assert first.organisation_id not in {text.organisation_id for text in standing}
    assert sum(notice.created_at == office.now for notice in notices(office)) >= 2


def test_a_revoked_partner_is_not_in_a_later_release(office: Office) -> None:
    """Its consent stands in the rows, and counts no more until it is invited again."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id)
    assert partner.organisation_id
    for act, voices in ((briefing.revoke, 2), (briefing.invite, 3)):
        act(office.place, office.communicator, campaign_id, organisation_id=partner.organisation_id, now=office.now)
        assert len(approving.going_out(office.place, office.approver, campaign_id).texts) == voices


def test_from_the_last_second_nobody_is_revoked(office: Office) -> None:
    """What is public is the organisation's own, to correct or withdraw."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.approved(partner)
    assert partner.organisation_id
    before = dump(office.place)
    with pytest.raises(AlreadyPublic):
        briefing.revoke(
            office.place,
            office.communicator,
            campaign_id,
            organisation_id=partner.organisation_id,
            now=Office.LIFT - scheduling.LAST_MOMENT,
        )
    assert dump(office.place) == before


def test_no_notice_holds_a_word_of_the_campaign(office: Office) -> None:
    """Whatever happens: invited, asked, answered, approved, held, moved, taken back, cancelled."""
    canary = "Kanariefågel"
    partner = office.partner(f"{canary}jouren (exempel)", channels=CHANNELS)
    campaign_id = office.briefed(partner, name=canary, slug="kanariefagel", topics=(canary,), briefing=canary)
    question = briefing.ask(office.place, partner, campaign_id, question=canary, now=office.now)
    briefing.answer(office.place, office.communicator, question, text=canary, now=office.now)
    saved = office.consented(partner, campaign_id, channels=list(office.place.channels))
    office.approve(campaign_id)
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    scheduling.resume(office.place, office.approver, campaign_id, now=office.now)
    scheduling.postpone(office.place, office.approver, campaign_id, lift_at=Office.LIFT + HOUR, now=office.now)
    consenting.take_back(office.place, partner, saved.text_id, now=office.now)
    scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    sent = rows(office.place, Delivery, col(Delivery.event) == Event.NOTICE)
    assert len(sent) > 12
    for notice in sent:
        for word in (canary, "Kanarie", "kanarie"):
            assert word.encode() not in notice.body
        leads_to = LEADS_TO.get(NoticeKind(notice.notice or ""), campaign_id)
        assert leads_to.encode() in notice.body.replace(b"=\r\n", b"")


def test_a_withdrawn_campaigns_briefing_is_gone(office: Office) -> None:
    """The tombstone is public; whoever accepted the terms is not asked to accept them again."""
    partner = office.partner()
    campaign_id = office.live(partner)
    correcting.propose_withdraw(office.place, office.communicator, campaign_id, now=office.now)
    correcting.confirm_withdraw(office.place, office.approver, campaign_id, now=office.now)
    for task in (briefing.read_briefing, matching.own_messages):
        with pytest.raises(NotThere):
            task(office.place, partner, campaign_id, now=office.now)
