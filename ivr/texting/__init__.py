"""Text messages: what comes in is kept, who says stop gets none, and nobody gets too many."""

from ivr.texting.texts import Texts
from ivr.texting.words import Wish, wish_of

__all__ = ["Texts", "Wish", "wish_of"]
