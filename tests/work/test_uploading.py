"""Own material from being handed in to being public: whose it is, what binds a yes, and what is published."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import upload_samples as samples
from factories import Office, dump, rows
from sqlmodel import col
from upload_scenes import FILM, TOLD, agreed, film, image

from campaigns.domain.access import Actor, NeedsAnotherPerson, Role
from campaigns.domain.errors import BadInput, NotThere
from campaigns.domain.reading import Attachment
from campaigns.domain.uploads import Told, UploadKind
from campaigns.store.tables import Consent, Delivery, ReleasedUpload, Upload, UploadBody, UploadConsent
from campaigns.work import reading
from campaigns.work.launch import approving, correcting, scheduling
from campaigns.work.launch.approval_desk import approval_desk
from campaigns.work.launch.approval_values import changed_since
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.texts.core import remove_core_message
from campaigns.work.uploads import handing_in
from campaigns.work.uploads.consenting import NeedsNoConsent, NotThatPiece, consent_to_upload, take_back_upload
from campaigns.work.uploads.desk import core_pieces, open_bytes, open_file, shelf_of
from campaigns.work.uploads.reading import public_attachment, public_attachment_bytes
from campaigns.work.uploads.withdrawing import propose_withdraw_upload, withdraw_upload


class Case:
    """A campaign in briefing with a partner whose message is consented to, and a picture on each side."""

    def __init__(self, office: Office) -> None:
        self.office, self.place = office, office.place
        self.partner, self.other = office.partner(), office.partner("Fritid (exempel)")
        self.campaign_id = office.briefed(self.partner, self.other, slug="gangsnacket")
        self.core = office.core_message(self.campaign_id)
        self.saved = office.consented(self.partner, self.campaign_id)
        self.message = matching.own_messages(self.place, self.partner, self.campaign_id, now=office.now)[0].message_id
        self.police_piece = image(office, office.communicator, self.core)
        self.piece = image(office, self.partner, self.message)

    def upload(self, upload_id: str) -> Upload:
        return rows(self.place, Upload, col(Upload.id) == upload_id)[0]

    def agree(self) -> None:
        agreed(self.office, self.partner, self.piece)

    def lift(self) -> None:
        self.office.approve(self.campaign_id)
        self.office.now = Office.LIFT

    def revision(self) -> str:
        return approving.going_out(self.place, self.office.approver, self.campaign_id).revision

    def may_fetch(self, actor: Actor, upload_id: str) -> bool:
        try:
            file = open_file(self.place, actor, upload_id, now=self.office.now)
        except NotThere:
            return False
        whole = open_bytes(self.place, actor, upload_id, start=0, stop=file.size, now=self.office.now)
        return len(whole) == file.size

    def is_public(self, upload_id: str) -> bool:
        try:
            public_attachment(self.place.engine, slug="gangsnacket", upload_id=upload_id, now=self.office.now)
        except NotThere:
            return False
        return True

    def shown(self) -> list[Attachment]:
        page = reading.public_campaign(self.place.engine, slug="gangsnacket", language="sv", now=self.office.now)
        return [one for voice in (*page.core, *page.voices) for one in voice.attachments]


@pytest.fixture
def case(office: Office) -> Case:
    """On each kind of database."""
    return Case(office)


def refused(case: Case, kind: UploadKind, told: Told, raw: bytes = b"") -> set[tuple[str, str]]:
    """The fields and sentences a piece is refused with; nothing is stored."""
    before = dump(case.place)
    with pytest.raises(BadInput) as error:
        handing_in.add_upload(
            case.place, case.partner, case.message, kind=kind, told=told, raw=raw, now=case.office.now
        )
    assert dump(case.place) == before
    return {(fault.field, fault.message) for fault in error.value.faults}


def test_everything_that_is_missing_is_said_at_once(case: Case) -> None:
    """Each beside its field, the file's fault among them."""
    found = refused(case, UploadKind.IMAGE, Told(language="", title=" "), samples.SVG)
    assert {field for field, _ in found} == {"language", "title", "alternative", "file"}
    found = refused(case, UploadKind.SIGN_VIDEO, Told(language="sv", title="Film"))
    assert {field for field, _ in found} == {"alternative", "link"}
    found = refused(case, UploadKind.AUDIO, Told(language="sv", title="Ljud"), samples.mp3())
    assert {field for field, _ in found} == {"alternative"}


