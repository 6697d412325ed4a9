"""For how long things are kept: legal holds, deleting, and erasing a caller."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ivr.ports import OutsideError
from ivr.wiring.errands import Errands

if TYPE_CHECKING:
    from ivr.erasing import Caller, Eraser, Found
    from ivr.records.holds import SqlHolds
    from voicemail.removal import Removal


class Keeping(Errands):
    """What is deleted, and what must not be."""

    @cached_property
    def holds(self) -> SqlHolds:
        from ivr.records.holds import SqlHolds

        return SqlHolds(lambda: self.database)

    @cached_property
    def removal(self) -> Removal:
        from voicemail.removal import Removal

        return Removal(self.database, self.voicemails)

    def message_days(self) -> Mapping[str, int]:
        """How many days each mailbox keeps its messages; those that keep them for ever are left out."""
        mailboxes = self.books.current().company.mailboxes.items()
        return {name: mailbox.keep_days for name, mailbox in mailboxes if mailbox.keep_days}

    def erase(self, number: str, *, really: bool) -> Found:
        """Forget a caller everywhere, or say what there is of them. See ``ivr.erasing``.

        Raises:
            OutsideError: they are on legal hold, or on the telephone, or something cannot be reached.
        """
        from ivr.erasing import erased
        from ivr.erasing.redis_keys import RedisEraser
        from ivr.erasing.tables import call_recordings_eraser, caller_of, table_erasers

        def messages(caller: Caller, *, really: bool) -> int:
            found = self.removal.of_caller(caller.number, caller.calls)
            return sum(self.removal.remove(message) for message in found) if really else len(found)

        caller = caller_of(number, self.database)
        messages_of = [message.id for message in self.removal.of_caller(number, caller.calls)]
        if self.holds.held(number, *caller.calls, *messages_of):
            raise OutsideError(f"{caller.masked} is on legal hold. See:  ivr hold list", retry=False)
        if any(self._is_calling(call_id, number) for call_id in self.sessions.live()):
            raise OutsideError(f"{caller.masked} is on the telephone: erase them when the call is over", retry=True)
        places: dict[str, Eraser] = {
            "messages": messages,
            "recordings": call_recordings_eraser(self.call_recordings),
            "in Redis": RedisEraser(self.redis),
            **table_erasers(self.database, self.carrier_copies.forget),
        }
        return erased(caller, places, really=really)

    def _is_calling(self, call_id: str, number: str) -> bool:
        loaded = self.sessions.load(call_id)
        return loaded is not None and loaded[0].call.caller == number and not loaded[0].call.ended
