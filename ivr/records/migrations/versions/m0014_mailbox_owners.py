"""Owners of mailboxes: their PINs and recorded greetings; what callers and owners do with messages by phone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "voicemail_boxes",
        sa.Column("mailbox", sa.String(128), primary_key=True),
        sa.Column("pin", sa.String(256), nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locked_s", sa.Float(53), nullable=False),
        sa.Column("greetings", sa.JSON, nullable=False),
    )
    op.create_table(
        "voicemail_marks",
        sa.Column("voicemail_id", sa.String(64), primary_key=True),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.Column("deleted_s", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("voicemail_marks")
    op.drop_table("voicemail_boxes")
