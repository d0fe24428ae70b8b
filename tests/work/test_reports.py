"""Receipts, what people report about deliveries, and rehearsing without showing anything."""

import re
from datetime import timedelta

import pytest
from factories import Office, dump, rows
from scenes import STAGES, Scene, edit_own, set_delivery
from servers import Server, answering, status
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import AuditEvent, Campaign, Delivery
from campaigns.work.launch import correcting, rehearsing, reporting
from campaigns.work.partners import consenting

SECOND = timedelta(seconds=1)


def delivery(scene: Scene, kind: ChannelKind) -> Delivery:
    """The partner's delivery through a channel."""
    return rows(scene.place, Delivery, col(Delivery.id) == scene.delivery(kind))[0]


def test_a_receipt_has_its_promised_shape(office: Office) -> None:
    """The names others build on (INTERFACE), with instants in milliseconds from T."""
    scene = STAGES["live"](office)
    set_delivery(
        scene.place, scene.delivery(ChannelKind.EMAIL), state=DeliveryState.LIVE, attempts=1,
        sent_at=Office.LIFT + SECOND / 80, confirmed_at=Office.LIFT + SECOND / 10,
    )  # fmt: skip
    slug = rows(scene.place, Campaign)[0].slug
    receipt = reporting.release_receipt(scene.place, scene.operator, slug)
    assert set(receipt) >= {"schema", "campaign", "lift_at", "revision", "deliveries", "pull", "summary"}
    assert (receipt["schema"], receipt["campaign"], receipt["lift_at"]) == (1, slug, "2026-11-24T09:00:00Z")
    assert re.fullmatch("sha256:[0-9a-f]{64}", receipt["revision"])
    (line,) = [line for line in receipt["deliveries"] if line["channel"] == "email"]
    assert set(line) >= {
        "id", "organisation", "channel", "language", "state", "planned_at", "sent_at", "confirmed_at", "sent_ms",
        "confirmed_ms", "attempts", "address", "error",
    }  # fmt: skip
    assert (line["sent_ms"], line["confirmed_ms"], line["state"]) == (12.5, 100.0, "live")
    assert set(receipt["summary"]) >= {
        "deliveries", "live", "early", "late", "failed", "unknown", "sent_ms", "confirmed_ms",
    }  # fmt: skip
    assert (receipt["summary"]["deliveries"], receipt["summary"]["early"]) == (4, 0)


def test_there_is_no_receipt_before_approval(office: Office) -> None:
    """Nor for a campaign that is not there."""
    office.briefed(slug="kommande")
    with pytest.raises(reporting.NotApproved):
        reporting.release_receipt(office.place, office.operator, "kommande")
    with pytest.raises(NotThere):
        reporting.release_receipt(office.place, office.operator, "nonsense")


def test_the_status_says_who_is_ready(office: Office) -> None:
    """Per organisation and language."""
    partner = office.partner()
    campaign_id = office.briefed(partner, slug="status")
    saved = office.answer(partner, campaign_id)
    for agreed in ((), ("sv",)):
        found = reporting.status(office.place, office.operator, "status", now=office.now)
        ready = {line.organisation: line.consented for line in found.readiness}
        assert ready == {"Polisen (exempel)": ("en", "sv"), "Ungdomsjouren (exempel)": agreed}
        consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)


def test_the_status_names_what_needs_a_person(office: Office) -> None:
    """What is unclear is listed, and nothing else."""
    scene = STAGES["live"](office)
    slug = rows(scene.place, Campaign)[0].slug
    found = reporting.status(scene.place, scene.operator, slug, now=scene.now)
    assert found.public
    assert [line.id for line in found.needs_person] == [scene.delivery(ChannelKind.WEBHOOK)]


def test_a_person_reports_what_was_published_by_hand(office: Office) -> None:
    """With where it is, if they say; only a web address will do."""
    scene = STAGES["live"](office)
    handed = scene.delivery(ChannelKind.BY_HAND)
    assert reporting.waiting_by_hand(scene.place, scene.partner, now=scene.now) == [handed]
    with pytest.raises(BadInput):
        reporting.report_published(scene.place, scene.partner, handed, address="javascript:alert(1)", now=scene.now)
    address = "https://social.example.org/inlagg/1"
    reporting.report_published(scene.place, scene.partner, handed, address=address, now=scene.now)
    found = delivery(scene, ChannelKind.BY_HAND)
    assert (found.state, found.address, found.confirmed_at) == (DeliveryState.LIVE, address, scene.now)
    assert found.settled_by == scene.partner.member_id
    with pytest.raises(reporting.CannotSettle):
        reporting.report_published(scene.place, scene.partner, handed, now=scene.now)
    with pytest.raises(reporting.CannotSettle):
        reporting.report_published(scene.place, scene.partner, scene.delivery(ChannelKind.WEBHOOK), now=scene.now)


