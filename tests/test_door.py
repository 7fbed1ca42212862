"""Signing in: what is refused, how often one may try, and how long a session lasts."""

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

from geoportal import sessions
from geoportal.models import User
from tests.checkout import ROOT
from tests.conftest import acting_owner, owner_url
from tests.signing import PASSWORD, made_camat, translated, tried

pytestmark = pytest.mark.django_db


@pytest.fixture
def camat(areas):
    return made_camat()


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
