"""Live calls, sealed, for when Redis has lost them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "live_calls",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("ended_s", sa.Float(53), nullable=False),
        sa.Column("behind", sa.Boolean, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_live_calls_at_s", "live_calls", ["at_s"])
    op.create_table(
        "live_turns",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("actions", sa.LargeBinary, nullable=False),
        sa.Column("events", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("live_turns")
    op.drop_table("live_calls")
