"""The demo city's households as columns of numpy arrays, chunk by chunk: seeded, reproducible, nobody real.

Grounded on published figures of the city: about 198,700 people, 4.4 to a household, 7 % of them under five, a third of
the households in deciles 1-4 of the welfare register; who is poor lives near others who are poor.
"""

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import shapely

from layers.demo.city import gampong
from layers.demo.frame import degrees, metres
from layers.demo.names import heads
from layers.demo.noise import field
from layers.demo.streets import lanes

CHUNK = 100_000  # households drawn at once
MEMBERS = np.array([0.045, 0.10, 0.165, 0.235, 0.205, 0.125, 0.07, 0.035, 0.02])  # households of 1 … 9: 4.4 on average
DECILES = np.array(
    [0.07, 0.085, 0.095, 0.105, 0.11, 0.11, 0.11, 0.11, 0.105, 0.10]
)  # a little better off than the country
# Chances by decile 1 … 10: family aid (PKH), food aid (BPNT), paid health insurance (PBI).
PKH = np.array([0.62, 0.50, 0.36, 0.20, 0.06, 0.02, 0.01, 0, 0, 0])
BPNT = np.array([0.75, 0.68, 0.50, 0.34, 0.12, 0.04, 0.01, 0, 0, 0])
PBI = np.array([0.93, 0.90, 0.85, 0.76, 0.62, 0.50, 0.38, 0.25, 0.14, 0.06])
SOURCES = np.array(["", "centroid", "geocoded", "gps", "map"])
SOURCE_SHARES = (0.015, 0.012, 0.035, 0.838, 0.10)
ACCURACY = np.array([0, 300, 55, 6, 14])  # metres, the middle one of each source
LATRINE, LATRINE_SHARES = np.array(["none", "pit", "shared", "own"]), (0.045, 0.085, 0.09, 0.78)
UNSAFE, UNSAFE_SHARES = np.array(["surface", "unprotected"]), (0.015, 0.085, 0.90)
SAFE = np.array(["piped", "bottled", "protected"])
SLUMS = [(97.1492, 5.1680), (97.1525, 5.1715), (97.1528, 5.1848), (97.1185, 5.2112)]  # fishing quarters on the shore


@dataclass(frozen=True)
class Households:
    """Columns of one chunk, all of one length n.

    declared, area: index into city.gampong() of the declared area and of that the point falls in; lon, lat: degrees,
    NaN where there is no point yet; accuracy: metres; source: gps, map, geocoded, centroid or empty; captured:
    datetime64[s] UTC; desil: 1-10, 0 unknown; the rest as the layer's fields of that name. `no_kk` are not numbers of
    anybody: their birthday part is 00.
    """

    declared: np.ndarray
    area: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    accuracy: np.ndarray
    source: np.ndarray
    captured: np.ndarray
    dusun: np.ndarray
    rt: np.ndarray
    members: np.ndarray
    under5: np.ndarray
    water: np.ndarray
    latrine: np.ndarray
    desil: np.ndarray
    pkh: np.ndarray
    bpnt: np.ndarray
    pbi: np.ndarray
    too_young: np.ndarray
    too_old: np.ndarray
    too_close: np.ndarray
    too_many: np.ndarray
    head: np.ndarray
    no_kk: np.ndarray


def counted(scale):
    """(68,) households of each gampong at this scale."""
    mean = (np.arange(1, 10) * MEMBERS).sum()
    return np.maximum(1, np.round([scale * area.people / mean for area in gampong()])).astype(int)


@cache
def need():
    """(n,) how poor a piece of lane is, and (mean, sd) of it over the city's households."""
    streets = lanes()
    middle = (streets.ends[:, :2] + streets.ends[:, 2:]) / 2
    own = np.random.default_rng(51).normal(0, 0.4, len(gampong()))[streets.area]
    rural = np.array([not area.urban for area in gampong()])[streets.area]
    shore = sum(np.exp(-((middle - spot) ** 2).sum(1) / 2 / 330**2) for spot in metres(SLUMS))
    shop = np.exp(-((middle - metres([(97.1450, 5.1800)])) ** 2).sum(1) / 2 / 900**2)
    rural = rural * (0.2 + 0.25 * streets.dusun)  # a gampong's hamlets come from the main one to the least
    level = own + 0.45 * field(middle, 700, 52) + 0.35 * field(middle, 230, 53) + rural + 1.5 * shore - 0.8 * shop
    weight = streets.weight * counted(1)[streets.area]
    mean = np.average(level, weights=weight)
    return level, mean, np.sqrt(np.average((level - mean) ** 2, weights=weight))


def classed(score, shares):
    """(n,) class 0 … len(shares)-1 of standard normal scores, the highest scores in class 0, in these shares."""
    cuts = [-NormalDist().inv_cdf(min(share, 1 - 1e-9)) for share in np.cumsum(shares)[:-1]]
    return np.searchsorted(-np.array(cuts), -score)


@cache
def running():
    """(n,) running sum over the lanes: a gampong's own share from 0 to 1, plus its index."""
    streets = lanes()
    total = np.cumsum(streets.weight)
    first = np.searchsorted(streets.area, np.arange(len(gampong())))
    return total - (total - streets.weight)[first][streets.area] + streets.area


def stood(rng, at):
    """(piece of lane, (n, 2) metres) of houses at these places of `running`."""
    streets = lanes()
    piece = np.searchsorted(running(), at)
    ends = streets.ends[piece]
    run = ends[:, 2:] - ends[:, :2]
    across = np.column_stack([-run[:, 1], run[:, 0]]) / np.hypot(*run.T)[:, None]
    back = rng.choice((-1, 1), len(piece)) * np.minimum(rng.gamma(6, 1.9, len(piece)) + 3, streets.setback[piece])
    return piece, ends[:, :2] + run * rng.random(len(piece))[:, None] + across * back[:, None]


