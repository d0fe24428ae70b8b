"""Translating: whom somebody asked for a text, what reviewers said, back-translations, and what is said of a text.

Nodes of the version before may run beside this one, so every new column has a default that holds for their rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _one_of(name: str, values: tuple[str, ...], *, of: str) -> sa.Column[object]:
    known = sa.Enum(*values, name=f"{of}_known", native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, known, nullable=False)


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("in_swedish", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "assignments",
        _words("id"),
        _words("message_id"),
        _words("language"),
        _one_of("job", ("translate", "review", "back_translate"), of="job"),
        _words("member_id"),
        _words("organisation_id"),
        _words("note"),
        _words("asked_by"),
        _at("asked_at"),
        _at("ended_at", nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("assignments_of_text", "assignments", ["message_id", "language"])
    op.create_index("assignments_of_member", "assignments", ["member_id", "organisation_id"])
    op.create_table(
        "text_reviews",
        _words("id"),
        _words("text_id"),
        _words("revision"),
        sa.Column("passed", sa.Boolean(), nullable=False),
        _words("note"),
        _words("member_id"),
        _at("reviewed_at"),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_text_reviews_text_id", "text_reviews", ["text_id"])
    op.create_table(
        "back_translations",
        _words("id"),
        _words("text_id"),
        _words("revision"),
        _words("says"),
        _words("written_by"),
        _at("written_at"),
        _words("confirmed_by", nullable=True),
        _at("confirmed_at", nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"]),
        sa.ForeignKeyConstraint(["written_by"], ["members.id"]),
        sa.ForeignKeyConstraint(["confirmed_by"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_back_translations_text_id", "back_translations", ["text_id"])
    op.create_table(
        "text_remarks",
        _words("id"),
        _words("message_id"),
        _words("language"),
        _words("part"),
        _words("says"),
        _words("instead_of"),
        _words("suggests"),
        _words("written_by"),
        _at("written_at"),
        _one_of("outcome", ("open", "taken", "declined", "answered"), of="outcome"),
        _words("settled_by", nullable=True),
        _at("settled_at", nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.ForeignKeyConstraint(["written_by"], ["members.id"]),
        sa.ForeignKeyConstraint(["settled_by"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("text_remarks_of_text", "text_remarks", ["message_id", "language"])
    op.create_table(
        "source_changes",
        _words("id"),
        _words("message_id"),
        _one_of("kind", ("meaning", "typo"), of="sourceedit"),
        _words("revision"),
        sa.Column("languages", sa.JSON(), nullable=False),
        _words("judged_by"),
        _at("judged_at"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.ForeignKeyConstraint(["judged_by"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_source_changes_message_id", "source_changes", ["message_id"])


def downgrade() -> None:
    for table in ("source_changes", "text_remarks", "back_translations", "text_reviews", "assignments"):
        op.drop_table(table)
    op.drop_column("campaigns", "in_swedish")
