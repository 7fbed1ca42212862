"""`manage.py cube`: write the safe counts of all layers (or those named), of areas and of atoms."""

from django.core.management.base import BaseCommand

from geoportal import atoms, catalogue, stats


class Command(BaseCommand):
    help = "Write the safe counts from which all indicators are read."

    def add_arguments(self, parser):
        parser.add_argument("layers", nargs="*")

    def handle(self, *, layers, **options):
        for layer in catalogue.vectors():
            if not layers or layer.name in layers:
                self.stdout.write(f"{layer.name}: {stats.write(layer)} cells")
                if layer.atoms:
                    self.stdout.write(f"{layer.name}: {atoms.write(layer)} atoms")
