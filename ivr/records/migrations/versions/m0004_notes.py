"""Notes of agents about calls, and calls found by their caller."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("agent", sa.String(128), primary_key=True),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
    )
    op.create_index("ix_calls_caller", "calls", ["caller"])


def downgrade() -> None:
    op.drop_index("ix_calls_caller", "calls")
    op.drop_table("notes")
