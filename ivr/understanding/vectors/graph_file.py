"""Writes a graph of computations as an ONNX file, which a well-kept library runs.

Only what our graph needs of the format is here: it is a few nested messages of protocol buffers, and the library that
reads them checks them. The package that writes any graph would be 23 MB more to install.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CONTRIBUTED = "com.microsoft"
"""The runtime's own operations: a layer's norm with its sum, attention, products in 8 bits."""
_KINDS = {"float32": 1, "uint8": 2, "int8": 3, "int64": 7}
_FORMAT, _STANDARD = 8, 17
"""Versions of the file format and of the standard operations: old ones, which every runtime of today reads."""
_FLOAT_GIVEN, _INT_GIVEN = 1, 2


class GraphFile:
    """A graph as it grows: constants and operations, each known by the name of what it gives."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """A table of numbers."""
        shape = b"".join(_number(1, size) for size in values.shape)
        kind = _number(2, _KINDS[values.dtype.name])
        self._constants.append(shape + kind + _text(8, name) + _part(9, np.ascontiguousarray(values).tobytes()))
        return name

    def add(
        self, operation: str, given: Sequence[str], made: Sequence[str], *, domain: str = "", **settings: float
    ) -> str:
        """``operation`` on what is ``given`` by name; the first name of what is ``made``."""
        names = b"".join(_text(1, name) for name in given) + b"".join(_text(2, name) for name in made)
        chosen = b"".join(_part(5, _setting(name, value)) for name, value in settings.items())
        self._nodes.append(names + _text(4, operation) + chosen + _text(7, domain))
        return made[0]

    def written(self, given: str, made: Sequence[str], width: int) -> bytes:
        """The file: ``given`` and all of ``made`` are tables of any number of rows, ``width`` wide."""
        graph = b"".join(_part(1, node) for node in self._nodes) + _text(2, "graph")
        graph += b"".join(_part(5, constant) for constant in self._constants)
        graph += _part(11, _table(given, width)) + b"".join(_part(12, _table(name, width)) for name in made)
        versions = _part(8, _text(1, "") + _number(2, _STANDARD)) + _part(8, _text(1, CONTRIBUTED) + _number(2, 1))
        return _number(1, _FORMAT) + versions + _part(7, graph)


def _table(name: str, width: int) -> bytes:
    """One by any number by ``width``."""
    sizes = (_number(1, 1), _text(2, "rows"), _number(1, width))
    shape = b"".join(_part(1, size) for size in sizes)
    return _text(1, name) + _part(2, _part(1, _number(1, _KINDS["float32"]) + _part(2, shape)))


def _setting(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT_GIVEN)
    return _text(1, name) + _key(2, 5) + np.float32(value).tobytes() + _number(20, _FLOAT_GIVEN)


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _number(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value)


def _part(field: int, content: bytes) -> bytes:
    return _key(field, 2) + _varint(len(content)) + content


def _text(field: int, value: str) -> bytes:
    return _part(field, value.encode())


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the highest bit says that more follow."""
    rest = bytearray()
    while value > 0x7F:
        rest.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*rest, value))
