"""What a flow book is given to run: understanding, places, stores and hours, made for one company."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from ivr.flows.company import Company, Stores
from ivr.flows.loader import MakeSkills, Misfit
from ivr.flows.problems import Problem
from ivr.flows.skills import Skills, knows_all, nothing_stands_in
from ivr.locator.abroad import Abroad, AbroadRow
from ivr.locator.finder import StoreFinder
from ivr.locator.hours import BusinessHours, HoursError
from ivr.locator.last_good import LastGood
from ivr.locator.places import Places
from ivr.locator.places_file import read_places_file
from ivr.locator.sources import source_at
from ivr.locator.sources.feed import Feed
from ivr.locator.states import STATES
from ivr.locator.store import Store, StoreSource
from ivr.services import feed
from ivr.settings import Settings
from ivr.understanding import menu
from ivr.understanding.kinds import make_kinds
from ivr.understanding.postal_codes import ZIPS, PostalCodes
from ivr.understanding.pronounced import Pronounce, alike_by, unpronounced
from ivr.understanding.senses import Senses
from ivr.understanding.vectors.encoder import Encoder
from ivr.understanding.vectors.kept import KeptVectors
from ivr.understanding.vectors.model import background, model_folder

MOST_NAMES = 2000
"""Towns of other countries that a recogniser is told to listen for; more make all of them harder to hear."""

CODE_WITH_LETTERS = 6
"""Characters to key of a code with letters."""

log = logging.getLogger(__name__)


class SkillMaker:
    """Builds what the core is given: understanding, places, hours."""

    def __init__(
        self,
        settings: Settings,
        knows: Callable[[str], bool] = knows_all,
        pronounce: Pronounce = unpronounced,
        stand_in: Callable[[str], tuple[str, ...]] = nothing_stands_in,
    ) -> None:
        """What only checks ask for.

        ``knows`` says whether the recogniser can hear a word, ``pronounce`` how it sounds then, ``stand_in`` what is
        listened for otherwise.
        """
        self.settings = settings
        self.alike = alike_by(pronounce)
        self.folder = settings.flows.parent
        self.knows = knows
        self.stand_in = stand_in
        self._with_abroad: dict[object, Places] = {}
        self._broken = False
        self.keeps_stores = False
        """Set where calls are answered: a good list of stores is kept there, and stays in use when it breaks."""

    def __reduce__(self) -> tuple[Any, ...]:
        """For other processes, which run calls: what only checks ask for stays here."""
        return SkillMaker, (self.settings,), {"folder": self.folder}

    @cached_property
    def places(self) -> Places:
        return Places.load(self.settings.cache)

    @cached_property
    def senses(self) -> Senses | None:
        """Understanding by sense; None where there is no sentence model, and words must do."""
        folder = model_folder()
        if folder is None:
            log.warning("there is no sentence model: callers are understood by words alone")
            return None
        cache = self.settings.cache / "vectors"
        kept = KeptVectors(lambda: Encoder(folder, cache), cache)
        return Senses(kept.of_phrase, kept.of_speech, background())

    def beside(self, file: Path) -> SkillMaker:
        """The same for the flow file ``file``, which names its stores from where it lies itself."""
        _ = self.places, self.senses  # read once for both
        other = SkillMaker(self.settings)
        other.__dict__.update(self.__dict__)
        other.folder = file.parent
        return other

    def __call__(self, company: Company) -> Skills:
        stores = self.stores(company)
        words = dict.fromkeys(
            word.lower()
            for one in stores
            for word in (
                one.city,
                f"{one.city} {STATES.get(one.state, one.state)}",
                *filter(None, (one.neighborhood, *one.landmarks)),
            )
        )
        places = self.places_of(company)
        abroad = places.abroad
        words |= dict.fromkeys(abroad.names[:MOST_NAMES])
        codes = PostalCodes(max(ZIPS.characters, abroad.longest_code), abroad.has_letters)
        if codes.has_letters:  # an area may stand for longer codes: all of Canada's have six characters
            codes = replace(codes, characters=max(codes.characters, CODE_WITH_LETTERS))
        finder = StoreFinder(stores, places)
        return Skills(
            understand=self.senses or menu.understand,
            kinds=make_kinds(finder.where.heard, tuple(words), finder.where.guessed, codes),
            locate=finder.locate,
            open_on=finder.open_on,
            hours=BusinessHours(_hours(company), company.timezone),
            sounds_alike=self.alike,
            knows=self.knows,
            stand_in=self.stand_in,
        )

    def misfits(self, company: Company) -> Iterator[Misfit]:
        """Values of a flow file that only the skills can judge."""
        for name, opening in company.hours.items():
            yield from _refused(("hours", name, "open"), {"open": opening.open})
            yield from _refused(("hours", name, "holidays"), {"open": "24/7", "holidays": opening.holidays})
            for day, hours in opening.exceptions.items():
                yield from _refused(("hours", name, "except", day), {"open": "24/7", "except": {day: hours}})
        if company.callback_page:
            yield from _no_countries(company.callback_page.countries)
        yield from _refused(("timezone",), {"open": "24/7"}, company.timezone)
        if company.stores:
            for problem in self._abroad(company)[1]:
                yield Misfit(("stores", "places"), f"{problem.place}: {problem.what}", problem.instead)
            errors = [one for one in self.source(company).read().problems if one.severity == "error"]
            good = self._good(company)
            self._broken = bool(errors and good and good.kept)
            if self._broken:
                told = "".join(f"\n{problem}" for problem in errors)
                log.error("the list of stores has mistakes; the last good one stays in use%s", told)
                return
            named = "url" if company.stores.url else "file"
            for problem in errors:
                yield Misfit(("stores", named), f"{problem.place}: {problem.what}", problem.instead)

    def stores(self, company: Company) -> tuple[Store, ...]:
        """The stores in use: those of the last good list while the one there now has mistakes."""
        if not company.stores:
            return ()
        stock, good = self.source(company).read(), self._good(company)
        if all(problem.severity != "error" for problem in stock.problems):
            if good:
                good.keep()
            return stock.stores
        kept = good.kept if good else None
        return source_at(kept, self.places_of(company), company.stores.file).read().stores if kept else stock.stores

    def _good(self, company: Company) -> LastGood | None:
        """The copy of the last good list, where one is kept; one from the web keeps its own."""
        if not self.keeps_stores or not company.stores or not company.stores.file:
            return None
        return LastGood(self.folder / company.stores.file, self.settings.data / "stores")

    def stamp(self, company: Company) -> object:
        """Another value when the list of stores was changed, or a places file."""
        if not company.stores:
            return None
        return self._list_stamp(company), self._places_stamp(company)

    def places_of(self, company: Company) -> Places:
        """The places a company's callers may name: of the USA and of the files it adds."""
        mark = self._places_stamp(company)
        if not mark:
            return self.places
        if mark not in self._with_abroad:
            self._with_abroad.clear()
            self._with_abroad[mark] = self.places.with_abroad(Abroad(self._abroad(company)[0]))
        return self._with_abroad[mark]

    def _abroad(self, company: Company) -> tuple[tuple[AbroadRow, ...], tuple[Problem, ...]]:
        """The places of the files a company adds, and what is wrong with them."""
        names = company.stores.places if company.stores else ()
        read = [read_places_file(self.folder / name, name) for name in names]
        return tuple(row for rows, _ in read for row in rows), tuple(one for _, problems in read for one in problems)

    def _places_stamp(self, company: Company) -> tuple[object, ...]:
        """Another value when a places file was changed; empty when there are none."""
        names = company.stores.places if company.stores else ()
        return tuple((str(path), *_times_of(path)) for path in (self.folder / name for name in names))

    def _list_stamp(self, company: Company) -> object:
        if not company.stores:
            return None
        try:
            path = self.feed(company).kept if company.stores.url else self.folder / company.stores.file
            status = path.stat()
            if path.is_dir():
                return tuple((one.name, one.stat().st_mtime_ns) for one in sorted(path.iterdir()))
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def source(self, company: Company) -> StoreSource:
        """Where the stores of ``company`` come from."""
        if company.stores and company.stores.url:
            return self.feed(company)
        file = company.stores.file if company.stores else ""
        return source_at(self.folder / file, self.places_of(company), file)

    def renew_feed(self, company: Company, at_s: float) -> None:
        """Ask the list on the web again when it is time; what went wrong is told in the log and on the page."""
        if not company.stores or not company.stores.url:
            return
        source = self.feed(company)
        if at_s - source.asked().at_s >= company.stores.every:
            asked = source.renew(at_s)
            if asked.trouble:
                log.error("the stores at %s: %s", company.stores.url, asked.trouble)

    def trouble(self, company: Company) -> str:
        """Why the latest answer of the list on the web was not used; empty when all is well."""
        return self.feed(company).asked().trouble if company.stores and company.stores.url else ""

    def is_outdated(self, company: Company) -> bool:
        """Whether an older list of stores is in force, as the latest cannot be used."""
        return company.stores is not None and (self._broken or bool(self.trouble(company)))

    def feed(self, company: Company) -> Feed:
        """The list on the web that ``company`` names."""
        given = company.stores or Stores(file="none")
        ask = partial(feed.fetch, hosts=company.web_services, private=given.private)
        return Feed(given.url, self.settings.data / "stores", self.places_of(company), ask)


