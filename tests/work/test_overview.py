"""The first page: each role sees what waits for it, nothing under embargo has a name, and it stays cheap."""

from datetime import timedelta

from counting import counted
from factories import Office, rows, text

from campaigns.domain.access import Actor, Role
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.engine import writing
from campaigns.store.tables import Channel, Delivery
from campaigns.work.launch import approving, scheduling
from campaigns.work.overview.cards import Card, Step, Waits
from campaigns.work.overview.page import Overview, overview
from campaigns.work.partners import briefing


def seen(office: Office, actor: Actor) -> Overview:
    """The overview now."""
    return overview(office.place, actor, now=office.now)


def waiting(office: Office, actor: Actor) -> dict[Waits, Card]:
    """The cards by what waits."""
    return {card.waits: card for card in seen(office, actor).waiting}


def test_an_invited_member_sees_a_campaign_without_its_name_until_the_terms_are_accepted(office: Office) -> None:
    """Neither on a card, on the timeline, nor in what has happened."""
    partner = office.partner()
    campaign_id = office.briefed(name="Operation Norrsken")
    before = seen(office, partner)
    assert "Norrsken" not in repr(before)
    assert [card.waits for card in before.waiting] == [Waits.TERMS]
    assert [point.name for point in before.coming] == [""]
    office.accept(partner, campaign_id)
    after = seen(office, partner)
    assert [(card.waits, card.name) for card in after.waiting] == [(Waits.WRITE, "Operation Norrsken")]


def test_a_partner_is_led_from_writing_to_consent_to_nothing(office: Office) -> None:
    """Each step replaces the one before."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    assert set(waiting(office, partner)) == {Waits.WRITE}
    office.answer(partner, campaign_id)
    assert set(waiting(office, partner)) == {Waits.CONSENT}
    other = office.briefed(partner, name="Nästa")
    office.consented(partner, other)
    assert waiting(office, partner)[Waits.CONSENT].campaign_id == campaign_id


def test_a_reader_is_not_asked_to_write_or_consent(office: Office) -> None:
    """Only what the roles allow waits."""
    partner = office.partner()
    reader = office.member(partner.organisation_id or "", {Role.READER})
    campaign_id = office.briefed(partner, reader)
    office.answer(partner, campaign_id)
    assert waiting(office, reader) == {}


def test_the_communicator_sees_questions_terms_and_consents_that_are_missing(office: Office) -> None:
    """And who approves sees what was asked for, but not the one who asked."""
    one, two = office.partner("Ena"), office.partner("Andra")
    assert two.organisation_id
    campaign_id = office.briefed(one)
    office.answer(one, campaign_id)
    briefing.ask(office.place, one, campaign_id, question="När?", now=office.now)
    cards = waiting(office, office.communicator)
    assert {waits: card.count for waits, card in cards.items()} == {
        Waits.QUESTIONS: 1,
        Waits.PARTNERS_TERMS: 1,
        Waits.PARTNERS_CONSENT: 1,
    }
    office.make_ready(campaign_id)
    approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
    assert Waits.APPROVAL in waiting(office, office.approver)
    assert Waits.APPROVAL not in waiting(office, office.communicator)


def test_a_missing_language_is_named_until_it_is_left_out(office: Office) -> None:
    """The gate would stop it, so it is said early."""
    campaign_id = office.registered(languages=("sv", "en", "so"))
    assert waiting(office, office.communicator)[Waits.LANGUAGES].languages == ("so",)
    approving.leave_out(office.place, office.communicator, campaign_id, language="so", now=office.now)
    assert Waits.LANGUAGES not in waiting(office, office.communicator)


def test_an_early_lift_waits_for_another_person_and_lapses_after_a_day(office: Office) -> None:
    """Never for the one who asked."""
    campaign_id = office.approved(lift_at=office.now + timedelta(days=3))
    earlier = office.now + timedelta(days=2)
    scheduling.propose_lift_early(office.place, office.communicator, campaign_id, lift_at=earlier, now=office.now)
    assert waiting(office, office.approver)[Waits.LIFT_EARLY].lift_at == earlier
    assert Waits.LIFT_EARLY not in waiting(office, office.communicator)
    office.now += timedelta(hours=25)
    assert Waits.LIFT_EARLY not in waiting(office, office.approver)


def test_a_refused_delivery_waits_for_the_police_and_for_its_own_organisation(office: Office) -> None:
    """And for no other partner."""
    partner = office.partner("Ena", channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/hook")])
    other = office.partner("Andra")
    office.live(partner, other)
    with writing(office.place.engine) as session:
        for delivery in rows(office.place, Delivery, Delivery.event == Event.MESSAGE_PUBLISHED):
            found = session.get(Delivery, delivery.id)
            assert found is not None
            found.state = DeliveryState.REFUSED
    assert Waits.DELIVERIES in waiting(office, office.communicator)
    assert Waits.DELIVERIES in waiting(office, partner)
    assert Waits.DELIVERIES not in waiting(office, other)


def test_an_administrator_sees_a_lone_contact_and_channels_in_trouble(office: Office) -> None:
    """Nobody else is bothered with them."""
    organisation_id = office.organisation("Ena", channels=[(ChannelKind.EMAIL, "lista@example.org")])
    administrator = office.member(organisation_id, {Role.ADMINISTRATOR})
    with writing(office.place.engine) as session:
        channel = session.get(Channel, rows(office.place, Channel)[0].id)
        assert channel is not None
        channel.problem = "no answer"
    assert set(waiting(office, administrator)) == {Waits.ONE_CONTACT, Waits.CHANNELS}
    office.member(organisation_id, {Role.READER})
    assert set(waiting(office, administrator)) == {Waits.CHANNELS}


def test_what_has_happened_is_scoped_and_never_says_who_asked(office: Office) -> None:
    """A partner reads nothing of another partner's doings; the police read states and organisations."""
    one, other = office.partner("Ena"), office.partner("Andra")
    campaign_id = office.briefed(one, other)
    office.consented(one, campaign_id)
    briefing.ask(office.place, one, campaign_id, question="När?", now=office.now)
    police = seen(office, office.communicator).happened
    assert ("Consent was given.", "Ena") in {(event.sentence, event.who) for event in police}
    assert [event.who for event in police if event.sentence == "A partner asked a question."] == [""]
    assert "Ena" not in repr(seen(office, other))
    assert "Consent was given." not in {event.sentence for event in seen(office, other).happened}


