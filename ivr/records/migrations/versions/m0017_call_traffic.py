"""What the carrier and we told each other in a call."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "call_traffic",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at_s", sa.Float(53), nullable=False, index=True),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("answered", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("took_s", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("call_traffic")
