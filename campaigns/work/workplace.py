"""What every task needs beside its own arguments: the database, the channels and a few settings."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from campaigns.channels.registry import Channels
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

    def path_of(self, campaign_id: str) -> str:
        """Where members work on a campaign. It holds the random id, never the friendly name."""
        return f"/arbete/kampanj/{campaign_id}"

    def public_address(self, slug: str, language: str | None = None) -> str:
        """Where the public reads a campaign. It answers only from T."""
        address = f"{self.base_url}/kampanj/{slug}"
        return f"{address}/{language}" if language else address
