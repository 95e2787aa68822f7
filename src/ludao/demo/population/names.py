"""What people are called: surnames of Fujian and of the country, given names of each generation."""

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa

from ludao.demo.population.seeds import Chance, falling, pick

_CONTENT = tomllib.loads((Path(__file__).parent / "content" / "names.toml").read_text(encoding="utf-8"))
_PERCENT = {where: {name: float(share) for share, names in table.items() for name in names.split()}
            for where, table in _CONTENT["surnames"].items()}
SURNAMES = list(dict.fromkeys([*_PERCENT["fujian"], *_PERCENT["country"]]))
_FUJIAN, _COUNTRY = (np.array([table.get(name, 0.005) for name in SURNAMES]) for table in _PERCENT.values())
_GENERATIONS = _CONTENT["generations"]
ALIKE = {one: other for two in _CONTENT["alike"].split() for one, other in (two, two[::-1])}


def surnames(rng: Chance, is_local: np.ndarray) -> np.ndarray:
    """Indexes into SURNAMES."""
    chosen = pick(rng, _COUNTRY, len(is_local))
    chosen[is_local] = pick(rng, _FUJIAN, int(is_local.sum()))
    return chosen


def given_names(rng: Chance, born_in: np.ndarray, is_male: np.ndarray) -> pa.Array:
    """One or two characters as the generation liked them."""
    first, second = np.full(len(born_in), "", dtype="U1"), np.full(len(born_in), "", dtype="U1")
    ends = [generation["since"] for generation in _GENERATIONS[1:]] + [9999]
    for generation, end in zip(_GENERATIONS, ends, strict=True):
        for sex, male in (("men", True), ("women", False)):
            of = np.flatnonzero((born_in >= generation["since"]) & (born_in < end) & (is_male == male))
            letters = np.array(list(generation[sex]))
            shares = falling(len(letters), 0.6)
            first[of] = letters[pick(rng, shares, len(of))]
            alone = rng.random(len(of)) < generation["single"]
            second[of] = np.where(alone, "", letters[pick(rng, shares, len(of))])
    return pa.array(np.char.add(first, second).astype(object), pa.utf8())
