"""The story of ``ivr demo``: what the caller and the two agents do, for the example company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.calling.clients import Exchange

Acts = list[Mapping[str, Any]]

CALLER = "+14155550123"
CALLERS_VOICE = "en-us+f3"
SAMS_VOICE = "en-us+m3"

WANTS_A_STORE = "i want to find a store"
ZIP_SPOKEN, ZIP = "nine seven two zero one", "97201"
ENOUGH = "thank you that is all"
INTERRUPTS = "i would like to leave a message"
MESSAGE = "hello my package never arrived please call me back this afternoon"
WANTS_SALES = "i would like to talk to sales"
TO_SAM = "i would like to buy two tickets please"
TO_SAM_AT_LAST = "great thank you very much"
FROM_SAM = "hello my name is sam what can i do for you"
FROM_SAM_AT_LAST = "of course i will send it to your house today thank you goodbye"

LISTENS_S = 0.8
"""So long the caller listens to the prompt before talking over it."""

MARIA_LISTENS_S = 2.0
HOLDS_S = 8.0
"""Long enough that "please hold" is over and music plays, too short for an agent to be there already."""

PATIENCE_S = 60.0
ANSWER_S = 3.0
"""How long Sam's phone rings: time to look at the screen."""


def caller(*, after_kill: bool) -> Acts:
    """The caller's part. After a killed process the caller waits to be asked again."""
    asked_again = _ignores_what_comes_within(3) if after_kill else []
    return [
        _says(WANTS_A_STORE),
        *asked_again,
        _says(ZIP_SPOKEN),
        _says(ENOUGH),
        {**_says(INTERRUPTS), "interrupt": LISTENS_S},
        _says(MESSAGE),
        {"press": "#", "now": True},
        _says(WANTS_SALES),
        *_ignores_what_comes_within(HOLDS_S),
        _says(TO_SAM),
        _says(TO_SAM_AT_LAST),
    ]


def connect_agents(exchange: Exchange) -> None:
    """Maria declines; Sam accepts, helps and hangs up."""
    maria: Acts = [{"answer": 1}, {"press": "2", "interrupt": MARIA_LISTENS_S}]
    sam: Acts = [
        {"answer": ANSWER_S},
        {"press": "1"},
        {**_says(FROM_SAM, SAMS_VOICE), "now": True},
        _says(FROM_SAM_AT_LAST, SAMS_VOICE),
        {"hang_up": True},
    ]
    exchange.connect_phone("client:maria", maria)
    exchange.connect_phone("client:sam", sam, linger_s=PATIENCE_S)


def _ignores_what_comes_within(pause_s: float) -> Acts:
    """Then a wait that is no key: from there on the caller waits to be spoken to."""
    return [{"pause": pause_s}, {"press": "w"}]


def _says(text: str, voice: str = CALLERS_VOICE) -> Mapping[str, Any]:
    return {"say": text, "voice": voice}
