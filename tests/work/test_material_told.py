"""Own material in feeds and webhooks: told of with its message, never before, and not any more once it is withdrawn."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from factories import Office, rows, text
from late_scenes import NOON, answered_in_english, approve
from scenes import STAGES, set_delivery
from sqlmodel import col
from translating_tasks import ask
from upload_scenes import FILM, TOLD, agreed, film, image

from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.uploads import Told
from campaigns.store.tables import Delivery, Upload
from campaigns.work.late.holding import hold_language
from campaigns.work.launch import approving, correcting, scheduling
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.reading import public_feed
from campaigns.work.texts.channels import channel_previews
from campaigns.work.uploads.consenting import take_back_upload
from campaigns.work.uploads.withdrawing import withdraw_upload

HOOK = (ChannelKind.WEBHOOK, "https://127.0.0.1/krok")
LETTER = (ChannelKind.EMAIL, "kansli@example.org")


class Case:
    """An approved campaign whose partner has a webhook and a mailbox, and a picture and a film beside its message."""

    def __init__(self, office: Office) -> None:
        self.office, self.place = office, office.place
        self.partner = office.partner(channels=[HOOK, LETTER])
        self.campaign_id = office.briefed(self.partner, slug="gangsnacket", name="Gängsnacket")
        self.saved = office.consented(self.partner, self.campaign_id, channels=[ChannelKind.WEBHOOK, ChannelKind.EMAIL])
        self.message = matching.own_messages(self.place, self.partner, self.campaign_id, now=office.now)[0].message_id
        self.picture = agreed(office, self.partner, image(office, self.partner, self.message))
        office.now += timedelta(seconds=1)  # so that their order is known
        self.film = agreed(office, self.partner, film(office, self.partner, self.message))
        self.unspoken = film(
            office,
            self.partner,
            self.message,
            Told(language="sv", title="Nej", alternative="Nej.", link=FILM.link + "x"),
        )
        self.picture_url = f"{self.place.public_address('gangsnacket')}/fil/{self.picture}"

    def lift(self) -> "Case":
        """T, and what left is with its receivers."""
        self.office.approve(self.campaign_id)
        self.office.now = Office.LIFT
        self.office.record_live(self.campaign_id)
        for row in self.waiting(Event.MESSAGE_PUBLISHED, Event.CAMPAIGN_LIFTED):
            set_delivery(self.place, row.id, state=DeliveryState.LIVE, attempts=1, sent_at=self.office.now)
        self.office.now += timedelta(minutes=1)
        return self

    def waiting(self, *events: Event) -> list[Delivery]:
        """The partner's deliveries of these events that are to leave."""
        own = col(Delivery.organisation_id) == self.partner.organisation_id
        states = col(Delivery.state).in_([DeliveryState.PLANNED, DeliveryState.HELD])
        return rows(self.place, Delivery, own, states, col(Delivery.event).in_(events))

    def told(self, *events: Event) -> list[dict[str, Any]]:
        """The material that webhooks will hear of, from the one delivery of these events that waits."""
        [row] = [row for row in self.waiting(*events) if row.kind is ChannelKind.WEBHOOK]
        message: dict[str, Any] = json.loads(row.body)["data"]["message"]
        return list(message.get("material", []))

    def urls(self, *events: Event) -> list[str]:
        return [one["url"] for one in self.told(*events)]

    def in_feed(self) -> list[str]:
        """What goes with the partner's entry, by id."""
        found = public_feed(self.place.engine, now=self.office.now, organisation="ungdomsjouren-exempel")
        [entry] = found.entries
        return [one.upload_id for one in entry.voice.attachments]


@pytest.fixture
def case(office: Office) -> Case:
    """On each kind of database."""
    return Case(office)


def test_a_webhook_is_told_of_what_its_organisation_said_yes_to(case: Case) -> None:
    """Address, type, language and words; a film has neither type nor size. A letter says nothing of it."""
    case.office.approve(case.campaign_id)
    picture, link = case.told(Event.MESSAGE_PUBLISHED)
    [stored] = rows(case.place, Upload, col(Upload.id) == case.picture)
    assert picture == {
        "kind": "image",
        "url": case.picture_url,
        "type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
        "language": "sv",
        "title": TOLD.title,
        "alternative": TOLD.alternative,
    }
    assert link == {
        "kind": "sign_video",
        "url": FILM.link,
        "language": "sv",
        "title": FILM.title,
        "alternative": FILM.alternative,
    }
    for row in case.waiting(Event.MESSAGE_PUBLISHED, Event.CAMPAIGN_LIFTED):
        assert ("/fil/" in row.body.decode()) == (
            row.kind is ChannelKind.WEBHOOK and row.event is Event.MESSAGE_PUBLISHED
        )


