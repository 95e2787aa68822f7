"""Chance that can be repeated: every part of the city draws from its own stream, whatever was drawn elsewhere."""

from zlib import crc32

import numpy as np

Chance = np.random.Generator


def chance(seed: int, *about: str | int) -> Chance:
    """`chance(1, "people", 3)` gives the same numbers on every machine and in every order of asking."""
    words = [part if isinstance(part, int) else crc32(part.encode()) for part in about]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def falling(length: int, steepness: float = 0.8) -> np.ndarray:
    """Shares of a list that is sorted by frequency, after Zipf; they sum to 1."""
    weights = 1 / np.arange(1, length + 1) ** steepness
    return weights / weights.sum()


def pick(rng: Chance, shares: np.ndarray, size: int) -> np.ndarray:
    """Indexes drawn by share, fast for long lists too."""
    edges = np.cumsum(shares, dtype=np.float64)
    return np.searchsorted(edges, rng.random(size) * edges[-1], side="right").clip(0, len(shares) - 1)
