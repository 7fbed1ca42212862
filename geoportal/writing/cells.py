"""Cells that a spreadsheet must not take for formulas. Free of Django: the process that writes workbooks uses it, too."""

import re

# A cell that begins like a formula is a formula to a spreadsheet, which an apostrophe ahead of it prevents. Texts that begin
# with apostrophes and go on like a formula get one more, so that taking one away always gives the text back.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED = re.compile(r"'+[=+\-@\t\r]")


def harmless(value):
    """The value, behind an apostrophe when a spreadsheet would take the text for a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def plain(value):
    """The value without the apostrophe that harmless() put ahead of it."""
    return value[1:] if isinstance(value, str) and QUOTED.match(value) else value
