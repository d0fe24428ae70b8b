"""Own material in every stage: what the scenes hold of it, and every task that can be tried with it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from factories import Office, rows
from sqlmodel import col
from upload_samples import picture

from campaigns.domain.access import Actor
from campaigns.domain.uploads import Told, UploadKind
from campaigns.store.tables import Upload
from campaigns.work.uploads import consenting, handing_in, withdrawing

if TYPE_CHECKING:
    from scenes import Scene

TOLD = Told(language="sv", title="Samtalskort", alternative="Två personer vid ett köksbord.")
FILM = Told(
    language="sv", title="Film på teckenspråk", alternative="Orolig? Ring 114 14.", link="https://film.example.org/1"
)


def image(office: Office, actor: Actor, message_id: str, told: Told = TOLD, **how: Any) -> str:
    """An image beside a message; gives its id."""
    raw = picture(**how)
    return handing_in.add_upload(
        office.place, actor, message_id, kind=UploadKind.IMAGE, told=told, raw=raw, now=office.now
    ).upload_id


def film(office: Office, actor: Actor, message_id: str, told: Told = FILM) -> str:
    """A link to a film in sign language beside a message; gives its id."""
    return handing_in.add_upload(
        office.place, actor, message_id, kind=UploadKind.SIGN_VIDEO, told=told, now=office.now
    ).upload_id


def agreed(office: Office, actor: Actor, upload_id: str) -> str:
    """The organisation says yes to it."""
    (upload,) = rows(office.place, Upload, col(Upload.id) == upload_id)
    consenting.consent_to_upload(office.place, actor, upload_id, revision=upload.revision, now=office.now)
    return upload_id


def revision(s: "Scene", upload_id: str) -> str:
    """What a piece is now, or nothing where there is none."""
    found = rows(s.place, Upload, col(Upload.id) == upload_id)
    return found[0].revision if found else ""


def add(s: "Scene", actor: Actor, message_id: str) -> object:
    """One more piece."""
    told = Told(language="en", title="Film", alternative="Call 114 14.", link="https://film.example.org/2")
    return handing_in.add_upload(s.place, actor, message_id, kind=UploadKind.SIGN_VIDEO, told=told, now=s.now)


def edit(s: "Scene") -> object:
    """Other words about the partner's piece."""
    told = Told(language="sv", title="Ett annat kort", alternative="Ett köksbord.")
    before = revision(s, s.upload_id)
    return handing_in.edit_upload(s.place, s.partner, s.upload_id, told=told, revision=before, now=s.now)


def consent(s: "Scene") -> None:
    """Say yes once more."""
    consenting.consent_to_upload(s.place, s.partner, s.upload_id, revision=revision(s, s.upload_id), now=s.now)


BEFORE_T = {"briefing", "approved", "held", "overdue"}
STAYS_PUBLIC = {"by_the_clock", "live", "closed"}
UPLOAD_TASKS: Mapping[str, tuple[Callable[["Scene"], object], set[str]]] = {
    "add_upload": (lambda s: add(s, s.partner, s.message_id), {"briefing"}),
    "add_upload (core)": (lambda s: add(s, s.communicator, s.core_message_id), {"draft", "briefing"}),
    "edit_upload": (edit, {"briefing"}),
    "remove_upload": (
        lambda s: handing_in.remove_upload(s.place, s.partner, s.upload_id, now=s.now),
        {"briefing", "cancelled"},
    ),
    "remove_upload (core)": (
        lambda s: handing_in.remove_upload(s.place, s.communicator, s.core_upload_id, now=s.now),
        {"draft", "briefing", "cancelled"},
    ),
    "consent_to_upload": (consent, {"briefing"}),
    "take_back_upload": (
        lambda s: consenting.take_back_upload(s.place, s.partner, s.upload_id, now=s.now),
        BEFORE_T,
    ),
    "propose_withdraw_upload": (
        lambda s: withdrawing.propose_withdraw_upload(s.place, s.approver, s.core_upload_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "withdraw_upload": (
        lambda s: withdrawing.withdraw_upload(s.place, s.partner, s.upload_id, now=s.now),
        STAYS_PUBLIC,
    ),
    "withdraw_upload (core)": (
        lambda s: withdrawing.withdraw_upload(s.place, s.approver, s.core_upload_id, now=s.now),
        STAYS_PUBLIC,
    ),
}
