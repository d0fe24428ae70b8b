"""The workplace: accounts with sessions and passkeys, versions of a campaign's facts, terms, and the glossary.

Columns are added one by one and never by rebuilding a table: SQLite would have to drop what other tables point to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNIQUE = ("uniquifier", "passkey_handle", "calendar_hash")
NEW = ("throttles", "glossary_terms", "passkeys", "terms_versions", "sessions", "campaign_versions")


def _added() -> tuple[tuple[str, tuple[sa.Column[object], ...]], ...]:
    """New columns by table; made anew each time, for a column belongs to one table once it is used."""
    return (
        (
            "campaigns",
            (
                sa.Column("materials", sa.JSON(), nullable=False, server_default="[]"),
                sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
            ),
        ),
        (
            "channels",
            (
                sa.Column("name", sa.String(), nullable=False, server_default=""),
                sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
                sa.Column("problem", sa.String(), nullable=False, server_default=""),
                sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
            ),
        ),
        (
            "members",
            (
                sa.Column("uniquifier", sa.String(), nullable=False, server_default=""),
                sa.Column("password_hash", sa.String(), nullable=True),
                sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
                sa.Column("totp_secret", sa.String(), nullable=True),
                sa.Column("totp_counter", sa.Integer(), nullable=True),
                sa.Column("recovery_codes", sa.JSON(), nullable=False, server_default="[]"),
                sa.Column("passkey_handle", sa.String(), nullable=True),
                sa.Column("muted", sa.JSON(), nullable=False, server_default="[]"),
                sa.Column("calendar_hash", sa.String(), nullable=True),
                sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
            ),
        ),
        (
            "organisations",
            (
                sa.Column("contact_name", sa.String(), nullable=False, server_default=""),
                sa.Column("contact_phone", sa.String(), nullable=False, server_default=""),
                sa.Column("website", sa.String(), nullable=False, server_default=""),
                sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
                sa.Column("verified_by", sa.String(), nullable=True),
                sa.Column("verification_note", sa.String(), nullable=False, server_default=""),
            ),
        ),
    )


def upgrade() -> None:
    for table, columns in _added():
        for column in columns:
            op.add_column(table, column)
    # Whoever was there before had no account yet, and every organisation was added by the operator or the police.
    op.execute("UPDATE members SET uniquifier = id")
    op.execute("UPDATE organisations SET verified_at = created_at")
    for name in UNIQUE:
        op.create_index(f"ix_members_{name}", "members", [name], unique=True)
    _accounts()
    _words()


def _accounts() -> None:
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("extensions", sa.String(), nullable=False),
        sa.Column("device_type", sa.String(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("usage", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential_id"),
    )
    op.create_index("ix_passkeys_member_id", "passkeys", ["member_id"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_member_id", "sessions", ["member_id"])


def _words() -> None:
    op.create_table(
        "glossary_terms",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("swedish", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("preferred", sa.String(), nullable=False),
        sa.Column("avoid", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edited_by"], ["members.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("swedish", "language"),
    )
    op.create_table(
        "terms_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("swedish", sa.String(), nullable=False),
        sa.Column("english", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["members.id"]),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "campaign_versions",
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
        sa.PrimaryKeyConstraint("campaign_id", "version"),
    )


def downgrade() -> None:
    for table in reversed(NEW):
        op.drop_table(table)
    for name in UNIQUE:
        op.drop_index(f"ix_members_{name}", "members")
    for table, columns in _added():
        for column in columns:
            op.drop_column(table, column.name)
