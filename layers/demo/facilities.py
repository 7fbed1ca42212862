"""The demo city's health facilities and markets: names partly of real ones, in the right gampong, at places of ours."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from layers.demo.city import gampong
from layers.demo.frame import degrees
from layers.demo.people import stood

# Kind, name, gampong, beds (of the made-up ones only).
FACILITIES = [
    ("puskesmas", "Puskesmas Mon Geudong", "11.73.02.2006", None),
    ("puskesmas", "Puskesmas Banda Sakti", "11.73.02.2012", None),
    ("puskesmas", "Puskesmas Muara Dua", "11.73.01.2008", None),
    ("puskesmas", "Puskesmas Kandang", "11.73.01.2004", None),
    ("puskesmas", "Puskesmas Muara Satu", "11.73.04.2006", None),
    ("puskesmas", "Puskesmas Blang Mangat", "11.73.03.2016", None),
    ("puskesmas", "Puskesmas Blang Cut", "11.73.03.2002", None),
    ("hospital", "RSU Cut Meutia", "11.73.03.2017", None),
    ("hospital", "RS Contoh Bunda Banda Sakti", "11.73.02.2003", 96),
    ("hospital", "RS Contoh Meutuah", "11.73.02.2002", 64),
    ("hospital", "RSIA Contoh Seulanga", "11.73.01.2010", 42),
    ("hospital", "RS Contoh Batuphat", "11.73.04.2001", 58),
    ("clinic", "Klinik Contoh Cunda Sehat", "11.73.01.2007", 6),
    ("clinic", "Klinik Contoh Kampung Jawa", "11.73.02.2004", 5),
    ("clinic", "Klinik Contoh Hagu", "11.73.02.2009", None),
    ("clinic", "Klinik Contoh Punteuet", "11.73.03.2012", 4),
]  # fmt: skip
PUSTU = """11.73.01.2002 11.73.01.2003 11.73.01.2006 11.73.01.2011 11.73.01.2014 11.73.01.2026 11.73.02.2008 11.73.02.2010 11.73.02.2011
11.73.03.2001 11.73.03.2004 11.73.03.2009 11.73.03.2011 11.73.03.2018 11.73.03.2020 11.73.03.2021 11.73.04.2002 11.73.04.2004
11.73.04.2005 11.73.04.2007 11.73.04.2008 11.73.04.2010""".split()
# Name, gampong, class by SNI 8152 (I over 750 traders, II over 500, III over 250), traders, open days, condition.
MARKETS = [
    ("Pasar Inpres", "11.73.02.2003", "1", 812, "", "light"),
    ("Pasar Pusong", "11.73.02.2008", "2", 540, "", "good"),
    ("Pasar Batuphat Timur", "11.73.04.2006", "3", 310, "", "good"),
    ("Pasar Punteuet", "11.73.03.2016", "3", 262, "Minggu, Rabu", "light"),
    ("Pasar Cunda", "11.73.01.2007", "3", 385, "", "good"),
    ("Pasar Sayur Meunasah Mesjid", "11.73.01.2010", "3", 275, "", "good"),
    ("Pasar Simpang Line", "11.73.04.2009", "4", 96, "Senin, Kamis", "heavy"),
]


@dataclass(frozen=True)
class Facility:
    """One health facility; `area` indexes city.gampong(), lon and lat are degrees."""

    code: str
    name: str
    kind: str
    beds: int | None
    area: int
    lon: float
    lat: float


@dataclass(frozen=True)
class Market:
    """One market; `open_days` is empty when it opens every day; `area` indexes city.gampong(), lon and lat are degrees."""

    code: str
    name: str
    market_class: str
    traders: int
    open_days: str
    condition: str
    area: int
    lon: float
    lat: float

    @property
    def daily(self):
        return not self.open_days


def sited(codes, rng):
    """[(index of the gampong, lon, lat)] of a house in each gampong, in its main hamlet."""
    known = [area.code for area in gampong()]
    area = np.array([known.index(code) for code in codes])
    _, xy = stood(rng, area + rng.uniform(0.05, 0.3, len(area)))
    return [(int(index), float(lon), float(lat)) for index, (lon, lat) in zip(area, degrees(xy), strict=True)]


@cache
def health_facilities(seed=1):
    """Puskesmas, hospitals, clinics, then the branches (pustu), which carry the name of their gampong."""
    name = {area.code: area.name for area in gampong()}
    rows = [*FACILITIES, *(("pustu", f"Pustu {name[code]}", code, None) for code in PUSTU)]
    places = sited([code for _, _, code, _ in rows], np.random.default_rng([seed, 8]))
    return tuple(
        Facility(f"FKS-{number:02}", name, kind, beds, *place)
        for number, ((kind, name, _, beds), place) in enumerate(zip(rows, places, strict=True), start=1)
    )


@cache
def markets(seed=1):
    """The seven markets."""
    places = sited([code for _, code, *_ in MARKETS], np.random.default_rng([seed, 9]))
    return tuple(
        Market(f"PSR-{number}", name, grade, traders, days, condition, *place)
        for number, ((name, _, grade, traders, days, condition), place) in enumerate(
            zip(MARKETS, places, strict=True), start=1
        )
    )
