"""`manage.py pyramid`: write the stored counts of large layers."""

from django.core.management.base import BaseCommand

from geoportal import catalogue, pyramid


class Command(BaseCommand):
    help = "Write the stored counts from which low zooms of large layers are drawn."

    def handle(self, **options):
        for layer in catalogue.vectors():
            if pyramid.due(layer):
                self.stdout.write(f"{layer.name}: {pyramid.build(layer)} cells")
