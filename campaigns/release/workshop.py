"""The workshop of a worker: material is made in the background, one shelf after another, and never near a lift.

Nothing is begun, and what is begun is dropped, from two minutes before any T until the lift is recorded and settled.
Several workers share the work by claims; what one that died had claimed is made by another once the lease runs out.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlmodel import Session, col, select

from campaigns.domain.errors import N_, NotThere
from campaigns.domain.library import EVERYTHING, ZIP, Making
from campaigns.domain.lifecycle import Stage
from campaigns.logs import said
from campaigns.release.making import Maker, MakerFailed, MustStop
from campaigns.store import deliveries, shelves
from campaigns.store.disarming import is_armed
from campaigns.store.engine import reading, writing
from campaigns.store.shelves import MOST_TRIES, Claim
from campaigns.store.tables import Campaign, MaterialSet
from campaigns.work.editions.logo_contents import with_picture
from campaigns.work.library.contents import HAS_MATERIAL
from campaigns.work.library.making import MadeShelf, Outcome, file_of, pack_all, refused
from campaigns.work.library.wanting import tell_of_newer, want_everything, want_material
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

QUIET_BEFORE = timedelta(minutes=2)
QUIET_AFTER = timedelta(seconds=15)
RENEW_EVERY_S = 15.0
TIDY_EVERY_S = 60.0
FAILED = N_(
    "It could not be made, three times over. The operator finds the type of the fault in the log of the release worker."
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a claim is on, in plain values."""

    claim: Claim
    campaign_id: str
    edition_id: str | None
    language: str
    embargoed: bool
    version: int
    content: dict[str, object]
    attempts: int


