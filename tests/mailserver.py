"""A mail server on this machine and what it took; whom it is for; what waits in the queue."""

import email
import email.policy

from aiosmtpd.controller import Controller
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal.models import User
from tests.conftest import acting_owner
from tests.test_secondfactor import PASSWORD, code

CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
NEW = "sawah-hujan-perahu"
STEPS = iter([-1, 0, 1] * 100)  # each code opens once


class Box:
    """Takes every message and keeps it as it came over the wire."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


class serving:
    """A mail server on a port of this machine until the block ends; gives its box."""

    def __init__(self, port):
        self.box = Box()
        self.server = Controller(self.box, hostname="127.0.0.1", port=port)

    def __enter__(self):
        self.server.start()
        return self.box

    def __exit__(self, *_):
        self.server.stop()


def directed(settings, port) -> None:
    """Nothing; mail goes to that port, whether a server answers there or not."""
    settings.MAIL, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 3
    settings.DEFAULT_FROM_EMAIL = "geoportal@kota.example"


def told(message) -> tuple[str, str, str]:
    """(to, subject, text) of a message."""
    return message["To"], message["Subject"], " ".join(message.get_content().split())


def addressed(person) -> User:
    """A validator with an address, a password and the second step, who has never signed in here."""
    user = person("validator", "health", "11.73.01")
    user.email, user.first_name, user.last_name = "cut@kota.example", "Cut", "Rahmawati"
    user.set_password(PASSWORD)
    with acting_owner():
        user.save()
    return user


def enter(user, client=None, **headers) -> Client:
    """A client in which this person has signed in with both steps."""
    client = client or Client(HTTP_ACCEPT="text/html", HTTP_USER_AGENT=CHROME, **headers)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code(step=next(STEPS))})
    assert answer.status_code == 302, answer.content.decode()
    return client


def queued() -> list:
    """The jobs in the queue, the first first."""
    with acting_owner():
        return list(ProcrastinateJob.objects.order_by("pk"))


def stored() -> User:
    """The only account, as stored now."""
    with acting_owner():
        return User.objects.get()


def working():
    """A function that does what the worker would do, job by job, those too that a job queues; none twice."""
    done = set()

    def through():
        while job := next((job for job in queued() if job.pk not in done), None):
            done.add(job.pk)
            app.tasks[job.task_name](**job.args)

    return through
