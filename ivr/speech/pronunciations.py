"""How the recogniser expects words to sound, read out of its own model.

The models ship no list of pronunciations, but they contain one: the decoding graph (``HCLr.fst``) turns sounds into
words, and the acoustic model says which sound each of its input labels stands for. A word is found in the graph at the
arc that puts it out, and its sounds are the labels from the beginning of the word to its end.

Source: the file formats are those of OpenFst (``const`` FST, version 2) and Kaldi (``TransitionModel``, binary). Sounds
have numbers there, not names; they get the names of the CMU dictionary by words whose sounds are well known.
"""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Sounds: TypeAlias = tuple[str, ...]
"""One pronunciation in the sounds of the CMU dictionary, stress left out: ``("S", "EY", "L", "Z")``."""

MAGIC = 0x7EB2FDD6
ARC = np.dtype([("sound", "<i4"), ("word", "<i4"), ("weight", "<f4"), ("to", "<i4")])
STATE = np.dtype([("final", "<f4"), ("first", "<u4"), ("count", "<u4"), ("silent", "<u4"), ("wordless", "<u4")])
MOST_STEPS = 300
"""In looking for one word; no word has as many sounds in as many neighbourhoods."""
KNOWN = {
    "no": "N OW", "yes": "Y EH S", "boy": "B OY", "church": "CH ER CH", "judge": "JH AH JH", "thing": "TH IH NG",
    "this": "DH IH S", "measure": "M EH ZH ER", "house": "HH AW S", "zoo": "Z UW", "five": "F AY V", "good": "G UH D",
    "cat": "K AE T", "shoe": "SH UW", "law": "L AO", "pay": "P EY", "we": "W IY", "red": "R EH D",
    "father": "F AA DH ER",
    "book": "B UH K", "job": "JH AA B", "cash": "K AE SH", "south": "S AW TH", "night": "N AY T", "join": "JH OY N",
    "bird": "B ER D", "king": "K IH NG", "vision": "V IH ZH AH N", "home": "HH OW M", "yard": "Y AA R D",
    "cup": "K AH P", "free": "F R IY", "move": "M UW V", "gate": "G EY T", "long": "L AO NG", "wide": "W AY D",
}  # fmt: skip
"""Words that name the sounds. Source: the CMU pronouncing dictionary, stress left out."""


