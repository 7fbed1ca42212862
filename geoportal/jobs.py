"""Background work in PostgreSQL's own queue. A job that dies is done again, so every job may run twice."""

import datetime
import logging

from django.core.management import call_command
from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from . import access, atoms, catalogue, identity, places, post, pyramid, stats
from .models import User
from .uploads import folder, steps

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="short", queueing_lock="counts", pass_context=False)
def counts(timestamp: int) -> None:
    """Write the safe counts of layers that changed, and the pyramids of large ones."""
    for layer in catalogue.vectors():
        if layer.indicators and stats.due(layer):
            log.info("%s: %s counts written", layer.name, stats.write(layer))
        if atoms.due(layer):
            log.info("%s: %s atoms counted", layer.name, atoms.write(layer))
        if pyramid.due(layer):
            log.info("%s: %s pyramid cells written", layer.name, pyramid.build(layer))


@app.task(queue="long", lock="boundaries", pass_context=False)
def use_boundaries(boundary_set: int, user: int) -> None:
    """Put a boundary set to use on behalf of a person: every row of every layer finds its area anew."""
    with identity.acting(identity.DOOR):  # the worker serves nobody yet
        person = access.identity(User.objects.get(pk=user), page="/admin/geoportal/boundaryset/")
    with identity.acting(person):
        chosen = places.BoundarySet.objects.get(pk=boundary_set)
        log.info("boundaries of %s: %s rows placed anew", chosen, places.switch(chosen))


@app.task(queue="long", pass_context=False)
def take_upload(upload: str, user: int) -> None:
    """Do what an upload waits for, on behalf of who sent it."""
    steps.take(upload, user)


@app.periodic(cron="17 * * * *")
@app.task(queue="short", queueing_lock="uploads", pass_context=False)
def sweep_uploads(timestamp: int) -> None:
    """Take away the files of uploads whose days are over."""
    log.info("uploads: %s files swept", folder.sweep())


# A mail server that is away is asked again after 9 seconds, 27, 81 …, for eight hours in all; then the job has failed and is
# kept. What a server refuses for good is tried in vain a few times, which harms nobody. SMTP's own errors are OSErrors.
PATIENCE = RetryStrategy(max_attempts=9, exponential_wait=3, retry_exceptions=(OSError,))


@app.task(queue="short", pass_context=False)
def send_reset(email: str, site: str, language: str) -> None:
    """Have a link to a new password sent to each account that has this address."""
    with identity.acting(identity.DOOR):
        accounts = post.accounts(email)
        for user in accounts:
            send_link.defer(user=user.pk, site=site, language=language)
    log.info("new password asked for: %s messages to send", len(accounts))


@app.task(queue="short", pass_context=False, retry=PATIENCE)
def send_link(user: int, site: str, language: str) -> None:
    """Send one account the link to a new password."""
    post.send_link(user, site, language)


@app.task(queue="short", pass_context=False, retry=PATIENCE)
def send_notice(user: int, kind: str, at: str, browser: str, site: str, name: str) -> None:
    """Tell the owner of an account what happened to it."""
    post.send_notice(user, kind, datetime.datetime.fromisoformat(at), browser, site, name)


@app.task(queue="short", pass_context=False, retry=PATIENCE)
def send_invitation(invitation: int, site: str) -> None:
    """Send the invitation to an account."""
    log.info("invitation: %s messages sent", post.send_invitation(invitation, site))


@app.periodic(cron="7 * * * *")
@app.task(queue="short", queueing_lock="sessions", pass_context=False)
def forget_sessions(timestamp: int) -> None:
    """Take away sessions that are over."""
    call_command("clearsessions")


def newest_switch(boundary_set) -> QuerySet:
    """The status of the last job that put this boundary set (a key, or an expression for one) to use: todo, doing,
    succeeded, failed …"""
    asked = ProcrastinateJob.objects.filter(task_name=use_boundaries.name)
    of = asked.annotate(of=Cast(KeyTextTransform("boundary_set", "args"), BigIntegerField())).filter(of=boundary_set)
    return of.order_by("-id").values("status")[:1]


@app.periodic(cron="*/5 * * * *")
@app.task(queue="short", queueing_lock="revive", pass_context=False)
async def revive(timestamp: int) -> None:
    """Put jobs whose worker was killed back into the queue: PostgreSQL cannot know that a process died."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
