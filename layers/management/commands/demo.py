"""`manage.py demo`: an empty database becomes the demo city."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone, translation

from geoportal import atoms, boundaries, catalogue, origins, places, pyramid, stats
from geoportal.models import Load, User
from layers.demo import accounts, facilities, population, posyandu, store
from layers.demo.city import ROOT
from layers.demo.people import counted
from layers.facilities import HealthFacility
from layers.markets import Market
from layers.posyandu import Posyandu


class Command(BaseCommand):
    """All of it or nothing: one transaction, the raster's file last in it. Counts that are not written yet a job writes."""

    help = "Load the made-up demo city, its people and the demo accounts into an empty database (DEMO=1)."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=float, default=1.0, help="1: 45,000 households; 100: 4.5 million")
        parser.add_argument("--seed", type=int, default=1, help="another number draws other people")

    def handle(self, *, scale, seed, **options):
        """Loads step by step, a line for each."""
        refuse(scale)
        self.began = time.monotonic()
        with transaction.atomic():
            if settings.AREA_ROOT != ROOT:
                boundaries.ensured(settings.AREA_ROOT)
                self.accounts(everywhere=True)
                self.stdout.write(f"The demo city is {ROOT}, this is {settings.AREA_ROOT}: load areas of your own.")
                return
            self.line(f"areas: {store.areas()} gampong, {store.SOURCE}")
            self.places(seed)
            count = population.empty()
            total = counted(scale).sum()
            for stored in store.households(seed, scale, timezone.localdate().isoformat(), count):
                self.line(f"households: {stored} of {total}")
            self.accounts()
            self.raster(count)
            self.noted()
        self.counts()

    def line(self, text):
        """Says what came of a step."""
        self.stdout.write(f"{time.monotonic() - self.began:6.1f} s  {text}")
        self.stdout.flush()

    def places(self, seed):
        """Stores the layers without persons."""
        for model, found, columns in (
            (Posyandu, posyandu.posyandu(seed), ("code", "name", "strata", "day", "cadres")),
            (HealthFacility, facilities.health_facilities(seed), ("code", "name", "kind", "beds")),
            (
                Market,
                facilities.markets(seed),
                ("code", "name", "market_class", "traders", "open_days", "daily", "condition"),
            ),
        ):
            with translation.override("en"):  # what a command prints is English
                self.line(f"{model._meta.verbose_name}: {store.features(model, found, columns)}")

    def noted(self):
        """Remembers the made-up rows as what was loaded first: a layer names them as its source beside what comes later."""
        for layer in catalogue.vectors():
            if layer.model is not places.Area and (stored := layer.model._default_manager.count()):
                Load.objects.create(layer=layer.name, file="demo", source=origins.MADE_UP, stored=stored)

    def accounts(self, everywhere=False):
        """Makes the accounts."""
        self.line(f"accounts: {', '.join(accounts.accounts(everywhere))}")

    def raster(self, count):
        """Writes the raster file where the layer looks for it."""
        path = settings.RASTER_ROOT / catalogue.layer("population").file
        path.parent.mkdir(parents=True, exist_ok=True)
        population.write(count, path)
        self.line(f"raster: {count.people.sum():.0f} people in cells of {population.CELL:.0f} m")

    def counts(self):
        """Writes what the map reads instead of rows, so that it is there when the map first opens."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for layer in catalogue.vectors():
            if pyramid.due(layer):
                self.line(f"{layer.name}: {pyramid.build(layer)} cells for small scales")
        self.line(f"indicators: {sum(stats.write(layer) for layer in catalogue.vectors())} figures")
        for layer in catalogue.vectors():
            if layer.atoms:
                self.line(f"{layer.name}: {atoms.write(layer)} atoms")


def refuse(scale):
    """Nothing, when a demo city may be loaded here; else the sentence why not."""
    if not settings.DEMO:
        raise CommandError("The demo city and its accounts with a known password need DEMO=1.")
    if not 0.01 <= scale <= 200:
        raise CommandError(f"--scale is {scale:g}: write a number from 0.01 to 200.")
    held = [layer.name for layer in catalogue.vectors() if layer.model._default_manager.exists()]
    held += ["boundaries"] * places.BoundarySet.objects.exists() + ["accounts"] * User.objects.exists()
    if held:
        raise CommandError(
            f"The database holds rows already ({', '.join(held)}): the demo city goes into an empty one only. "
            "`make reset` empties the private database."
        )
