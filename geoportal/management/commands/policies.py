"""`manage.py policies`: write row-level security, triggers and grants from the declarations."""

from django.core.management.base import BaseCommand

from geoportal import policies


class Command(BaseCommand):
    help = "Write row-level security, triggers and grants from the declarations (run after migrate)."
    requires_system_checks = []

    def handle(self, **options):
        self.stdout.write(f"{policies.write()} statements on row-level security, triggers and grants written.")