def test_a_campaign_nobody_was_invited_to_is_unknown_to_partners(office: Office) -> None:
    """A draft casts no shadow."""
    partner = office.partner()
    campaign_id = office.registered(name="Operation Norrsken")
    assert campaign_id not in repr(seen(office, partner))
    assert "Norrsken" not in repr(seen(office, partner))


def test_a_fresh_organisation_is_taught_its_first_steps(office: Office) -> None:
    """The police register, a partner follows and adds a channel; both invite a colleague."""
    fresh = office.member(office.organisation("Ny", places=()), {Role.ADMINISTRATOR})
    assert Step.INVITE in seen(office, fresh).steps
    assert Step.CHANNEL in seen(office, fresh).steps
    assert seen(office, office.communicator).steps == (Step.REGISTER,)
    office.registered()
    assert seen(office, office.communicator).steps == ()


def test_it_takes_as_many_queries_for_many_campaigns_as_for_one(office: Office) -> None:
    """For the police and for a partner, with cards of several kinds."""
    partner = office.partner()
    everything = {Role.COMMUNICATOR, Role.APPROVER, Role.ADMINISTRATOR, Role.STEWARD}
    chief = office.member(office.police, everything)
    lead = office.member(partner.organisation_id or "", {Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR})

    def grow(number: int) -> None:
        campaign_id = office.briefed(partner, lead, name=f"Kampanj {number}", languages=("sv", "en", "so"))
        office.answer(partner, campaign_id, content=text("Vi lyssnar", "Ring 114 14."))
        briefing.ask(office.place, partner, campaign_id, question="När?", now=office.now)

    def cost(actor: Actor) -> int:
        with counted(office.place) as queries:
            seen(office, actor)
        return len(queries)

    grow(0)
    before = [cost(actor) for actor in (chief, lead)]
    for number in range(1, 5):
        grow(number)
    assert [cost(actor) for actor in (chief, lead)] == before
