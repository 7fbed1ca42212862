"""`manage.py load` as a test calls it, and files of areas to load."""

import io
import itertools

import numpy as np
import pyogrio.raw
import shapely
from django.core.management import call_command


def load(*arguments, **options) -> tuple[int, str, str]:
    """(exit code, last line of stdout, stderr) of `manage.py load`."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("load", *map(str, arguments), stdout=out, stderr=err, no_color=True, **options)
        code = 0
    except SystemExit as end:
        code = end.code
    return code, (out.getvalue().splitlines() or [""])[-1], err.getvalue()


def shapes(path, codes, polygons, crs="EPSG:4326", **columns):
    """A file of polygons with the columns kode and whatever is given."""
    fields = {"kode": codes, **columns}
    data = [np.array(values, dtype=object) for values in fields.values()]
    wkb = shapely.to_wkb(np.array(polygons, dtype=object))
    pyogrio.raw.write(path, wkb, data, list(fields), geometry_type="Unknown", crs=crs)
    return path


def boxes(*wests, south=5.0, north=5.02):
    """Boxes side by side that begin at these longitudes, the last of which ends the last box."""
    return [shapely.box(west, south, east, north) for west, east in itertools.pairwise(wests)]
