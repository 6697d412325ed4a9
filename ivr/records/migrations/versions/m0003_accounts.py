"""Accounts: users, their logins and one-time links, and the trail of what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("agent", sa.String(128), nullable=False),
        sa.Column("password", sa.String(256), nullable=False),
        sa.Column("added_s", sa.Float(53), nullable=False),
        sa.Column("joined_s", sa.Float(53), nullable=False),
    )
    for table, since in (("visits", ("at_s",)), ("invitations", ())):
        op.create_table(
            table,
            sa.Column("token", sa.String(64), primary_key=True),
            sa.Column("name", sa.String(64), nullable=False),
            *(sa.Column(column, sa.Float(53), nullable=False) for column in (*since, "until_s")),
        )
        op.create_index(f"ix_{table}_name", table, ["name"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("audit", "invitations", "visits", "users"):
        op.drop_table(table)
