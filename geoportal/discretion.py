"""What logs and error pages may say: where the product failed, never about whom.

Numbers of 14 to 17 digits are masked wherever they turn up; PostgreSQL's details, which repeat the refused row, are cut off;
an error page under DEBUG tells of a local variable its kind and of a form nothing.
"""

import logging
import re

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

MASK = "••••"
# Grouped as people write them, but no decimals of a coordinate and no part of a longer or hexadecimal word.
NUMBER = re.compile(r"(?<![\w.])\d(?:[ -]?\d){13,16}(?![\w])")
# "DETAIL:  Failing row contains (…)" and the like, to the end of the line.
DETAIL = re.compile(r"^\s*(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE)


def masked(text: str) -> str:
    """The text with a mask for every run of 14 to 17 digits."""
    return NUMBER.sub(MASK, text)


def discreet(text: str) -> str:
    """The text fit for a log: masked, and without the values PostgreSQL repeats."""
    return masked(DETAIL.sub("", text))


class Line(logging.Formatter):
    """A line of the log, and the traceback below it, made discreet."""

    def format(self, record):
        return discreet(super().format(record))


class Hidden(SafeExceptionReporterFilter):
    """As Django hides in production, with DEBUG too; of forms and local variables no value at all."""

    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|QUERY_STRING|_URL$|^OWNER$|^WEB$|^DATABASES$",
        re.IGNORECASE,
    )

    def is_active(self, request):
        return True

    def get_post_parameters(self, request):
        return {} if request is None else {name: self.cleansed_substitute for name in request.POST}

    def get_traceback_frame_variables(self, request, tb_frame):
        return [(name, f"<{type(value).__name__}>") for name, value in tb_frame.f_locals.items()]


class Reporter(ExceptionReporter):
    """The error page of DEBUG; what the exception says is made discreet, and addresses lose their query."""

    def _get_raw_insecure_uri(self):
        return super()._get_raw_insecure_uri().partition("?")[0]

    def get_traceback_data(self):
        data = super().get_traceback_data()
        for name in {"exception_value", "exception_notes"} & set(data):
            data[name] = discreet(str(data[name]))
        for frame in data["frames"]:
            frame["exc_cause"] = frame.get("exc_cause") and type(frame["exc_cause"]).__name__
        return data | {"request_GET_items": (), "request_FILES_items": (), "unicode_hint": ""}
