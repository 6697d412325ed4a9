"""What is kept of calls, in SQL. Other parts map their own tables on the same ``Base``."""

from ivr.records.call_recordings import CallRecordings
from ivr.records.callers import SqlCallers
from ivr.records.calls import SqlCallRecords
from ivr.records.database import Base, Database
from ivr.records.flow_versions import FlowVersions, Publication
from ivr.records.migrate import migrate
from ivr.records.notes import Note, SqlNotes
from ivr.records.secrets import mask_secrets

__all__ = [
    "Base",
    "CallRecordings",
    "Database",
    "FlowVersions",
    "Note",
    "Publication",
    "SqlCallRecords",
    "SqlCallers",
    "SqlNotes",
    "mask_secrets",
    "migrate",
]