@pytest.mark.parametrize(
    "link",
    [
        "http://a.example.org/",
        "javascript:alert(1)",
        "https://anna@a.example.org/",
        "https://localhost/",
        "https://a b",
    ],
)
def test_a_film_has_a_whole_https_address(sqlite_office: Office, link: str) -> None:
    """No other scheme, no user name, no machine of one's own."""
    case = Case(sqlite_office)
    told = Told(language="sv", title="Film", alternative="Hej", link=link)
    assert {field for field, _ in refused(case, UploadKind.SIGN_VIDEO, told)} == {"link"}


def test_a_document_needs_no_other_words_than_its_title(case: Case) -> None:
    """It is text itself."""
    told = Told(language="en", title="Card")
    found = handing_in.add_upload(
        case.place, case.partner, case.message, kind=UploadKind.DOCUMENT, told=told, raw=samples.pdf(),
        now=case.office.now,
    )  # fmt: skip
    assert case.upload(found.upload_id).media_type == "application/pdf"


def test_a_personal_number_is_warned_about_and_stops_nothing(case: Case) -> None:
    """In the title, in the words beside, and in subtitles."""
    told = Told(language="sv", title="Kort 811228-9874", alternative="811228-9874")
    raw = samples.picture(size=(33, 33))
    found = handing_in.add_upload(
        case.place, case.partner, case.message, kind=UploadKind.IMAGE, told=told, raw=raw, now=case.office.now
    )
    assert [fault.field for fault in found.warnings] == ["title", "alternative"]
    subtitles = samples.VTT.replace("Hej då", "811228-9874").encode()
    found = handing_in.add_upload(
        case.place, case.partner, case.message, kind=UploadKind.SUBTITLES, told=TOLD, raw=subtitles,
        now=case.office.now,
    )  # fmt: skip
    assert [fault.field for fault in found.warnings] == ["file"]


def test_the_same_file_twice_is_one_body_and_in_one_language_one_piece(case: Case) -> None:
    """A form that is sent twice makes nothing twice; two organisations' same file is kept once."""
    assert len(rows(case.place, UploadBody)) == 1
    found = refused(case, UploadKind.IMAGE, TOLD, samples.picture())
    assert found == {("file", handing_in.HERE_ALREADY)}


def test_before_t_a_partners_piece_is_nobody_elses_and_a_core_piece_is_for_the_briefed(case: Case) -> None:
    """Not even the police fetch a partner's, with consent or without."""
    case.agree()
    office, uninvited = case.office, case.office.partner("Utanför (exempel)")
    newcomer = office.member(case.partner.organisation_id or "", {Role.EDITOR})
    for stage in ("briefing", "approved"):
        if stage == "approved":
            office.approve(case.campaign_id)
        assert case.may_fetch(case.partner, case.piece)
        for actor in (case.other, office.communicator, office.approver, uninvited, newcomer):
            assert not case.may_fetch(actor, case.piece)
        for actor in (case.partner, case.other, office.communicator, office.approver):
            assert case.may_fetch(actor, case.police_piece)
        for actor in (uninvited, newcomer):
            assert not case.may_fetch(actor, case.police_piece)
        assert not case.is_public(case.piece)
        assert not case.is_public(case.police_piece)
    assert [one.upload_id for one in core_pieces(case.place, case.other, case.campaign_id, now=office.now)] == [
        case.police_piece
    ]


def test_at_t_what_was_approved_is_public_and_what_nobody_said_yes_to_is_not(case: Case) -> None:
    """A microsecond before nothing is, and a partner's needs its consent."""
    unspoken = film(case.office, case.partner, case.message)
    case.agree()
    case.lift()
    now = case.office.now
    case.office.now = now - timedelta(microseconds=1)
    assert not case.is_public(case.piece)
    case.office.now = now
    assert {one.upload_id for one in case.shown()} == {case.piece, case.police_piece}
    assert case.is_public(case.piece)
    assert not case.is_public(unspoken)
    part = public_attachment_bytes(
        case.place.engine, slug="gangsnacket", upload_id=case.piece, start=1, stop=3, now=now
    )
    assert part == b"\xd8\xff"
    with pytest.raises(NotThere):
        public_attachment(case.place.engine, slug="en-annan", upload_id=case.piece, now=now)


