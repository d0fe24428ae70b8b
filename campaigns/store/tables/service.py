"""The service itself: which workers live, and whether it may publish at all."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Node(SQLModel, table=True):
    """A release worker as it last told of itself. `seen_at` is by the database's clock; one long unseen is dead.

    `offset_ms` is what its own clock was behind the database's. `problem` says why it is not ready: a type of error,
    never its words. `armed` and `sending` count the deliveries it holds.
    """

    __tablename__ = "nodes"

    name: str = Field(primary_key=True)
    version: str
    started_at: datetime
    seen_at: datetime
    ready: bool = False
    problem: str = ""
    offset_ms: int = 0
    armed: int = 0
    sending: int = 0


class Disarming(SQLModel, table=True):
    """That nothing may be published until two people have agreed to it, as after a restored backup.

    It is over once `armed_at` is set; `asked_by` and `armed_by` are two people.
    """

    __tablename__ = "disarmings"

    id: str = Field(primary_key=True)
    reason: str
    disarmed_at: datetime
    asked_by: str | None = Field(default=None, foreign_key="members.id")
    asked_at: datetime | None = None
    armed_by: str | None = Field(default=None, foreign_key="members.id")
    armed_at: datetime | None = None
