"""What callers can do with a store that was found, and what is said then."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.flows.texts import fill

OFFERS: Mapping[str, tuple[str, ...]] = {
    "next": ("another one", "the next one"),
    "repeat": ("say that again", "repeat that"),
    "text me": ("send me a text", "text it to me"),
    "connect me": ("call the store", "connect me to the store"),
    "other hours": ("hours on another day", "when are you open", "opening hours", "what are the hours"),
    "done": ("that is all", "thank you", "thanks", "goodbye", "nothing else"),
}
"""What a caller can do with a store, and other words for it. Keys are given in this order, ``done`` is 9."""
UNKNOWN = "Sorry, I do not know the place {place}."
NO_STORE = "Sorry, there is no store near {place}."
NO_MORE = "That was the last one nearby."
SENT = "I have sent you a text message."
NOT_SENT = "Sorry, I could not send the message."
CONNECTING = "I am connecting you."
NO_ANSWER = "Sorry, the store does not answer."
WHICH_DAY = "For which day?"
MEANT = "Did you mean {value}?"
"""Asked when a place was guessed from something like it."""
THERE = "Are you in or near {value}?"
"""Asked when the caller's telephone says where it is from: it may be anywhere else by now."""
WHERE = "What is your ZIP code or city?"
NO_HOURS = "I do not know the hours of that day."


def text_message(store: Mapping[str, str], map_link: str) -> str:
    """A store as a text message: its name, address and telephone number, and where it is on a map."""
    told = f"{store.get('name', '')}: {store.get('address', '')}, {store.get('phone', '')}".strip(", ")
    link = fill(map_link, store.get) if map_link and store.get("lat") and store.get("lon") else ""
    return f"{told} {link}".strip()
