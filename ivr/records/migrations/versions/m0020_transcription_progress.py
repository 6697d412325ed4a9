"""How much of a message has been written down so far."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("voicemails", sa.Column("progress", sa.Float(53), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    op.drop_column("voicemails", "progress")
