"""Stores by what callers call them: their own names, their neighbourhoods, and what stands nearby."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ivr.locator.alike import Alike
from ivr.locator.city_words import FILLERS, MOST_WORDS, spans
from ivr.locator.places_table import plain
from ivr.locator.states import STATES
from ivr.locator.store import Store

AROUND = FILLERS | {"across", "beside", "branch", "behind", "front", "next", "off", "opposite"}
"""Words round a name that say nothing about it."""

COMMON = 0.5
"""What begins the names of so many stores is the company's name, and nobody says it."""

ENOUGH = 84.0
"""Likeness that a name needs; which one is meant is asked. A guess held by the gold list."""

SHORTEST = 4
"""Letters; shorter names are too like other words to be guessed."""


@dataclass(frozen=True, slots=True)
class Called:
    """Stores that go by what was said. ``own``: it is the store's very name, no place it lies at."""

    name: str
    stores: tuple[Store, ...]
    own: bool
    shared: bool = False
    """Others elsewhere go by this name too, so it says little without its town."""
    exact: bool = True


class StoreNames:
    """The names of a list of stores."""

    def __init__(self, stores: Sequence[Store], is_town: Callable[[str], bool]) -> None:
        """``is_town``: what is left of a store's name may be but that of its town, which then is meant."""
        self._known: dict[str, list[tuple[Store, str, bool]]] = defaultdict(list)
        own = _without_company([plain(store.name).split() for store in stores])
        for store, words in zip(stores, own, strict=True):
            self._add(plain(store.name), store, store.name, own=True)
            if not is_town(" ".join(words)):
                self._add(" ".join(words), store, store.name, own=True)
            for name in (store.neighborhood, *store.landmarks):
                self._add(plain(name), store, name, own=False)
        self._alike = Alike(dict.fromkeys((name for name in self._known if len(name) >= SHORTEST), 1))

    def _add(self, name: str, store: Store, shown: str, *, own: bool) -> None:
        for one in dict.fromkeys((name, name.removeprefix("the "))):
            if one and one not in AROUND and all(other is not store for other, _, _ in self._known[one]):
                self._known[one].append((store, shown, own))

    def find(self, text: str) -> Called | None:
        """The stores called what ``text`` says, with their city said or not, and nothing else but fillers."""
        words = plain(text).split()
        for start, end in spans(len(words)) if len(words) <= MOST_WORDS else ():
            found = self._known.get(" ".join(words[start:end]))
            if found:
                rest = _meaningful((*words[:start], *words[end:]))
                there = [one for one in found if not rest or rest in _towns(one[0])]
                if there:
                    return _called(there, exact=True, shared=len(there) < len(found))
        return None

    def guess(self, text: str) -> Called | None:
        """The stores whose name is most like what ``text`` says."""
        words = plain(text).split()
        heard = _meaningful(words) if len(words) <= MOST_WORDS else ""
        if len(heard) < SHORTEST:
            return None
        begun = {id(self._known[name][0]): name for name in self._known if name.startswith(f"{heard} ")}
        if " " in heard and len(begun) == 1:  # "pike place"
            return _called(self._known[begun.popitem()[1]], exact=False)
        name = self._alike.best_of(heard, list(self._known), ENOUGH)
        return _called(self._known[name], exact=False) if name else None


def _called(found: Sequence[tuple[Store, str, bool]], *, exact: bool, shared: bool = False) -> Called:
    return Called(found[0][1], tuple(store for store, _, _ in found), found[0][2], shared, exact)


def _without_company(names: Sequence[Sequence[str]]) -> list[list[str]]:
    """The names without the first words that most of them share."""
    rest = [list(name) for name in names]
    while len(rest) > 1:
        word, times = Counter(name[0] for name in rest if name).most_common(1)[0] if any(rest) else ("", 0)
        if times < max(2, COMMON * len(rest)):
            return rest
        rest = [name[1:] if name[:1] == [word] else name for name in rest]
    return rest


def _meaningful(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word not in AROUND)


def _towns(store: Store) -> Iterator[str]:
    """How the town of a store may be said beside its name."""
    city, state = plain(store.city), plain(STATES.get(store.state, store.state))
    yield from (city, state, f"{city} {state}", f"{city} {store.state.lower()}")
