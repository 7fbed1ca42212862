"""Days as people and spreadsheets write them. Pure Python."""

import datetime
import re

MONTHS = {
    "januari": 1, "january": 1, "jan": 1, "februari": 2, "pebruari": 2, "february": 2, "feb": 2, "peb": 2, "maret": 3, "march": 3, "mar": 3,
    "mrt": 3, "april": 4, "apr": 4, "mei": 5, "may": 5, "juni": 6, "june": 6, "jun": 6, "juli": 7, "july": 7, "jul": 7, "agustus": 8,
    "august": 8, "agu": 8, "agt": 8, "ags": 8, "agst": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9, "oktober": 10, "october": 10,
    "okt": 10, "oct": 10, "november": 11, "nopember": 11, "nov": 11, "nop": 11, "desember": 12, "december": 12, "des": 12, "dec": 12,
}  # fmt: skip
WORDS = re.compile(r"(\d{1,2})[\s\-./]*([A-Za-z]+)[\s\-./,]*(\d{4}|\d{2})")
MIDNIGHT = re.compile(r"(.*\d)[T ]0?0[:.]00(?:[:.]00(?:\.0+)?)?(?:Z|\+00:?00)?")
SERIAL = range(25_569, 73_051)  # 1970 to 2099, as spreadsheets count from 1899-12-30


def plain(value):
    """The day as year-month-day where it is written with the month's name, as a midnight, or as the number a spreadsheet
    counts; anything else as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return counted(value) or value
    if not isinstance(value, str):
        return value
    text = value.strip()
    if midnight := MIDNIGHT.fullmatch(text):
        text = midnight[1].strip()
    if re.fullmatch(r"\d{5}", text):
        return counted(int(text)) or value
    named = WORDS.fullmatch(text)
    if named and (month := MONTHS.get(named[2].lower())):
        year = int(named[3])
        # Two digits as Django reads them: up to 68 this century.
        year += 0 if year > 99 else 2000 if year < 69 else 1900
        return f"{year:04}-{month:02}-{int(named[1]):02}"
    return text


def counted(number: int) -> datetime.date | None:
    """The day of a spreadsheet's number, None where it is none of our times."""
    return datetime.date(1899, 12, 30) + datetime.timedelta(number) if number in SERIAL else None
