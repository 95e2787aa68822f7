"""One part of the city at a time: its people, their lives, and the companies that they lead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from ludao.demo.population import cast, companies, lives, people
from ludao.demo.population.companies import Companies
from ludao.demo.population.lives import Lives
from ludao.demo.population.people import People
from ludao.demo.population.seeds import Chance, chance

RESIDENTS = 5_300_000  # at scale 1
PART = 100_000  # people: what is in memory at a time
WORKING = 0.46  # share of the people


@dataclass
class Part:
    """A part of the city: some whole households, and the companies founded by their members."""

    seed: int
    number: int
    first: int  # index of the first person in the city
    as_of: np.datetime64
    people: People
    lives: Lives
    companies: Companies  # all of the city
    own: np.ndarray  # indexes of the companies that this part writes down

    def chance(self, *about: str | int) -> Chance:
        return chance(self.seed, self.number, *about)


def parts(scale: float, seed: int, as_of: date) -> Iterator[Part]:
    """The city in parts of at most 100,000 people."""
    day, size = np.datetime64(as_of, "D"), max(200, round(RESIDENTS * scale))
    all_companies = companies.found(seed, scale, day, size * WORKING)
    cast.found_shop(all_companies, day)
    windows = -(-size // PART)
    edges = np.linspace(0, len(all_companies), windows + 1).astype(int)
    taken = len(cast.FAMILIES)
    for number in range(windows):
        first, many = number * PART, min(PART, size - number * PART)
        rng = chance(seed, "people", number)
        if number:
            some = people.settle(rng, many, first, number, windows, day)
        else:
            some = cast.move_in(people.settle(rng, many - taken, taken, number, windows, day), day)
        led = lives.lead(chance(seed, "lives", number), some, all_companies, day)
        own = np.arange(edges[number], edges[number + 1])
        _lead(chance(seed, "legal", number), all_companies, own, some, day)
        if number == 0:
            cast.live(led, all_companies, day)
            all_companies.legal[cast.SHOP] = cast.HAN
        yield Part(seed, number, first, day, some, led, all_companies, own)


def _lead(rng: Chance, them: Companies, own: np.ndarray, some: People, day: np.datetime64) -> None:
    """Companies are led by grown people of the same part; some lead two."""
    age = some.age(day)
    able = np.flatnonzero((age >= 24) & (age < 68) & some.is_alive)
    them.legal[own] = rng.choice(able, len(own))
