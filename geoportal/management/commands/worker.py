"""`manage.py worker`: the process for background jobs, as `serve` starts it."""

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from geoportal.cluster import Refused

JOBS, PATIENCE = 2, 10  # at a time; seconds a job has to end when the worker is asked to


class Command(BaseCommand):
    """Ends when asked to; says nothing but what goes wrong and what the jobs log."""

    help = "Runs background jobs until it is stopped."

    def handle(self, **options):
        """Runs until a signal ends it."""
        with app.replace_connector(PsycopgConnector(kwargs=way())):
            asyncio.run(work())


def way() -> dict:
    """How the queue's own sessions are opened: straight to PostgreSQL, which tells them of new jobs, and with the mark by which
    the policies know the worker; a request's session never has it."""
    found = connector_params()
    if settings.PGBOUNCER:
        straight = {"host": settings.OWNER["HOST"], "port": settings.OWNER["PORT"], "dbname": settings.OWNER["NAME"]}
        if all(str(found.get(name) or "") == word for name, word in straight.items()):
            raise Refused(
                "With PGBOUNCER=1 the worker needs DATABASE_OWNER_URL, whose address leads straight to PostgreSQL."
            )
        found |= {name: word or None for name, word in straight.items()}
    return found | {"options": f"{found.get('options', '')} -c geoportal.queue=yes".strip()}


async def work():
    """Does the jobs of all queues."""
    async with app.open_async():
        await app.run_worker_async(concurrency=JOBS, shutdown_graceful_timeout=PATIENCE)
