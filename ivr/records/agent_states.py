"""What each agent last said of themselves. The floor is in Redis; who is on a break must outlive its loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Float, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database


class AgentStateRow(Base):
    """The last word of one agent."""

    __tablename__ = "agent_states"

    agent: Mapped[str] = mapped_column(String(128), primary_key=True)
    state: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(128))
    at_s: Mapped[float] = mapped_column(Float(53))


class SqlAgentStates:
    """The agents' last words in the database. Every method raises ``OutsideError`` when it cannot be reached."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def keep(self, agent: str, state: str, reason: str, at_s: float) -> None:
        """The agent says this now; an older word that comes late changes nothing."""
        with self._database().session() as session:
            known = session.get(AgentStateRow, agent, with_for_update=True)
            if known is None or known.at_s <= at_s:
                session.merge(AgentStateRow(agent=agent, state=state, reason=reason, at_s=at_s))

    def all(self) -> Mapping[str, tuple[str, str]]:
        """State and reason of everybody who ever said one."""
        with self._database().reading() as session:
            return {row.agent: (row.state, row.reason) for row in session.scalars(select(AgentStateRow))}
