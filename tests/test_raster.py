"""Raster tiles: colours of a 3 x 3 raster of 1 to 9, counted on the decoded PNG."""

import logging

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geoportal import catalogue, raster
from geoportal.errors import NotFound
from geoportal.layer import Access, Raster, staff
from geoportal.mercator import envelope

COLORS = ["#0a0000", "#140000", "#1e0000", "#280000", "#320000", "#3c0000", "#460000", "#500000", "#5a0000"]
NINE = Raster(
    name="nine", title="Nine", group="Test", file="nine.tif", unit="m", breaks=[2, 3, 4, 5, 6, 7, 8, 9], colors=COLORS
)
Z, X, Y = 12, 3152, 1989  # a tile near 97° E, 5° N
PIXEL = (envelope(Z, X, Y)[2] - envelope(Z, X, Y)[0]) / 256  # metres
GRID = np.arange(1, 10).reshape(3, 3)
# A PNG has no place on earth, and rasterio multiplies affine matrices the old way.
pytestmark = [
    pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


@pytest.fixture(autouse=True)
def root(tmp_path, settings):
    settings.RASTER_ROOT = tmp_path
    return tmp_path


def write(root, cells, size, nodata=-1, dtype="float32", crs="EPSG:3857", corner=None):
    """A GeoTIFF whose north-western corner is that of the tile, cells of `size` metres."""
    west, _south, _east, north = envelope(Z, X, Y)
    west, north = corner or (west, north)
    cells = np.asarray(cells)
    with rasterio.open(
        root / "nine.tif", "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], count=1, dtype=dtype,
        crs=crs, nodata=nodata, transform=from_origin(west, north, size, size),
    ) as file:  # fmt: skip
        file.write(cells.astype(dtype), 1)


def pixels(data: bytes):
    """(red values, alpha values) of a PNG, 256 x 256 each."""
    with rasterio.io.MemoryFile(data) as memory, memory.open() as picture:
        bands = picture.read()
    assert bands.shape == (4, 256, 256)
    return bands[0], bands[3]


def test_enlarged_cells_keep_their_edges_and_colours(root):
    write(root, GRID, 64 * PIXEL)
    red, alpha = pixels(raster.tile(NINE, Z, X, Y).data)
    for row in range(3):
        for column in range(3):
            square = np.s_[row * 64 : row * 64 + 64, column * 64 : column * 64 + 64]
            assert (red[square] == 10 * GRID[row, column]).all()
    assert (alpha[:192, :192] == 255).all()
    assert (alpha[192:] == 0).all() and (alpha[:, 192:] == 0).all()


def test_a_tile_smaller_than_a_cell_shows_that_cell(root):
    write(root, GRID, 64 * PIXEL)
    # Three zooms further in, a tile is half a cell: tile (5, 2) of this one's 8 x 8 lies in column 2, row 1: 6.
    red, alpha = pixels(raster.tile(NINE, Z + 3, X * 8 + 5, Y * 8 + 2).data)
    assert set(red.flat) == {60} and set(alpha.flat) == {255}


def test_reduced_cells_are_averaged(root):
    write(root, GRID, PIXEL / 3)  # nine cells in the first pixel: their mean is 5
    red, alpha = pixels(raster.tile(NINE, Z, X, Y).data)
    assert red[0, 0] == 50
    assert alpha.astype(bool).sum() == 1


def test_the_mean_leaves_out_cells_without_data(root):
    write(root, [[9, -1, -1], [-1, -1, -1], [-1, -1, 3]], PIXEL / 3)  # (9 + 3) / 2 = 6
    red, alpha = pixels(raster.tile(NINE, Z, X, Y).data)
    assert (red[0, 0], alpha[0, 0]) == (60, 255)


def test_whole_numbers_are_averaged_as_fractions(root):
    write(root, [[1, 2], [2, 2]], PIXEL / 2, nodata=255, dtype="uint8")  # mean 1.75: below the break 2
    red, _alpha = pixels(raster.tile(NINE, Z, X, Y).data)
    assert red[0, 0] == 10


@pytest.mark.parametrize(
    ("dtype", "nodata"), [("float32", -1), ("float32", float("nan")), ("uint8", 0), ("int16", -32768)]
)
def test_no_data_is_transparent(root, dtype, nodata):
    cells = GRID.astype("float32")
    cells[1, 1] = nodata
    write(root, cells, 64 * PIXEL, nodata=nodata, dtype=dtype)
    _red, alpha = pixels(raster.tile(NINE, Z, X, Y).data)
    assert (alpha[64:128, 64:128] == 0).all()
    assert alpha.astype(bool).sum() == 8 * 64 * 64


def test_a_file_in_degrees_is_drawn_where_it_lies(root):
    write(root, GRID, 0.01, crs="EPSG:4326", corner=(97.03, 5.22))
    # Longitude 97.045, latitude 5.205 is the middle of the second cell of the second row: 5. Tile 15/25217/15909, pixel (137, 88).
    red, _alpha = pixels(raster.tile(NINE, 15, 25217, 15909).data)
    assert red[88, 137] == 50
    assert raster.value(NINE, 97.045, 5.205) == 5


def test_values_at_points(root):
    write(root, GRID, 0.1, crs="EPSG:4326", corner=(97.0, 5.3))
    assert [raster.value(NINE, lon, 5.25) for lon in (97.05, 97.15, 97.25)] == [1, 2, 3]
    assert raster.value(NINE, 97.25, 5.05) == 9
    assert raster.value(NINE, 96.9, 5.05) is None


def test_a_point_without_data_has_no_value(root):
    write(root, [[-1, 2]], 0.1, crs="EPSG:4326", corner=(97.0, 5.3))
    assert raster.value(NINE, 97.05, 5.25) is None


def test_a_value_on_a_break_belongs_above_it():
    assert raster.classes(NINE, [1.99, 2, 2.01, 8.99, 9, 100]).tolist() == [0, 1, 1, 7, 8, 8]


def test_without_a_file_there_is_nothing_to_show():
    assert raster.tile(NINE, Z, X, Y) == raster.Picture(b"", 0)
    assert raster.value(NINE, 97.05, 5.25) is None


def test_beside_the_file_there_is_nothing_to_show(root):
    write(root, GRID, 64 * PIXEL)
    assert raster.tile(NINE, Z, X + 1, Y).data == b""


@pytest.mark.parametrize(("z", "x", "y"), [(23, 0, 0), (3, 8, 0), (3, 0, 8)])
def test_tiles_outside_the_scheme_are_not_there(z, x, y):
    with pytest.raises(NotFound):
        raster.tile(NINE, z, x, y)


def test_the_revision_follows_the_content(root):
    assert raster.revision(NINE) == 0
    write(root, GRID, PIXEL)
    first = raster.revision(NINE)
    assert 0 < first < 2**53
    write(root, GRID + 1, PIXEL)
    assert raster.revision(NINE) != first
    write(root, GRID, PIXEL)
    assert raster.revision(NINE) == first


def test_a_file_outside_the_root_is_refused():
    with pytest.raises(ValueError, match=r"'nine'.*outside RASTER_ROOT"):
        raster.path(
            Raster(name="nine", title="", group="", file="../nine.tif", breaks=[1], colors=["#000000", "#ffffff"])
        )


def test_only_a_geotiff_is_opened(root):
    (root / "nine.tif").write_text(
        "<VRTDataset rasterXSize='1' rasterYSize='1'><VRTRasterBand dataType='Byte' band='1'/></VRTDataset>"
    )
    with pytest.raises(rasterio.errors.RasterioIOError):
        raster.tile(NINE, Z, X, Y)


def test_drawing_writes_nothing_to_the_log(root, caplog):
    write(root, GRID, 64 * PIXEL)
    with caplog.at_level(logging.INFO):
        raster.tile(NINE, Z, X, Y)
        raster.tile(NINE, 0, 0, 0)
        raster.value(NINE, 97.05, 5.25)
    assert caplog.records == []


def shown(monkeypatch, **access):
    """The layer as the catalogue's only other one."""
    layer = Raster(
        name="nine", title="Nine", group="Test", file="nine.tif", unit="m", breaks=NINE.breaks, colors=COLORS, **access
    )
    monkeypatch.setitem(catalogue._found, "nine", layer)
    return layer


@pytest.mark.django_db
def test_a_tile_is_kept_for_ever_only_under_its_revision(root, client, monkeypatch):
    layer = shown(monkeypatch)
    write(root, GRID, 64 * PIXEL)
    url = f"/rasters/nine/{Z}/{X}/{Y}.png"
    answer = client.get(url, {"v": raster.revision(layer)})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(url, {"v": raster.revision(layer) + 1})["Cache-Control"] == "no-store"
    again = client.get(url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])


