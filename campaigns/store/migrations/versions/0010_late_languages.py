"""Late languages: a language that became ready after T has a release of its own, and an instant of its own.

Nodes of the version before do not know the event `campaign.language_added`: upgrade all of them before the first late
language is approved.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = (
    "campaign.lifted", "message.published", "message.corrected", "message.withdrawn", "channel.ping", "notice",
)  # fmt: skip
ADDED = "campaign.language_added"


def upgrade() -> None:
    op.add_column("releases", sa.Column("language", sa.String(), nullable=False, server_default=""))
    for table in ("releases", "released_texts"):
        op.add_column(table, sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    _known((*BEFORE, ADDED))


def downgrade() -> None:
    # What nobody has read yet was approved for an instant that the older version does not know: it never opens there.
    op.execute("UPDATE released_texts SET superseded_at = opens_at WHERE opens_at IS NOT NULL AND opened_at IS NULL")
    op.execute("UPDATE releases SET superseded_at = opens_at WHERE opens_at IS NOT NULL AND opened_at IS NULL")
    op.execute(
        "UPDATE deliveries SET state = 'cancelled', claimed_by = NULL, lease_until = NULL, fence = fence + 1 "
        "WHERE state IN ('planned', 'armed') AND release_id IN "
        "(SELECT id FROM releases WHERE opens_at IS NOT NULL AND opened_at IS NULL)"
    )
    op.execute(f"DELETE FROM deliveries WHERE event = '{ADDED}'")  # noqa: S608 - a constant
    _known(BEFORE)
    for table in ("released_texts", "releases"):
        op.drop_column(table, "opened_at")
        op.drop_column(table, "opens_at")
    op.drop_column("releases", "language")


def _known(events: tuple[str, ...]) -> None:
    """The CHECK of the column, which SQLite can change only by writing the table anew."""
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint("event_known", type_="check")
        batch.create_check_constraint("event_known", sa.column("event").in_(events))