def test_where_there_is_none_a_receiver_sees_no_change(office: Office) -> None:
    """The name is not there at all."""
    partner = office.partner(channels=[HOOK])
    office.approved(partner)
    bodies = [row.body for row in rows(office.place, Delivery, col(Delivery.kind) == ChannelKind.WEBHOOK)]
    assert bodies
    assert not any(b'"material"' in body for body in bodies)


def test_the_feed_has_it_from_t_and_not_a_microsecond_before(case: Case) -> None:
    """What nobody said yes to never is there."""
    case.lift()
    assert case.in_feed() == [case.picture, case.film]
    case.office.now = Office.LIFT
    assert case.in_feed() == [case.picture, case.film]


def test_before_t_there_is_no_feed_to_have_it(case: Case) -> None:
    """The organisation is not there for anyone."""
    case.office.approve(case.campaign_id)
    case.office.now = Office.LIFT - timedelta(microseconds=1)
    with pytest.raises(NotThere):
        case.in_feed()
    assert public_feed(case.place.engine, now=case.office.now).entries == ()


@pytest.mark.parametrize("held", [False, True], ids=["approved", "held"])
def test_a_yes_that_is_taken_back_before_t_is_in_no_delivery(case: Case, *, held: bool) -> None:
    """A node may hold the old bytes armed, so another delivery takes the place of the one that named it."""
    case.office.approve(case.campaign_id)
    [old] = [row for row in case.waiting(Event.MESSAGE_PUBLISHED) if row.kind is ChannelKind.WEBHOOK]
    letters = [row.id for row in case.waiting(Event.MESSAGE_PUBLISHED) if row.kind is ChannelKind.EMAIL]
    if held:
        scheduling.hold(case.place, case.office.approver, case.campaign_id, now=case.office.now)
    else:
        set_delivery(case.place, old.id, state=DeliveryState.ARMED, claimed_by="one")
    take_back_upload(case.place, case.partner, case.picture, now=case.office.now)
    assert case.urls(Event.MESSAGE_PUBLISHED) == [FILM.link]
    [gone] = rows(case.place, Delivery, col(Delivery.id) == old.id)
    assert (gone.state, gone.fence > old.fence) == (DeliveryState.CANCELLED, True)
    [new] = [row for row in case.waiting(Event.MESSAGE_PUBLISHED) if row.kind is ChannelKind.WEBHOOK]
    assert (new.state, new.due_at) == (DeliveryState.HELD if held else DeliveryState.PLANNED, Office.LIFT)
    assert letters == [row.id for row in case.waiting(Event.MESSAGE_PUBLISHED) if row.kind is ChannelKind.EMAIL]


def test_a_piece_that_is_withdrawn_after_t_leaves_no_stale_address(case: Case) -> None:
    """The entry is newer and without it, and the webhooks that heard of it hear what there is now; letters do not."""
    case.lift()
    withdraw_upload(case.place, case.partner, case.picture, now=case.office.now)
    assert case.in_feed() == [case.film]
    [entry] = public_feed(case.place.engine, now=case.office.now, organisation="ungdomsjouren-exempel").entries
    assert entry.voice.updated_at == case.office.now
    first = public_feed(case.place.engine, now=case.office.now).entries[0]
    assert first.voice.organisation == "Ungdomsjouren (exempel)"
    corrected = case.waiting(Event.MESSAGE_CORRECTED)
    assert [row.kind for row in corrected] == [ChannelKind.WEBHOOK]
    message = json.loads(corrected[0].body)["data"]["message"]
    assert [one["url"] for one in message["material"]] == [FILM.link]
    assert message["updated_at"] == case.office.now.isoformat().replace("+00:00", "Z")


def test_what_was_to_leave_still_leaves_without_what_was_withdrawn(case: Case) -> None:
    """A webhook that was never reached gets the message as it is now, once."""
    case.lift()
    for row in rows(case.place, Delivery, col(Delivery.event) == Event.MESSAGE_PUBLISHED):
        if row.kind is ChannelKind.WEBHOOK and row.organisation_id == case.partner.organisation_id:
            set_delivery(case.place, row.id, state=DeliveryState.PLANNED, attempts=0, sent_at=None)
    withdraw_upload(case.place, case.partner, case.picture, now=case.office.now)
    assert case.urls(Event.MESSAGE_PUBLISHED) == [FILM.link]
    assert case.waiting(Event.MESSAGE_CORRECTED) == []


