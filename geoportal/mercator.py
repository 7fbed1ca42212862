"""The tile scheme of the web: z/x/y over the square of EPSG:3857, x from the west, y from the north."""

import math

MAX_ZOOM = 22
HALF = 20037508.342789244  # half the width of the world in EPSG:3857, metres


def exists(z: int, x: int, y: int) -> bool:
    """Whether the scheme has this tile."""
    return 0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z


def envelope(z: int, x: int, y: int, margin: float = 0) -> tuple[float, float, float, float]:
    """(west, south, east, north) of a tile in EPSG:3857 metres, wider by `margin` tiles on each side."""
    size = 2 * HALF / 2**z
    return (
        -HALF + (x - margin) * size,
        HALF - (y + 1 + margin) * size,
        -HALF + (x + 1 + margin) * size,
        HALF - (y - margin) * size,
    )


def box(z: int, x: int, y: int, margin: float = 0) -> tuple[float, float, float, float]:
    """(west, south, east, north) of a tile in degrees of EPSG:4326, wider by `margin` tiles on each side."""
    side = 2**z

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

    west, east = ((column / side * 360 - 180) for column in (x - margin, x + 1 + margin))
    return west, latitude(y + 1 + margin), east, latitude(y - margin)
