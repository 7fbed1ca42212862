"""Children a second, beside the two libraries of PyPI that know WHO's tables by day of age."""
