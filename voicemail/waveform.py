"""The waveform of a message: how loud each part of it is, for pages to draw."""

from __future__ import annotations

import numpy as np

PARTS = 300
"""Parts of a message, each a bar in a page: more than a screen shows would be blur."""

FLOOR = 2000
"""A message nowhere louder is drawn small, as it sounds; the loudest part of others is drawn full."""


def peaks_of(pcm: bytes, parts: int = PARTS) -> bytes:
    r"""The loudest sample of each of ``parts`` equally long parts (at most one a sample), as a byte.

    >>> list(peaks_of(b"\x00\x00\x00\x40\x00\x80\x00\x20", 2))
    [127, 255]
    >>> peaks_of(b"")
    b''
    """
    samples = np.abs(np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.int32))
    if not samples.size:
        return b""
    starts = np.linspace(0, samples.size, min(parts, samples.size), endpoint=False).astype(np.int64)
    loudest = np.maximum.reduceat(samples, starts)
    return bytes((loudest * 255 // max(FLOOR, int(loudest.max()))).astype(np.uint8))