@cache
def bordering():
    """For each gampong the indexes of those it touches."""
    shapes = np.array([area.shape for area in gampong()])
    return [np.flatnonzero(shapely.touches(shapes, shape)) for shape in shapes]


def yes(rng, chance):
    """(n,) True with these chances."""
    return rng.random(len(chance)) < chance


def located(rng, number, area, xy, piece, until):
    """lon, lat, accuracy, source, captured of houses at (n, 2) metres; a few have no point yet."""
    streets = lanes()
    source = rng.choice(SOURCES, number, p=SOURCE_SHARES)
    middle = ACCURACY[np.searchsorted(SOURCES, source)]
    accuracy = np.round(np.clip(middle * np.exp(rng.normal(0, 0.45, number)), 2, 900), 1)
    rough = np.flatnonzero(source == "centroid")
    seats = [streets.seats[a][d] for a, d in zip(area[rough], streets.dusun[piece[rough]], strict=True)]
    xy[rough] = np.reshape(seats, (-1, 2))  # a last, short chunk may have none
    days = rng.integers(1, 730, number)
    seconds = rng.integers(1 * 3600, 9 * 3600, number)  # 8 to 16 o'clock in Aceh, in UTC
    captured = np.datetime64(until, "s") - days.astype("m8[D]").astype("m8[s]") + seconds.astype("m8[s]")
    place = degrees(xy)
    missing = source == ""
    place[missing], accuracy[missing], captured[missing] = np.nan, np.nan, np.datetime64("NaT")
    return *place.T, accuracy, source, captured


@cache
def dusun_names():
    """(68, most) names of the dusun by gampong and number."""
    most = max(map(len, lanes().names))
    return np.array([[*names, *[""] * (most - len(names))] for names in lanes().names])


def numbers(declared, order):
    """(n,) family card numbers of nobody: the kecamatan's digits, day 00 of no month, and the household's number."""
    head = np.array([area.code[:8].replace(".", "") for area in gampong()])[declared]
    return np.char.add(head, np.char.mod("00%08d", order))


def chunk(seed, scale, until, number):
    """Households CHUNK * number … of the city, at most CHUNK of them."""
    rng = np.random.default_rng([seed, number])
    count = counted(scale)
    ends = np.cumsum(count)
    order = np.arange(CHUNK * number, min(CHUNK * (number + 1), ends[-1]))
    n = len(order)
    area = np.searchsorted(ends, order, side="right")
    # House k of a gampong's n stands at k/n of its lanes, so houses are spread evenly and chunks need no other chunk.
    share = (order - (ends - count)[area] + rng.uniform(0.1, 0.9, n)) / count[area]
    piece, xy = stood(rng, area + share)
    urban = np.array([one.urban for one in gampong()])[area]
    level, mean, spread = need()
    around, own = (level[piece] - mean) / spread, rng.standard_normal(n)
    desil = 1 + classed(0.5 * around + 0.866 * own, DECILES)
    latrine = LATRINE[classed(0.42 * around + 0.4 * own + 0.815 * rng.standard_normal(n), LATRINE_SHARES)]
    bad = classed(0.45 * around + 0.3 * own + 0.84 * rng.standard_normal(n), UNSAFE_SHARES)
    safe = np.where(urban, rng.choice(SAFE, n, p=(0.26, 0.52, 0.22)), rng.choice(SAFE, n, p=(0.05, 0.40, 0.55)))
    members = 9 - classed(0.25 * own + 0.968 * rng.standard_normal(n), MEMBERS[::-1])  # the poorer, the larger
    chance = np.select([members < 3, members < 6], [0, 0.141], 0.173) * np.clip(1 + 0.2 * own, 0.4, 1.8)
    under5 = rng.binomial(np.where(members < 6, 2, 3), chance)
    mothers = under5 > 0
    elsewhere = np.flatnonzero(rng.random(n) < 0.008)
    declared = area.copy()
    declared[elsewhere] = [rng.choice(bordering()[a]) for a in area[elsewhere]]
    lon, lat, accuracy, source, captured = located(rng, n, area, xy, piece, until)
    streets = lanes()
    return Households(
        declared=declared,
        area=area,
        lon=lon,
        lat=lat,
        accuracy=accuracy,
        source=source,
        captured=captured,
        dusun=dusun_names()[area, streets.dusun[piece]],
        rt=np.array(["01", "02", "03", "04"])[np.minimum((share * 97 % 1 * 4).astype(int), 3)],
        members=members,
        under5=under5,
        water=np.where(bad < 2, UNSAFE[np.minimum(bad, 1)], safe),
        latrine=latrine,
        desil=np.where(rng.random(n) < 0.02, 0, desil),
        pkh=yes(rng, PKH[desil - 1]),
        bpnt=yes(rng, BPNT[desil - 1]),
        pbi=yes(rng, PBI[desil - 1]),
        too_young=mothers & yes(rng, np.clip(0.06 + 0.03 * own, 0, 1)),
        too_old=mothers & yes(rng, np.full(n, 0.15)),
        too_close=mothers & yes(rng, np.where(under5 > 1, 0.35, 0.03)),
        too_many=mothers & (members > 5) & yes(rng, np.full(n, 0.6)),
        head=heads(rng, n),
        no_kk=numbers(declared, order),
    )


def households(seed=1, scale=1.0, until="2026-11-24"):
    """Yields Households of at most CHUNK rows until the city is full: scale 1 is 45,000, scale 100 is 4.5 million."""
    for number in range(-(-counted(scale).sum() // CHUNK)):
        yield chunk(seed, scale, until, number)