def test_consent_binds_to_the_words_and_to_the_file(case: Case) -> None:
    """Other words about it, and the yes holds no more; nobody says yes to what they have not seen."""
    seen = case.upload(case.piece).revision
    told = Told(language="sv", title="Ett annat", alternative=TOLD.alternative)
    handing_in.edit_upload(case.place, case.partner, case.piece, told=told, revision=seen, now=case.office.now)
    with pytest.raises(NotThatPiece):
        consent_to_upload(case.place, case.partner, case.piece, revision=seen, now=case.office.now)
    case.agree()
    told = Told(language="sv", title="Ett tredje", alternative=TOLD.alternative)
    now_said = case.upload(case.piece).revision
    handing_in.edit_upload(case.place, case.partner, case.piece, told=told, revision=now_said, now=case.office.now)
    (piece,) = shelf_of(case.place, case.partner, case.message, now=case.office.now).pieces
    assert not piece.consented
    with pytest.raises(handing_in.SomeoneElseChanged):
        handing_in.edit_upload(case.place, case.partner, case.piece, told=told, revision=seen, now=case.office.now)
    police, core = replace(case.office.communicator, roles=frozenset({Role.PUBLISHER})), case.police_piece
    revision = case.upload(core).revision
    with pytest.raises(NeedsNoConsent):
        consent_to_upload(case.place, police, core, revision=revision, now=case.office.now)


def test_an_editor_without_the_right_to_consent_makes_the_publisher_hear_of_it(case: Case) -> None:
    """A piece without consent goes nowhere."""
    editor = case.office.member(case.partner.organisation_id or "", {Role.EDITOR})
    case.office.accept(editor, case.campaign_id)
    before = len(rows(case.place, Delivery, col(Delivery.notice) == "consent_needed"))
    film(case.office, editor, case.message)
    assert len(rows(case.place, Delivery, col(Delivery.notice) == "consent_needed")) == before + 1


