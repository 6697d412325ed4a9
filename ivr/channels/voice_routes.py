"""The routes below ``/voice``: posts of the carrier, and the sound that it fetches from us."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask import Blueprint, Response, abort

from ivr import audio
from ivr.channels.webhooks import Webhooks, as_twiml
from ivr.flows.actions import Play
from ivr.ports import OutsideError

HOLD_MUSIC_S = 24.0


def voice_routes(hooks: Webhooks) -> Blueprint:
    """Whoever registers them guards them with the signature."""
    voice = Blueprint("voice", __name__, url_prefix="/voice")

    def post(rule: str, name: str, view: Callable[..., str]) -> None:
        voice.add_url_rule(rule, name, lambda **values: as_twiml(view(**values)), methods=["POST"])

    post("/incoming", "incoming", hooks.incoming)
    post("/turn/<call>/<int:turn>", "turn", hooks.turn)
    post("/resume/<call>", "resume", hooks.resume)
    post("/status", "status", hooks.status)
    post("/recording/<call>/<path:mailbox>", "recording", hooks.recording)
    post("/fallback", "fallback", hooks.fallback)
    post("/hold", "hold", hooks.hold)
    post("/wait/<call>/<int:turn>", "wait", hooks.wait)

    voice.register_error_handler(OutsideError, hooks.unavailable)

    @voice.get("/media/hold.wav")
    def hold_music() -> Response:
        return Response(_hold_music(), content_type="audio/wav", headers={"Cache-Control": "max-age=86400"})

    @voice.get("/prompt/<file>")
    def prompt(file: str) -> Response:
        try:
            mulaw = hooks.prompts.audio(Play(file))
        except OutsideError:
            abort(404)
        return Response(audio.wav_bytes(audio.mulaw_decode(mulaw)), content_type="audio/wav")

    return voice


@cache
def _hold_music() -> bytes:
    return audio.wav_bytes(audio.hold_music(HOLD_MUSIC_S))
