"""A late language can be held: then it does not open at its instant, until somebody resumes it.

Nodes of the version before do not know of it, and would open a page that is held: upgrade all of them before the first
late language is held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

HELD = "SELECT id FROM releases WHERE held_at IS NOT NULL AND superseded_at IS NULL"  # an opened one is not held


def upgrade() -> None:
    for table in ("releases", "released_texts"):
        op.add_column(table, sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("releases", sa.Column("held_by", sa.String(), nullable=True))


def downgrade() -> None:
    # The older version cannot hold a late language: what is held there never opens, and its texts can be edited again.
    op.execute(
        "UPDATE texts SET state = 'translated' WHERE state = 'approved' AND id IN "  # noqa: S608 - a constant
        f"(SELECT text_id FROM released_texts WHERE superseded_at IS NULL AND release_id IN ({HELD}))"
    )
    op.execute(
        "UPDATE deliveries SET state = 'cancelled', fence = fence + 1 "  # noqa: S608 - a constant
        f"WHERE state = 'held' AND release_id IN ({HELD})"
    )
    op.execute("UPDATE released_texts SET superseded_at = held_at WHERE held_at IS NOT NULL AND superseded_at IS NULL")
    op.execute("UPDATE releases SET superseded_at = held_at WHERE held_at IS NOT NULL AND superseded_at IS NULL")
    op.drop_column("releases", "held_by")
    for table in ("released_texts", "releases"):
        op.drop_column(table, "held_at")
