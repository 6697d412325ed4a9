"""Messages from callers: kept as they are spoken, written down afterwards, lost by nobody's death."""
