"""The land of the demo city, drawn by hand from general geography; not an official boundary.

A north coast running from north-west to south-east, the town on an island between the sea and a tidal channel, a
bay with a lagoon, fish ponds to the east, and an inland border along ridges and streams. The typed points are the
corners of a sketch in degrees (longitude, latitude); `land` rounds them and lets noise do the rest.
"""

from functools import cache

import numpy as np
import shapely

from layers.demo.frame import metres
from layers.demo.noise import warp

# From the north-west corner along the beach, round the town, to the south-east corner by the sea.
SHORE = [
    (97.0365, 5.2405), (97.0440, 5.2412), (97.0515, 5.2378), (97.0600, 5.2345), (97.0690, 5.2330), (97.0770, 5.2303),
    (97.0850, 5.2282), (97.0930, 5.2240), (97.1000, 5.2196), (97.1060, 5.2172), (97.1108, 5.2162), (97.1150, 5.2168),
    (97.1190, 5.2140), (97.1235, 5.2100), (97.1292, 5.2078), (97.1358, 5.2046), (97.1420, 5.1998), (97.1466, 5.1938),
    (97.1512, 5.1890), (97.1538, 5.1830), (97.1534, 5.1780), (97.1553, 5.1738), (97.1564, 5.1696), (97.1545, 5.1654),
    (97.1512, 5.1640), (97.1485, 5.1654), (97.1455, 5.1646), (97.1422, 5.1662), (97.1400, 5.1648), (97.1432, 5.1616),
    (97.1472, 5.1586), (97.1502, 5.1546), (97.1553, 5.1530), (97.1602, 5.1500), (97.1650, 5.1466), (97.1716, 5.1444),
    (97.1785, 5.1405),
]  # fmt: skip
# From that corner along the neighbours' land back to the north-west.
INLAND = [
    (97.1785, 5.1405), (97.1768, 5.1345), (97.1792, 5.1270), (97.1765, 5.1190), (97.1788, 5.1105), (97.1750, 5.1020),
    (97.1772, 5.0930), (97.1738, 5.0842), (97.1668, 5.0815), (97.1588, 5.0846), (97.1515, 5.0872), (97.1445, 5.0945),
    (97.1368, 5.0966), (97.1292, 5.1024), (97.1220, 5.1036), (97.1148, 5.1102), (97.1104, 5.1176), (97.1029, 5.1238),
    (97.0966, 5.1308), (97.0896, 5.1378), (97.0862, 5.1468), (97.0812, 5.1556), (97.0776, 5.1642), (97.0698, 5.1684),
    (97.0616, 5.1722), (97.0560, 5.1806), (97.0494, 5.1884), (97.0412, 5.1926), (97.0340, 5.1970), (97.0300, 5.2042),
    (97.0326, 5.2115), (97.0302, 5.2200), (97.0338, 5.2290), (97.0365, 5.2405),
]  # fmt: skip
# Watercourses as longitude, latitude and width in metres. The tidal channel behind the town, from the bay to its
# northern mouth, then the inlet of the western mangrove, then creeks that reach the sea.
COURSES = [
    [(97.1500, 5.1600, 700), (97.1445, 5.1634, 520), (97.1402, 5.1655, 330), (97.1378, 5.1688, 210), (97.1341, 5.1694, 150),
     (97.1326, 5.1730, 120), (97.1342, 5.1768, 105), (97.1318, 5.1806, 100), (97.1280, 5.1826, 110), (97.1268, 5.1872, 95),
     (97.1222, 5.1882, 90), (97.1192, 5.1918, 105), (97.1196, 5.1962, 85), (97.1150, 5.1984, 90), (97.1124, 5.2026, 130),
     (97.1142, 5.2072, 120), (97.1124, 5.2122, 170), (97.1128, 5.2190, 330)],
    [(97.1128, 5.2110, 150), (97.1098, 5.2098, 90), (97.1072, 5.2076, 60), (97.1050, 5.2080, 36), (97.1022, 5.2058, 24)],
    [(97.1190, 5.1912, 80), (97.1158, 5.1880, 50), (97.1160, 5.1846, 36), (97.1126, 5.1822, 26), (97.1118, 5.1788, 20)],
    [(97.1604, 5.1540, 190), (97.1588, 5.1498, 90), (97.1602, 5.1462, 60), (97.1562, 5.1436, 44), (97.1570, 5.1394, 34),
     (97.1534, 5.1366, 26), (97.1540, 5.1328, 20)],
    [(97.0655, 5.2350, 140), (97.0652, 5.2300, 70), (97.0620, 5.2272, 46), (97.0636, 5.2226, 36), (97.0600, 5.2196, 28),
     (97.0612, 5.2152, 20)],
]  # fmt: skip
# Still water inside the land: the town's reservoir, and ponds behind the eastern beach.
LAGOONS = [
    [(97.1434, 5.1734), (97.1454, 5.1746), (97.1470, 5.1737), (97.1490, 5.1746), (97.1500, 5.1724), (97.1484, 5.1714),
     (97.1488, 5.1692), (97.1470, 5.1686), (97.1456, 5.1700), (97.1438, 5.1708)],
    [(97.1640, 5.1459), (97.1668, 5.1447), (97.1702, 5.1425), (97.1690, 5.1413), (97.1662, 5.1425), (97.1648, 5.1437)],
    [(97.1706, 5.1409), (97.1728, 5.1401), (97.1722, 5.1387), (97.1702, 5.1393)],
]  # fmt: skip
# Mangrove islets in the bay and the channel's mouth: longitude, latitude, radius in metres.
ISLETS = [(97.1462, 5.1622, 95), (97.1436, 5.1640, 60), (97.1130, 5.2140, 55)]
# Moles and harbour basins: straight, made by people, so never warped.
MOLES = [
    [(97.1553, 5.1688), (97.1598, 5.1680), (97.1612, 5.1650)],
    [(97.1521, 5.1656), (97.1556, 5.1628), (97.1588, 5.1628)],
    [(97.0800, 5.2285), (97.0826, 5.2352), (97.0878, 5.2366)],
    [(97.0936, 5.2225), (97.0948, 5.2300)],
    [(97.1518, 5.1866), (97.1562, 5.1884)],
]
BASINS = [
    [(97.0840, 5.2310), (97.0842, 5.2252), (97.0882, 5.2232), (97.0902, 5.2275)],
    [(97.1545, 5.1672), (97.1528, 5.1664), (97.1532, 5.1650), (97.1564, 5.1644)],
]

