"""Where houses stand: lanes inside each gampong, grouped into hamlets (dusun).

In the town a grid of streets; elsewhere ribbons along the roads between the villages, with side lanes. A lane keeps a
metre more from its gampong's border and the shore than the farthest house from the lane, so every house stands on land
and in its gampong.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely

from layers.demo.city import STREETS, TURN, gampong
from layers.demo.coast import dense, land, rounded
from layers.demo.frame import metres
from layers.demo.noise import field, warp

TOWN_SETBACK, SETBACK = 15.0, 24.0  # metres from a lane to its farthest house
STRAY = 0.09  # the share of a rural gampong's houses that stand along its roads, outside the hamlets
# The highway from the west border to the east, the town's axis over the bridge, the beach road: degrees.
ROADS = [
    [(97.030, 5.2150), (97.045, 5.2180), (97.056, 5.2125), (97.068, 5.2100), (97.080, 5.2050), (97.095, 5.1995),
     (97.108, 5.1930), (97.119, 5.1815), (97.128, 5.1735), (97.132, 5.1600), (97.142, 5.1500), (97.152, 5.1400),
     (97.162, 5.1305), (97.168, 5.1180), (97.172, 5.1060), (97.174, 5.0920), (97.170, 5.0820)],
    [(97.128, 5.1735), (97.137, 5.1775), (97.144, 5.1800), (97.154, 5.1775)],
    [(97.115, 5.2110), (97.128, 5.2065), (97.143, 5.1985), (97.1535, 5.1850), (97.1555, 5.1750), (97.153, 5.1665)],
    [(97.045, 5.2180), (97.050, 5.2340), (97.065, 5.2315)],
]  # fmt: skip
WIGGLE = ((700, 60), (260, 22))
DUSUN = ["Meunasah", "Teungoh", "Tunong", "Baroh", "Timu", "Barat", "Blang", "Keude", "Cot", "Paya"]


@dataclass(frozen=True)
class Lanes:
    """Straight pieces of lane, in the order of their gampong and dusun.

    area: (n,) index into city.gampong(). dusun: (n,) number inside the gampong. ends: (n, 4) metres x0, y0, x1, y1.
    weight: (n,) share of the gampong's houses that stand there. setback: (n,) metres to the farthest house. seats, names:
    for each gampong the middles (k, 2) and the names of its dusun.
    """

    area: np.ndarray
    dusun: np.ndarray
    ends: np.ndarray
    weight: np.ndarray
    setback: np.ndarray
    seats: list
    names: list


def along(line, step):
    """(n, 2) points every `step` metres on a line."""
    return shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(step / 2, line.length, step)))


def wiggly(points):
    """The line through (n, 2) metres as a road would run; where two such lines met they still meet."""
    return shapely.linestrings(warp(dense(points, 60), WIGGLE, 31))


@cache
def roads():
    """The typed roads and one between neighbouring villages on the same shore, as one MultiLineString in metres."""
    typed = [wiggly(rounded(metres(road))) for road in ROADS]
    middles = np.array([centre(area.shape) for area in gampong()])
    straight = [shapely.linestrings(middles[list(pair)]) for pair in neighbours(middles)]
    dry = [wiggly(shapely.get_coordinates(line)) for line in straight if shapely.difference(line, land()).length < 150]
    return shapely.unary_union([*typed, *dry])


def centre(shape):
    """(2,) metres: the middle of the largest circle inside the shape, where a village would grow."""
    return np.array(shapely.maximum_inscribed_circle(shape, 25).coords[0])


def neighbours(points):
    """Pairs of points with no third one inside the circle over both (Gabriel graph), at most 5 km apart."""
    gap = ((points[:, None] - points[None]) ** 2).sum(2)
    pairs = []
    for i, j in zip(*np.triu_indices(len(points), 1), strict=True):
        third = gap[i] + gap[j] < gap[i, j] - 1e-6
        if gap[i, j] < 5000**2 and not third.any():
            pairs.append((i, j))
    return pairs


@cache
def grid():
    """Town streets over all the land as one MultiLineString: parallel to the beach every 62 m, across it every 118 m."""
    turn = np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])
    span, lines = np.arange(-13_000, 13_000, 45.0), []
    for axis, gap in ((0, 118.0), (1, 62.0)):
        for at in np.arange(-13_000, 13_000, gap):
            line = np.column_stack([np.full_like(span, at), span][:: 1 if axis == 0 else -1]) @ turn.T
            # The blocks of city.blocks are found by bending; bending back gives their streets.
            lines.append(shapely.linestrings(2 * line - warp(line, STREETS, 21)))
    return shapely.intersection(shapely.multilinestrings(lines), land())


def seats_of(shape, count, lines, rng):
    """(count, 2) middles of hamlets: the first at the village's centre, each next far from the others, mostly on a road."""
    first = warp(centre(shape)[None], WIGGLE, 31)[0]
    first = first if shapely.contains_xy(shape, *first) else centre(shape)
    deep = shape.buffer(-130)  # a hamlet at the border would be cut in half by it
    ways = shapely.intersection(lines, shape if deep.is_empty else deep)
    on = np.vstack([first, *(along(way, 40) for way in shapely.get_parts(ways))])
    seats = [first]
    for _ in range(count - 1):
        gap = np.min([np.hypot(*(on - seat).T) for seat in seats], axis=0)
        # Not the farthest of all, which is always on the border: one of the farther half, by chance.
        far = np.flatnonzero(gap >= np.quantile(gap, 0.72))
        seats.append(on[rng.choice(far)])
    return np.array(seats)


