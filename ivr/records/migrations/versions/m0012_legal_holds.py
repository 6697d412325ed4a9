"""What must not be deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("subject", sa.String(128), primary_key=True),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("legal_holds")
