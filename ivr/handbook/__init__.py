"""What the flow language says of itself: to editors as JSON Schema, to people as the reference."""

from ivr.handbook.schema import flow_schema

__all__ = ["flow_schema"]
