"""(being written)"""

from __future__ import annotations


class Runtime:
    """Steps live calls."""
