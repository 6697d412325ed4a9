"""The stages of ``ivr demo``: what each should have come to, and what it came to, by independent witnesses.

What somebody heard is judged by the sound that reached their telephone, put to the recogniser again, not by what the
service believes it said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.calling import demo_story as story
from ivr.calling.evidence import Evidence, MissingError
from ivr.calling.sound import likeness_to_music, loud_share, word_errors

WRONG_WORDS = 2
"""How many words of a known sentence the recogniser may get wrong: the model that ships is small."""

MUSIC_LIKENESS = 0.9
MUSIC_LOUD_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing the demo shows. ``ok`` when ``got`` is what was ``expected``."""

    name: str
    title: str
    ok: bool
    expected: str
    got: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


Found = tuple[bool, str, str, Mapping[str, Any]]
"""ok, expected, got, evidence."""


def judged(evidence: Evidence) -> list[Stage]:
    """All stages, in the order in which they happened."""
    return [_judge(name, title, check, evidence) for name, (title, check) in STAGES.items() if _applies(name, evidence)]


def _applies(name: str, evidence: Evidence) -> bool:
    return name != "survival" or evidence.bystander.victim is not None


def _judge(name: str, title: str, check: Callable[[Evidence], Found], evidence: Evidence) -> Stage:
    try:
        return Stage(name, title, *check(evidence))
    except MissingError as error:
        return Stage(name, title, ok=False, expected=title, got=f"it did not happen: {error}")


def _greeting(evidence: Evidence) -> Found:
    answered, spoke = evidence.event("status", status="in-progress"), evidence.event("says")
    words = evidence.words("caller", answered, spoke)
    expected = "thanks for calling"
    return expected in words, expected, words, {"heard_s": spoke["at_s"] - answered["at_s"]}


def _own_words(evidence: Evidence) -> Found:
    heard = evidence.entry("heard", said=story.WANTS_A_STORE)
    path = list(evidence.record.get("path") or ())
    way = path[2] if len(path) > 2 else ""
    shown = {"said": heard.said, "heard": heard.text, "confidence": heard.confidence, "latency_s": heard.latency_s}
    return way == "find_store", "find_store", way, shown


def _store(evidence: Evidence) -> Found:
    heard = evidence.entry("heard", said=story.ZIP_SPOKEN)
    values = evidence.record.get("variables") or {}
    store = values.get("store") or {}
    expected = f"{story.ZIP}: {evidence.nearest.get('name', '')}"
    got = f"{values.get('where', '')}: {store.get('name', '')}"
    shown = {"heard": heard.text, "confidence": heard.confidence, "latency_s": heard.latency_s, "store": store}
    return bool(store) and got == expected, expected, got, shown


def _interruption(evidence: Evidence) -> Found:
    spoke = evidence.event("says", text=story.INTERRUPTS)
    stopped = evidence.event("stream", state="cleared", after_wall_s=spoke["wall_s"])
    silenced_s = round(stopped["at_s"] - spoke["at_s"], 2)
    heard = evidence.entry("heard", said=story.INTERRUPTS)
    in_time = stopped["at_s"] < evidence.event("says", text=story.MESSAGE)["at_s"]
    shown = {"prompt_stopped_after_s": silenced_s, "heard": heard.text, "confidence": heard.confidence}
    return in_time, "the prompt stops", f"it stopped {silenced_s:.1f} s after the caller's first sound", shown


def _message(evidence: Evidence) -> Found:
    message = evidence.message
    wrong, timed = word_errors(story.MESSAGE, message["text"]), [w for w in message["words"] or () if w["end_s"] > 0]
    ok = wrong <= WRONG_WORDS and len(timed) == len(message["text"].split()) and message["ended_by"] == "key"
    return ok, story.MESSAGE, message["text"], {"word_errors": wrong, "words_with_times": len(timed), **message}


def _music(evidence: Evidence) -> Found:
    sound = evidence.sound("caller", evidence.event("play"), evidence.meeting)
    likeness, loud = likeness_to_music(sound), loud_share(sound)
    shown = {"waited_s": round(len(sound) / 16000, 1), "likeness": round(likeness, 3), "loud_share": round(loud, 2)}
    got = f"{shown['waited_s']} s of sound in {loud:.0%}, like the music {likeness:.2f}"
    return likeness >= MUSIC_LIKENESS and loud >= MUSIC_LOUD_SHARE, "music all the time", got, shown


def _declined(evidence: Evidence) -> Found:
    pressed = evidence.event("presses", "maria")
    attempts = [f"{one['agent']} {one['status']}" for one in evidence.transfer["attempts"]]
    expected = "maria declined, sam accepted"
    return ", ".join(attempts) == expected, expected, ", ".join(attempts), {"maria_pressed": pressed["key"]}


