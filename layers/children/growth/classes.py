"""What a z-score is called, who counts as a case, and how grave a share is."""

import numpy as np

# Permenkes 2/2020: names from the lowest; a cut of -3 or -2 belongs to the class above it, one of 1, 2 or 3 to that below.
CLASSES = {
    "haz": ("sangat_pendek", "pendek", "normal", "tinggi"),
    "waz": ("bb_sangat_kurang", "bb_kurang", "bb_normal", "risiko_bb_lebih"),
    "whz": ("gizi_buruk", "gizi_kurang", "gizi_baik", "berisiko_gizi_lebih", "gizi_lebih", "obesitas"),
}
CLASSES["baz"] = CLASSES["whz"]
UPPER = {"haz": (3,), "waz": (1,), "whz": (1, 2, 3), "baz": (1, 2, 3)}
# Water weighs: with oedema there is no z for these, and the child counts as below -3.
HEAVY = {"waz", "whz", "baz"}
# M. de Onis et al., Public Health Nutrition 22 (2019) 175-179: percents from which a share is low, medium, high, very high.
LEVELS = ("very_low", "low", "medium", "high", "very_high")
THRESHOLDS = {"stunting": (2.5, 10, 20, 30), "wasting": (2.5, 5, 10, 15), "overweight": (2.5, 5, 10, 15)}


def classified(index: str, z, oedema=False):
    """The code of the class for each rounded z of haz, waz, whz or baz as text, "" where there is no z.

    A child with oedema is in the lowest class of its weight.
    """
    z, oedema = np.broadcast_arrays(np.asarray(z, float), np.asarray(oedema, bool))
    place = (z >= -3).astype(np.intp) + (z >= -2)
    for cut in UPPER[index]:
        place += z > cut
    names = np.array([*CLASSES[index], ""])
    place = np.where(np.isnan(z), len(CLASSES[index]), place)
    return names[np.where(oedema, 0, place) if index in HEAVY else place]


def counted(index: str, z, flagged, oedema=False, below: float = -2):
    """(True for a case, True for a child that counts) for a prevalence: haz stunting, waz underweight, whz wasting.

    A case lies below the line; a flagged z leaves both; a child with oedema counts as below -3 where weight is judged, so
    children out of range are left out before.
    """
    z, flagged, oedema = np.asarray(z, float), np.asarray(flagged, bool), np.asarray(oedema, bool)
    swollen = oedema & (index in HEAVY)
    valid = (~np.isnan(z) & ~flagged) | swollen
    return valid & ((z < below) | swollen), valid


def level(kind: str, percent):
    """WHO's and UNICEF's word for a share of stunting, wasting or overweight in percent, "" where it is nan."""
    percent = np.asarray(percent, float)
    place = np.searchsorted(THRESHOLDS[kind], percent, side="right")
    return np.array([*LEVELS, ""])[np.where(np.isnan(percent), len(LEVELS), place)]