def test_a_release_without_material_has_the_revision_it_had_before_there_was_any(office: Office) -> None:
    """Approvals that were asked for by an earlier version still hold."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    before = approving.going_out(office.place, office.approver, campaign_id).revision
    piece = image(office, office.communicator, office.core_message(campaign_id))
    with_it = approving.going_out(office.place, office.approver, campaign_id).revision
    handing_in.remove_upload(office.place, office.communicator, piece, now=office.now)
    assert with_it != before
    assert approving.going_out(office.place, office.approver, campaign_id).revision == before


def test_approval_is_of_the_material_too(case: Case) -> None:
    """What is handed in, agreed to or taken away after approval was asked for must be asked for anew."""
    place, office = case.place, case.office
    changes: list[Callable[[], object]] = [
        lambda: film(office, office.communicator, case.core),
        case.agree,
        lambda: take_back_upload(place, case.partner, case.piece, now=office.now),
        lambda: handing_in.remove_upload(place, office.communicator, case.police_piece, now=office.now),
    ]
    office.make_ready(case.campaign_id)
    for change in changes:
        asked = approving.ask_approval(place, office.communicator, case.campaign_id, now=office.now)
        seen = approval_desk(place, office.approver, case.campaign_id, now=office.now).seen
        change()
        with pytest.raises(approving.NotAsked):
            approving.approve(place, office.approver, case.campaign_id, revision=asked, now=office.now)
        assert changed_since(approval_desk(place, office.approver, case.campaign_id, now=office.now), seen).material


def test_whoever_handed_in_the_polices_material_does_not_approve_it(case: Case) -> None:
    """Two people have looked at everything that goes out."""
    place, office = case.place, case.office
    maker = office.member(office.police, {Role.COMMUNICATOR, Role.APPROVER})
    film(office, maker, case.core)
    office.make_ready(case.campaign_id)
    asked = approving.ask_approval(place, office.communicator, case.campaign_id, now=office.now)
    with pytest.raises(NeedsAnotherPerson):
        approving.approve(place, maker, case.campaign_id, revision=asked, now=office.now)
    assert approval_desk(place, maker, case.campaign_id, now=office.now).wrote
    office.approve(case.campaign_id)


def test_the_approver_sees_the_polices_material_and_of_a_partners_only_how_much(case: Case) -> None:
    """Before approval and after it."""
    case.agree()
    for _ in range(2):
        desk = approval_desk(case.place, case.office.approver, case.campaign_id, now=case.office.now)
        assert [one.upload_id for one in desk.material] == [case.police_piece]
        assert desk.partners_material == (("Ungdomsjouren (exempel)", 1),)
        if desk.frozen is None:
            case.office.approve(case.campaign_id)


def test_a_consent_that_is_taken_back_takes_the_piece_out_of_the_release_alone(case: Case) -> None:
    """The message and everything else goes."""
    case.agree()
    case.office.approve(case.campaign_id)
    take_back_upload(case.place, case.partner, case.piece, now=case.office.now)
    case.office.now = Office.LIFT
    assert [one.upload_id for one in case.shown()] == [case.police_piece]


@pytest.mark.parametrize("leaves", ["text", "organisation"])
def test_a_message_that_leaves_the_release_takes_its_material_along(sqlite_office: Office, leaves: str) -> None:
    """Nothing stands beside words that are not there."""
    case = Case(sqlite_office)
    case.agree()
    case.office.approve(case.campaign_id)
    if leaves == "text":
        consenting.take_back(case.place, case.partner, case.saved.text_id, now=case.office.now)
    else:
        organisation = case.partner.organisation_id or ""
        briefing.revoke(
            case.place, case.office.communicator, case.campaign_id, organisation_id=organisation, now=case.office.now
        )
    case.office.now = Office.LIFT
    assert not case.is_public(case.piece)


def test_a_reopened_release_is_thawed_and_what_changes_then_is_approved_anew(case: Case) -> None:
    """What the superseded release held counts no more."""
    case.agree()
    case.office.approve(case.campaign_id)
    scheduling.reopen(case.place, case.office.approver, case.campaign_id, now=case.office.now)
    handing_in.remove_upload(case.place, case.office.communicator, case.police_piece, now=case.office.now)
    case.lift()
    assert [one.upload_id for one in case.shown()] == [case.piece]
    assert len(rows(case.place, ReleasedUpload, col(ReleasedUpload.superseded_at).is_(None))) == 1


def test_material_in_a_language_that_is_left_out_does_not_go_out(case: Case) -> None:
    """It would stand beside words that nobody can read."""
    english = Told(language="en", title="Film", alternative="Call.", link="https://film.example.org/en")
    piece = film(case.office, case.office.communicator, case.core, english)
    approving.leave_out(case.place, case.office.communicator, case.campaign_id, language="en", now=case.office.now)
    case.lift()
    assert not any(one.upload_id == piece for one in case.shown())


def test_a_piece_that_is_taken_away_is_gone_with_its_bytes_unless_another_needs_them(case: Case) -> None:
    """Two pieces share one body here."""
    case.agree()
    handing_in.remove_upload(case.place, case.partner, case.piece, now=case.office.now)
    assert len(rows(case.place, UploadBody)) == 1
    assert not rows(case.place, UploadConsent)
    handing_in.remove_upload(case.place, case.office.communicator, case.police_piece, now=case.office.now)
    assert not rows(case.place, UploadBody)
    assert rows(case.place, Consent)


def test_a_partner_withdraws_its_piece_alone_and_the_police_theirs_by_two(case: Case) -> None:
    """Withdrawn, nobody fetches it; the words beside it stand."""
    case.agree()
    case.lift()
    place, office = case.place, case.office
    withdraw_upload(place, case.partner, case.piece, now=office.now)
    assert not case.is_public(case.piece)
    with pytest.raises(correcting.AlreadyWithdrawn):
        withdraw_upload(place, case.partner, case.piece, now=office.now)
    with pytest.raises(scheduling.NothingToConfirm):
        withdraw_upload(place, office.approver, case.police_piece, now=office.now)
    propose_withdraw_upload(place, office.communicator, case.police_piece, now=office.now)
    with pytest.raises(NeedsAnotherPerson):
        withdraw_upload(place, office.communicator, case.police_piece, now=office.now)
    assert case.is_public(case.police_piece)
    withdraw_upload(place, office.approver, case.police_piece, now=office.now)
    assert case.shown() == []


def test_words_that_are_withdrawn_take_their_material_along(case: Case) -> None:
    """At once, for the page and for the file's own address."""
    case.agree()
    case.lift()
    assert case.is_public(case.piece)
    correcting.withdraw_message(case.place, case.partner, case.saved.text_id, now=case.office.now)
    assert not case.is_public(case.piece)
    assert [one.upload_id for one in case.shown()] == [case.police_piece]


def test_a_message_takes_no_more_than_it_may(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pieces nor bytes."""
    monkeypatch.setattr(handing_in, "MOST_BYTES_OF_A_MESSAGE", 10)
    assert refused(case, UploadKind.DOCUMENT, TOLD, samples.pdf()) == {("file", handing_in.TOO_MUCH)}
    monkeypatch.setattr(handing_in, "MOST_OF_A_MESSAGE", 1)
    assert refused(case, UploadKind.SIGN_VIDEO, FILM) == {("file", handing_in.TOO_MANY)}


def test_a_core_message_that_is_removed_takes_its_material_along(office: Office) -> None:
    """A draft with a piece can be thrown away."""
    from_file = office.registered()
    message = office.core_message(from_file)
    film(office, office.communicator, message)
    remove_core_message(office.place, office.communicator, message, now=office.now)
    assert not rows(office.place, Upload)
