"""The process that owns pyttsx3: started by :mod:`ivr.speech.pyttsx3_voice`, never imported by the service.

pyttsx3 and espeak-ng are not thread-safe and may hang or crash, so they live here alone. One request a line on
stdin (JSON: ``text``, ``voices``, ``wpm``), one answer on stdout: a line of JSON (``wav`` bytes follow, or
``error``). It ends when stdin ends, when its parent is no longer its parent, or when a prompt takes too long.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import signal
import sys
import tempfile
import threading
import wave
from pathlib import Path
from typing import Any

_PROMPT_LIMIT_S = 20  # the parent gives up earlier; this is for a parent that is no longer there
_PARENT_CHECK_S = 1.0
_RATE_TRIES = 20


def main() -> None:
    parent = int(sys.argv[1])
    prefer_wheel = sys.argv[2] == "wheel"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; we end with our parent
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # pyttsx3 prints to stdout
    requests: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    _preload_library(prefer_wheel=prefer_wheel)
    speaker = _Speaker()
    while True:
        try:
            line = requests.get(timeout=_PARENT_CHECK_S)
        except queue.Empty:
            if os.getppid() != parent:
                return
            continue
        signal.alarm(_PROMPT_LIMIT_S)
        answers.write(_answer(speaker, json.loads(line)))
        answers.flush()
        signal.alarm(0)


def _read(requests: queue.Queue[bytes]) -> None:
    """Pass on what the parent asks; when it closes the pipe or dies, end at once, whatever espeak-ng is doing."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _preload_library(*, prefer_wheel: bool) -> None:
    """Where the system has no espeak-ng, load the one of the espeakng-loader wheel under the same name."""
    if not prefer_wheel and _loads("libespeak-ng.so.1"):
        return
    try:
        import espeakng_loader
    except ImportError:
        return
    if _loads(str(Path(espeakng_loader.get_library_path()).with_name("libespeak-ng.so.1"))):
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library, ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


class _Speaker:
    """pyttsx3 with its espeak driver."""

    def __init__(self) -> None:
        import pyttsx3
        from pyttsx3.drivers import _espeak

        self._espeak = _espeak
        self._engine = pyttsx3.init("espeak")

    def wav(self, text: str, voices: list[str], wpm: int) -> bytes:
        """``text`` in the first of ``voices`` there is."""
        voice = next((name for name in voices if self._espeak.SetVoiceByName(name.encode()) == 0), None)
        if voice is None:
            raise ValueError(f"no voice of {', '.join(voices)}")
        self._set_rate(wpm)
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            path = Path(folder) / "prompt.wav"
            self._engine.save_to_file(text, str(path))
            self._engine.runAndWait()
            self._espeak.Synchronize()  # runAndWait may return before the file is there
            with wave.open(str(path)) as file:
                frames, rate_hz = file.getnframes(), file.getframerate()
            if not frames or not rate_hz:
                raise ValueError("a prompt without sound")
            return path.read_bytes()

    def _set_rate(self, wpm: int) -> None:
        """Set the rate and see it set: espeak-ng does it in its own time, and may be overtaken by the prompt."""
        for _ in range(_RATE_TRIES):
            self._espeak.SetParameter(self._espeak.RATE, wpm, 0)
            self._espeak.Synchronize()
            if self._espeak.dll.espeak_GetParameter(self._espeak.RATE, 1) == wpm:
                return
        raise ValueError("the rate could not be set")


def _answer(speaker: _Speaker, request: dict[str, Any]) -> bytes:
    try:
        wav = speaker.wav(request["text"], request["voices"], request["wpm"])
    except (OSError, ValueError, EOFError, wave.Error, RuntimeError, ReferenceError) as error:
        return json.dumps({"error": f"{type(error).__name__}: {error}"}).encode() + b"\n"
    return json.dumps({"wav": len(wav)}).encode() + b"\n" + wav


if __name__ == "__main__":
    main()
