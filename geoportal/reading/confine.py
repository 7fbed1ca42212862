"""The limits of the child process, set by itself before it opens anything. Linux; standard library."""

import contextlib
import ctypes
import os
import resource
import signal

NEW_NETWORK, NEW_USER, DIE_WITH_PARENT = 0x40000000, 0x10000000, 1
# GDAL knows many kinds of data, some of which open other files, run commands or ask the network. It loads these alone, which
# it must be told by naming all the others before it loads.
DRIVERS = {"ESRI Shapefile", "FlatGeobuf", "GPKG", "GPX", "GeoJSON", "GeoJSONSeq", "KML", "LIBKML", "MEM"}
OTHERS = """
ADBC, AIVector, AVCBin, AVCE00, AmigoCloud, CSV, CSW, Carto, DGN, DXF, EDIGEO, EEDA, ESRIJSON, Elasticsearch, GDALG,
GML, GPSBabel, GTFS, GeoRSS, HTTP, Idrisi, JML, JSONFG, LVBAG, MBTiles, MVT, MapInfo File, MapML, MiraMonVector, NGW,
OAPIF, ODS, OGCAPI, OGR_GMT, OGR_PDS, OGR_VRT, OSM, OpenFileGDB, PCIDSK, PDF, PDS4, PGDUMP, PLSCENES, PMTiles, S57,
SQLite, SXF, Selafin, TopoJSON, VDV, VFK, VICAR, WAsP, WFS, XLSX
"""


def confine(memory: int, seconds: int, unpacked: int) -> None:
    """Afterwards this process dies of more memory, processor time or written bytes, with its parent, and has no network."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, unpacked),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
    # Some machines allow neither without privileges. GDAL is also told to know no address (`environment`).
    if libc.unshare(NEW_NETWORK) and os.geteuid():  # root in a space of its own could no longer read others' files
        libc.unshare(NEW_USER | NEW_NETWORK)


def environment(folder: str, root: str) -> dict[str, str]:
    """What the child knows of the parent's environment: where Python finds the product, and nothing secret."""
    return {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PROJ_NETWORK": "OFF",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_TMPDIR": folder,
        "SHAPE_RESTORE_SHX": "YES",
        "LIBKML_RESOLVE_STYLE": "NO",
        "OGR_SKIP": ",".join(name.strip() for name in OTHERS.replace("\n", " ").split(",")),
    }


@contextlib.contextmanager
def quietly():
    """Inside, what libraries write to standard output goes to standard error: standard output is the wire."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield os.fdopen(kept, "wb", buffering=0)
    finally:
        os.dup2(kept, 1)