def _times_of(path: Path) -> tuple[int, int]:
    """When a file was changed, and how large it is."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def skills_beside(make_skills: MakeSkills, file: Path) -> MakeSkills:
    """``make_skills`` for the flow file ``file``, if it depends on where that lies."""
    return make_skills.beside(file) if isinstance(make_skills, SkillMaker) else make_skills


def _refused(path: tuple[str, ...], given: Mapping[str, Any], timezone: str = "UTC") -> Iterator[Misfit]:
    """The complaint about one value of opening hours."""
    try:
        BusinessHours({"": given}, timezone)
    except HoursError as error:
        what, _, example = str(error).removeprefix("hours.: ").partition(" Write ")
        yield Misfit(path, what, f"Write {example}" if example else "")


def _no_countries(names: Sequence[str]) -> Iterator[Misfit]:
    """Complaints about countries that there are not; their numbers could not be told from others."""
    from phonenumbers import SUPPORTED_REGIONS  # 0.2 s, and few flow files name countries

    for name in names:
        if name not in SUPPORTED_REGIONS:
            yield Misfit(("callback_page", "countries"), f"there is no country '{name}'.", "Write its two letters:  US")


def _hours(company: Company) -> dict[str, dict[str, Any]]:
    return {name: opening.model_dump(by_alias=True) for name, opening in company.hours.items()}
