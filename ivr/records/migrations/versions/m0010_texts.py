"""Text messages in both directions, and who wants none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("line", sa.String(32), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
    )
    op.create_index("ix_texts_at_s", "texts", ["at_s"])
    op.create_index("ix_texts_number", "texts", ["number"])
    op.create_table(
        "text_refusals",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("at_s", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("text_refusals")
    op.drop_table("texts")