def _brief(evidence: Evidence) -> Found:
    whispered = str(evidence.event("say", "sam")["text"])
    answered, accepted = evidence.event("status", "sam", status="in-progress"), evidence.event("presses", "sam")
    words = evidence.words("sam", answered, accepted)
    ok = story.ZIP_SPOKEN in words and evidence.transfer["brief"] in whispered and accepted["key"] == "1"
    return ok, f"... {story.ZIP_SPOKEN} ...", words, {"whispered": whispered, "pressed": accepted["key"]}


def _screen(evidence: Evidence) -> Found:
    accepted, seen = evidence.event("presses", "sam"), evidence.bystander
    transfers = seen.screen.get("transfers") or ()
    if not transfers:
        raise MissingError("nothing was to be seen when the phone rang")
    collected, before_s = transfers[-1]["collected"], round(accepted["wall_s"] - seen.screen_wall_s, 2)
    caller_said = [line["text"] for line in transfers[-1]["transcript"] if line["who"] == "caller"]
    wanted = {"where": story.ZIP, "store": evidence.nearest.get("name"), "voicemail": evidence.message["id"]}
    ok = before_s > 0 and all(collected.get(name) == value for name, value in wanted.items()) and len(caller_said) >= 4
    told = ", ".join(str(one) for one in (transfers[-1]["intent"], collected.get("where"), collected.get("store")))
    shown = {"collected": collected, "caller_said": caller_said, "before_accepting_s": before_s}
    expected = f"talk to sales, {story.ZIP}, {wanted['store']}: before accepting"
    return ok, expected, f"{told}: {before_s} s before accepting", shown


def _talk(evidence: Evidence) -> Found:
    begin, end = evidence.meeting, evidence.event("status", "sam", status="completed")
    by_caller, by_sam = evidence.words("caller", begin, end), evidence.words("sam", begin, end)
    from_sam = f"{story.FROM_SAM} {story.FROM_SAM_AT_LAST}"
    to_sam = f"{story.TO_SAM} {story.TO_SAM_AT_LAST}"
    wrong = {"caller_heard": word_errors(from_sam, by_caller), "sam_heard": word_errors(to_sam, by_sam)}
    ok = max(wrong.values()) <= WRONG_WORDS
    shown = {"word_errors": wrong, "talked_s": round(end["at_s"] - begin["at_s"], 1)}
    return ok, f"sam: {from_sam} / caller: {to_sam}", f"sam: {by_caller} / caller: {by_sam}", shown


def _goodbye(evidence: Evidence) -> Found:
    gone = evidence.event("status", "sam", status="completed")
    words = evidence.words("caller", gone, evidence.event("status", status="completed"))
    expected = "thank you for calling goodbye"
    wrong = word_errors(expected, words)
    return wrong <= WRONG_WORDS, expected, words, {"word_errors": wrong}


def _record(evidence: Evidence) -> Found:
    outcome = str(evidence.record.get("outcome", ""))
    trouble = [entry.text for entry in evidence.entries if entry.kind == "trouble"]
    expected_trouble = 1 if evidence.bystander.victim else 0
    ok = outcome == "finished" and len(trouble) <= expected_trouble
    return ok, "finished", outcome, {"path": evidence.record.get("path"), "trouble": trouble}


def _survival(evidence: Evidence) -> Found:
    seen = evidence.bystander
    again = evidence.event("stream", state="started", after_wall_s=seen.killed_wall_s)
    words = evidence.words("caller", again, evidence.event("says", text=story.ZIP_SPOKEN))
    silent_s = round(again["wall_s"] - seen.killed_wall_s, 1)
    expected = "sorry let me repeat that what is your"
    shown = {"killed_pid": seen.killed_pid, "answered_again_after_s": silent_s}
    return expected in words, f"{expected} ...", words, shown


STAGES: Mapping[str, tuple[str, Callable[[Evidence], Found]]] = {
    "greeting": ("The caller is greeted by a spoken prompt", _greeting),
    "own words": ("is understood in own words", _own_words),
    "survival": ("is asked again when the web process is killed", _survival),
    "store": ("finds the nearest store by a spoken ZIP code", _store),
    "interruption": ("interrupts a prompt", _interruption),
    "message": ("leaves a message that is written down", _message),
    "music": ("waits for sales with music", _music),
    "declined": ("Maria declines, Sam is rung", _declined),
    "brief": ("Sam hears who it is and why, before the caller", _brief),
    "screen": ("Sam sees what the caller said, before accepting", _screen),
    "talk": ("Both hear each other", _talk),
    "goodbye": ("The caller hears goodbye after Sam has hung up", _goodbye),
    "record": ("The call is recorded to its end", _record),
}
"""Name to title and check."""
