"""Is this installation healthy? One line a check, with what to do about what is wrong."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from stat import S_IMODE
from typing import Literal

from sqlalchemy import Engine, func
from sqlmodel import col, select

from campaigns.channels.errors import TransportError
from campaigns.channels.smtp import Mailer, mail_server
from campaigns.data import languages
from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.lifecycle import NEEDS_A_PERSON, Stage
from campaigns.domain.release import ChannelKind
from campaigns.domain.workers import CLOCK_LOOKS_OFF, problem_named
from campaigns.materials.fonts import lacking
from campaigns.settings import Settings
from campaigns.store import migrations, nodes
from campaigns.store.disarming import disarmed_since
from campaigns.store.engine import check_database, reading
from campaigns.store.tables import Campaign, Channel, Delivery, Member, Membership, Organisation
from campaigns.version import this_version
from campaigns.work.audit.checkpoint_checks import check_trail
from campaigns.work.launch.rehearsing import problem_of
from campaigns.work.workplace import Workplace

Level = Literal["ok", "warning", "error"]
CHECKS = {
    "settings": N_("settings"),
    "database": N_("database"),
    "migrations": N_("tables"),
    "clock": N_("clock"),
    "keys": N_("keys"),
    "mail": N_("mail"),
    "worker": N_("release worker"),
    "publishing": N_("publishing"),
    "queue": N_("queue"),
    "audit": N_("audit trail"),
    "checkpoints": N_("checkpoints"),
    "deliveries": N_("deliveries"),
    "members": N_("members"),
    "fonts": N_("fonts"),
    "channel": N_("channel"),
}
"""What each check is called."""
MOST_OFF = timedelta(seconds=1)
OUR_MAIL = (ChannelKind.EMAIL, ChannelKind.BY_HAND)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One check. `says` is a template in English with `facts`; an error makes the installation unfit to release."""

    name: str
    level: Level
    says: str
    facts: dict[str, object]


def _finding(name: str, level: Level, says: str, **facts: object) -> Finding:
    return Finding(name=name, level=level, says=says, facts=facts)


def examine(
    settings: Settings,
    place: Workplace,
    *,
    offset: Callable[[], timedelta],
    now: datetime,
    dials: bool = True,
) -> Iterator[Finding]:
    """Every check in turn. `offset` measures the clock.

    Without `dials` no mail server and no channel is asked, which may take long: only what is known here is told.
    """
    yield _finding(
        "settings", "ok", N_("The settings can be used. Public address: {address}."), address=settings.base_url
    )
    database = _database(place.engine)
    yield database
    if database.level == "error":
        return
    tables = _migrations(place.engine)
    yield tables
    if tables.level == "error":
        return
    yield _clock(offset())
    yield from _keys(settings)
    mail = _mail(settings, dials=dials)
    yield mail
    yield from _workers(place.engine)
    yield _publishing(place.engine)
    for name, level, says, facts in check_trail(settings, place, now=now, every=dials):
        yield _finding(name, level, says, **facts)
    yield _people_needed(place.engine)
    yield _hanging_on_one(place.engine)
    yield from _fonts()
    if dials:
        yield from _channels(place, now, without=OUR_MAIL if mail.level == "error" else ())


def _database(engine: Engine) -> Finding:
    try:
        return _finding("database", "ok", N_("The database answers: {version}."), version=check_database(engine))
    except SamklangError as error:
        return _finding("database", "error", N_("The database cannot be used. {problem}"), problem=error)


def _migrations(engine: Engine) -> Finding:
    current, head = migrations.current(engine), migrations.head()
    if current == head:
        return _finding("migrations", "ok", N_("The tables are of this version ({revision})."), revision=head)
    if not migrations.knows(current):
        says = N_("The tables are at {current}, of a newer version than this one ({head}). Install the newer version.")
        return _finding("migrations", "error", says, current=current, head=head)
    says = N_("The tables are at {current} and this version needs {head}. Run: python app.py db upgrade")
    return _finding("migrations", "error", says, current=current or "–", head=head)


