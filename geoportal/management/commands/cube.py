"""`manage.py cube`: write the safe counts of all layers (or those named)."""

from django.core.management.base import BaseCommand

from geoportal import catalogue, stats


class Command(BaseCommand):
    help = "Write the safe counts from which all indicators are read."

    def add_arguments(self, parser):
        parser.add_argument("layers", nargs="*")

    def handle(self, *, layers, **options):
        for layer in catalogue.vectors():
            if not layers or layer.name in layers:
                self.stdout.write(f"{layer.name}: {stats.write(layer)} cells")
