"""Which wording of a glossary term was approved, and by whom. What stands there already was approved by nobody yet.

A node of the version before knows nothing of it, and what it changes is a draft all the same: approval is to one edit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("glossary_terms", sa.Column("approved_by", sa.String(), nullable=True))
    op.add_column("glossary_terms", sa.Column("approved_edit", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("approved_edit", "approved_by"):
        op.drop_column("glossary_terms", name)