class Pronunciations:
    """The words of the model in ``folder``, and how they sound. Read when first asked; a model may not tell."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, word: str) -> frozenset[Sounds]:
        """Every pronunciation of ``word`` (any case); empty when it is not known, or the model does not tell."""
        names = self._names
        found = self._numbered(word.lower()) if names else ()
        return frozenset(tuple(names.get(one, "") for one in sounds) for sounds in found)

    @cached_property
    def _graph(self) -> _Graph | None:
        try:
            return _read(self._folder)
        except (OSError, ValueError, KeyError, IndexError, struct.error):
            return None  # another kind of model: spelling has to do

    @cached_property
    def _names(self) -> Mapping[int, str]:
        """The name of each sound, by the words that are known; none when they contradict each other."""
        votes: dict[int, Counter[str]] = defaultdict(Counter)
        for word, known in KNOWN.items():
            for sounds in self._numbered(word):
                if len(sounds) == len(known.split()):
                    for sound, name in zip(sounds, known.split(), strict=True):
                        votes[sound][name] += 1
        names = {sound: counted.most_common(1)[0][0] for sound, counted in votes.items()}
        return names if len(set(names.values())) == len(names) else {}

    @lru_cache(maxsize=4096)  # noqa: B019 - lives as long as the process, as the model does
    def _numbered(self, word: str) -> tuple[tuple[int, ...], ...]:
        return tuple(self._graph.sounds(word)) if self._graph else ()


@dataclass(frozen=True)
class _Graph:
    """The decoding graph: ``sound`` and ``position`` (begin, end, internal ...) by input label."""

    states: NDArray[Any]
    arcs: NDArray[Any]
    labels: Mapping[str, int]
    sound: NDArray[np.int32]
    position: Mapping[int, str]

    @cached_property
    def _source(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.states)), self.states["count"])

    @cached_property
    def _into(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.arcs["to"], kind="stable")
        return order, np.searchsorted(self.arcs["to"][order], np.arange(len(self.states) + 1))

    @cached_property
    def _by_word(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.arcs["word"], kind="stable")
        return order, self.arcs["word"][order]

    def sounds(self, word: str) -> Iterator[tuple[int, ...]]:
        """Each pronunciation of ``word`` once, in numbers of sounds whatever their position in a word."""
        label = self.labels.get(word)
        if not label:
            return
        order, words = self._by_word
        found: dict[tuple[int, ...], None] = {}
        for arc in order[np.searchsorted(words, label) : np.searchsorted(words, label, side="right")]:
            own = self._own(int(arc))
            begun = own and self.position[own[0]] in {"begin", "singleton"}
            for before in [()] if begun else self._before(int(self._source[arc])):
                start = before + own
                ended = start and self.position[start[-1]] in {"end", "singleton"}
                for after in [()] if ended else self._after(int(self.arcs["to"][arc])):
                    found[tuple((phone - 2) // 4 for phone in start + after)] = None
        yield from found

    def _own(self, arc: int) -> tuple[int, ...]:
        """The sound on an arc, if any: labels beyond the sounds only keep words apart."""
        label = int(self.arcs["sound"][arc])
        return (int(self.sound[label]),) if 0 < label < len(self.sound) else ()

    def _before(self, state: int) -> Iterator[tuple[int, ...]]:
        """The sounds from the beginning of a word to ``state``."""
        order, ends = self._into
        todo: list[tuple[int, tuple[int, ...]]] = [(state, ())]
        for _ in range(MOST_STEPS):
            if not todo:
                return
            at, sounds = todo.pop()
            for arc in map(int, order[ends[at] : ends[at + 1]]):
                own, source = self._own(arc), int(self._source[arc])
                where = self.position[own[0]] if own else ""
                if where in {"begin", "singleton"}:
                    yield own + sounds
                elif source != at and self.arcs["word"][arc] == 0 and where != "nonword":
                    todo.append((source, own + sounds))

    def _after(self, state: int) -> Iterator[tuple[int, ...]]:
        """The sounds from ``state`` to the end of a word."""
        todo: list[tuple[int, tuple[int, ...]]] = [(state, ())]
        for _ in range(MOST_STEPS):
            if not todo:
                return
            at, sounds = todo.pop()
            first = int(self.states["first"][at])
            for arc in range(first, first + int(self.states["count"][at])):
                own, target = self._own(arc), int(self.arcs["to"][arc])
                where = self.position[own[0]] if own else "internal"
                if where == "end":
                    yield sounds + own
                elif target != at and self.arcs["word"][arc] == 0 and where == "internal":
                    todo.append((target, sounds + own))


def _read(folder: Path) -> _Graph:
    lines = (folder / "graph" / "words.txt").read_text("utf-8").splitlines()
    labels = {word: int(number) for word, _, number in (line.rpartition(" ") for line in lines)}
    positions = (folder / "graph" / "phones" / "word_boundary.int").read_text("utf-8").splitlines()
    position = {int(number): where for number, _, where in (line.partition(" ") for line in positions)}
    states, arcs = _fst((folder / "graph" / "HCLr.fst").read_bytes())
    sound = _Model((folder / "am" / "final.mdl").read_bytes()).sounds()
    return _Graph(states, arcs, labels, sound, position)


def _fst(data: bytes) -> tuple[NDArray[Any], NDArray[Any]]:
    """The states and arcs of a ``const`` FST, which an ``olabel_lookahead`` one holds inside."""
    kind, states, arcs, at = _fst_header(data, 0)
    if kind == b"olabel_lookahead":
        kind, states, arcs, at = _fst_header(data, at + 4)
    if kind != b"const":
        raise ValueError(kind)
    end = at + states * STATE.itemsize
    return np.frombuffer(data, STATE, states, at), np.frombuffer(data, ARC, arcs, end)


def _fst_header(data: bytes, at: int) -> tuple[bytes, int, int, int]:
    """The type of an FST, its numbers of states and arcs, and where its header ends."""
    magic, size = struct.unpack_from("<Ii", data, at)
    if magic != MAGIC:
        raise ValueError("no FST")
    kind = data[at + 8 : at + 8 + size]
    at += 8 + size
    at += 4 + struct.unpack_from("<i", data, at)[0]
    *_, states, arcs = struct.unpack_from("<iiQqqq", data, at)
    return kind, states, arcs, at + struct.calcsize("<iiQqqq")


class _Model:
    """Reads the beginning of an acoustic model: which sound each input label of the graph stands for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 2  # after the mark of a binary file

    def sounds(self) -> NDArray[np.int32]:
        """By label, which counts from 1."""
        self._word("<TransitionModel>")
        self._word("<Topology>")
        self._numbers()
        entry_of = self._numbers()
        count = self._number()
        parted = count == -1  # the first frame of a sound is told from the others
        entries = [self._entry(parted) for _ in range(self._number() if parted else count)]
        self._word("</Topology>")
        parted = self._word("<Tuples>", "<Triples>") == "<Tuples>"
        found = [0]
        for _ in range(self._number()):
            phone, state = self._number(), self._number()
            for _ in range(2 if parted else 1):
                self._number()
            found += [phone] * entries[entry_of[phone]][state]
        return np.array(found, np.int32)

    def _entry(self, parted: bool) -> list[int]:
        """How many ways lead out of each state of a sound."""
        ways = []
        for _ in range(self._number()):
            for _ in range(2 if parted else 1):
                self._number()
            ways.append(self._number())
            self._at += 10 * ways[-1]  # a state and a probability, each after its size
        return ways

    def _word(self, *expected: str) -> str:
        end = self._data.index(b" ", self._at)
        word = self._data[self._at : end].decode("ascii", "replace")
        self._at = end + 1
        if word not in expected:
            raise ValueError(word)
        return word

    def _number(self) -> int:
        size, value = struct.unpack_from("<bi", self._data, self._at)
        if size != 4:
            raise ValueError(size)
        self._at += 5
        return int(value)

    def _numbers(self) -> tuple[int, ...]:
        count = self._number()
        values = struct.unpack_from(f"<{count}i", self._data, self._at)
        self._at += 4 * count
        return values
