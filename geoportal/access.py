"""Who may see which rows, fields and places, and do what. Nothing else decides; `policies` writes the same into the database."""

import hashlib
import hmac

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from . import identity as identities
from . import secondfactor
from .errors import Forbidden, SignIn
from .layer import Grant, Layer, Raster, anyone

COARSE_DEGREES = (
    0.001  # the grid of places shown without identity, about 110 m; geoportal_coarse() in sql/ holds the same
)

OF_THE_PLACE = {"place", "place_state", "accuracy_m"}


LOG_READER = "auditor"  # the role that reads the access log of all (DOMAIN 1); everybody reads the own entries


def acts(user) -> bool:
    """Whether this is somebody: signed in, not suspended, with the second step of signing in where the work asks for it.
    Everyone else counts as nobody, whatever role the account has."""
    return user.is_authenticated and user.is_active and not secondfactor.owed(user)


def administers(user) -> bool:
    """Whether people, boundaries and loads are this user's to keep: the role, or the first account made on the command line."""
    return acts(user) and (user.role == "admin" or user.is_superuser)


def identity(user, page: str = "") -> identities.Identity:
    """What the policies must know of this user; NOBODY for whoever does not act."""
    if not acts(user):
        return identities.NOBODY
    everywhere, areas, units = scopes(user)
    return identities.Identity(
        user=user.pk, role=user.role, sector=user.sector, everywhere=everywhere, areas=areas, units=units, page=page
    )


# Areas a person's scopes name; units; codes of the areas and of all inside them.
SCOPES = "SELECT named, units, areas FROM geoportal_scoped(%s)"


def scopes(user) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """(the whole city, codes of areas and of all inside them, units) of a user, read once a request."""
    if not hasattr(user, "_scopes"):
        named, units, areas = connection.planned(SCOPES, [user.pk])
        everywhere = any(
            code == settings.AREA_ROOT or settings.AREA_ROOT.startswith(code + ".") for code in named or ()
        )
        user._named = frozenset(named or ()), frozenset(units or ())
        user._scopes = (everywhere, () if everywhere else tuple(areas), tuple(sorted(units or ())))
    return user._scopes


def named(user) -> tuple[frozenset[str], frozenset[str]]:
    """(codes of the areas, units) that a user's scopes name; whoever asks."""
    scopes(user)
    return user._named


def reads_log(user) -> bool:
    """Whether the user reads the access log of all, not the own entries alone: the data protection officer, and no administrator,
    who would look after the own looks."""
    return acts(user) and user.role == LOG_READER


def held(user, layer: Layer | Raster, right: str) -> list[Grant]:
    """The grants of this right that fit the user's role and sector."""
    grants = layer.access.grants(right)
    if not acts(user):
        return [g for g in grants if g.role == "*"]
    return [g for g in grants if g.role in {"*", user.role} and g.sector in {"*", user.sector}]


def can(user, layer: Layer | Raster, right: str) -> bool:
    """Whether the user has the right anywhere at all."""
    return bool(held(user, layer, right))


def writes(user, layer: Layer) -> bool:
    """Whether the user adds or changes rows of the layer anywhere: whoever does may upload a file into it."""
    return can(user, layer, "add") or can(user, layer, "change")


def level(user, layer: Layer | Raster) -> str | None:
    """identity, records, counts or None: the most this user has of the layer."""
    return next((right for right in ("identity", "records", "counts") if can(user, layer, right)), None)


def need(user, layer: Layer | Raster, right: str) -> None:
    """Nothing when the user has the right; SignIn (401) for a stranger who lacks it, Forbidden (403) for anyone else."""
    if not can(user, layer, right):
        raise Forbidden(layer) if user.is_authenticated else SignIn(layer)


def within(user, layer: Layer, right: str) -> Q:
    """The rows on which the user has the right, as a condition. The policy in the database says the same on its own."""
    grants = held(user, layer, right)
    if any(not g.own for g in grants):
        return Q()
    everywhere, areas, units = scopes(user) if grants else (False, (), ())
    if everywhere:
        return Q()
    where = Q(AnyOf(F("area_code"), areas))
    return where | Q(AnyOf(F("unit"), units)) if units else where


class AnyOf(Func):
    """Whether the text is one of the words; they travel as one parameter, so that a statement is the same for scopes of any
    size."""

    template, arg_joiner, output_field = "%(expressions)s", " = ANY ", BooleanField()

    def __init__(self, text, words):
        array = Value(identities.array(words))
        super().__init__(text, Func(array, template="(%(expressions)s::text[])"))


def visible(layer: Layer, user, right: str = "records") -> QuerySet:
    """The living rows of the layer that the user may see; none when the right is missing altogether."""
    rows = layer.model._default_manager.filter(deleted_at=None)
    return rows.filter(within(user, layer, right)) if can(user, layer, right) else rows.none()


def may(user, layer: Layer, right: str, area_code: str | None, unit: str = "") -> bool:
    """Whether the user has the right on a row of this area and unit: what the policy will say of a row about to be written."""
    grants = held(user, layer, right)
    if any(not g.own for g in grants):
        return True
    everywhere, areas, units = scopes(user) if grants else (False, (), ())
    return everywhere or area_code in areas or (unit != "" and unit in units)


def fields(layer: Layer, user, wanted) -> list[str]:
    """Those of the wanted fields the user may see: names and numbers need identity, and what is said of a place the exact
    place: a point known to lie within some metres of a border is known too well."""
    named, placed = can(user, layer, "identity"), exact(layer, user)
    return [f for f in wanted if (named or not f.startswith("names__")) and (placed or f not in OF_THE_PLACE)]


def exact(layer: Layer, user) -> bool:
    """Whether the user sees exact places: always, but for rows about persons, where it takes identity."""
    return not layer.personal or can(user, layer, "identity")


def geometry(layer: Layer, user):
    """The expression of a row's shape as this user may know it: exact, or the middle of its grid cell. Queries by place use
    the same expression, or asking often enough would find the house."""
    return (
        F(layer.geom)
        if exact(layer, user)
        else Func(F(layer.geom), function="geoportal_coarse", output_field=_field(layer))
    )


def _field(layer: Layer):
    model = layer.model
    *path, last = layer.geom.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last).clone()


def key(layer: Layer | Raster, user) -> str:
    """`public` for a layer that shows anyone the same, else a keyed hash of the person's scope: another person, another URL."""
    if layer.access.grants("records") & anyone and not (layer.kind == "vector" and layer.personal):
        return "public"
    keys = user.__dict__.setdefault("_keys", {})  # read once a request, as the scopes are
    if layer.name in keys:
        return keys[layer.name]
    person = identity(user)
    text = repr((person.role, person.sector, person.everywhere, person.areas, person.units, level(user, layer)))
    keys[layer.name] = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:16]
    return keys[layer.name]
