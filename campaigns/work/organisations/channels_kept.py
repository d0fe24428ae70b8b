"""The channels of an organisation: adding, trying, resting and removing them, and changing their secrets.

A removed channel keeps its row: its deliveries point there, and a correction must reach whoever got the words. A
release that is approved is frozen, so what it planned for a channel leaves although the channel is paused or removed;
whoever does that is told how much it is.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.channels import webhook
from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Channel, Delivery, Organisation
from campaigns.work.launch.rehearsing import problem_of
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN, Login, sealed
from campaigns.work.organisations.checks import channel_faults
from campaigns.work.workplace import Workplace

SIGN_WITH = 2
"""How many secrets sign at once: the newest, and the one before it while receivers change over."""
LONGEST_NAME = 80
STILL_TO_LEAVE = (DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.HELD)


class ChannelTaken(Refused):
    """The organisation has that channel already."""

    message = N_("{name} already has this channel. Change it instead of adding it again.")


class SecretChanged(Refused):
    """The form was sent twice, or two people changed the secret: a third one would lock the receiver out."""

    message = N_("The signing secret was changed meanwhile, so nothing was done. Look at the channel, then try again.")


class NothingToSign(Refused):
    """Only signed channels have a signing secret."""

    message = N_("This channel has no signing secret.")


@dataclass(frozen=True, kw_only=True)
class KeptChannel:
    """One channel. `stamp` tells which secrets it has; `waiting` counts the deliveries that still leave through it."""

    id: str
    kind: ChannelKind
    address: str
    name: str
    is_available: bool
    is_signed: bool
    needs_login: bool
    overlaps: bool
    stamp: str
    paused_at: datetime | None
    checked_at: datetime | None
    problem: str
    waiting: int

    @property
    def host(self) -> str:
        """Where it leads, for those who need not know the whole address: a path may be a secret of its own."""
        return urlsplit(self.address).hostname or self.address

    @property
    def title(self) -> str:
        """What it is called in lists."""
        return self.name or self.host


def must_keep(actor: Actor, organisation_id: str) -> None:
    """Raise unless the actor may keep this organisation: NotAllowed for the role, NotThere for another's."""
    actor.must(Permission.KEEP_ORGANISATION)
    if Role.OPERATOR not in actor.roles and actor.organisation_id != organisation_id:
        raise NotThere


def kinds_to_add(place: Workplace) -> Sequence[ChannelKind]:
    """The kinds of channels that this installation has."""
    return list(place.channels)


