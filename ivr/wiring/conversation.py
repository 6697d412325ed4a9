"""The conversation: the flow file, what callers mean by it, and how it is heard and spoken."""

from __future__ import annotations

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ivr.flows import FlowBook, FlowFileError
from ivr.ports import Ears, OutsideError
from ivr.wiring.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ivr.bookshelf import Bookshelf
    from ivr.channels.phone_line import Gear
    from ivr.flows.events import Word
    from ivr.publishing import Publisher
    from ivr.records import FlowVersions
    from ivr.skillset import SkillMaker
    from ivr.speech import PromptStore
    from voicemail.gist import Gist

log = logging.getLogger(__name__)


class Conversation(State):
    """The flow file and its sound."""

    @cached_property
    def skills(self) -> SkillMaker:
        from ivr.skillset import SkillMaker
        from ivr.speech.word_facts import WordFacts

        words = WordFacts(lambda: self.ears, self._model, local=self.settings.speech == "local")
        return SkillMaker(self.settings, words.can_hear, words.pronounce, words.stand_in)

    @cached_property
    def books(self) -> Bookshelf:
        from ivr.bookshelf import Bookshelf

        return Bookshelf(self.settings.flows, self.versions, self.skills, self.skills.stamp)

    @cached_property
    def versions(self) -> FlowVersions:
        from ivr.records import FlowVersions

        return FlowVersions(self.settings.data / "flows", self._unprepared_database)

    @cached_property
    def publisher(self) -> Publisher:
        from ivr.conversations.rehearsal import rehearse
        from ivr.publishing import Publisher

        calls = self.settings.flows.parent / "calls"
        return Publisher(self.books, self.versions, self.skills, self.now, partial(rehearse, calls), self.audit)

    @cached_property
    def book(self) -> FlowBook:
        """The flow file as it is saved, live or not: for commands. Raises FlowFileError with every mistake."""
        return self.books.draft()[1]

    @property
    def live_book(self) -> FlowBook:
        """What callers hear now. Raises FlowFileError when nothing was ever good."""
        return self.books.current()

    def _shortest_s(self, mailbox: str) -> float:
        try:
            found = self.books.current().company.mailboxes.get(mailbox)
        except FlowFileError:  # nothing was ever good: then calls are not taken either
            found = None
        return found.min if found else super()._shortest_s(mailbox)

    def _gist_of(self, mailbox: str, words: Sequence[Word]) -> Gist:
        from voicemail.gist import gist_of

        try:
            book = self.books.current()
        except FlowFileError:
            return super()._gist_of(mailbox, words)
        return gist_of(book, mailbox, words)

    @cached_property
    def ears(self) -> Ears:
        from ivr.speech import VoskEars

        return VoskEars(self._model())

    def ears_for(self, mailbox: str) -> Ears:
        """The recogniser that writes down messages of ``mailbox``, by its language; that of calls where none is set.

        A model that is not there keeps no message from being written down.
        """
        if not self.settings.message_models:
            return self.ears
        company = self.books.current().company
        box = company.mailboxes.get(mailbox)
        model = self.settings.message_model((box.language if box else "") or company.language)
        try:
            return self._message_ears(model) if model else self.ears
        except OutsideError as error:
            log.warning("messages are written down by the model of calls: %s", error)
            return self.ears

    @cached_property
    def _message_ears(self) -> Callable[[str], Ears]:
        from functools import cache

        from ivr.speech import VoskEars
        from ivr.speech.models import find_model

        own = self.settings
        return cache(lambda model: VoskEars(find_model(model, own.root, own.data)))

    def _model(self) -> Path:
        """The recogniser's folder. Raises OutsideError when there is none."""
        from ivr.speech.models import find_model

        return find_model(self.settings.vosk_model, self.settings.root, self.settings.data)

    @cached_property
    def prompts(self) -> PromptStore:
        from ivr.speech import PromptStore, Pyttsx3Voice

        return PromptStore(
            Pyttsx3Voice(),
            self.settings.cache / "prompts",
            self.settings.root / "prompts",
            recordings=lambda name: self.sounds(name),  # noqa: PLW0108 - not built before somebody asks
        )

    @cached_property
    def gear(self) -> Gear:
        """Ears and voice activity are None where they cannot be had: calls then go on by keys."""
        from ivr.channels.phone_line import Gear
        from ivr.speech import SileroActivity

        try:
            self.ears.knows("yes")
            SileroActivity()
        except OutsideError as error:
            log.warning("nothing can be recognised, calls go on by keys: %s", error)
            return Gear(self.prompts, None, None, self.greetings, self.now)
        return Gear(self.prompts, self.ears, SileroActivity, self.greetings, self.now)