def _clock(offset: timedelta) -> Finding:
    milliseconds = round(offset.total_seconds() * 1000)
    if abs(offset) <= MOST_OFF:
        return _finding("clock", "ok", N_("The clock agrees with the database's to {offset} ms."), offset=milliseconds)
    says = N_("The clock differs from the database's by {offset} ms; nothing will be sent. Set the clock (NTP).")
    return _finding("clock", "error", says, offset=milliseconds)


def _keys(settings: Settings) -> Iterator[Finding]:
    kept = [settings.data_dir / name for name in ("secret.key", "credentials.keys", "audit.key")]
    loose = [path.name for path in kept if path.exists() and S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        says = N_("Others on this machine can read {files}. Run chmod 600 on it in the data folder.")
        yield _finding("keys", "error", says, files=loose)
    elif any(path.exists() for path in kept):
        says = N_(
            "The keys are in {folder}, readable by this user alone. Keep a copy elsewhere, apart from the backups."
        )
        yield _finding("keys", "ok", says, folder=str(settings.data_dir))
    else:
        yield _finding("keys", "ok", N_("The keys come from the environment."))


def _mail(settings: Settings, *, dials: bool) -> Finding:
    if settings.smtp_url is None:
        says = N_("No mail server is set, so no notices, no e-mail and no reminders leave. Set SAMKLANG_SMTP_URL.")
        return _finding("mail", "warning", says)
    if not dials:
        return _finding("mail", "ok", N_("A mail server is set."))
    try:
        Mailer(mail_server(settings.smtp_url)).open().close()
    except TransportError as error:
        says = N_("The mail server does not take our mail: {problem}. Check SAMKLANG_SMTP_URL.")
        return _finding("mail", "error", says, problem=error.reason)
    return _finding("mail", "ok", N_("The mail server answers and lets us in."))


def _workers(engine: Engine) -> Iterator[Finding]:
    """Each worker that lives, in as many findings as it needs. Those that died are told of only where none lives."""
    with reading(engine) as session:
        living = [worker for worker in nodes.seen(session) if worker.lives]
        waiting = session.exec(select(func.count()).where(col(Campaign.stage) == Stage.APPROVED)).one()
    if not living:
        yield _nobody(waiting)
    unready: Level = "error" if waiting and not any(worker.ready for worker in living) else "warning"
    for worker in living:
        yield from _worker(worker, unready=unready)


def _nobody(waiting: int) -> Finding:
    if waiting:
        says = N_(
            "No release worker lives, and approved campaigns wait for their lift: {count}. Pages will open at T, but "
            "nothing is sent. Start serve or worker."
        )
        return _finding("worker", "error", says, count=waiting)
    says = N_("No release worker runs: pages will open at T, but nothing is sent. Start serve or worker.")
    return _finding("worker", "warning", says)


def _worker(worker: nodes.Seen, *, unready: Level) -> Iterator[Finding]:
    facts = {"worker": worker.name, "offset": round(worker.offset.total_seconds() * 1000)}
    if not worker.ready:
        says = N_("The release worker {worker} is not ready: {problem} ({error}). Do not count on it; see its log.")
        yield _finding("worker", unready, says, problem=problem_named(worker.problem), error=worker.problem, **facts)
    elif abs(worker.offset) > CLOCK_LOOKS_OFF:
        says = N_("The clock of the release worker {worker} differs by {offset} ms. Set it (NTP) before it must stop.")
        yield _finding("worker", "warning", says, **facts)
    else:
        says = N_("The release worker {worker} is ready, and has been running since {since}.")
        yield _finding("worker", "ok", says, since=worker.started_at, **facts)
    if worker.version != this_version():
        says = N_("Upgrade under way: the release worker {worker} is of version {version}, and this is {ours}.")
        yield _finding("worker", "warning", says, version=worker.version, ours=this_version(), **facts)


def _publishing(engine: Engine) -> Finding:
    with reading(engine) as session:
        disarmed_at = session.exec(select(disarmed_since())).one()
    if disarmed_at is None:
        return _finding("publishing", "ok", N_("Publishing is armed."))
    says = N_(
        "Publishing is disarmed since {disarmed_at}, when a backup was restored or the database file was copied or "
        "moved: nothing opens or leaves. "
        "Two members must arm it again in the browser, under Administration."
    )
    return _finding("publishing", "error", says, disarmed_at=disarmed_at)


def _people_needed(engine: Engine) -> Finding:
    with reading(engine) as session:
        waiting = session.exec(select(Delivery.id).where(col(Delivery.state).in_(NEEDS_A_PERSON))).all()
    if waiting:
        says = N_("{count} deliveries wait for a person's decision. See release status for each campaign.")
        return _finding("deliveries", "warning", says, count=len(waiting))
    return _finding("deliveries", "ok", N_("No delivery waits for a person."))


def _hanging_on_one(engine: Engine) -> Finding:
    """An organisation should have two contacts: one person falls ill, or leaves."""
    with reading(engine) as session:
        alone = session.exec(
            select(Organisation.name)
            .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
            .join(Member, col(Member.id) == col(Membership.member_id))
            .where(col(Member.active))
            .group_by(col(Organisation.name))
            .having(func.count() == 1)
            .order_by(col(Organisation.name))
        ).all()
    if alone:
        says = N_("Only one person acts for {organisations}. Invite a colleague, so that nothing hangs on one person.")
        return _finding("members", "warning", says, organisations=list(alone))
    return _finding("members", "ok", N_("No organisation hangs on one person."))


def _fonts() -> Iterator[Finding]:
    """What every language is printed with. That a package which Samklang asks for is gone is an error."""
    absent = lacking(languages().values())
    if not absent:
        says = N_("Every language of the table can be printed: {count}.")
        yield _finding("fonts", "ok", says, count=len(languages()))
    for package, those in absent.items():
        facts = {"languages": those, "package": package.package, "extra": package.extra}
        if package.extra:
            says = N_(
                "Material in {languages} is not printed: its fonts are optional, being large. If it is needed, run: "
                "pip install '.[{extra}]' (or {package}), and start the service again."
            )
            yield _finding("fonts", "warning", says, **facts)
        else:
            says = N_(
                "Material in {languages} cannot be printed: fonts that belong to Samklang are gone. Run: "
                "pip install --force-reinstall {package}, and start the service again."
            )
            yield _finding("fonts", "error", says, **facts)


def _channels(place: Workplace, now: datetime, *, without: Collection[ChannelKind]) -> Iterator[Finding]:
    """Each channel by itself. `without` are kinds that fail for a reason of ours, which was told already."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(Channel, Organisation.name)
            .join(Organisation, col(Organisation.id) == col(Channel.organisation_id))
            .where(
                col(Channel.kind).not_in(without), col(Channel.removed_at).is_(None), col(Channel.paused_at).is_(None)
            )
            .order_by(col(Organisation.name), col(Channel.kind))
        ).all()
        for channel, _ in rows:
            session.expunge(channel)
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield from pool.map(lambda row: _channel(place, row[0], row[1], now), rows)


def _channel(place: Workplace, channel: Channel, organisation: str, now: datetime) -> Finding:
    where = {"organisation": organisation, "kind": channel.kind}
    if channel.kind not in place.channels:
        says = N_("{organisation}, {kind}: this installation has no such channel. Set a mail server or choose another.")
        return _finding("channel", "warning", says, **where)
    problem = problem_of(place, channel, now=now)
    if problem:
        says = N_("{organisation}, {kind}: does not work ({problem}). Ask the organisation to look at it.")
        return _finding("channel", "warning", says, problem=problem, **where)
    return _finding("channel", "ok", N_("{organisation}, {kind}: answers."), **where)
