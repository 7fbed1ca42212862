"""The layers found in `layers/`, by name; each model of theirs gets its history."""

import importlib
import pkgutil

import pghistory

from .fields import Secret
from .layer import Layer, Raster

_found: dict[str, Layer | Raster] = {}


def discover(package: str) -> None:
    """Import every module of the package and keep the layers it declares. Two layers of one name are refused."""
    folder = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        if info.name in {"models", "migrations", "management", "demo"}:
            continue
        module = importlib.import_module(f"{package}.{info.name}")
        for layer in [value for value in vars(module).values() if isinstance(value, Layer | Raster)]:
            keep(layer)


def keep(layer: Layer | Raster) -> None:
    """Add one layer; its model and the table of its names write history from now on."""
    known = _found.setdefault(layer.name, layer)
    if known is not layer:
        raise ValueError(f"Two layers are called {layer.name!r}: give one another name.")
    if isinstance(layer, Layer):
        remember(layer.model)
        if layer.names:
            remember(layer.names)


def remember(model) -> None:
    """Every insert, update and delete of the model leaves an event, one trigger a statement (row triggers are quadratic
    under COPY); who did it stands in the event itself."""
    if hasattr(model, "pgh_event_model") or any(m.pgh_tracked_model is model for m in _event_models):
        return
    tracked = [
        pghistory.InsertEvent(level=pghistory.Statement),
        pghistory.UpdateEvent(level=pghistory.Statement),
        pghistory.DeleteEvent(level=pghistory.Statement),
    ]
    event = pghistory.create_event_model(
        model, *tracked, app_label=model._meta.app_label, abstract=False, append_only=False
    )
    _event_models.append(event)


_event_models: list = []


def event_model(model):
    """The history table of a tracked model."""
    return next(m for m in _event_models if m.pgh_tracked_model is model)


def secrets() -> list[tuple]:
    """(model, field) of every column of encrypted numbers: those of the tables of names, and of their history."""
    named = [layer.names for layer in vectors() if layer.names]
    models = [model for names in named for model in (names, event_model(names))]
    return [(model, f) for model in models for f in model._meta.local_concrete_fields if isinstance(f, Secret)]


def layers() -> list[Layer | Raster]:
    """All layers in the order of the tree."""
    return sorted(_found.values(), key=lambda layer: (layer.order, layer.name))


def vectors() -> list[Layer]:
    """The layers of rows, in the order of the tree."""
    return [layer for layer in layers() if isinstance(layer, Layer)]


def layer(name: str) -> Layer | Raster | None:
    """One layer by name."""
    return _found.get(name)
