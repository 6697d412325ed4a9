"""What people say that is meant for nobody at a menu: to others in the room, about the call, about the weather.

A menu that takes one of these for an option sends the caller somewhere. The same sentences, spoken all at once, are the
babble behind other callers.
"""

from __future__ import annotations

SENTENCES: tuple[str, ...] = (
    "hold on a second",
    "can you turn the television down",
    "what is the weather like tomorrow",
    "the dog wants to go outside again",
    "i am on the phone",
    "dinner is nearly ready",
    "no i think it was last wednesday",
    "how much longer will this take",
    "my battery is almost empty",
    "did you feed the cat this morning",
    "we have been driving for three hours",
    "she told him about the garden",
    "it says please hold the line",
    "let me find my glasses",
    "the children are playing upstairs",
    "who won the game last night",
    "put it on the kitchen table",
    "i hate these machines",
    "just a minute i am thinking",
    "somebody is at the door",
)
"""In English, as the recogniser that ships."""
