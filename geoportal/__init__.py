"""The engine: it knows how. What a layer is stands in `layers`."""

__version__ = "0.1.0"
