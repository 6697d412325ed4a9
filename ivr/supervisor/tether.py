"""Starts a program that dies with us: ``python tether.py PARENT_PID PROGRAM ARGS...`` becomes PROGRAM.

A process of its own rather than a ``preexec_fn``, which may deadlock when the parent has threads. Run with ``-I -S``
it takes 20 ms or so, hence no imports of ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>: the signal to get when the parent (the thread that started us) is gone. Survives exec."""


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process at the death of ``parent``; leave at once when it is dead already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        sys.exit("The parent is gone.")


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the program and arguments our supervisor wrote
