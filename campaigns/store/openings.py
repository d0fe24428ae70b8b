"""When each public surface was first seen open. Several nodes look; the earliest sight counts."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from campaigns.store.tables import Opening


def note(session: Session, opening: Opening) -> None:
    """Keep a sight, in the caller's transaction, unless an earlier one is kept."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    seen = insert(Opening).values(**opening.model_dump())
    session.connection().execute(
        seen.on_conflict_do_update(
            index_elements=["campaign_id", "address"],
            set_={"opened_at": seen.excluded.opened_at},
            where=seen.excluded.opened_at < Opening.opened_at,
        )
    )
