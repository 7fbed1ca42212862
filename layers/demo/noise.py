"""Smooth random fields over the sheet, and the warp that makes a drawn line look grown."""

import numpy as np

HALF = 14_000.0  # metres from the middle to the edge of the sheet


def field(xy, wavelength, seed):
    """(n,) smooth values of about standard normal spread at (n, 2) metres, changing over `wavelength` metres."""
    count = int(2 * HALF / wavelength) + 4
    lattice = np.random.default_rng(seed).standard_normal((count, count))
    at = np.clip((np.asarray(xy, float) + HALF) / wavelength + 1, 0, count - 1.001)
    corner = at.astype(int)
    part = at - corner
    part = part * part * (3 - 2 * part)
    i, j, u, v = corner[:, 0], corner[:, 1], part[:, 0], part[:, 1]
    low = lattice[i, j] * (1 - u) + lattice[i + 1, j] * u
    high = lattice[i, j + 1] * (1 - u) + lattice[i + 1, j + 1] * u
    # Between four lattice points the spread shrinks to about 0.7 of theirs.
    return (low * (1 - v) + high * v) / 0.7


def warp(xy, octaves, seed):
    """(n, 2) metres pushed about: `octaves` are pairs (wavelength, push), both metres."""
    moved = np.array(xy, float)
    for number, (wavelength, push) in enumerate(octaves):
        moved[:, 0] += push * field(xy, wavelength, [seed, number, 0])
        moved[:, 1] += push * field(xy, wavelength, [seed, number, 1])
    return moved
