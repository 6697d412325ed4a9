"""The voice: pyttsx3 in one guarded process, espeak-ng by itself when that does not work.

pyttsx3 crashes and hangs when threads share it, so a process of its own speaks for all threads in turn, is watched,
and is started anew when it dies or dawdles. It is some 300 times faster than real time, so one is enough.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal

from ivr import audio
from ivr.ports import OutsideError
from ivr.speech.espeak_names import candidates

_WATCHDOG_S = 10.0  # a minute of speech takes 0.2 s
_COMMAND_S = 10.0
_REST_S = 60.0  # after pyttsx3 failed, espeak-ng speaks alone for a while, so that callers need not wait for both
_LONGEST = 5000  # characters: several minutes of speech; longer is a mistake, not a prompt


class Pyttsx3Voice:
    """Speaks with pyttsx3 and espeak-ng, for any number of threads.

    ``library`` says whose espeak-ng: the system's if there is one, or the wheel's. Call :meth:`close` to end the
    process early; it ends with us in any case, even when we are killed.
    """

    def __init__(self, words_per_minute: int = 165, library: Literal["system", "wheel"] = "system") -> None:
        self.words_per_minute = words_per_minute
        self.library = library
        self.version = f"pyttsx3-{words_per_minute}-1"
        """Changes when the same text would sound different, so that caches notice."""
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._rests_until_s = 0.0

    def render(self, text: str, language: str) -> bytes:
        """``text`` as mu-law; ``language`` is a tag or an espeak-ng voice (``en-US``, ``en-gb+m2``).

        Raises:
            OutsideError: when neither pyttsx3 nor espeak-ng makes a sound.
        """
        text = "".join(character if character.isprintable() else " " for character in text).strip()
        if not any(character.isalnum() for character in text):
            return b""
        if len(text) > _LONGEST:
            raise OutsideError(f"a prompt of {len(text)} characters is too long to speak", retry=False)
        voices = candidates(language)
        with self._lock:
            wav = self._by_worker(text, voices)
        if wav is None:
            wav = self._by_command(text, voices)
        try:
            pcm = audio.trimmed(audio.read_audio(wav))
        except audio.AudioError as error:
            raise OutsideError("the voice made something that is not sound", retry=True) from error
        return audio.mulaw_encode(audio.peak_normalised(pcm))

    def close(self) -> None:
        """End the process; the next prompt starts another."""
        with self._lock:
            self._stop()

    def _by_worker(self, text: str, voices: Sequence[str]) -> bytes | None:
        """The WAV of ``text``; None when pyttsx3 cannot, or could not lately."""
        if time.monotonic() < self._rests_until_s:
            return None
        request = json.dumps({"text": text, "voices": voices, "wpm": self.words_per_minute}).encode() + b"\n"
        for _ in range(2):
            try:
                return _ask(self._running(), request, time.monotonic() + _WATCHDOG_S)
            except _CannotSpeakError:
                return None
            except TimeoutError:
                self._stop()
                break
            except (OSError, EOFError):
                self._stop()
        self._rests_until_s = time.monotonic() + _REST_S
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        """The worker of this process; one that we inherited by a fork is our parent's."""
        if self._worker is None or self._owner != os.getpid() or self._worker.poll() is not None:
            self._stop()
            self._owner = os.getpid()
            command = [sys.executable, "-m", "ivr.speech.pyttsx3_worker", str(self._owner), self.library]
            self._worker = subprocess.Popen(  # noqa: S603 - our own module, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_worker_env(),
            )
        return self._worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None or self._owner != os.getpid():
            return
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            with contextlib.suppress(OSError):  # what was still to be written is lost with the worker
                if pipe is not None:
                    pipe.close()

    def _by_command(self, text: str, voices: Sequence[str]) -> bytes:
        """The WAV of ``text`` from the espeak-ng command."""
        for voice in voices:
            command = ["espeak-ng", "-v", voice, "-s", str(self.words_per_minute), "--stdin", "--stdout"]
            try:
                done = subprocess.run(  # noqa: S603 - no shell; the voice's name is checked, the text is on stdin
                    command, input=text.encode(), capture_output=True, timeout=_COMMAND_S, check=False
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise OutsideError("no voice works: is espeak-ng installed?", retry=False) from error
            if done.returncode == 0 and len(done.stdout) > 44:  # more than the header of a WAV
                return done.stdout
        raise OutsideError(f"no voice for {voices[0]}", retry=False)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # at the end of the interpreter half of us may be gone
            self._stop()


class _CannotSpeakError(Exception):
    """The worker is well but cannot say this."""


def _worker_env() -> dict[str, str]:
    """What the worker needs to find its packages and its voices, and no secrets."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH")
    found = {name: os.environ[name] for name in wanted if name in os.environ}
    program = str(Path(__file__).resolve().parents[2])
    return {**found, "PYTHONPATH": os.pathsep.join([program, *(path for path in sys.path if path)])}


def _ask(worker: subprocess.Popen[bytes], request: bytes, deadline_s: float) -> bytes:
    """One request, one WAV.

    Raises:
        TimeoutError: when the worker dawdles.
        EOFError, OSError: when it is dead.
        _CannotSpeakError: when it says so.
    """
    if worker.stdin is None or worker.stdout is None:
        raise EOFError
    worker.stdin.write(request)
    worker.stdin.flush()
    head = b""
    while not head.endswith(b"\n"):
        head += _read(worker.stdout, 1, deadline_s)
    answer = json.loads(head)
    if "error" in answer:
        raise _CannotSpeakError(answer["error"])
    wav = b""
    while len(wav) < answer["wav"]:
        wav += _read(worker.stdout, answer["wav"] - len(wav), deadline_s)
    return wav


def _read(pipe: IO[bytes], most: int, deadline_s: float) -> bytes:
    """Some bytes, straight from the pipe (a buffer would hide them from ``select``)."""
    ready, _, _ = select.select([pipe], [], [], max(0.0, deadline_s - time.monotonic()))
    if not ready:
        raise TimeoutError
    got = os.read(pipe.fileno(), most)
    if not got:
        raise EOFError
    return got
