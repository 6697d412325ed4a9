"""(being written)"""

from __future__ import annotations


class FlowBook:
    """A checked flow file."""
