"""A zip: looked through before anything is unpacked, then one of its files unpacked with those that belong to it."""

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from .found import Found, Limits, Refused

MEMBERS = 10_000
# What may be read in an archive, the likeliest to be meant first.
READ = (
    ".shp", ".gpkg", ".geojson", ".geojsonl", ".geojsonseq", ".json", ".fgb", ".kml", ".gpx", ".xlsx", ".ods", ".xls", ".xlsb",
    ".csv", ".tsv", ".txt", ".html", ".htm",
)  # fmt: skip


def members(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """The files of a zip that is safe to unpack. Refused: damaged, locked, too large inside, leading out of itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("broken") from None
    for info in infos:
        if leads_out(info):
            raise Refused("path", member=info.filename[:100])
        if info.flag_bits & 1:
            raise Refused("password")
    size = sum(info.file_size for info in infos)
    if size > limits.unpacked or len(infos) > MEMBERS:
        raise Refused("bomb", size=-(-size // 2**20), limit=limits.unpacked // 2**20)
    return [info for info in infos if not info.is_dir()]


def leads_out(info: zipfile.ZipInfo) -> bool:
    """Whether a member would be written, or a link of it would point, outside the folder it is unpacked into."""
    name = info.orig_filename.replace("\\", "/")
    link = stat.S_ISLNK(info.external_attr >> 16)
    return link or name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/")


def readable(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The names of members that can be read, the likeliest to be meant first."""
    names = [info.filename for info in infos]
    plain = [n for n in names if not n.startswith("__MACOSX/") and not PurePosixPath(n).name.startswith(".")]
    found = [n for n in plain if PurePosixPath(n).suffix.lower() in READ]
    return sorted(found, key=lambda n: READ.index(PurePosixPath(n).suffix.lower()))


def chosen(names: list[str], part: str, found: Found) -> str:
    """The member to read: the one named by `part`, else the first; notes the others."""
    if not names:
        raise Refused("archive")
    found.parts = names if len(names) > 1 else []
    name = part if part in names else names[0]
    if len(names) > 1:
        if part and part not in names:
            raise Refused("part", part=part, names=names)
        found.part = name
        if not part:
            found.note("parts", part=name, others=[n for n in names if n != name])
    return name


def unpack(path: Path, name: str, folder: Path, limits: Limits) -> Path:
    """The member as a file in the folder, beside the files of its stem (a Shapefile has several); names are ours."""
    wanted, target = PurePosixPath(name), folder / "unpacked"
    target.mkdir()
    left = limits.unpacked
    stem = re.sub(r"[^\w-]+", "_", wanted.stem)[:60] or "file"
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            member = PurePosixPath(info.filename)
            same = member.parent == wanted.parent and member.stem.lower() == wanted.stem.lower()
            if info.is_dir() or not (info.filename == name or (wanted.suffix.lower() == ".shp" and same)):
                continue
            suffix = re.sub(r"[^\w.]+", "", member.suffix.lower())[:12]
            left -= copied(archive, info, target / f"{stem}{suffix}", left)
    return target / f"{stem}{wanted.suffix.lower()}"


def copied(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    """How many bytes of a member were written; Refused when it is damaged or goes on beyond what is left."""
    size = 0
    try:
        with archive.open(info) as source, target.open("wb") as out:
            while piece := source.read(1 << 20):
                size += len(piece)
                if size > left:
                    raise Refused("bomb", size=-(-size // 2**20), limit=left // 2**20)
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise Refused("broken") from None
    return size