def channels_of(place: Workplace, actor: Actor) -> Sequence[KeptChannel]:
    """The channels of one's own organisation, the removed ones left out."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(Channel)
            .where(col(Channel.organisation_id) == actor.organisation_id, col(Channel.removed_at).is_(None))
            .order_by(col(Channel.kind), col(Channel.name), col(Channel.address))
        ).all()
        waiting = _waiting(session, [row.id for row in rows])
        return [_kept(place, row, waiting.get(row.id, 0)) for row in rows]


def channel_of(place: Workplace, actor: Actor, channel_id: str) -> KeptChannel:
    """One of them. Raises NotThere for any other."""
    with reading(place.engine) as session:
        row = _own(session, actor, channel_id)
        return _kept(place, row, _waiting(session, [row.id]).get(row.id, 0))


def _waiting(session: Session, ids: Sequence[str]) -> Mapping[str | None, int]:
    rows = session.exec(
        select(Delivery.channel_id, func.count())
        .where(col(Delivery.channel_id).in_(ids), col(Delivery.state).in_(STILL_TO_LEAVE))
        .group_by(col(Delivery.channel_id))
    )
    return dict(rows.all())


def _kept(place: Workplace, row: Channel, waiting: int) -> KeptChannel:
    return KeptChannel(
        id=row.id,
        kind=row.kind,
        address=row.address,
        name=row.name,
        is_available=row.kind in place.channels,
        is_signed=row.kind is ChannelKind.WEBHOOK,
        needs_login=row.kind in NEED_A_LOGIN,
        overlaps=len(row.secrets) > 1,
        stamp=_stamp(row),
        paused_at=row.paused_at,
        checked_at=row.checked_at,
        problem=row.problem,
        waiting=waiting,
    )


def _stamp(row: Channel) -> str:
    return hashlib.sha256("\n".join(row.secrets).encode()).hexdigest()[:16]


def _own(session: Session, actor: Actor, channel_id: str, *, lock: bool = False) -> Channel:
    wanted = select(Channel).where(
        col(Channel.id) == channel_id,
        col(Channel.organisation_id) == actor.organisation_id,
        col(Channel.removed_at).is_(None),
    )
    row = session.exec(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise NotThere
    return row


def to_change(session: Session, actor: Actor, channel_id: str) -> Channel:
    """A channel of one's own organisation, locked. Raises NotAllowed for the role, NotThere for another's."""
    actor.must(Permission.KEEP_ORGANISATION)
    return _own(session, actor, channel_id, lock=True)


def note_change(session: Session, actor: Actor, action: str, row: Channel, *, now: datetime) -> None:
    """Keep what was changed, and who did it."""
    session.add(row)
    details = {"organisation": row.organisation_id, "channel": row.id, "kind": row.kind.value}
    audit.record(session, actor, action, now=now, details=details)


def add_channel(
    place: Workplace,
    actor: Actor,
    *,
    organisation_id: str,
    kind: ChannelKind,
    address: str,
    name: str = "",
    login: Login | None = None,
    now: datetime,
) -> str | None:
    """Add a channel. A webhook gets a signing secret, which is returned this one time and then kept encrypted.

    A channel that publishes in a user's name is given that `login`, which is kept encrypted and never returned.

    One that was removed comes back, with a secret of its own. Raises ChannelTaken, ChannelNotAvailable, or BadInput for
    an address that does not fit the kind or is refused, and for a login that lacks something.
    """
    must_keep(actor, organisation_id)
    with writing(place.engine) as session:
        secret = add_checked(
            session,
            place,
            organisation_id=organisation_id,
            kind=kind,
            address=address,
            name=_named(name),
            login=login,
            now=now,
        )
        details = {"organisation": organisation_id, "kind": kind.value}
        audit.record(session, actor, "channel.added", now=now, details=details)
    return secret


def _named(name: str) -> str:
    if len(name) > LONGEST_NAME:
        message = N_("The name is too long: at most {most} characters.")
        raise BadInput([Fault(field="name", message=message, facts={"most": LONGEST_NAME})])
    return name


def add_checked(
    session: Session,
    place: Workplace,
    *,
    organisation_id: str,
    kind: ChannelKind,
    address: str,
    name: str = "",
    login: Login | None = None,
    now: datetime,
) -> str | None:
    """The row of a new channel that works here, in the caller's transaction; gives the secret of a webhook."""
    place.channels[kind]  # asking for it refuses a kind that cannot be used
    if faults := channel_faults(place, [(kind, address)]):
        raise BadInput(faults)
    return insert_channel(
        session, place, organisation_id=organisation_id, kind=kind, address=address, name=name, login=login, now=now
    )


