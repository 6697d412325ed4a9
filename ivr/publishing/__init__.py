"""How an edit of the flow file goes live: it is checked, rehearsed, and held against the calls of the past."""

from ivr.publishing.changes import changes, unified
from ivr.publishing.findings import Findings, Rehearsal
from ivr.publishing.publisher import Publisher

__all__ = ["Findings", "Publisher", "Rehearsal", "changes", "unified"]
