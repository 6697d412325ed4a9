"""A floor that was lost, or never was: what the flow file, the shelf and the agents' last words tell of it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace

from ivr.agents.account import TAKEN
from ivr.agents.floor.events import (
    AgentSet,
    Event,
    QueueHours,
)
from ivr.agents.floor.rebuilding import LiveCall, rebuilt
from ivr.agents.floor.state import Floor
from ivr.agents.legs import LIVE
from ivr.agents.routing import Routing
from ivr.agents.shelf import Shelf
from ivr.agents.staffing import FIRST_STATE, LastWords, Staffing
from ivr.ports import OutsideError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewFloor:
    """Where a floor begins at ``now_s``: agents, those who talk and ring, and who waits."""

    shelf: Shelf
    staffing: Staffing
    last_words: LastWords | None
    now_s: float

    def events(self) -> list[Event]:
        """The events of a new floor: queues and agents by the flow file, callers by the shelf."""
        staffing, now_s = self.staffing, self.now_s
        agents = {agent.id for agent in staffing.agents}
        opened = self.shelf.opened()
        accounts = {transfer_id: self.shelf.routing(transfer_id) for transfer_id in opened}
        calls = [call for call in (self._live_call(*one) for one in accounts.items()) if call is not None]
        news = staffing.news(Floor(), now_s)
        whole = rebuilt(
            now_s,
            staffing.queues,
            [event for event in news if isinstance(event, AgentSet)],
            self._last_states(agents),
            [call if call.agent in agents else replace(call, agent="", ring=0) for call in calls],
            {who: by for by, account in accounts.items() if (who := self._engaged(by, account)) in agents},
            max((leg.ring for account in accounts.values() for leg in account.legs), default=0),
        )
        return [*whole, *(event for event in news if isinstance(event, QueueHours))]

    def _last_states(self, agents: Collection[str]) -> dict[str, tuple[str, str]]:
        """What everybody last said; whoever works here and has said nothing can be rung."""
        try:
            said = self.last_words.all() if self.last_words else {}
        except OutsideError as error:  # better that somebody on a break is rung than that nobody is
            log.warning("it is not known who was on a break: %s", error)
            said = {}
        return {agent: said.get(agent, (FIRST_STATE, "")) for agent in sorted(agents)}

    def _live_call(self, transfer_id: str, account: Routing) -> LiveCall | None:
        handover = self.shelf.handover(transfer_id)
        if handover is None or not handover.queue or account.phase in {"over", "returning"}:
            return None
        if not account.seen_s and not handover.callback:  # on the way into the line
            return None
        agent, ring = (account.agent, 0) if account.phase in TAKEN else ("", 0)
        rings = [leg for leg in account.legs if leg.status in LIVE and leg.sid and not handover.callback]
        if account.phase == "ringing" and rings:
            agent, ring = rings[-1].agent, rings[-1].ring
        is_callback = handover.callback and not agent and not account.seen_s  # not on the line, having been called
        return LiveCall(transfer_id, handover.queue, handover.caller, handover.at_s, agent, is_callback, ring)

    def _engaged(self, transfer_id: str, account: Routing) -> str:
        """Who has a caller, or is rung for one, who asked for them by name; empty for nobody."""
        handover = self.shelf.handover(transfer_id)
        by_name = handover is not None and not handover.queue and account.phase in {"ringing", *TAKEN}
        return account.legs[-1].agent if by_name and account.legs else ""
