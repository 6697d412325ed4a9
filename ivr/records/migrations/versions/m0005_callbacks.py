"""Callbacks that were promised."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("queue", sa.String(128), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("joined_s", sa.Float(53), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("handover", sa.JSON, nullable=False),
    )
    op.create_index("ix_callbacks_joined_s", "callbacks", ["joined_s"])
    op.create_index("ix_callbacks_state", "callbacks", ["state"])


def downgrade() -> None:
    op.drop_table("callbacks")
