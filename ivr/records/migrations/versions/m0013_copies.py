"""Second copies of transfers and rooms."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_index("ix_copies_at_s", "copies", ["at_s"])


def downgrade() -> None:
    op.drop_table("copies")
