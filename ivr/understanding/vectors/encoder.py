"""A sentence as a vector: the sentence model, run by ONNX Runtime from a file made of the package's weights.

The file is made once for a data folder, in a second, and is a quarter as large as what it is made of. One sentence at
a time and nothing padded: what callers say is short, so it costs what it takes to read the weights once. The means of
the last four layers together tell more than the last alone (2 of 100 answers on both public sets).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnxruntime
from threadpoolctl import threadpool_limits

from ivr.understanding.vectors.minilm import GIVEN, Product, in_eight_bits, minilm
from ivr.understanding.vectors.pieces import MOST_PIECES, Pieces
from ivr.understanding.vectors.sentence import LAYERS_MEANT, Sentence, unit
from ivr.understanding.vectors.weights import Numbers, Weights

_WORTH = np.array([[1], [1], [1], [2]], np.float32) / np.sqrt(np.float32(7))
"""What the last four layers count: the last tells most of meaning, those before it of wording."""
_VERSION = "1"
"""Part of the file's stamp: raised when it is made differently."""
_MARKS = 2
_ERRORS_ONLY = 3


class Encoder:
    """Makes sentences of texts; the nearer two mean, the nearer to 1 is the product of their wholes.

    ``folder`` has the model's weights, ``kept`` the file made of them; without it the file is made in memory.
    """

    def __init__(self, folder: Path, kept: Path | None = None, product: Product = in_eight_bits) -> None:
        # Several threads a product cost fifteen times the CPU on a busy machine and gain nothing: the tables are small.
        threadpool_limits(limits=1, user_api="blas")
        self._pieces = Pieces.read(folder / "vocab.txt")
        weights = Weights(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"]
        first_kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = weights["embeddings.position_embeddings.weight"][:MOST_PIECES] + first_kind
        self._session = _session(minilm(weights, product)) if kept is None else _kept(folder, kept, weights)
        weights.let_go()

    def __call__(self, text: str) -> Sentence:
        """The means over the pieces of ``text`` in the last layers, and the pieces themselves.

        The marks around a text are no part of what was said: with them, noise counts for more.
        """
        last = [rows[1:-1] if len(rows) > _MARKS else rows for rows in self.states(text)[-LAYERS_MEANT:]]
        means = unit(np.stack([rows.mean(axis=0) for rows in last])) * _WORTH
        return Sentence(means.ravel(), _pieces(last))

    def states(self, text: str) -> list[Numbers]:
        """The rows of all pieces after each layer."""
        ids = self._pieces(text)
        rows = self._words[ids] + self._places[: len(ids)]
        return [state[0] for state in self._session.run(None, {GIVEN: rows[None]})]


def _kept(folder: Path, kept: Path, weights: Weights) -> onnxruntime.InferenceSession:
    """From the file in ``kept``, which is made first where it is missing, of another model, or broken."""
    file = kept / f"minilm-{_stamp(folder)}.onnx"
    if file.is_file():
        # The runtime's own exceptions have no common base but this one; whatever it is, the file is made anew.
        with suppress(Exception):
            return _session(str(file))
    graph = minilm(weights, in_eight_bits)
    with suppress(OSError):  # a folder that cannot be written to costs a second at each start, not calls
        _write(file, graph)
    return _session(graph)


def _stamp(folder: Path) -> str:
    """Of the weights and of how the file is made of them."""
    status = (folder / "model.safetensors").stat()
    return hashlib.sha256(f"{_VERSION} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:12]


def _write(file: Path, graph: bytes) -> None:
    """Whole or not at all: other processes make the same at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(graph)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _session(graph: str | bytes) -> onnxruntime.InferenceSession:
    """One thread, and no memory held back for larger sentences."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _pieces(last: Sequence[Numbers]) -> Numbers:
    """Of the last layer and the one two before it: together they tell more than either, or than any other two."""
    return unit(unit(last[-1]) + unit(last[-3]))
