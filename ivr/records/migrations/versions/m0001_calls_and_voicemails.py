"""The first tables: calls and voicemails."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("line", sa.String(128), nullable=False),
        sa.Column("caller", sa.String(128), nullable=False),
        sa.Column("book", sa.String(128), nullable=False),
        sa.Column("started_s", sa.Float(53), nullable=False),
        sa.Column("ended_s", sa.Float(53), nullable=True),
        sa.Column("outcome", sa.String(256), nullable=False),
        sa.Column("transcript", sa.JSON, nullable=False),
        sa.Column("variables", sa.JSON, nullable=False),
        sa.Column("path", sa.JSON, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
    )
    op.create_index("ix_calls_started_s", "calls", ["started_s"])
    op.create_table(
        "voicemails",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("mailbox", sa.String(128), nullable=False),
        sa.Column("caller", sa.String(128), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("duration_s", sa.Float(53), nullable=False),
        sa.Column("ended_by", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float(53), nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_s", sa.Float(53), nullable=False),
    )
    op.create_index("ix_voicemails_call_id", "voicemails", ["call_id"])
    op.create_index("ix_voicemails_at_s", "voicemails", ["at_s"])
    op.create_index("ix_voicemails_state", "voicemails", ["state"])


def downgrade() -> None:
    op.drop_table("voicemails")
    op.drop_table("calls")
