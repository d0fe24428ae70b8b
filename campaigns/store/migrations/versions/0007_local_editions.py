"""Local editions: what an organisation puts beside a campaign's material for its own place."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "local_editions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("introduction", sa.String(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_by", sa.String(), nullable=True),
        sa.Column("edited_by", sa.String(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "slug"),
    )
    for name in ("campaign_id", "organisation_id"):
        op.create_index(f"ix_local_editions_{name}", "local_editions", [name])
    op.create_index("material_sets_of_edition", "material_sets", ["edition_id"])


def downgrade() -> None:
    # What was made of editions goes with them: an older version would never offer it, and never remove it.
    sets = "SELECT id FROM material_sets WHERE edition_id IS NOT NULL"
    for table in ("material_parts", "material_files"):
        op.execute(f"DELETE FROM {table} WHERE set_id IN ({sets})")  # noqa: S608 - nothing from outside
    op.execute("DELETE FROM material_sets WHERE edition_id IS NOT NULL")
    op.drop_index("material_sets_of_edition", "material_sets")
    op.drop_table("local_editions")
