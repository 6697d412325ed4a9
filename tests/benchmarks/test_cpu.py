"""CPU time of other processes is what they used, whoever of them used it."""

from __future__ import annotations

import subprocess
import sys

from ivr.benchmarks.cpu import cpu_s, family

BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"
THREAD = f"import threading\nrun = threading.Thread(target=lambda: exec({BUSY!r})); run.start(); run.join()\n"
WAIT = "print(1, flush=True); input()\n"
CHILD = f"import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', {BUSY + WAIT!r}])\n"


def used_s(program: str, *, own_line: bool = True) -> float:
    command = [sys.executable, "-c", program + (WAIT if own_line else "child.wait()\n")]
    with subprocess.Popen(  # noqa: S603 - our own programs
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        used = cpu_s(process.pid)
        process.communicate(b"\n")
    return used


def test_time_of_a_thread_that_has_ended_counts() -> None:
    assert 0.3 <= used_s(THREAD) < 3.0


def test_time_of_a_child_counts() -> None:
    assert 0.3 <= used_s(CHILD, own_line=False) < 3.0


def test_a_process_that_is_gone_has_used_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert cpu_s(process.pid) == 0.0
    assert family(process.pid) == [process.pid]
