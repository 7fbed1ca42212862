"""Age, always in days: z-scores by completed months put whole percents of the children into another class."""

import numpy as np

MONTH = 30.4375  # days, 365.25 / 12
LAST = 1826  # the last day below 60 months: 1826 / 30.4375 = 59.99
OVER = LAST + 1


def days_between(birth, measured):
    """Days from birth to measuring as floats, nan where a date is missing (NaT); negative when measured before birth."""
    birth, measured = np.asarray(birth, "datetime64[D]"), np.asarray(measured, "datetime64[D]")
    days = (measured - birth).astype("timedelta64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(float))


def days_of_months(months):
    """Days for an age known in months only, halves rounded up as WHO does; nan stays nan.

    60 months and more stay out of range, although 60 months round to day 1826.
    """
    months = np.asarray(months, float)
    days = np.floor(months * MONTH + 0.5)
    return np.where(months >= 60, np.maximum(days, OVER), np.where(months < 0, np.minimum(days, -1.0), days))


def completed_months(days):
    """Whole months of 30.4375 days as floats, nan where there is no age."""
    return np.floor(np.asarray(days, float) / MONTH)


def in_range(days):
    """True for the ages WHO's standards hold for: from birth to below 60 months."""
    days = np.asarray(days, float)
    return (days >= 0) & (days <= LAST)
