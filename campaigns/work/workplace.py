"""What every task needs beside its own arguments: the database, the channels and a few settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from campaigns.channels.http import Door, Guard
from campaigns.channels.registry import Channels, build
from campaigns.channels.smtp import Mailer, mail_server
from campaigns.i18n import words_for
from campaigns.settings import Settings
from campaigns.store.credentials import Vault


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Handed to every task as its first argument. It holds no state of its own."""

    engine: Engine
    vault: Vault
    channels: Channels
    base_url: str
    mail_from: str
    lift_step: timedelta
    clock: Callable[[], datetime]
    audit_keys: Callable[[], tuple[str, ...]]
    audit_checkpoints: Path | None

    def latest(self, now: datetime) -> datetime:
        """The instant to judge by once a lock is held: the wait for it may have outlasted `now`."""
        return max(now, self.clock())

    def path_of(self, campaign_id: str) -> str:
        """Where members work on a campaign. It holds the random id, never the friendly name."""
        return f"/arbete/kampanj/{campaign_id}"

    def public_address(self, slug: str, language: str | None = None) -> str:
        """Where the public reads a campaign. It answers only from T."""
        address = f"{self.base_url}/kampanj/{slug}"
        return f"{address}/{language}" if language else address


def open_workplace(settings: Settings, engine: Engine, *, clock: Callable[[], datetime]) -> Workplace:
    """The workplace that the settings describe. `clock` stamps what leaves; nothing is opened yet."""
    door = Door(Guard(allow_private=settings.allow_private_receivers), base_url=settings.base_url, clock=clock)
    mailer = Mailer(mail_server(settings.smtp_url), clock=clock) if settings.smtp_url else None
    channels = build(
        door,
        mailer=mailer,
        sender=settings.mail_from,
        base_url=settings.base_url,
        _=words_for("sv")._,
        report_path=lambda delivery_id: f"/arbete/leverans/{delivery_id}",
    )
    return Workplace(
        engine=engine,
        vault=Vault(settings.credentials_keys),
        channels=channels,
        base_url=settings.base_url,
        mail_from=settings.mail_from,
        lift_step=settings.lift_step,
        clock=clock,
        audit_keys=settings.audit_keys,
        audit_checkpoints=settings.audit_checkpoints,
    )
