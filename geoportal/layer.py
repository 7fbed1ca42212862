"""The vocabulary: what a file in `layers/` says of a layer. Frozen, keyword-only: a misspelt option fails at import."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Aggregate, Count, Model, Q, Sum
from django.utils.text import slugify
from django.utils.translation import override

from .fields import Secret

ROLES = ("surveyor", "validator", "village", "district", "planner", "official", "admin", "auditor")
SECTORS = ("health", "trade", "social", "planning")
LEVELS = ("province", "regency", "district", "village")
ADD = (Count, Sum)  # aggregates that add up from village to city


@dataclass(frozen=True, order=True)
class Grant:
    """One (role, sector) that has a right; own: only inside the person's own areas or units."""

    role: str
    sector: str
    own: bool = False


anyone = frozenset({Grant("*", "*")})
nobody: frozenset[Grant] = frozenset()


def staff(*sectors: str, roles: Sequence[str] = ROLES, scope: bool = False) -> frozenset[Grant]:
    """The grants of these roles in these sectors (none named: in any); scope: only inside their own areas or units.

    Sets are joined with `|`. Raises ValueError for a role or sector that does not exist.
    """
    for word, known in [(s, SECTORS) for s in sectors] + [(r, ROLES) for r in roles]:
        if word not in known:
            raise ValueError(f"{word!r} is none of {', '.join(known)}")
    return frozenset(Grant(role, sector, scope) for role in roles for sector in sectors or ("*",))


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who has which right, as sets of grants. `counts` made safe; `records` rows without name, number, exact house;
    `identity` all. Whoever has identity has records; whoever has records has counts. `change` includes taking away."""

    counts: frozenset[Grant] = anyone
    records: frozenset[Grant] = nobody
    identity: frozenset[Grant] = nobody
    add: frozenset[Grant] = nobody
    change: frozenset[Grant] = nobody
    export: frozenset[Grant] | None = None  # None: whoever has records

    def grants(self, right: str) -> frozenset[Grant]:
        """The set of one right, the higher rights included."""
        if right == "records":
            return self.records | self.identity
        if right == "counts":
            return self.counts | self.grants("records")
        if right == "export" and self.export is None:
            return self.grants("records")
        return getattr(self, right)


@dataclass(frozen=True, kw_only=True)
class Single:
    """One colour for all features."""

    color: str
    shape: str = "circle"
    size: int = 5


@dataclass(frozen=True)
class Categories:
    """A colour for each choice of a field."""

    field: str
    colors: Mapping[Any, str]
    shape: str = field(default="circle", kw_only=True)
    size: int = field(default=5, kw_only=True)


@dataclass(frozen=True)
class Classes:
    """A colour for each class of a number: colors has one more entry than breaks; a value equal to a break is above it."""

    field: str
    breaks: Sequence[float]
    colors: Sequence[str]
    shape: str = field(default="circle", kw_only=True)
    size: int = field(default=5, kw_only=True)


def name_of(title) -> str:
    """A name for addresses made from an English title: `no_safe_water` from “No safe water”, in whatever language it is shown."""
    with override(None):
        return slugify(title).replace("-", "_")


@dataclass(frozen=True)
class Indicator:
    """An amount of an area: a Django aggregate with a title and a unit."""

    title: Any
    value: Aggregate
    name: str = field(default="", kw_only=True)  # in addresses; empty: made from the title
    of: Q = field(default_factory=Q, kw_only=True)
    unit: Any = field(default="", kw_only=True)
    ramp: str = field(default="green", kw_only=True)
    breaks: Sequence[float] | None = field(default=None, kw_only=True)
    kind = "amount"

    def __post_init__(self):
        object.__setattr__(self, "name", self.name or name_of(self.title))


@dataclass(frozen=True)
class Rate:
    """A share of an area in percent: cases and denominator stay apart, so interval and suppression follow."""

    title: Any
    cases: Q = field(kw_only=True)
    name: str = field(default="", kw_only=True)  # in addresses; empty: made from the title
    of: Q = field(default_factory=Q, kw_only=True)
    ramp: str = field(default="orange", kw_only=True)
    breaks: Sequence[float] | None = field(default=None, kw_only=True)
    unit = "%"
    kind = "rate"

    def __post_init__(self):
        object.__setattr__(self, "name", self.name or name_of(self.title))


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a layer's own: path below the root, view, and the rail's entry when it has one."""

    path: str
    view: Callable
    title: Any = ""
    icon: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """A layer of rows: tiles, legend, table, admin, upload, export and indicators follow from these words."""

    name: str
    model: type[Model]
    title: Any
    group: Any
    abstract: Any = ""
    source: Any = ""
    topic: str = "society"  # in catalogues: one of metadata.TOPICS
    order: int = 50  # in the tree: small numbers first
    min_zoom: int = 12  # the detail zoom: below it tiles carry cells
    shown: bool = False  # on when the map opens
    geom: str = "place"
    geometry: str = "point"  # point, line or polygon
    when: str | None = None  # the date by which `datetime` and the time slider choose
    monthly: bool = False  # rows are observations of their day: indicators are kept by month
    label: str | None = None
    style: Single | Categories | Classes
    popup: Sequence[str] = ()
    filters: Sequence[str] = ()
    table: Sequence[str] = ()  # columns of the attribute table; empty: those of the popup
    form: Sequence[str] = ()
    key: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    indicators: Sequence[Indicator | Rate] = ()
    sums: Sequence[str] = ()  # numbers a cell adds up
    atoms: str = ""  # the indicator of whose n (an amount: sum) each atom holds 20; empty: drawn shapes are not counted
    names: type[Model] | None = None  # names and numbers, one to one under the related name "names": identity only
    access: Access = field(default_factory=Access)
    pages: Sequence[Page] = ()
    check: Callable | None = None  # a rule of several fields: clean values -> {field: sentence}
    load: Callable | None = None  # a loader of its own for files (areas)

    kind = "vector"

    @property
    def personal(self) -> bool:
        """Whether rows are about persons: exact places only for identity, never kept by a browser."""
        return self.names is not None

    @property
    def numbers(self) -> Sequence[str]:
        """The paths of the encrypted numbers among the names: names__…"""
        found = self.names._meta.local_concrete_fields if self.names else ()
        return [f"names__{f.name}" for f in found if isinstance(f, Secret)]

    @property
    def table_fields(self) -> Sequence[str]:
        return self.table or self.popup

    @property
    def indicator(self) -> Mapping[str, Indicator | Rate]:
        return {i.name: i for i in self.indicators}


@dataclass(frozen=True, kw_only=True, eq=False)
class Raster:
    """A layer of cells: one GeoTIFF the worker wrote, drawn by classes."""

    name: str
    title: Any
    group: Any
    abstract: Any = ""
    source: Any = ""
    topic: str = "society"
    order: int = 90
    shown: bool = False
    file: str  # below RASTER_ROOT
    unit: Any = ""
    breaks: Sequence[float]
    colors: Sequence[str]
    access: Access = field(default_factory=lambda: Access(records=anyone))

    kind = "raster"