def test_a_correction_of_the_words_keeps_what_stands_beside_them(case: Case) -> None:
    """And a text that is withdrawn is named alone; in the feed nothing goes with it any more."""
    case.lift()
    saved = matching.edit_text(
        case.place,
        case.partner,
        case.message,
        language="sv",
        content=text("Vi finns här"),
        expected_version=1,
        now=case.office.now,
    )
    consenting.consent(case.place, case.partner, saved.text_id, revision=saved.revision, now=case.office.now)
    correcting.correct(case.place, case.partner, saved.text_id, revision=saved.revision, now=case.office.now)
    assert case.urls(Event.MESSAGE_CORRECTED) == [case.picture_url, FILM.link]
    assert case.in_feed() == [case.picture, case.film]
    correcting.withdraw_message(case.place, case.partner, saved.text_id, now=case.office.now)
    [hook] = [row for row in case.waiting(Event.MESSAGE_WITHDRAWN) if row.kind is ChannelKind.WEBHOOK]
    assert b"/fil/" not in hook.body
    assert b"material" not in hook.body
    assert case.in_feed() == []


def test_a_late_language_is_told_of_the_same_material_and_never_early(case: Case) -> None:
    """What is withdrawn before it opens is in nothing that opens then, and the language still opens at its instant."""
    office = case.office
    approving.leave_out(case.place, office.communicator, case.campaign_id, language="en", now=office.now)
    case.lift()
    _english(case)
    assert case.urls(Event.MESSAGE_PUBLISHED) == [case.picture_url, FILM.link]
    withdraw_upload(case.place, case.partner, case.picture, now=office.now)
    [hook] = [row for row in case.waiting(Event.MESSAGE_PUBLISHED) if row.kind is ChannelKind.WEBHOOK]
    assert (hook.language, hook.due_at, case.urls(Event.MESSAGE_PUBLISHED)) == ("en", NOON, [FILM.link])
    [told] = case.waiting(Event.MESSAGE_CORRECTED)
    assert (told.language, told.due_at) == ("sv", office.now)


def test_a_late_language_that_is_held_past_its_instant_hears_of_nothing(case: Case) -> None:
    """Its deliveries are held as before, without what was withdrawn: nothing of it leaves."""
    office = case.office
    approving.leave_out(case.place, office.communicator, case.campaign_id, language="en", now=office.now)
    case.lift()
    _english(case)
    hold_language(case.place, office.approver, case.campaign_id, language="en", now=office.now)
    office.now = NOON + timedelta(minutes=1)
    withdraw_upload(case.place, case.partner, case.picture, now=office.now)
    english = [row for row in case.waiting(Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED) if row.language == "en"]
    assert {row.state for row in english} == {DeliveryState.HELD}
    assert case.urls(Event.MESSAGE_PUBLISHED) == [FILM.link]


def _english(case: Case) -> None:
    """The partner's words in English, and the language approved for noon."""
    s = SimpleNamespace(
        place=case.place, now=case.office.now, partner=case.partner, communicator=case.office.communicator,
        approver=case.office.approver, campaign_id=case.campaign_id, message_id=case.message,
    )  # fmt: skip
    answered_in_english(s)  # type: ignore[arg-type] # as much of a scene as it needs
    approve(s)  # type: ignore[arg-type] # as above


def test_the_preview_is_whole_for_the_organisation_itself(case: Case) -> None:
    """What it has said yes to stands in it, and nothing else."""
    shown = channel_previews(case.place, case.partner, case.message, "sv", now=case.office.now)
    [hook] = [one for one in shown.channels if one.kind is ChannelKind.WEBHOOK]
    assert case.picture_url in hook.json
    assert hook.json.count(FILM.link) == 1


def test_who_was_asked_by_name_reads_the_text_and_hears_of_no_material(sqlite_office: Office) -> None:
    """Somebody of another organisation sees that text alone."""
    scene = STAGES["briefing"](sqlite_office)
    ask(scene)
    version = briefing.terms_now(scene.place).version
    briefing.accept_terms(scene.place, scene.newcomer, scene.campaign_id, version=version, now=scene.now)
    for reader, hears in ((scene.newcomer, False), (scene.communicator, True)):
        shown = channel_previews(scene.place, reader, scene.core_message_id, "en", now=scene.now)
        assert any(FILM.link in one.json for one in shown.channels) is hears
