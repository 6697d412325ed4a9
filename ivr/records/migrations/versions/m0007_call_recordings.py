"""Recordings that agents made of calls."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "call_recordings",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("started_s", sa.Float(53), nullable=False),
        sa.Column("duration_s", sa.Float(53), nullable=False),
    )
    op.create_index("ix_call_recordings_call_id", "call_recordings", ["call_id"])


def downgrade() -> None:
    op.drop_table("call_recordings")