@pytest.mark.django_db
def test_an_empty_tile_is_204_and_an_unknown_one_404(root, client, monkeypatch):
    shown(monkeypatch)
    assert client.get(f"/rasters/nine/{Z}/{X}/{Y}.png").status_code == 204
    assert client.get("/rasters/nine/3/8/0.png").status_code == 404
    assert client.get("/rasters/nothing/3/0/0.png").status_code == 404
    assert client.get("/rasters/areas/3/0/0.png").status_code == 404


@pytest.mark.django_db
def test_a_restricted_raster_asks_who_comes_and_is_kept_by_nobody(root, client, areas, person, monkeypatch):
    layer = shown(monkeypatch, access=Access(records=staff("trade", roles=("validator",))))
    write(root, GRID, 64 * PIXEL)
    url = f"/rasters/nine/{Z}/{X}/{Y}.png?v={raster.revision(layer)}"
    assert client.get(url).status_code == 401
    assert client.get("/rasters/nine/value.json?lon=97&lat=5").status_code == 401
    client.force_login(person("validator", "health"))
    assert client.get(url).status_code == 403
    client.force_login(person("validator", "trade"))
    answer = client.get(url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.django_db
def test_the_value_at_a_click_comes_with_its_class(root, client, monkeypatch):
    shown(monkeypatch)
    write(root, GRID, 0.1, crs="EPSG:4326", corner=(97.0, 5.3))
    found = client.get("/rasters/nine/value.json", {"lon": "97.15", "lat": "5.15"}).json()
    assert found == {
        "layer": "nine", "lon": 97.15, "lat": 5.15, "value": 5.0, "unit": "m", "class": {"color": "#320000", "label": "5–6"},
    }  # fmt: skip
    assert client.get("/rasters/nine/value.json", {"lon": "90", "lat": "5"}).json()["value"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{}, {"lon": "97"}, {"lon": "north", "lat": "5"}, {"lon": "97", "lat": "95"}, {"lon": "nan", "lat": "5"}]
)
def test_a_click_without_a_place_is_refused_with_a_sentence(client, monkeypatch, query):
    shown(monkeypatch)
    answer = client.get("/rasters/nine/value.json", query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.django_db
def test_the_catalogue_names_the_revision_of_the_file(root, client, monkeypatch):
    layer = shown(monkeypatch)
    write(root, GRID, 64 * PIXEL)
    described = {one["name"]: one for one in client.get("/layers.json").json()["layers"]}["nine"]
    assert described["revision"] == raster.revision(layer)
    assert described["scope"] == "public"
    assert described["raster"]["legend"][0] == {"color": "#0a0000", "label": "< 2"}
