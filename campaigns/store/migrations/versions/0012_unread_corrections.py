"""A corrected translation that became public before another had read it is asked about afterwards.

What was published so before this revision stands in the audit trail alone: nobody is asked to read it now. Nor does a
node of the version before ask anybody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unread_corrections",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("released_text_id", sa.String(), sa.ForeignKey("released_texts.id"), nullable=False),
        sa.Column("text_id", sa.String(), sa.ForeignKey("texts.id"), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("written_by", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(), sa.ForeignKey("members.id"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.String(), sa.ForeignKey("members.id"), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_unread_corrections_text_id", "unread_corrections", ["text_id"])
    op.create_index("ix_unread_corrections_released_text_id", "unread_corrections", ["released_text_id"])


def downgrade() -> None:
    op.drop_table("unread_corrections")
