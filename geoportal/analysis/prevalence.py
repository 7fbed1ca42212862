"""Prevalence and how sure of it."""

import numpy as np

Z95 = 1.959963984540054  # the normal quantile of 97.5 %


def wilson(cases, n, z: float = Z95):
    """(low, high) of Wilson's score interval as shares from 0 to 1, for numbers or arrays of one shape; nan where n is 0.

    Source: E. B. Wilson, JASA 22 (1927) 209-212.
    """
    cases, n = np.asarray(cases, float), np.asarray(n, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = cases / n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # At 0 and n cases the formula ends in 0 and 1 exactly; floats do not.
    return np.where(cases == 0, 0.0, middle - half), np.where(cases == n, 1.0, middle + half)
