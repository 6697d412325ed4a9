"""Everything that is to be done outside, written down in the database before it is done: nothing is forgotten.

An errand (an e-mail, a text, a webhook, a task, a notice of a message) is a row, made in the same transaction as what
causes it where there is one. It is carried out at least once; its key goes along, so that whoever gets it twice can
tell. Redis is not needed for any of it.
"""

from ivr.outbox.delivery import Delivery, Sender
from ivr.outbox.errand import Counts, Errand, State
from ivr.outbox.store import Outbox

__all__ = ["Counts", "Delivery", "Errand", "Outbox", "Sender", "State"]