def village(seat, houses, rng):
    """Lines of one hamlet: the roads near its middle and lanes off them, the more the more houses."""
    wanted = max(9.5 * houses, 160)  # metres of lane
    near = shapely.Point(seat).buffer(max(0.15 * wanted, 90))
    lines = [way for way in shapely.get_parts(shapely.intersection(roads(), near)) if way.length > 25]
    if not lines:  # a hamlet off the roads gets a track of its own
        turn = rng.uniform(0, np.pi)
        arm = np.array([np.cos(turn), np.sin(turn)]) * 0.2 * wanted
        lines = [wiggly(np.array([seat - arm, seat, seat + arm]))]
    spots = [(way, at) for way in lines for at in np.arange(20, way.length, 58)]
    length = sum(way.length for way in lines)
    for way, at in (spots[i] for i in rng.permutation(len(spots))):
        if length > wanted:
            break
        stem, ahead = (np.array(way.interpolate(at + step).coords[0]) for step in (0, 9))
        across = np.array([stem[1] - ahead[1], ahead[0] - stem[0]]) / max(np.hypot(*(ahead - stem)), 1e-9)
        for side in (1, -1):
            reach = side * rng.uniform(60, 210)
            bend = stem + across * reach / 2 + rng.normal(0, 14, 2)
            lines.append(shapely.linestrings([stem, bend, bend + (across + rng.normal(0, 0.35, 2)) * reach / 2]))
            length += abs(reach)
    return lines


def pieces(lines, inner):
    """(n, 4) metres: the lines inside a shape as straight pieces of at most 60 m."""
    kept = shapely.get_parts(shapely.get_parts(shapely.intersection(lines, inner)))
    kept = shapely.segmentize(kept[(shapely.get_type_id(kept) == 1) & (shapely.length(kept) > 4)], 60)
    xy, line = shapely.get_coordinates(kept, return_index=True)
    joined = line[1:] == line[:-1]
    return np.column_stack([xy[:-1], xy[1:]])[joined]


def to_hamlet(ends, seats):
    """(n,) number of the hamlet whose middle is nearest to each piece of lane."""
    middle = (ends[:, :2] + ends[:, 2:]) / 2
    return np.argmin([np.hypot(*(middle - seat).T) for seat in seats], axis=0)


def town(core, seats):
    """(ends, dusun, weight before blocks differ) of a gampong with streets."""
    ends = pieces([grid()], core)
    return ends, to_hamlet(ends, seats), np.ones(len(ends))


def country(core, seats, share, people, rng):
    """(ends, dusun, weight before blocks differ) of a gampong of hamlets along roads."""
    hamlets = [pieces(village(seat, people * part / 4.4, rng), core) for seat, part in zip(seats, share, strict=True)]
    dense_as = [part / max(lengths(ends).sum(), 1) for ends, part in zip(hamlets, share, strict=True)]
    between = pieces([roads()], core)
    dusun = np.concatenate([np.repeat(np.arange(len(seats)), list(map(len, hamlets))), to_hamlet(between, seats)])
    stray = STRAY / max(lengths(between).sum(), 1)
    weight = np.concatenate([np.repeat(dense_as, list(map(len, hamlets))), np.full(len(between), stray)])
    return np.vstack([*hamlets, between]), dusun, weight


def lengths(ends):
    """(n,) metres of the pieces of lane."""
    return np.hypot(*(ends[:, 2:] - ends[:, :2]).T)


@cache
def lanes():
    """The city's Lanes. Seeded by itself: streets stay when the people are drawn again."""
    parts, seats, names = [], [], []
    for index, area in enumerate(gampong()):
        rng = np.random.default_rng([4, index])
        setback = TOWN_SETBACK if area.urban else SETBACK
        core = area.shape.buffer(-setback - 1)
        count = int(np.clip(round(area.people / 1100) + 2, 3, 6))
        share = np.sort(rng.dirichlet(np.full(count, 2.2)))[::-1]
        middles = seats_of(core, count, grid() if area.urban else roads(), rng)
        found = town(core, middles) if area.urban else country(core, middles, share, area.people, rng)
        ends, dusun, weight = found
        # Some blocks are full, some hold a school, a field, an office.
        middle = (ends[:, :2] + ends[:, 2:]) / 2
        weight = weight * lengths(ends) * np.exp(0.42 * np.clip(field(middle, 240, 41), -3, 1.5))
        order = np.argsort(dusun, kind="stable")
        full = np.full(len(ends), index)
        parts.append((full, dusun[order], ends[order], weight[order] / weight.sum(), np.full(len(ends), setback)))
        seats.append(middles)
        names.append([DUSUN[0], *rng.permutation(DUSUN[1:])[: count - 1]])
    return Lanes(*(np.concatenate(part) for part in zip(*parts, strict=True)), seats, names)
