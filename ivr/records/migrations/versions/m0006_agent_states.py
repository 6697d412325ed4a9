"""What each agent last said of themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "agent_states",
        sa.Column("agent", sa.String(128), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(128), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("agent_states")
