"""Mail and its server, a real one on this machine: a lost password is replaced by it, and nothing is lost while it is away."""

import asyncio
import concurrent.futures
import functools
import re

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app

from geoportal import jobs, notices
from geoportal.management.commands import worker
from geoportal.models import User
from tests.conftest import owner_url
from tests.mailserver import NEW, addressed, directed, enter, queued, serving, stored, told, working
from tests.test_secondfactor import PASSWORD

pytestmark = pytest.mark.django_db
OURS = "FROM procrastinate_jobs WHERE task_name = 'geoportal.jobs.send_notice'"  # the worker adds its hourly ones


@pytest.fixture
def box(port):
    """The box of a mail server that runs, in a thread of its own, on `port`."""
    with serving(port) as kept:
        yield kept


@pytest.fixture(autouse=True)
def mailing(settings, port):
    directed(settings, port)


@pytest.fixture
def midwife(person):
    return addressed(person)


@pytest.fixture
def work():
    return working()


@pytest.fixture
def entered(midwife, django_capture_on_commit_callbacks):
    """entered(client, **headers) -> a client in which the midwife has signed in with both steps."""
    return functools.partial(enter, midwife)


def asked(address):
    return Client().post("/accounts/password/reset/", {"email": address}, HTTP_ACCEPT="text/html")


def test_a_lost_password_is_replaced_by_mail(box, work, midwife, django_capture_on_commit_callbacks):
    asked("CUT@kota.example")
    work()
    [(to, subject, text)] = map(told, box.messages)
    assert (to, subject) == ("cut@kota.example", "Kata sandi baru untuk Geoportal")
    client = Client()
    form = client.get(re.search(r"http://testserver(/accounts/password/reset/key/\S+)", text)[1], follow=True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    work()
    assert box.messages[-1]["Subject"] == "Kata sandi Anda diganti" and stored().check_password(NEW)


def test_without_its_server_every_page_answers_as_always_and_nothing_is_lost(port, midwife, entered):
    answers = {asked(address)["Location"] for address in ("cut@kota.example", "siapa@kota.example")}
    assert answers == {"/accounts/password/reset/done/"}
    assert "beberapa menit" in Client().get(answers.pop()).content.decode()
    change = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert entered().post("/accounts/password/change/", change).status_code == 302
    jobs.send_reset("cut@kota.example", "http://testserver/", "id")
    [link] = [job for job in queued() if job.task_name == "geoportal.jobs.send_link"]
    with pytest.raises(OSError):
        jobs.send_link(**link.args)
    with serving(port) as box:
        jobs.send_link(**link.args)
    assert len(box.messages) == 1


@pytest.fixture
def aside(db):
    """aside(function, …) -> what it gives in a thread whose connection keeps what it stores, as the server's do."""

    def run(function, *words, **more):
        def closing():
            try:
                return function(*words, **more)
            finally:
                connections.close_all()

        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            return thread.submit(closing).result()

    return run


@pytest.fixture
def owner_says(db):
    """owner_says(sql, params) stores for good; the jobs and the account are gone after the test."""
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        yield owner.execute
        for name in ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs", "geoportal_user"):
            owner.execute(f"DELETE FROM {name}")


async def worked() -> None:
    """The worker, until nothing is left to do now."""
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False, concurrency=1, queues=["short"])


def test_the_worker_tries_again_until_the_server_is_back(port, aside, owner_says):
    """Server away: the job waits for its next try. Server back: the message is there, once."""
    user = User(username="camat", email="camat@kota.example", password="!", language="en")
    columns = [field for field in User._meta.concrete_fields if not field.primary_key]
    names, marks = ", ".join(f'"{field.column}"' for field in columns), ", ".join(["%s"] * len(columns))
    values = [field.get_prep_value(getattr(user, field.attname)) for field in columns]
    user.pk = owner_says(f"INSERT INTO geoportal_user ({names}) VALUES ({marks}) RETURNING id", values).fetchone()[0]
    aside(notices.tell, user, "password")

    def works():
        with app.replace_connector(PsycopgConnector(kwargs=worker.way())):
            asyncio.run(worked())

    for attempt in (1, 2):
        aside(works)
        [(status, attempts, waits)] = owner_says(f"SELECT status, attempts, scheduled_at > now() {OURS}").fetchall()
        assert (status, attempts, waits) == ("todo", attempt, True)
        owner_says("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE scheduled_at > now()")
    with serving(port) as box:
        aside(works)
        aside(works)
    assert [told(message)[:2] for message in box.messages] == [("camat@kota.example", "Your password was changed")]
    assert owner_says(f"SELECT status {OURS}").fetchall() == [("succeeded",)]


def test_what_cannot_be_sent_for_eight_hours_has_failed_and_is_kept():
    class Tried:
        attempts = 0

    waits = []
    for Tried.attempts in range(9):
        decision = jobs.PATIENCE.get_retry_decision(exception=ConnectionRefusedError(), job=Tried)
        waits.append(decision and (decision.retry_at - timezone.now()).total_seconds())
    hours = sum(waits) / 3600
    assert 8 < hours < 9 and waits[0] < 10
    Tried.attempts = 9
    assert jobs.PATIENCE.get_retry_decision(exception=ConnectionRefusedError(), job=Tried) is None
    Tried.attempts = 0
    assert jobs.PATIENCE.get_retry_decision(exception=KeyError(), job=Tried) is None
    assert configured.EMAIL_TIMEOUT <= 20  # of a server that takes the call and says nothing
