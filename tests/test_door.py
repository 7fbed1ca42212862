"""Signing in: what is refused, how often one may try, how long a session lasts, and what a phone shows in its place."""

import datetime
import os
import re
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings as conf
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geoportal import browsers, sessions, tokens
from geoportal.models import DeviceToken, Scope, User
from tests.checkout import ROOT
from tests.conftest import acting_owner, owner_url

pytestmark = pytest.mark.django_db
PASSWORD = "kopi-gayo-tiap-pagi"


@pytest.fixture
def camat(areas):
    """A camat, who needs no second step, with a password."""
    with acting_owner():
        user = User.objects.create_user("camat", "camat@kota.example", PASSWORD, role="district", sector="health")
    with acting_owner():
        Scope.objects.create(user=user, area_id="11.73")
    return user


def tried(client, name, password="salah-sama-sekali", **headers):
    return client.post("/accounts/login/", {"login": name, "password": password}, HTTP_ACCEPT="text/html", **headers)


# --- Passwords


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("sebelas-aja", "terlalu pendek"),  # 11 signs
        ("q1w2e3r4t5y6", "terlalu umum"),  # in the list of leaked ones
        ("Password-2026!", "kata yang umum dikenal"),
        ("merdeka 1945!!", None),
        ("Barat-Laut-2026", "kata yang umum dikenal"),  # a gampong of this city
        ("abababababab", "mengulang"),
        ("198706172010", "hanya angka"),
        ("nurhayatidaud1", "mirip"),
        ("kopi gayo tiap pagi", None),
    ],
)
def test_easy_passwords_are_refused_with_the_reason(areas, password, sentence):
    user = User(username="nurhayati.daud", first_name="Nurhayati", last_name="Daud")
    if sentence is None:
        assert validate_password(password, user) is None
        return
    with pytest.raises(ValidationError) as refused, translated():
        validate_password(password, user)
    with translated():
        assert sentence in " ".join(refused.value.messages).lower()


def translated():
    from django.utils import translation

    return translation.override("id")


def test_passwords_are_hashed_by_argon2(camat):
    assert camat.password.startswith("argon2$argon2id$")


# --- Trying


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client, camat):
    def answer(name):
        text = tried(Client(), name).content.decode()
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
        return text.replace(name, "NAME")

    assert answer("camat") == answer("siapa") and "atau kata sandi salah" in answer("siapa")


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(camat, monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hashed = []
    encode = Argon2PasswordHasher.encode
    verify = Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a, **k: hashed.append(1) or verify(*a, **k))
    for name in ("camat", "siapa"):
        tried(Client(), name)
        assert len(hashed) == 1, name
        hashed.clear()


def test_five_failures_lock_the_account_for_a_while_and_no_other(client, camat):
    assert [tried(client, "camat").status_code for _ in range(6)] == [200] * 5 + [429]
    locked = tried(client, "camat", PASSWORD)
    page = locked.content.decode()
    assert locked.status_code == 429 and locked["Retry-After"] == "300"
    assert "Terlalu banyak percobaan" in page and "5 menit" in page and "<html" in page
    with acting_owner():
        User.objects.create_user("lurah", password=PASSWORD, role="village")
    assert tried(client, "lurah", PASSWORD).status_code == 302


