"""The engine as an app of Django's: the admin is made once all layers are known."""

from django.apps import AppConfig


class GeoportalConfig(AppConfig):
    name = "geoportal"
    verbose_name = "Geoportal"

    def ready(self):
        from . import checks  # noqa: F401  registers them
