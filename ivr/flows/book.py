"""A flow book: a flow file that has been read and checked. A book that exists can be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeAlias

from ivr.flows.actions import Action, Choice, Say
from ivr.flows.call import MASK, Call, Frame
from ivr.flows.company import Company
from ivr.flows.decisions import Decision, nobody_asks
from ivr.flows.events import Event
from ivr.flows.fields import Patience
from ivr.flows.mailboxes import SOUND
from ivr.flows.problems import Place
from ivr.flows.skills import Skills
from ivr.flows.tables import Searchable
from ivr.flows.texts import fill, fill_known, names_in

# --- where a call goes after a step ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """Wait here for the next event."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Go on with the next step."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """Leave everything and begin ``flow``."""

    flow: str


@dataclass(frozen=True, slots=True)
class Into:
    """Go into the block ``name`` inside this step, then on."""

    name: str


@dataclass(frozen=True, slots=True)
class CallFlow:
    """Do ``flow`` and come back."""

    flow: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """Return from the flow to the step after its ``call``."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The call is over."""

    outcome: str


To: TypeAlias = Stay | Onward | GoTo | Into | CallFlow | GoBack | Finish


@dataclass(frozen=True, slots=True)
class Move:
    """What a step does: the call as it is now, what to do on the phone, and where to go."""

    call: Call
    actions: tuple[Action, ...] = ()
    to: To = field(default_factory=Stay)
    via: str = ""
    """The label of the exit that was taken."""


ANYWHERE = "anywhere"
"""Begins the id under which the place of a command is kept: ``anywhere.operator``."""


# --- steps ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a step: its ``label`` on the picture, where it leads ``to``, and where that is written.

    ``trouble`` marks one that nobody hopes for: silence, a failure, nobody there.
    """

    label: str
    to: To
    path: tuple[str | int, ...] = ()
    trouble: bool = False


class Step(Protocol):
    """One step of a flow, as the interpreter sees it."""

    word: ClassVar[str]

    def enter(self, call: Call, book: FlowBook) -> Move:
        """The call arrives here."""
        ...

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        """Something happened while the call waits here."""
        ...

    def exits(self) -> Iterator[Exit]:
        """All ways out of this step, but for the ladders of its questions."""
        ...

    def asks(self, company: Company) -> Iterator[Patience]:
        """The patience of each question it can ask."""
        ...

    def prompts(self) -> Iterator[str]:
        """All texts this step says."""
        ...


@dataclass(frozen=True, slots=True)
class FlowBook:
    """``blocks`` holds every list of steps by name: a flow, or ``flow.index.name`` for a block inside a step."""

    version: str
    company: Company
    blocks: Mapping[str, tuple[Step, ...]]
    places: Mapping[str, Place]
    skills: Skills
    file: str = "flows.yaml"
    """The main file, as shown to people; places may be in files that it includes."""
    tables: Mapping[str, Searchable] = field(default_factory=dict)
    """What ``lookup`` steps look things up in, by file name."""
    decided: Callable[[Decision], None] = nobody_asks
    """Is told of every decision on an answer; for those who ask why a call went as it did."""

    def step(self, frame: Frame) -> Step | None:
        """The step a frame stands at; None past the end of its block."""
        block = self.blocks.get(frame.block, ())
        return block[frame.index] if 0 <= frame.index < len(block) else None

    @property
    def flows(self) -> list[str]:
        """The names of all flows."""
        return [name for name in self.blocks if "." not in name]

    def lookup(self, call: Call) -> Callable[[str], Any]:
        """How names in texts and conditions are looked up for ``call``."""

        def find(name: str) -> Any:
            first, _, rest = name.partition(".")
            if first == "hours" and rest.endswith(".next_open"):
                return self.skills.hours.next_open(rest.removesuffix(".next_open"), call.now_s)
            value = call.variables.get(first, self._given(call, first))
            for part in rest.split(".") if rest else ():
                value = value.get(part) if isinstance(value, Mapping) else None
            return value

        return find

    def _given(self, call: Call, name: str) -> Any:
        """What every call knows without asking."""
        return {"company": self.company.company, "caller": call.caller, "line": call.line}.get(name)

    def say(self, call: Call, text: str, *, hidden: str = "", **more: str) -> tuple[Call, Say]:
        """Fill ``text`` for ``call`` and note it in the transcript; ``more`` are names only this sentence knows.

        ``hidden`` is the one among them that only the caller may know: the transcript masks it.
        """
        find = self.spoken(call)
        text = self.translated(call, text)
        spoken = fill(text, lambda name: more[name] if name in more else find(name))
        shown = {**more, hidden: MASK} if more.get(hidden) else more
        return call.said("ivr", self.shown(call, text, **shown)), Say(spoken, call.language)

    def translated(self, call: Call, text: str) -> str:
        """``text`` in the language that is spoken, as far as the file has it."""
        return self.company.translations.get(call.language, {}).get(text, text)

    def keep(self, call: Call, name: str, text: str) -> Call:
        """``text`` filled and kept as variable ``name``; made of a secret, it is one too."""
        hidden = any(used.partition(".")[0] in call.secrets for used, _ in names_in(text))
        call = call.set(name, fill(text, self.lookup(call)))
        return call.hide(name) if hidden else call

    def shown(self, call: Call, text: str, **more: str) -> str:
        """``text`` filled as people other than the caller may see or hear it: secrets masked."""
        return fill(text, self._shown(call, more))

    def brief(self, call: Call, text: str) -> str:
        """``text`` as it is told to an agent: secrets masked, and no word of what is not known."""
        return fill_known(text, self._shown(call, {}))

    def _shown(self, call: Call, more: Mapping[str, str]) -> Callable[[str], Any]:
        find = self.spoken(call)

        def show(name: str) -> Any:
            if name in more:
                return more[name]
            return MASK if name.partition(".")[0] in call.secrets else find(name)

        return show

    def spoken(self, call: Call) -> Callable[[str], Any]:
        """How names in spoken texts are looked up: a collected value is spoken the way its kind is spoken."""
        find = self.lookup(call)

        def speak(name: str) -> Any:
            value = find(name)
            slot = self.company.slots.get(name)
            return self.skills.kinds[slot.kind].speak(value) if slot and value and isinstance(value, str) else value

        return speak

    def static_prompts(self) -> list[Say]:
        """Texts without variables, in file order: these can be rendered before anybody calls."""
        texts: dict[str, None] = {}
        for slot in self.company.slots.values():
            texts.update(dict.fromkeys(slot.ask))
        for mailbox in self.company.mailboxes.values():
            texts.update(dict.fromkeys(getattr(mailbox, which) for which in mailbox.greetings()))
            texts[mailbox.warning] = None
        for rung in (*(self.company.defaults.no_input or ()), *(self.company.defaults.no_match or ())):
            texts[rung if isinstance(rung, str) else rung.say] = None
        for block in self.blocks.values():
            for step in block:
                texts.update(dict.fromkeys(step.prompts()))
        return [
            Say(text, self.company.language) for text in texts if text and "{" not in text and not SOUND.fullmatch(text)
        ]

    def menu(self, name: str) -> tuple[Choice, ...]:
        """The choices of the first menu of flow ``name``, or of step ``flow.index``; empty when there is none."""
        block, _, index = name.rpartition(".")
        steps = self.blocks[block][int(index) :][:1] if block in self.blocks and index.isdecimal() else ()
        for step in steps or self.blocks.get(name, ()):
            choices: tuple[Choice, ...] = getattr(step, "choices", ())
            if choices:
                return choices
        return ()
