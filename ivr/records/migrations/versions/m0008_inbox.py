"""The inbox of voicemails: who looks after a message, what was noted, its waveform; what was said can be searched.

On SQLite an FTS5 index is kept up to date by triggers, whoever writes. Its rows go by numbers of our own: SQLite may
give the rows of a table whose key is text other numbers. On PostgreSQL an index on the expression is all it takes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SEARCH = (
    "CREATE TABLE voicemail_search_numbers (number INTEGER PRIMARY KEY, voicemail_id TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE voicemail_search USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')",
    "INSERT INTO voicemail_search_numbers (voicemail_id) SELECT id FROM voicemails WHERE text <> ''",
    """INSERT INTO voicemail_search (rowid, text) SELECT number, text FROM voicemails
       JOIN voicemail_search_numbers ON voicemail_id = id""",
    """CREATE TRIGGER voicemail_search_insert AFTER INSERT ON voicemails WHEN new.text <> '' BEGIN
         INSERT OR IGNORE INTO voicemail_search_numbers (voicemail_id) VALUES (new.id);
         INSERT INTO voicemail_search (rowid, text)
           SELECT number, new.text FROM voicemail_search_numbers WHERE voicemail_id = new.id;
       END""",
    """CREATE TRIGGER voicemail_search_update AFTER UPDATE OF text ON voicemails WHEN new.text <> old.text BEGIN
         DELETE FROM voicemail_search
           WHERE rowid = (SELECT number FROM voicemail_search_numbers WHERE voicemail_id = new.id);
         INSERT OR IGNORE INTO voicemail_search_numbers (voicemail_id) VALUES (new.id);
         INSERT INTO voicemail_search (rowid, text)
           SELECT number, new.text FROM voicemail_search_numbers WHERE voicemail_id = new.id AND new.text <> '';
       END""",
    """CREATE TRIGGER voicemail_search_delete BEFORE DELETE ON voicemails BEGIN
         DELETE FROM voicemail_search
           WHERE rowid = (SELECT number FROM voicemail_search_numbers WHERE voicemail_id = old.id);
         DELETE FROM voicemail_search_numbers WHERE voicemail_id = old.id;
       END""",
)
SEARCH_POSTGRESQL = """CREATE INDEX voicemail_search ON voicemails USING gin
  (to_tsvector('simple', regexp_replace(normalize(voicemails.text, NFD), U&'[\\0300-\\036F]', '', 'g')))"""


def upgrade() -> None:
    op.add_column("voicemails", sa.Column("status", sa.String(16), nullable=False, server_default="new"))
    op.add_column("voicemails", sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("voicemails", sa.Column("assignee", sa.String(128), nullable=False, server_default=sa.text("''")))
    # One index counts all messages by mailbox and status, the others find a page of each.
    op.create_index("ix_voicemails_counts", "voicemails", ["status", "mailbox", "urgent", "state"])
    op.create_index("ix_voicemails_mailbox", "voicemails", ["mailbox", "at_s"])
    op.create_index("ix_voicemails_status", "voicemails", ["status", "at_s"])
    op.create_index("ix_voicemails_assignee", "voicemails", ["assignee", "at_s"])
    op.create_index("ix_voicemails_caller", "voicemails", ["caller", "at_s"])
    op.create_table(
        "voicemail_notes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("voicemail_id", sa.String(64), sa.ForeignKey("voicemails.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at_s", sa.Float(53), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_voicemail_notes_voicemail_id", "voicemail_notes", ["voicemail_id"])
    op.create_table(
        "voicemail_peaks",
        sa.Column("voicemail_id", sa.String(64), sa.ForeignKey("voicemails.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
    )
    op.add_column("users", sa.Column("mailboxes", sa.JSON, nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH:
            op.execute(statement)
    else:
        op.execute(SEARCH_POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER voicemail_search_{name}")
        op.execute("DROP TABLE voicemail_search")
        op.execute("DROP TABLE voicemail_search_numbers")
    else:
        op.execute("DROP INDEX voicemail_search")
    op.drop_column("users", "mailboxes")
    op.drop_table("voicemail_peaks")
    op.drop_table("voicemail_notes")
    for name in ("counts", "mailbox", "status", "assignee", "caller"):
        op.drop_index(f"ix_voicemails_{name}", "voicemails")
    for name in ("status", "urgent", "assignee"):
        op.drop_column("voicemails", name)
