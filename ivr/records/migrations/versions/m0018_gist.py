"""Who called and what about, as picked out of a message: kept with it, so that lists have it, too."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

NAMES = ("caller_name", "topic", "number_named")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("voicemails", sa.Column(name, sa.String(128)))
    unpicked = sa.text("caller_name IS NULL")
    op.create_index("ix_voicemails_unpicked", "voicemails", ["at_s"], sqlite_where=unpicked, postgresql_where=unpicked)


def downgrade() -> None:
    op.drop_index("ix_voicemails_unpicked", "voicemails")
    for name in reversed(NAMES):
        op.drop_column("voicemails", name)
