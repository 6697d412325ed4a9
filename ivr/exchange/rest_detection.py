"""REST: the fields of answering machine detection, which calls and participants share."""

from __future__ import annotations

from ivr.exchange.machine import Detection
from ivr.exchange.refusals import INVALID_CALLBACK_URL, INVALID_DETECTION
from ivr.exchange.rest_form import Form

TUNING = {
    "MachineDetectionTimeout": (30, 3, 60),
    "MachineDetectionSpeechThreshold": (2400, 1000, 6000),
    "MachineDetectionSpeechEndThreshold": (1200, 500, 5000),
    "MachineDetectionSilenceTimeout": (5000, 2000, 10000),
}
"""Default, least, most; the time-out is in seconds, the others in milliseconds."""

OF_CALLS = ("MachineDetection", *TUNING, "AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod")
OF_PARTICIPANTS = ("MachineDetection", *TUNING, "AmdStatusCallback", "AmdStatusCallbackMethod")


def read_detection(form: Form, callback: str, in_background: bool) -> Detection | None:
    """What is to be found out, called back to the field ``callback``; None when nobody wants to know."""
    timeout_s, *ms = (form.whole(name, *limits, INVALID_DETECTION) for name, limits in TUNING.items())
    url, method = form.url(callback, INVALID_CALLBACK_URL), form.method(f"{callback}Method")
    wanted = form.matching("MachineDetection", "Enable|DetectMessageEnd", INVALID_DETECTION)
    if not wanted:
        return None
    speech_s, speech_end_s, silence_s = (one / 1000 for one in ms)
    return Detection(
        wanted == "DetectMessageEnd", timeout_s, speech_s, speech_end_s, silence_s, in_background, url, method
    )
