"""What the carrier recorded and is not here yet."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "to_fetch",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("mailbox", sa.String(128), nullable=False),
        sa.Column("caller", sa.String(128), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("next_s", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("to_fetch")