@pytest.mark.parametrize("state", [DeliveryState.UNKNOWN, DeliveryState.REFUSED, DeliveryState.LATE])
@pytest.mark.parametrize(
    ("task", "becomes"),
    [
        (reporting.mark_as_done, DeliveryState.LIVE),
        (reporting.try_again, DeliveryState.PLANNED),
        (reporting.leave, DeliveryState.CANCELLED),
    ],
)
def test_a_person_decides_what_no_machine_can(
    sqlite_office: Office, state: DeliveryState, task: object, becomes: DeliveryState
) -> None:
    """Done, again with the same id, or leave it; and once decided it is decided."""
    scene = STAGES["live"](sqlite_office)
    unclear = scene.delivery(ChannelKind.WEBHOOK)
    set_delivery(scene.place, unclear, state=state)
    task(scene.place, scene.partner, unclear, now=scene.now)  # type: ignore[operator] # one of three tasks
    assert delivery(scene, ChannelKind.WEBHOOK).state is becomes
    (event,) = rows(scene.place, AuditEvent, col(AuditEvent.action) == "delivery.settled")
    assert event.details == {"delivery": unclear, "state": becomes.value}
    for again in (reporting.mark_as_done, reporting.try_again, reporting.leave):
        with pytest.raises(reporting.CannotSettle):
            again(scene.place, scene.partner, unclear, now=scene.now)


def test_another_organisations_delivery_is_not_there(office: Office) -> None:
    """Like a made-up one; and who only reads decides nothing."""
    scene = STAGES["live"](office)
    assert scene.partner.organisation_id
    stranger = office.partner("Annan (exempel)")
    police = office.member(office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE), {Role.APPROVER})
    before = dump(scene.place)
    for who, which in ((stranger, scene.delivery(ChannelKind.WEBHOOK)), (police, scene.delivery(ChannelKind.WEBHOOK)),
                       (scene.partner, "nonsense")):  # fmt: skip
        for task in (reporting.report_published, reporting.mark_as_done, reporting.try_again, reporting.leave):
            with pytest.raises(NotThere):
                task(scene.place, who, which, now=scene.now)
    assert dump(scene.place) == before
    reader = office.member(scene.partner.organisation_id, {Role.READER})
    with pytest.raises(NotAllowed):
        reporting.leave(scene.place, reader, scene.delivery(ChannelKind.WEBHOOK), now=scene.now)


def test_old_words_are_not_sent_again_after_a_correction_or_withdrawal(office: Office) -> None:
    """A person may still say that they arrived, or leave them."""
    scene = STAGES["live"](office)
    unclear = scene.delivery(ChannelKind.WEBHOOK)
    edit_own(scene)
    revision = scene.text(scene.text_id).revision
    consenting.consent(scene.place, scene.partner, scene.text_id, revision=revision, now=scene.now)
    correcting.correct(scene.place, scene.partner, scene.text_id, revision=revision, now=scene.now)
    with pytest.raises(reporting.TextHasChanged):
        reporting.try_again(scene.place, scene.partner, unclear, now=scene.now)
    reporting.mark_as_done(scene.place, scene.partner, unclear, now=scene.now)


def test_a_rehearsal_shows_nothing_of_the_campaign(office: Office) -> None:
    """Each receiver gets a signed ping; names, texts and addresses stay here."""
    with Server() as receiver, Server(answering(status(401))) as refusing:
        partner = office.partner("Kanariejouren (exempel)", channels=[(ChannelKind.WEBHOOK, receiver.url)])
        office.partner("Andra (exempel)", channels=[(ChannelKind.WEBHOOK, refusing.url)])
        campaign_id = office.briefed(partner, name="Kanariekampanj", slug="kanarie", briefing="kanarie")
        office.consented(partner, campaign_id, channels=[ChannelKind.WEBHOOK])
        office.approve(campaign_id)
        found = rehearsing.rehearse(office.place, office.communicator, "kanarie", now=office.now)
        (request,) = receiver.requests
    assert [(line.organisation, line.problem) for line in found] == [
        ("Andra (exempel)", "HTTP 401"),
        ("Kanariejouren (exempel)", None),
    ]
    assert b'"channel.ping"' in request
    for secret in (b"kanarie", b"Kanarie", campaign_id.encode(), b"Vi lyssnar", b"2026-11-24"):
        assert secret not in request
    (event,) = rows(office.place, AuditEvent, col(AuditEvent.action) == "release.rehearsed")
    assert event.details == {"channels": 2, "problems": 1}


def test_a_draft_is_rehearsed_with_the_polices_own_channels_only(office: Office) -> None:
    """A partner's receiver would learn from the ping that something is coming."""
    with Server() as receiver:
        office.partner(channels=[(ChannelKind.WEBHOOK, receiver.url)])
        office.registered(slug="utkast")
        assert rehearsing.rehearse(office.place, office.operator, "utkast", now=office.now) == []
        assert receiver.requests == []