def test_one_address_may_not_try_name_after_name(client, camat):
    statuses = [tried(client, f"nama{n}", REMOTE_ADDR="203.0.113.9").status_code for n in range(11)]
    assert statuses == [200] * 10 + [429]
    assert tried(client, "camat", PASSWORD, REMOTE_ADDR="203.0.113.10").status_code == 302


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 200)])
def test_an_address_in_a_header_counts_only_behind_proxies_of_ours(client, camat, settings, proxies, last):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    statuses = [tried(client, f"n{n}", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(11)]
    assert statuses == [200] * 10 + [last]


TRY = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.test import Client
import sys
words = [{"login": name, "password": "salah"} for name in sys.argv[1:]]
print([Client().post("/accounts/login/", one, HTTP_ACCEPT="text/html").status_code for one in words])
"""


def test_the_limit_holds_across_processes(db):
    """Each process has its own memory; what they share is the table of counters."""
    name = connection.settings_dict["NAME"]

    def web(*names):
        address = f"postgresql://{conf.WEB['USER']}:{conf.WEB['PASSWORD']}@/{name}?host={conf.WEB['HOST'].replace('/', '%2F')}"
        address += f"&port={conf.WEB['PORT']}" if conf.WEB["PORT"] else ""
        values = os.environ | {
            "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "geoportal.settings", "SECRET_KEY": "uji", "LOG_LEVEL": "ERROR",
            "FIELD_KEY": conf.FIELD_KEY, "ALLOWED_HOSTS": "testserver",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", TRY, *names], cwd=ROOT, env=values, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    try:
        assert web("sama", "sama", "sama") == "[200, 200, 200]"
        assert web("sama", "sama", "sama", "lain") == "[200, 200, 429, 200]"
    finally:
        with psycopg.connect(owner_url(name), autocommit=True) as owner:
            owner.execute("DELETE FROM geoportal_cache")


# --- Resting


def test_a_session_moves_its_end_on_at_most_once_a_minute(client, camat, settings):
    client.force_login(camat)
    client.get("/data")
    with acting_owner():
        assert Session.objects.get().expire_date > timezone.now() + datetime.timedelta(hours=7, minutes=58)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        client.get("/data")
    assert not [q for q in caught if "django_session" in q["sql"] and q["sql"].startswith("UPDATE")]
    with acting_owner():
        Session.objects.update(expire_date=timezone.now() + datetime.timedelta(hours=7))
    client.get("/data")
    with acting_owner():
        assert Session.objects.get().expire_date > timezone.now() + datetime.timedelta(hours=7, minutes=58)


def test_where_names_are_seen_half_an_hour_of_rest_ends_it(client, person):
    user = person("validator", "health", "11.73")
    assert sessions.limits(user) == sessions.Limits(1800, 12 * 3600)
    client.force_login(user)
    client.get("/data")
    with acting_owner():
        left = Session.objects.get().expire_date - timezone.now()
    assert datetime.timedelta(minutes=28) < left <= datetime.timedelta(minutes=30)


def test_after_resting_the_same_page_is_found_again(client, camat):
    client.force_login(camat)
    with acting_owner():
        Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    away = client.get("/table/households?sort=-desil", HTTP_ACCEPT="text/html")
    assert away["Location"] == "/accounts/login/?next=%2Ftable%2Fhouseholds%3Fsort%3D-desil&ended=1"
    assert "Anda sudah keluar" in client.get(away["Location"]).content.decode()
    back = client.post(away["Location"], {"login": "camat", "password": PASSWORD})
    assert back["Location"] == "/table/households?sort=-desil"


def test_a_page_anyone_may_see_says_that_the_session_has_ended(client, camat):
    client.force_login(camat)
    with acting_owner():
        Session.objects.all().delete()
    assert "Anda sudah keluar" in client.get("/data", HTTP_ACCEPT="text/html").content.decode()
    assert (
        "Anda sudah keluar" not in client.get("/data", HTTP_ACCEPT="text/html").content.decode()
    )  # the cookie is gone


def test_a_session_ends_after_its_longest_time_however_busy(client, camat):
    client.force_login(camat)
    session = client.session
    session["began"] -= 7 * 86400
    session.save()
    assert client.get("/table/households.json").status_code == 401
    with acting_owner():
        assert not Session.objects.exists()


# --- Devices and sessions


def signed_in(
    name="camat", agent="Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
):
    client = Client(HTTP_USER_AGENT=agent)
    assert tried(client, name, PASSWORD).status_code == 302
    return client


def test_the_list_names_browser_address_and_this_one(camat):
    here = signed_in()
    signed_in(agent="Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0")
    page = here.get("/accounts/sessions/")
    assert [(one.browser, one.address, one.here) for one in page.context["sittings"]] == [
        ("Chrome · Android", "127.0.0.1", True),
        ("Firefox · Windows", "127.0.0.1", False),
    ]


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8.5.0", "peramban tak dikenal"),
    ],
)
def test_browsers_are_called_as_people_call_them(agent, named):
    with translated():
        assert browsers.called(agent) == named


def test_one_session_is_ended_from_another_and_not_a_strangers(camat):
    here, other, stranger = signed_in(), signed_in(), None
    with acting_owner():
        User.objects.create_user("lurah", password=PASSWORD, role="village")
    stranger = signed_in("lurah")
    pk = next(one.pk for one in here.get("/accounts/sessions/").context["sittings"] if not one.here)
    assert stranger.post(f"/accounts/sessions/{pk}/end/").status_code == 404
    assert here.post(f"/accounts/sessions/{pk}/end/").status_code == 302
    assert other.get("/accounts/sessions/", HTTP_ACCEPT="text/html").status_code == 302
    assert here.get("/accounts/sessions/").status_code == 200


def test_signing_out_everywhere_ends_sessions_and_phones(camat):
    here, other = signed_in(), signed_in()
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    assert here.post("/accounts/sessions/end/")["Location"] == "/accounts/login/"
    assert [one.get("/table/households.json").status_code for one in (here, other)] == [401, 401]
    assert by_token(token).status_code == 401


def test_another_password_ends_the_other_sessions(camat):
    here, other = signed_in(), signed_in()
    words = {"oldpassword": PASSWORD, "password1": "sawah-hujan-perahu", "password2": "sawah-hujan-perahu"}
    assert here.post("/accounts/password/change/", words).status_code == 302
    assert [one.get("/table/households.json").status_code for one in (here, other)] == [200, 401]


# --- Phones


def by_token(token, path="/layers.json", **headers):
    return Client().get(path, HTTP_AUTHORIZATION=f"Bearer {token}", **headers)


def test_a_token_is_made_shown_once_and_kept_as_a_hash(camat):
    here = signed_in()
    page = here.post("/accounts/devices/add/", {"name": "Samsung posyandu"})
    token = page.context["token"]
    assert page.status_code == 200 and token in page.content.decode() and "no-store" in page["Cache-Control"]
    with acting_owner():
        device = DeviceToken.objects.get()
    assert device.digest == tokens.digest(token) and token not in str(vars(device))
    assert token not in here.get("/accounts/sessions/").content.decode()


def test_making_one_needs_the_person_anew(camat):
    here = signed_in()
    session = here.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    away = here.post("/accounts/devices/add/", {"name": "Samsung"})
    assert away["Location"].startswith("/accounts/reauthenticate/")
    with acting_owner():
        assert not DeviceToken.objects.exists()
    done = here.post(away["Location"], {"password": PASSWORD})
    assert done.status_code == 200 and done.context["token"]
    with acting_owner():
        assert DeviceToken.objects.count() == 1


def test_making_one_needs_the_second_step(areas):
    with acting_owner():
        User.objects.create_user("siti", password=PASSWORD, role="validator", sector="health")
    assert signed_in("siti").post("/accounts/devices/add/", {"name": "Samsung"}).status_code == 403
    with acting_owner():
        assert not DeviceToken.objects.exists()


def test_a_phone_sees_what_its_person_sees(person, row):
    from geoportal import catalogue

    user = person("validator", "health", "11.73.01")
    row(catalogue.layer("households"))
    with acting_owner():
        _device, token = tokens.made(user, "Samsung")
    answer = by_token(token)
    assert answer.json()["person"]["role"] == "validator" and "Authorization" in answer["Vary"]
    assert by_token(token, "/tiles/households/16/50455/31824.mvt").status_code in {200, 204}
    assert Client().get("/tiles/households/16/50455/31824.mvt").status_code == 401
    with acting_owner():
        assert DeviceToken.objects.get().used == timezone.localdate()


def test_the_second_use_of_a_day_writes_nothing(camat):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    by_token(token)
    with CaptureQueriesContext(connection) as caught:
        by_token(token)
    assert not [q["sql"] for q in caught if q["sql"].startswith(("UPDATE", "INSERT"))]


@pytest.mark.parametrize(
    "path", ["/table/households.json", "/export/households.csv", "/accounts/sessions/", "/admin/", "/"]
)
def test_a_token_opens_only_what_a_phone_needs(camat, path):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    answer = by_token(token, path)
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("end", ["revoked", "expired", "suspended", "unknown", "empty", "gone"])
def test_a_dead_token_opens_nothing(camat, end):
    with acting_owner():
        device, token = tokens.made(camat, "Samsung")
    then = timezone.now() - datetime.timedelta(seconds=1)
    if end == "revoked":
        signed_in().post(f"/accounts/devices/{device.pk}/revoke/")
    elif end == "expired":
        with acting_owner():
            DeviceToken.objects.update(expires=then)
    elif end == "suspended":
        with acting_owner():
            User.objects.update(is_active=False)
    elif end == "gone":
        with acting_owner():
            DeviceToken.objects.all().delete()
    shown = {"unknown": token[:-1] + ("A" if token[-1] != "A" else "B"), "empty": ""}.get(end, token)
    answer = by_token(shown)
    assert answer.status_code == 401 and answer.json()["status"] == 401 and "ponsel" in answer.json()["detail"]


def test_a_dead_token_is_not_helped_by_a_session(camat):
    here = signed_in()
    assert here.get("/layers.json", HTTP_AUTHORIZATION="Bearer gp_x").status_code == 401
    assert here.get("/layers.json").json()["person"]


def test_a_token_in_an_address_is_nothing(camat):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    assert Client().get(f"/layers.json?token={token}&access_token={token}").json()["person"] is None


def test_a_stranger_cannot_revoke_a_phone(camat):
    with acting_owner():
        device, _token = tokens.made(camat, "Samsung")
    with acting_owner():
        User.objects.create_user("lurah", password=PASSWORD, role="village")
    assert signed_in("lurah").post(f"/accounts/devices/{device.pk}/revoke/").status_code == 404


def test_guessing_tokens_is_stopped_and_a_good_one_still_works(camat):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    statuses = [by_token(f"gp_{n}").status_code for n in range(31)]
    assert statuses == [401] * 30 + [429] and by_token(token).status_code == 200


def test_who_owes_the_second_step_has_no_use_of_a_token(person):
    from geoportal import secondfactor

    user = person("validator", "health", "11.73")
    with acting_owner():
        _device, token = tokens.made(user, "Samsung")
        secondfactor.forget(user)
    assert by_token(token).status_code == 403


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


def test_sessions_that_are_over_are_taken_away(camat):
    from geoportal import jobs

    for _n in range(2):
        Client().force_login(camat)
    with acting_owner():
        Session.objects.filter(pk=Session.objects.first().pk).update(
            expire_date=timezone.now() - datetime.timedelta(seconds=1)
        )
    jobs.forget_sessions(timestamp=0)
    with acting_owner():
        assert Session.objects.count() == 1


# --- Addresses


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "confirm-email/", "password/set/", "login/code/confirm/", "2fa/webauthn/"]
)
def test_pages_nobody_needs_do_not_exist(client, path):
    assert client.get(f"/accounts/{path}", HTTP_ACCEPT="text/html").status_code == 404
