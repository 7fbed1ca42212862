"""`manage.py web`: the web processes alone, as `serve` starts them."""

from django.core.management.base import BaseCommand

from geoportal import webserver

PROCESSES = 2  # for 2 cores


class Command(BaseCommand):
    """Ends when asked to; with a sentence when the database's policies are not those of the declarations."""

    help = "Runs the web processes at HOST PORT, without preparing the database."
    requires_system_checks = []  # the application looks itself

    def add_arguments(self, parser):
        """Where to listen, and with how many processes."""
        parser.add_argument("host")
        parser.add_argument("port", type=int)
        parser.add_argument("--processes", type=int, default=PROCESSES)

    def handle(self, host, port, processes, **options):
        """Runs until a signal ends it."""
        webserver.run(host, port, processes)
