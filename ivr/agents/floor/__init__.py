"""Who talks to whom next, for all queues at once: the waiting, the agents, and the rules that bring them together.

``advance(floor, event) -> commands`` is deterministic and touches nothing outside: no clock, chance, network or files.
"""

from ivr.agents.floor.advance import advance
from ivr.agents.floor.state import Floor

__all__ = ["Floor", "advance"]
