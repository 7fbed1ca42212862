"""`manage.py prepare`: everything `make run` needs done before the web process may start, as the owner of the database."""

import hashlib
import io
import shutil
import time

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import Error

from geoportal import cluster, keys, language, places
from geoportal.cluster import Refused
from geoportal.models import User
from geoportal.places import Area

EXTENSIONS = {"postgis", "pg_trgm", "unaccent"}
FULL = 64 * 2**20  # bytes: with less the server ends while it writes its log, and the error is only a lost connection


class Command(BaseCommand):
    """What changes nothing when nothing changed."""

    help = (
        "Brings database, policies, translations and static files up to date; loads the demo city if DEMO asks for it."
    )
    requires_system_checks = []  # the checks ask for policies that this command is about to write

    def handle(self, **options):
        """Runs the steps in order; each says in a line what came of it."""
        try:
            with cluster.plainly():
                self.steps()
        except (Error, psycopg.Error) as error:  # COPY goes past Django's own errors
            said = any(isinstance(one, psycopg.errors.DiskFull) for one in (error, error.__cause__))
            if settings.EMBEDDED and (said or shutil.disk_usage(cluster.folder()).free < FULL):
                raise Refused(cluster.full_disk(cluster.folder())) from None
            raise

    def steps(self):
        """What is done, in the order in which each needs the one before."""
        for name, step in (
            ("Checks", self.checks),
            ("Database", self.database),
            ("Policies", self.policies),
            ("Demo city", self.demo),
            ("Languages", self.languages),
            ("Static", self.static),
        ):
            began = time.monotonic()
            if came := step():
                self.stdout.write(f"{name:<10} {came} ({time.monotonic() - began:.1f} s)")
                self.stdout.flush()

    def checks(self):
        """A wrong declaration stops the start here, with the layer's name and the remedy."""
        self.check()

    def database(self):
        """Opens the database as both roles, then migrates."""
        for variable, role in (("DATABASE_URL", settings.WEB), ("DATABASE_OWNER_URL", settings.OWNER)):
            extensions = opened(variable, role)
        if missing := sorted(EXTENSIONS - extensions):
            raise Refused(
                f"The database {settings.OWNER['NAME']} lacks {', '.join(missing)}: its superuser runs "
                f"{' '.join(f'CREATE EXTENSION {name};' for name in missing)}"
            )
        said = io.StringIO()
        call_command("migrate", interactive=False, stdout=said)
        self.place()
        count = said.getvalue().count("Applying ")
        return f"{count} migrations applied" if count else "up to date"

    def place(self):
        """A database that holds another city than AREA_ROOT names is not served under the wrong words."""
        if sentence := places.elsewhere():
            raise Refused(sentence)

    def policies(self):
        """Row-level security as the declarations want it."""
        call_command("policies", stdout=io.StringIO())
        self.check(databases=["default"])
        if wrong := keys.wrong():
            raise Refused(wrong)
        return "written"

    def demo(self):
        """The demo city, into a database without any area or account."""
        if not settings.DEMO or Area.objects.exists() or User.objects.exists():
            return None
        self.stdout.write("Demo city  is being drawn and loaded: about a minute …")
        self.stdout.flush()
        call_command("demo", stdout=self.stdout)
        return "loaded"

    def languages(self):
        """Compiles the catalogues that are newer than what was made of them."""
        count = sum(language.compiled(folder) for folder in settings.LOCALE_PATHS)
        return f"{count} catalogues compiled" if count else None

    def static(self):
        """Collects and compresses the static files when a source changed."""
        stamp = settings.STATIC_ROOT.with_suffix(".stamp")
        now = fingerprint()
        if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.exists():
            return None
        stamp.unlink(missing_ok=True)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)
        return "files collected"


def opened(variable, role):
    """The names of the extensions in the database that this role opens; one sentence if it does not."""
    place = {"dbname": role["NAME"], "user": role["USER"], "password": role["PASSWORD"]}
    place |= {"host": role["HOST"], "port": role["PORT"], "connect_timeout": 10, **role["OPTIONS"]}
    try:
        with psycopg.connect(**place) as connection:
            return {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    except psycopg.OperationalError as error:
        why = str(error).strip().splitlines()[-1].removeprefix("connection failed: ")
        raise Refused(f"{variable} does not open the database ({why}): put the address right.") from None


def fingerprint():
    """A hash of names, sizes and times of all static sources."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda one: one[0]):
            state = storage.path(path)
            found.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)} {state}\n".encode())
    for app in apps.get_app_configs():  # an app that goes takes its files along
        found.update(app.name.encode())
    return found.hexdigest()
