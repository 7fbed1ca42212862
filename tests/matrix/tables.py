"""The tables of tests/matrix/roles as lines, and the URLs of the product as the lines that must be there."""

import re
from importlib import import_module

from django.urls import URLPattern, get_resolver

from tests.matrix import catalogue, numbers, people, uploads  # noqa: F401  their readers
from tests.matrix.administration import ADMIN, ENGINE
from tests.matrix.readers import LAYERS
from tests.matrix.roles import phone, signedin

ACCOUNTS = (
    "anonymous", "surveyor", "surveyor_trade", "validator", "validator_trade", "village", "district", "planner", "official",
    "admin", "auditor",
)  # fmt: skip


def module(account: str):
    return import_module(f"tests.matrix.roles.{account}")


def lines(table: str, keys: int = 1) -> dict[tuple, str]:
    """(key, …, column) -> answer. Two blanks part the columns; the first line names them, unless it has an answer itself."""
    found = [re.split(r"\s{2,}", line.rstrip()) for line in table.strip("\n").splitlines()]
    columns = found.pop(0)[1:] if not found[0][0] else [""]
    for line in found:
        if len(line) != keys + len(columns):
            raise ValueError(f"{len(line) - keys} answers for {len(columns)} columns: {line}")
    return {
        (*line[:keys], column): answer for line in found for column, answer in zip(columns, line[keys:], strict=True)
    }


def of_account(account: str) -> dict[tuple, str]:
    """(key, column) -> answer, of everything the demo's account is asked."""
    tables = module(account)
    shared = {} if account == "anonymous" else lines(signedin.PAGES)
    parts = [lines(getattr(tables, name)) for name in ("LAYERS", "ADMINISTRATION", "ENGINE", "PAGES")]
    found = [key for part in (shared, *parts) for key in part]
    if len(found) != len(set(found)):
        raise ValueError(f"{account}: {sorted(key for key in found if found.count(key) > 1)} twice")
    return {key: answer for part in (shared, *parts) for key, answer in part.items()}


def of_sectors(role: str) -> dict[str, dict[tuple, str]]:
    """sector (empty: none) -> (key, column) -> answer."""
    found: dict[str, dict[tuple, str]] = {}
    for (sectors, key, column), answer in lines(module(role).SECTORS, keys=2).items():
        for sector in sectors.split():
            found.setdefault("" if sector == "none" else sector, {})[key, column] = answer
    return found


def of_phone() -> dict[str, str]:
    """key -> same or closed."""
    return {key: answer for (key, _column), answer in lines(phone.OPEN).items()} | dict.fromkeys(
        phone.CLOSED.split(), "closed"
    )


# --- The URLs


def urls(patterns=None, route: str = "", space: str = ""):
    """(name, or route where there is none; route) of every URL of the product."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}" if one.name else here, here
        else:
            yield from urls(one.url_patterns, here, f"{one.namespace}:" if one.namespace else space)


def asked(name: str, route: str) -> list[tuple[str, str | None]]:
    """The lines that a URL needs: (first word of the key, column; None: any)."""
    tables = {
        **{path.removeprefix("admin:"): layer for layer, path in ADMIN.items()},
        **{f"geoportal_{t}": t for t in ENGINE},
    }
    for path, column in tables.items():
        below = f"admin/{path.replace('_', '/')}/"
        if name.startswith(f"admin:{path}_"):
            return [(f"admin:*_{name.removeprefix(f'admin:{path}_')}", column)]
        if name == route and route.startswith(below):
            return [(f"admin:*/{route.removeprefix(below)}", column)]
    if name == route and route.startswith("admin/"):
        return [(f"admin:{route.removeprefix('admin/')}", "")]
    if "<str:name>" in route or "(?P<name>" in route:
        return [(name, layer) for layer in LAYERS]
    return [(name, None)]


def url_of(key: str) -> str:
    """The URL's part of a key: before what tells the ways of asking apart."""
    return key if key.startswith("admin:(") else re.split(r"[?,]", key)[0]