class Workshop:
    """Makes what is wanted. `may_work` says whether this node itself has its hands free."""

    def __init__(
        self, place: Workplace, *, node: str, clock: Callable[[], datetime], may_work: Callable[[], bool]
    ) -> None:
        self._place, self._node, self._clock, self._may_work = place, node, clock, may_work
        self._maker = Maker()
        self._stopping = False
        self._tidied = -TIDY_EVERY_S

    def work(self) -> int:
        """Make what waits, as long as nothing more important comes. Returns how many shelves were settled."""
        if not self._has_something_to_do() or not self._may_begin():
            return 0
        self._tidy()
        settled = 0
        try:
            while self._may_begin() and (order := self._claimed()):
                settled += self._settle(order)
        finally:
            self._maker.end()
        return settled

    def stop(self) -> None:
        """Drop what is being made and begin nothing more."""
        self._stopping = True

    def _has_something_to_do(self) -> bool:
        """Mostly there is nothing, which costs one question."""
        with reading(self._place.engine) as session:
            return self._is_untidy() or shelves.has_waiting(session, now=self._clock())

    def _is_untidy(self) -> bool:
        return monotonic() - self._tidied >= TIDY_EVERY_S

    def _may_begin(self) -> bool:
        with reading(self._place.engine) as session:
            return self._may_go_on_in(session) and not deliveries.has_held(session)

    def _may_go_on(self) -> bool:
        with reading(self._place.engine) as session:
            return self._may_go_on_in(session)

    def _may_go_on_in(self, session: Session) -> bool:
        now = self._clock()
        near = select(Campaign.id).where(
            (col(Campaign.stage) == Stage.APPROVED) & (col(Campaign.lift_at) <= now + QUIET_BEFORE) & is_armed()
            | (col(Campaign.stage) == Stage.LIVE) & (col(Campaign.lifted_at) > now - QUIET_AFTER)
        )
        return not self._stopping and self._may_work() and session.exec(near.limit(1)).first() is None

    def _tidy(self) -> None:
        """Once a minute: ask for what was never asked for, and let go of what nobody needs any more."""
        if not self._is_untidy():
            return
        self._tidied, now = monotonic(), self._clock()
        with reading(self._place.engine) as session:
            never_asked = shelves.without_any(session, HAS_MATERIAL)
            lifted, unused = shelves.has_lifted(session), shelves.has_unused(session)
        for campaign_id in never_asked:
            with writing(self._place.engine) as session:
                want_material(session, self._place, _locked(session, campaign_id), now=now)
        if lifted or unused:
            with writing(self._place.engine) as session:
                shelves.supersede_lifted(session, now=now)
                shelves.forget_bodies(session)

    def _claimed(self) -> Order | None:
        now = self._clock()
        with reading(self._place.engine) as session:
            if not shelves.has_waiting(session, now=now):
                return None
        with writing(self._place.engine) as session:
            found = shelves.claim(session, node=self._node, now=now)
            return _order(*found) if found else None

    def _settle(self, order: Order) -> bool:
        """Make one shelf and keep it. False if it was dropped, failed, or is somebody else's by now."""
        try:
            outcome = self._outcome(order)
        except MustStop:
            with writing(self._place.engine) as session:
                shelves.give_back(session, order.claim)
            return False
        except MakerFailed as error:
            log.warning("material of campaign %s in %s was not made: %s", order.campaign_id, order.language, error)
            if order.attempts < MOST_TRIES:
                with writing(self._place.engine) as session:
                    shelves.try_again(session, order.claim)
                return False
            outcome = refused(FAILED)
        return self._kept(order, outcome)

    def _outcome(self, order: Order) -> Outcome:
        """Make it, unless it was begun three times and nobody came back: then it may be what ends the workers."""
        if order.attempts > MOST_TRIES:
            return refused(FAILED)
        if order.language == EVERYTHING:
            return self._packed(order)
        content = self._with_picture(order)
        renewed = monotonic()

        def go_on() -> bool:
            nonlocal renewed
            if monotonic() - renewed > RENEW_EVERY_S:
                with writing(self._place.engine) as session:
                    shelves.renew(session, order.claim, now=self._clock())
                renewed = monotonic()
            return self._may_go_on()

        return self._maker.make(content, version=order.version, embargoed=order.embargoed, go_on=go_on)

    def _with_picture(self, order: Order) -> dict[str, object]:
        """What is made of it; a logo is kept apart, so that no content that counts no more holds one on."""
        try:
            with reading(self._place.engine) as session:
                return with_picture(session, order.content)
        except NotThere as error:  # it was changed meanwhile, and this shelf was superseded with it
            raise MakerFailed(said(error)) from error

    def _packed(self, order: Order) -> Outcome:
        """The ZIP of all languages needs no setting: it is put together here, of what is kept."""
        try:
            with reading(self._place.engine) as session:
                made = _made_of(session, order)
            packed = pack_all(made, version=order.version, embargoed=order.embargoed)
        except (KeyError, IndexError) as error:  # one of them was superseded meanwhile; then this one is too
            raise MakerFailed(said(error)) from error
        return Outcome(files=(packed,), not_made={}, facts={})

    def _kept(self, order: Order, outcome: Outcome) -> bool:
        now = self._clock()
        with writing(self._place.engine) as session:
            campaign = _locked(session, order.campaign_id)
            if outcome.problem:
                kept = shelves.refuse(session, order.claim, problem=outcome.problem, facts=outcome.facts, now=now)
            else:
                kept = shelves.keep(
                    session,
                    order.claim,
                    outcome.files,
                    not_made=outcome.not_made,
                    left_out=outcome.left_out,
                    now=now,
                )
            if kept and order.edition_id is None:
                want_everything(session, campaign, now=now)
                tell_of_newer(session, self._place, campaign, {order.language: order.version}, now=now)
            return kept


def _locked(session: Session, campaign_id: str) -> Campaign:
    return session.exec(select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update()).one()


def _order(claim: Claim, row: MaterialSet) -> Order:
    return Order(
        claim=claim,
        campaign_id=row.campaign_id,
        edition_id=row.edition_id,
        language=row.language,
        embargoed=row.embargoed,
        version=row.version,
        content=row.content,
        attempts=row.attempts,
    )


def _made_of(session: Session, order: Order) -> list[MadeShelf]:
    """Every language that was made, with its bytes."""
    rows = session.exec(
        shelves.standing(order.campaign_id)
        .where(
            col(MaterialSet.embargoed) == order.embargoed,
            col(MaterialSet.state) == Making.MADE,
            col(MaterialSet.language) != EVERYTHING,
        )
        .order_by(col(MaterialSet.place))
    ).all()
    return [_made(session, row) for row in rows]


def _made(session: Session, row: MaterialSet) -> MadeShelf:
    files = []
    for file in shelves.files_of(session, row.id):
        if file.kind != ZIP:
            parts = shelves.parts_of(session, row.id, file.name)
            found = shelves.bodies(session, [part.sha256 for part in parts])
            content = b"".join(found[part.sha256] for part in parts)
            files.append(file_of(file.name, file.kind, file.media_type, content))
    return MadeShelf(content=row.content, version=row.version, left_out=tuple(row.left_out), files=tuple(files))
