"""Length and height: a child is 0.7 cm longer lying than standing, and the standards ask for one or the other by age."""

import numpy as np

UNKNOWN, LYING, STANDING = 0, 1, 2
HEIGHT_FROM = 731  # days: length before, height from this day
BELIEVED_FROM = 274  # days, 9 months: nobody stands before
TALL = 87.0  # cm: below is length, when neither age nor position is known
DIFFERENCE = 70  # hundredths of a cm

WORDS = {
    **dict.fromkeys(("l", "lying", "telentang", "terlentang"), LYING),
    **dict.fromkeys(("h", "standing", "berdiri"), STANDING),
}


def position(words):
    """LYING, STANDING or UNKNOWN for each word (l, lying, telentang, terlentang; h, standing, berdiri), as small integers."""
    words = np.asarray(words, object)
    found = [WORDS.get(str(word).strip().lower(), UNKNOWN) for word in words.ravel()]
    return np.array(found, np.int8).reshape(words.shape)


def shifted(days, how):
    """(hundredths of a cm to add, True where standing is disbelieved) for ages in days and positions."""
    young, standing = days < HEIGHT_FROM, how == STANDING
    disbelieved = standing & (days < BELIEVED_FROM)
    shift = DIFFERENCE * (young & standing & ~disbelieved).astype(np.int64)
    return shift - DIFFERENCE * ((days >= HEIGHT_FROM) & (how == LYING)), disbelieved


def corrected(days, length, how):
    """(length in cm as the standards ask for it at that age, True where a standing position was disbelieved)."""
    days, length, how = np.asarray(days, float), np.asarray(length, float), np.asarray(how)
    shift, disbelieved = shifted(days, how)
    return length + shift / 100, disbelieved


def by_length(days, length, how):
    """True where weight is judged by length, False where by height."""
    supposed = np.where(how == UNKNOWN, length < TALL, how == LYING)
    return np.where(np.isnan(days), supposed, days < HEIGHT_FROM)