BEACH = ((1500, 60), (500, 26), (220, 9))
RIDGE = ((1700, 170), (800, 105), (330, 48), (170, 15))
BANK = ((800, 45), (330, 20))


def rounded(line, times=2):
    """The (n, 2) line with its corners cut twice (Chaikin), ends kept."""
    for _ in range(times):
        quarter = 0.75 * line[:-1] + 0.25 * line[1:]
        three = 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.vstack([line[:1], np.column_stack([quarter, three]).reshape(-1, line.shape[1]), line[-1:]])
    return line


def dense(line, step=30):
    """The (n, 2) line in metres with a point at least every `step` metres."""
    return shapely.get_coordinates(shapely.segmentize(shapely.linestrings(line), step))


def anchored(points, octaves, seed):
    """The typed line rounded and warped, the less the nearer to its ends, where two such lines meet."""
    line = dense(rounded(metres(points)))
    ends = np.minimum(*(np.hypot(*(line - end).T) for end in (line[0], line[-1])))
    return line + (warp(line, octaves, seed) - line) * np.clip(ends / 900, 0, 1)[:, None]


def ribbon(points):
    """The polygon of a watercourse typed as longitude, latitude and width."""
    points = np.array(points)
    line = rounded(np.column_stack([metres(points[:, :2]), points[:, 2]]))
    discs = shapely.buffer(shapely.points(line[:, :2]), line[:, 2] / 2)
    whole = shapely.unary_union(shapely.convex_hull(shapely.union(discs[:-1], discs[1:])))
    return shapely.Polygon(warp(dense(whole.exterior.coords), BANK, 3))


def pond(ring, seed):
    """The polygon of still water typed as a ring."""
    ring = metres(ring)
    middle = (ring[:1] + ring[-1:]) / 2  # starting in the middle of a side leaves no corner unrounded
    return shapely.Polygon(warp(dense(rounded(np.vstack([middle, ring, middle]), 3)), BANK, seed))


@cache
def water():
    """The channel, creeks, lagoons and harbour basins as one geometry in metres."""
    still = [pond(ring, 5 + number) for number, ring in enumerate(LAGOONS)]
    basins = [shapely.Polygon(metres(ring)) for ring in BASINS]
    return shapely.unary_union([*map(ribbon, COURSES), *still, *basins])


@cache
def land():
    """The dry land as a MultiPolygon in metres, largest part first: mainland, the town's island, islets."""
    shore, inland = anchored(SHORE, BEACH, 1), anchored(INLAND, RIDGE, 2)
    outline = shapely.make_valid(shapely.Polygon(np.vstack([shore, inland[1:]])))
    moles = [shapely.LineString(metres(mole)).buffer(13, cap_style="flat", join_style="mitre") for mole in MOLES]
    islets = [shapely.Point(metres([islet[:2]])[0]).buffer(islet[2]) for islet in ISLETS]
    islets = [shapely.Polygon(warp(dense(islet.exterior.coords), BANK, 9)) for islet in islets]
    dry = shapely.unary_union([shapely.difference(outline, water()), *moles, *islets])
    # Crumbs that a river's mouth leaves are sandbanks, not land.
    parts = sorted(shapely.get_parts(dry), key=lambda part: -part.area)
    return shapely.MultiPolygon([shapely.simplify(part, 4) for part in parts if part.area > 8_000])
