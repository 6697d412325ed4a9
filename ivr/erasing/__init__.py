"""One caller is forgotten everywhere: ``ivr erase``. What is on legal hold is not."""

from ivr.erasing.caller import Caller, Eraser, Found, erased

__all__ = ["Caller", "Eraser", "Found", "erased"]
