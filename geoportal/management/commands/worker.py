"""`manage.py worker`: the process for background jobs, as `serve` starts it."""

import asyncio

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

JOBS, PATIENCE = 2, 10  # at a time; seconds a job has to end when the worker is asked to


class Command(BaseCommand):
    """Ends when asked to; says nothing but what goes wrong and what the jobs log."""

    help = "Runs background jobs until it is stopped."

    def handle(self, **options):
        """Runs until a signal ends it."""
        with app.replace_connector(app.connector.get_worker_connector()):
            asyncio.run(work())


async def work():
    """Does the jobs of all queues."""
    async with app.open_async():
        await app.run_worker_async(concurrency=JOBS, shutdown_graceful_timeout=PATIENCE)