def insert_channel(
    session: Session,
    place: Workplace,
    *,
    organisation_id: str,
    kind: ChannelKind,
    address: str,
    name: str = "",
    login: Login | None = None,
    now: datetime,
) -> str | None:
    """The row of a new channel, in the caller's transaction. Raises ChannelTaken, or BadInput for the login."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotThere
    row = session.exec(
        select(Channel)
        .where(
            col(Channel.organisation_id) == organisation_id, col(Channel.kind) == kind, col(Channel.address) == address
        )
        .with_for_update()
    ).first()
    if row is not None and row.removed_at is None:
        raise ChannelTaken(name=organisation.name)
    secret = webhook.new_secret() if kind is ChannelKind.WEBHOOK else None
    kept = [sealed(place.vault, login)] if kind in NEED_A_LOGIN else []
    row = row or Channel(id=new_id(), organisation_id=organisation_id, kind=kind, address=address, created_at=now)
    row.name, row.secrets = name, [place.vault.close(secret)] if secret else kept
    row.removed_at = row.paused_at = row.checked_at = None
    row.unpaused_at, row.problem = now, ""
    session.add(row)
    session.flush()
    return secret


def name_channel(place: Workplace, actor: Actor, channel_id: str, *, name: str, now: datetime) -> None:
    """Call a channel what one's colleagues recognise."""
    with writing(place.engine) as session:
        row = to_change(session, actor, channel_id)
        row.name = _named(name)
        note_change(session, actor, "channel.named", row, now=now)


def try_channel(place: Workplace, actor: Actor, channel_id: str, *, now: datetime) -> str | None:
    """Ask a channel whether it answers; webhooks get a signed `channel.ping`. The database is released meanwhile.

    Gives what is wrong as a sentence to translate, or None; it is stored too.
    """
    actor.must(Permission.KEEP_ORGANISATION)
    with reading(place.engine) as session:
        asked = _own(session, actor, channel_id)
        session.expunge(asked)
    problem = problem_of(place, asked, now=now)
    with writing(place.engine) as session:
        row = to_change(session, actor, channel_id)
        row.checked_at, row.problem = now, problem or ""
        note_change(session, actor, "channel.tried", row, now=now)
    return problem


def pause_channel(place: Workplace, actor: Actor, channel_id: str, *, now: datetime) -> None:
    """Let a channel rest: releases that are approved from now on leave it out, and say so."""
    with writing(place.engine) as session:
        row = to_change(session, actor, channel_id)
        row.paused_at = row.paused_at or now
        note_change(session, actor, "channel.paused", row, now=now)


def unpause_channel(place: Workplace, actor: Actor, channel_id: str, *, now: datetime) -> None:
    """Use a channel again. What failed through it before is forgiven, so that it is not paused at once."""
    with writing(place.engine) as session:
        row = to_change(session, actor, channel_id)
        row.paused_at, row.unpaused_at, row.problem = None, now, ""
        note_change(session, actor, "channel.unpaused", row, now=now)


def remove_channel(place: Workplace, actor: Actor, channel_id: str, *, now: datetime) -> None:
    """Take a channel away. Its row stays for its deliveries; the same address can be added again."""
    with writing(place.engine) as session:
        row = to_change(session, actor, channel_id)
        row.removed_at = now
        note_change(session, actor, "channel.removed", row, now=now)


def rotate_secret(place: Workplace, actor: Actor, channel_id: str, *, stamp: str, now: datetime) -> str:
    """A new signing secret, returned this one time. The one before it signs too, until it is dropped.

    `stamp` is that of the channel as it was seen. Raises SecretChanged if it is another by now.
    """
    with writing(place.engine) as session:
        row = _signed(session, actor, channel_id, stamp)
        secret = webhook.new_secret()
        row.secrets = [place.vault.close(secret), *row.secrets][:SIGN_WITH]
        note_change(session, actor, "channel.secret_rotated", row, now=now)
    return secret


def drop_old_secret(place: Workplace, actor: Actor, channel_id: str, *, stamp: str, now: datetime) -> None:
    """Sign with the newest secret alone: every receiver knows it by now. Raises SecretChanged."""
    with writing(place.engine) as session:
        row = _signed(session, actor, channel_id, stamp)
        row.secrets = row.secrets[:1]
        note_change(session, actor, "channel.old_secret_dropped", row, now=now)


def _signed(session: Session, actor: Actor, channel_id: str, stamp: str) -> Channel:
    row = to_change(session, actor, channel_id)
    if row.kind is not ChannelKind.WEBHOOK:
        raise NothingToSign
    if _stamp(row) != stamp:
        raise SecretChanged
    return row
