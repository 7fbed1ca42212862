"""Mail to the owners of accounts, through a real mail server on this machine: what they are told, in which language, and that
nothing is lost while the server is away."""

import asyncio
import concurrent.futures
import datetime
import email
import email.policy
import re

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as configured
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal import jobs, notices, post, secondfactor
from geoportal.management.commands import worker
from geoportal.models import User
from tests.conftest import acting_owner, owner_url
from tests.test_secondfactor import KEY, PASSWORD, code

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
NEW = "sawah-hujan-perahu"


class Box:
    """Takes every message and keeps it as it came over the wire."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def box(port):
    """The box of a mail server that runs, in a thread of its own, on `port`."""
    with serving(port) as kept:
        yield kept


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


@pytest.fixture(autouse=True)
def mailing(settings, port):
    """Mail goes to that port, whether a server answers there or not."""
    settings.MAIL, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 3
    settings.DEFAULT_FROM_EMAIL = "geoportal@kota.example"


@pytest.fixture
def midwife(person):
    """A validator with an address, a password and the second step, who has never signed in here."""
    user = person("validator", "health", "11.73.01")
    user.email, user.first_name, user.last_name = "cut@kota.example", "Cut", "Rahmawati"
    user.set_password(PASSWORD)
    with acting_owner():
        user.save()
    return user


def queued() -> list:
    """The jobs in the queue, the first first."""
    with acting_owner():
        return list(ProcrastinateJob.objects.order_by("pk"))


def stored() -> User:
    """The only account, as stored now."""
    with acting_owner():
        return User.objects.get()


@pytest.fixture
def work():
    """work() does what the worker would do, job by job, those too that a job queues; none twice."""
    done = set()

    def through():
        while job := next((job for job in queued() if job.pk not in done), None):
            done.add(job.pk)
            app.tasks[job.task_name](**job.args)

    return through


@pytest.fixture
def entered(midwife, django_capture_on_commit_callbacks):
    """entered(**headers) -> a client in which the midwife has signed in with both steps."""

    def enter(client=None, **headers):
        client = client or Client(HTTP_ACCEPT="text/html", HTTP_USER_AGENT=CHROME, **headers)
        client.post("/accounts/login/", {"login": midwife.username, "password": PASSWORD})
        answer = client.post("/accounts/2fa/authenticate/", {"code": code(step=next(STEPS))})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return enter


STEPS = iter([-1, 0, 1] * 100)  # each code opens once


def told(message) -> tuple[str, str, str]:
    """(to, subject, text) of a message."""
    return message["To"], message["Subject"], " ".join(message.get_content().split())


def test_a_new_browser_is_told_once_in_the_owners_language(box, work, midwife, entered):
    client = entered()
    client.cookies["django_language"] = "en"
    client.post("/accounts/logout/")
    entered(client)  # the same browser again
    work()
    [(to, subject, text)] = map(told, box.messages)
    assert (to, subject) == ("cut@kota.example", "Signed in from a new browser")  # the language chosen since
    assert text.startswith("Hello Cut Rahmawati,") and "Chrome · Android" in text and "WIB" in text
    assert "http://testserver/accounts/password/reset/" in text and midwife.username in text
    entered()  # another browser, which says nothing of a language
    work()
    assert box.messages[-1]["Subject"] == "Signed in from a new browser" and stored().language == "en"


def test_a_browser_is_not_known_by_a_forged_cookie_nor_after_another_password(box, work, midwife, entered):
    client = entered()
    forged = Client(HTTP_ACCEPT="text/html", HTTP_USER_AGENT=CHROME)
    forged.cookies["browser"] = client.cookies["browser"].value[:-3] + "abc"
    entered(forged)
    midwife.set_password(PASSWORD)  # another hash of it
    with acting_owner():
        midwife.save()
    client.post("/accounts/logout/")
    entered(client)
    work()
    assert [message["Subject"] for message in box.messages] == ["Masuk dari peramban baru"] * 3
    cookie = client.cookies["browser"]
    assert cookie["httponly"] and cookie["path"] == "/accounts/"


def test_an_office_browser_knows_several_people_and_forgets_the_eleventh(rf, midwife):
    with acting_owner():
        people = [User.objects.create_user(f"p{n}", f"p{n}@kota.example", PASSWORD) for n in range(11)]
    jar = {}
    for user in (*people, people[1], people[0]):
        answer = Client().get("/healthz")
        request = rf.get("/accounts/login/")
        request.COOKIES = jar
        notices.arrived(request, user, answer)
        jar = {"browser": answer.cookies["browser"].value}
    told_of = [job.args["user"] for job in queued()]
    assert told_of == [user.pk for user in people] + [people[0].pk]


def test_password_second_step_codes_and_phones_are_told(box, work, entered, django_capture_on_commit_callbacks):
    client = entered()
    steps = [
        ("/accounts/devices/add/", {"name": "Samsung merah"}),
        ("/accounts/2fa/recovery-codes/generate/", {}),
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}),
        ("/accounts/2fa/totp/deactivate/", {}),
    ]
    for path, words in steps:
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(path, words).status_code in {200, 302}
    work()
    mail = [told(message) for message in box.messages]
    assert [subject for _to, subject, _text in mail] == [
        "Masuk dari peramban baru", "Sebuah ponsel mendapat akses", "Kode cadangan baru", "Kata sandi Anda diganti",
        "Langkah kedua dicabut",
    ]  # fmt: skip
    assert "“Samsung merah”" in mail[1][2] and {to for to, *_rest in mail} == {"cut@kota.example"}


def test_setting_up_the_second_step_and_using_a_recovery_code_are_told(
    box, work, midwife, person, acting, django_capture_on_commit_callbacks
):
    with acting(person("admin")):
        secondfactor.forget(midwife)
    client = Client(HTTP_ACCEPT="text/html")
    client.post("/accounts/login/", {"login": midwife.username, "password": PASSWORD})
    form = client.get("/accounts/2fa/totp/activate/").context["form"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code(form.secret)})
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    other = Client(HTTP_ACCEPT="text/html")
    other.cookies = client.cookies.copy()
    del other.cookies["sessionid"]
    other.post("/accounts/login/", {"login": midwife.username, "password": PASSWORD})
    assert other.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    work()
    subjects = [message["Subject"] for message in box.messages]
    assert subjects == [
        "Langkah kedua dicabut",
        "Masuk dari peramban baru",
        "Langkah kedua dipasang",
        "Sebuah kode cadangan dipakai",
    ]
    everything = " ".join(message.get_content() for message in box.messages)
    assert not any(one in everything for one in (*codes, form.secret, PASSWORD, KEY))
    assert not re.search(r"\d{5,}", everything)


def test_nobody_without_an_address_is_written_to_and_nothing_is_queued_without_mail(midwife, settings):
    notices.tell(User(pk=1, username="x"), "password")
    settings.MAIL = False
    notices.tell(midwife, "password")
    assert queued() == []


@pytest.mark.parametrize("language", ["id", "en", ""])
@pytest.mark.parametrize("kind", post.NOTICES)
def test_every_notice_is_whole_in_both_languages(box, midwife, kind, language):
    with acting_owner():
        User.objects.update(language=language)
    post.send_notice(midwife.pk, kind, datetime.datetime(2026, 11, 24, 2, 5, tzinfo=datetime.UTC), "", "", "50 % merah")
    _to, subject, text = told(box.messages[0])
    english = language == "en"
    assert ("24 Nov 2026, 09:05 WIB" if english else "24 Nov 2026") in text and "%(" not in subject + text
    assert ("Tell your administrator at once." if english else "Segera beri tahu administrator.") in text


# --- The server is away


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


OURS = "FROM procrastinate_jobs WHERE task_name = 'geoportal.jobs.send_notice'"  # the worker adds its hourly ones


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
