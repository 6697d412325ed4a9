"""Asking a caller something: what is said, what may be answered, and what happens when the answer is missing.

All steps that ask share this: silence and misunderstanding are counted apart, each climbs its own ladder, and the last
rung always leads somewhere. Commands that are understood ``anywhere`` are handled here too.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.flows.actions import Action, Choice, HangUp, Listen
from ivr.flows.book import Finish, FlowBook, GoTo, Move
from ivr.flows.call import MASK, Call
from ivr.flows.changing import changed
from ivr.flows.decisions import Decision, by_meaning, heard_otherwise, valued
from ivr.flows.events import Event, Heard, Pressed, Silence
from ivr.flows.fields import Leave, Patience
from ivr.flows.overheard import corrects, introduced_name, named, values_in
from ivr.flows.skills import Kind, KindOptions, Meaning
from ivr.flows.texts import listed, without

ANYTHING = KindOptions()
NO_VALUES = ("",)
NOTHING_LEFT = "Sorry, we could not understand each other. Please call again. Goodbye."
YES_NO = "yes_no"
OFFERED = "offered"
"""Where the running step keeps what the caller was asked about."""
SILENCE = "silence"
NOT_UNDERSTOOD = "not understood"
"""The exits that the two ladders end in."""
ALL_RIGHT = "All right, {value}."
DID_YOU_WANT = "Did you want {option}?"
DID_YOU_WANT_EITHER = "Did you want {option}, or {other}?"
"""Asked when what was said is near to options, but not near enough to act on."""
TROUBLE = "Sorry, something went wrong on our side."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The caller chose ``name`` of the question's choices."""

    call: Call
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Valued:
    """The caller gave ``value``; ``sure`` is false when it should be confirmed."""

    call: Call
    value: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``expect`` is ``menu`` or the name of a kind; ``ask`` gets shorter with each asking."""

    ask: tuple[str, ...]
    expect: str
    patience: Patience
    choices: tuple[Choice, ...] = ()
    options: KindOptions = ANYTHING
    secret: bool = False
    bad: str = ""
    values: tuple[str, ...] = NO_VALUES
    also: tuple[tuple[str, KindOptions], ...] = ()
    """Kinds whose words may be said as well: other answers in the same sentence, and corrections."""

    def put(self, call: Call, book: FlowBook, *lead: str) -> Move:
        """Say the ``lead`` sentences, then the question, and listen."""
        call = _without_offer(call)
        asked = call.tries.asked
        ask, value = self.ask[min(asked, len(self.ask) - 1)], self.values[min(asked, len(self.values) - 1)]
        call = changed(call, tries=changed(call.tries, asked=call.tries.asked + 1))
        actions: list[Action] = []
        options = self._named()
        for written in (*lead, ask):
            if text := _said(book.translated(call, written), options=options, value=value):
                call, say = book.say(call, text, hidden="value" if self.secret else "", options=options, value=value)
                actions.append(say)
        return Move(changed(call, waits_for="answer"), (*actions, self.listen(book)))

    def _named(self) -> str:
        """What can be answered, as far as it can be listed."""
        names = [choice.name for choice in self.choices] or self.options.choices
        return "yes or no" if self.expect == "yes_no" else listed(names)

    def listen(self, book: FlowBook) -> Listen:
        """What may be answered now."""
        patience = book.company.patience(self.patience)
        kind = self._kind(book)
        return Listen(
            expect=self.expect,
            choices=(*self.choices, *book.company.commands),
            words=self._words(kind, book) if kind else (),
            closed=kind.closed if kind else True,
            wait_s=patience.wait or 0.0,
            max_keys=kind.max_keys(self.options) if kind else 1,
            barge_in=patience.barge_in or "matching",
            secret=self.secret,
        )

    def answer(self, call: Call, event: Event, book: FlowBook) -> Chosen | Valued | Move:
        """What the caller's answer comes to: a choice, a value, or a move (asked again, a command, led away)."""
        match event:
            case Heard(text=text, confidence=confidence):
                call = call.said("caller", MASK if self.secret else text, confidence)
                return self._heard(call, event, book)
            case Pressed(keys=keys):
                call = call.said("caller", f"pressed {MASK if self.secret else keys}")
                return self._pressed(call, keys, book)
            case Silence():
                return self._climb(call, book, "no_input")
            case _:
                return self._climb(call, book, "no_match", TROUBLE)

    # --- what was said or keyed -------------------------------------------------------------------------------------

    def _kind(self, book: FlowBook) -> Kind | None:
        return book.skills.kinds.get(self.expect)

    def _words(self, kind: Kind, book: FlowBook) -> tuple[str, ...]:
        others = ((book.skills.kinds[name], options) for name, options in self.also)
        more = (word for other, options in others if kind.closed and other.closed for word in other.words(options))
        return tuple(dict.fromkeys((*kind.words(self.options), *more)))

    def _options(self, call: Call, book: FlowBook) -> KindOptions:
        return changed(self.options, at_s=call.now_s, timezone=book.company.timezone)

    def _heard(self, call: Call, heard: Heard, book: FlowBook) -> Chosen | Valued | Move:
        decision = self._decide(call, heard, book)
        book.decided(decision)
        call = _without_offer(call)
        match decision.outcome:
            case "value":
                return Valued(call, decision.value, decision.sure)
            case "chosen":
                return self._chosen(call, decision.names[0], decision.score, book)
            case "offered":
                return self._offer(call, decision.names, book)
            case "corrected":
                return self._correct(call, decision.slot, decision.value, book)
            case _:
                return self.refuse(call, heard.text, book)

    def _decide(self, call: Call, heard: Heard, book: FlowBook) -> Decision:
        kind, options = self._kind(book), self._options(call, book)
        value = kind.hear(heard.text, options) if kind else None
        if kind and value is None and self.expect == "name":  # "this is Dana, order one two three": a name and more
            value = kind.hear(introduced_name(heard.text, book.company.slots), options)
        among = (*self.choices, *book.company.commands)
        meaning = book.skills.understand(heard, among)
        if kind and not meaning.by_words:  # its own kind knows better what an answer to this question looks like
            meaning = changed(meaning, choice=None)
        offered = tuple(call.frame.memory.get(OFFERED, ()))
        if offered:
            return self._about_the_offer(heard, meaning, offered, book)
        # A closed kind (digits, a city) knows its own values; free speech swallows commands unless they go first.
        if kind and value is not None and (meaning.choice is None or kind.closed):
            return valued(kind, heard, value, options)
        if meaning.choice is not None:
            return by_meaning("chosen", meaning, heard, among)
        otherwise = heard_otherwise(kind, heard, options) if kind else None
        corrected = otherwise or self._correction(call, heard.text, book)
        if corrected:
            return corrected
        if kind:
            return Decision("refused", f"no answer of the kind {kind.name} in it", kind=kind.name)
        return by_meaning("offered" if meaning.offer else "refused", meaning, heard, among)

    def _offer(self, call: Call, offer: tuple[str, ...], book: FlowBook) -> Move:
        """Ask about the likeliest choices instead of guessing; keys keep what they mean at this question."""
        ask = DID_YOU_WANT if len(offer) == 1 else DID_YOU_WANT_EITHER
        option, other = (name.replace("_", " ") for name in (offer[0], offer[-1]))
        call, say = book.say(call, ask, option=option, other=other)
        call = changed(call.remember(**{OFFERED: list(offer)}), waits_for="answer")
        listen = self.listen(book)
        if len(offer) == 1:
            yes_no = book.skills.kinds[YES_NO]
            listen = changed(listen, expect=YES_NO, words=yes_no.words(ANYTHING))
        return Move(call, (say, listen))

    def _about_the_offer(self, heard: Heard, meaning: Meaning, offered: tuple[str, ...], book: FlowBook) -> Decision:
        """The answer to "Did you want ...?": yes, no, or at once what was wanted. There is no second offer."""
        yes_no = book.skills.kinds[YES_NO]
        value = yes_no.hear(heard.text, ANYTHING)
        if len(offered) == 1 and value and (yes_no.finished(heard.text, ANYTHING) or meaning.choice is None):
            if value == "yes":
                return Decision("chosen", "confirmed", offered)
            return Decision("refused", "not confirmed", offered)
        among = (*self.choices, *book.company.commands)
        return by_meaning("refused" if meaning.choice is None else "chosen", meaning, heard, among)

    def _correction(self, call: Call, text: str, book: FlowBook) -> Decision | None:
        """An earlier answer that is taken back ("no, my order is ...")."""
        if not corrects(text):
            return None
        slots = book.company.slots
        known = [name for name in slots if call.variables.get(name)]
        found = named(values_in(text, known, slots, book.skills.kinds, self._options(call, book)), text)
        anew = {name: value for name, value in found.items() if value != call.variables[name]}
        if len(anew) != 1:
            return None
        ((name, value),) = anew.items()
        slot = slots[name]
        how = "an earlier answer taken back"
        return Decision("corrected", how, value=value, kind=slot.kind, slot=name, secret=slot.secret)

    def _correct(self, call: Call, name: str, value: str, book: FlowBook) -> Move:
        """The correction is kept, and the open question asked again."""
        slot = book.company.slots[name]
        spoken = book.skills.kinds[slot.kind].speak(value)
        call = changed(call.set(name, value), tries=changed(call.tries, asked=0))
        asked = changed(self, values=(spoken,), secret=self.secret or slot.secret)
        move = asked.put(call, book, ALL_RIGHT)
        return changed(move, actions=(*move.actions[:-1], self.listen(book)))

    def _pressed(self, call: Call, keys: str, book: FlowBook) -> Chosen | Valued | Move:
        for choice in self.choices:
            if choice.key == keys:
                return Chosen(call, choice.name, 1.0)
        kind = self._kind(book)
        value = kind.key(keys, self._options(call, book)) if kind else None
        if value is not None:
            return Valued(call, value, sure=True)
        for choice in book.company.commands:
            if choice.key == keys:
                return self._chosen(call, choice.name, 1.0, book)
        return self.refuse(call, keys, book)

    def _chosen(self, call: Call, name: str, score: float, book: FlowBook) -> Chosen | Move:
        if any(choice.name == name for choice in self.choices):
            return Chosen(call, name, score)
        command = book.company.anywhere[name]
        if command.go:
            return Move(call, to=GoTo(command.go), via=f"command {name}")
        # The one command without a target is ``repeat``: the full question again.
        return self.put(changed(call, tries=changed(call.tries, asked=0)), book)

    def refuse(self, call: Call, said: str, book: FlowBook) -> Move:
        """No answer to this question; ``bad`` says so in the flow's own words."""
        asked = changed(self, values=(said,)) if self.bad or self.values == NO_VALUES else self
        return asked._climb(call, book, "no_match", self.bad)

    # --- ladders ----------------------------------------------------------------------------------------------------

    def give_up(self, call: Call, book: FlowBook) -> Move:
        """Straight to where the ladder for misunderstanding ends."""
        rungs = book.company.patience(self.patience).no_match or ()
        last = next((index for index, rung in enumerate(rungs) if isinstance(rung, Leave)), len(rungs))
        return self._climb(changed(call, tries=changed(call.tries, no_match=last)), book, "no_match")

    def _climb(self, call: Call, book: FlowBook, ladder: str, instead: str = "") -> Move:
        """One rung up the ladder for silence (``no_input``) or misunderstanding (``no_match``)."""
        count = getattr(call.tries, ladder) + 1
        whole = {"silences": call.silences + 1} if ladder == "no_input" else {"misheard": call.misheard + 1}
        call = changed(call, tries=changed(call.tries, **{ladder: count}), **whole)
        rungs: tuple[str | Leave, ...] = getattr(book.company.patience(self.patience), ladder) or ()
        via = SILENCE if ladder == "no_input" else NOT_UNDERSTOOD
        if count > len(rungs):
            call, say = book.say(call, NOTHING_LEFT)
            return Move(call, (say, HangUp()), Finish("not understood"), via)
        rung = rungs[count - 1]
        if isinstance(rung, str):
            return self.put(call, book, instead or rung)
        if rung.say:
            call, say = book.say(call, rung.say)
            return Move(call, (say,), GoTo(rung.go), via)
        return Move(call, to=GoTo(rung.go), via=via)


def _said(text: str, **known: str) -> str:
    """``text`` without what would be said of options that cannot be listed, or of an answer that was not given."""
    for name in (name for name, value in known.items() if not value and f"{{{name}" in text):
        text = without(text, name)
    return text


def _without_offer(call: Call) -> Call:
    return call.remember(**{OFFERED: []}) if call.stack and call.frame.memory.get(OFFERED) else call
