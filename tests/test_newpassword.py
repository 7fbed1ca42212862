"""A forgotten password: the link that is sent, to whom, and that nobody learns who has an account."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geoportal.models import User
from tests.conftest import acting_owner
from tests.signing import PASSWORD, made_camat, signed_in, tried

pytestmark = pytest.mark.django_db


@pytest.fixture
def camat(areas):
    return made_camat()


# --- A new password


@pytest.fixture
def asking(settings):
    """asking(address) -> the answer to asking for a new password."""
    settings.MAIL = True

    def ask(address):
        return Client().post("/accounts/password/reset/", {"email": address}, HTTP_ACCEPT="text/html")

    return ask


def delivered():
    """Runs what the worker would run; the messages that went out."""
    from django.core import mail
    from procrastinate.contrib.django.models import ProcrastinateJob

    from geoportal import jobs

    for task in (jobs.send_reset, jobs.send_link):
        with acting_owner():
            waiting = list(ProcrastinateJob.objects.filter(task_name=task.name))
        for job in waiting:
            task(**job.args)
    return mail.outbox


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(camat, asking):
    here = signed_in()
    assert asking("Camat@kota.example")["Location"] == "/accounts/password/reset/done/"
    (message,) = delivered()
    assert message.to == ["camat@kota.example"] and "camat" in message.body and "sejam" in message.body
    path = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)[1]
    client = Client()
    form = client.get(path, follow=True)
    new = {"password1": "sawah-hujan-perahu", "password2": "sawah-hujan-perahu"}
    assert path not in form.redirect_chain[-1][0]  # no key in the address any more
    easy = client.post(form.redirect_chain[-1][0], {"password1": "Password-2026!", "password2": "Password-2026!"})
    assert easy.context["form"].errors
    done = client.post(form.redirect_chain[-1][0], new)
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert here.get("/table/households.json").status_code == 401  # signed out wherever it was
    assert tried(Client(), "camat", "sawah-hujan-perahu").status_code == 302
    assert "tidak berlaku" in Client().get(path, follow=True).content.decode()


def test_known_unknown_and_suspended_addresses_get_the_same_answer_by_the_same_work(camat, asking):
    with acting_owner():
        User.objects.create_user("lama", "lama@kota.example", PASSWORD, is_active=False)
    seen = []
    for address in ("camat@kota.example", "siapa@kota.example", "lama@kota.example"):
        with CaptureQueriesContext(connection) as caught:
            answer = asking(address)
        seen.append((answer.status_code, answer["Location"], len(caught)))
        page = Client().get(answer["Location"]).content.decode()
        assert address not in page
    assert len(set(seen)) == 1 and [m.to for m in delivered()] == [["camat@kota.example"]]


def test_a_new_password_cannot_be_asked_for_again_and_again(camat, asking):
    assert [asking("camat@kota.example").status_code for _ in range(6)] == [302] * 5 + [429]


def test_a_server_without_mail_says_so(client, camat, settings):
    settings.MAIL = False
    assert "tidak mengirim surel" in client.get("/accounts/password/reset/").content.decode()
    assert client.post("/accounts/password/reset/", {"email": "camat@kota.example"}).status_code == 422


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [("smtp://u%40x:p%2Fw@mail.kota.example", 587, False, True), ("smtps://u:p@mail.kota.example", 465, True, False)],
)
def test_the_mail_server_comes_from_one_address(monkeypatch, url, port, ssl, tls):
    from geoportal import environment

    monkeypatch.setenv("EMAIL_URL", url)
    found = environment.mail("EMAIL_URL")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.kota.example", port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)


def test_a_senseless_mail_server_stops_the_start(monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    from geoportal import environment

    monkeypatch.setenv("EMAIL_URL", "mail.kota.example")
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is no mail server"):
        environment.mail("EMAIL_URL")
