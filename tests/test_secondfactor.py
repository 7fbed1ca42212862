"""Who must have the second step of signing in, what they see until they have it, and how they get it."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.db import connection

from geoportal import access, catalogue, identity, secondfactor
from geoportal.models import Scope, User
from tests.conftest import KEY

pytestmark = pytest.mark.django_db
PASSWORD = "kopi-gayo-tiap-pagi"
HOUSES = catalogue.layer("households")


def code(secret: str = KEY, step: int = 0) -> str:
    """The six digits an app shows now, or `step` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def account(areas, owner):
    """account(name, role, sector, …) -> a person with a password, working in the whole city, without the second step."""

    def make(name, role="validator", sector="health", **extra):
        with owner():
            user = User.objects.create_user(name, password=PASSWORD, role=role, sector=sector, **extra)
            Scope.objects.create(user=user, area_id="11.73")
        return user

    return make


def sign_in(client, name, password=PASSWORD, **headers):
    return client.post("/accounts/login/", {"login": name, "password": password}, HTTP_ACCEPT="text/html", **headers)


@pytest.mark.parametrize(
    ("role", "sector", "wanted"),
    [
        ("surveyor", "health", True),
        ("validator", "social", True),
        ("surveyor", "trade", False),
        ("district", "health", False),
        ("planner", "planning", False),
        ("official", "", False),
        ("auditor", "", False),
        ("admin", "", True),  # could give itself any role
    ],
)
def test_names_and_numbers_and_the_keeping_of_accounts_ask_for_it(role, sector, wanted):
    user = User(username="x", role=role, sector=sector)
    assert secondfactor.needed(user) == wanted


def test_who_must_have_it_follows_from_the_declarations(monkeypatch):
    user = User(username="x", role="official", sector="planning")
    assert not secondfactor.needed(user)
    from geoportal.layer import staff

    monkeypatch.setattr(secondfactor, "guarded", lambda: staff("planning", roles=("official",)))
    assert secondfactor.needed(user) and not secondfactor.needed(User(username="x", role="official", sector="trade"))


@pytest.mark.parametrize(
    ("demo", "name", "wanted"), [(True, "validator", False), (True, "siti", True), (False, "validator", True)]
)
def test_only_the_demos_accounts_are_exempt_and_only_in_the_demo(settings, demo, name, wanted):
    settings.DEMO = demo
    assert secondfactor.needed(User(username=name, role="validator", sector="health")) == wanted


def test_without_it_the_account_has_the_rights_of_nobody(account, row, owner):
    row(HOUSES)
    user = account("siti")
    assert access.identity(user) == identity.NOBODY and not access.can(user, HOUSES, "records")
    with identity.acting(access.identity(user)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM layers_household")
        assert cursor.fetchone() == (0,)
    with owner():
        Authenticator.objects.create(user=user, type="totp", data={"secret": secondfactor.Keys().encrypt(KEY)})
        found = User.objects.get(pk=user.pk)
    assert access.can(found, HOUSES, "identity")


PAGES = [
    "/",
    "/start",
    "/data",
    "/table/households",
    "/feature/areas/11.73.01.2001",
    "/admin/",
    "/admin/layers/household/",
]
DATA = ["/layers.json", "/tiles/households/14/12613/7956.mvt", "/table/households.json", "/legend/households.json",
        "/export/households.csv", "/search?q=a", "/indicators/areas/area.json", "/feature/areas/11.73.01.2001.json"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_until_then_every_page_leads_to_setting_it_up(client, account, path):
    client.force_login(account("siti"))
    answer = client.get(path, HTTP_ACCEPT="text/html")
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/2fa/totp/activate/?next=%2F")


@pytest.mark.parametrize("path", DATA)
def test_until_then_data_are_refused_with_a_sentence(client, account, path):
    client.force_login(account("siti"))
    answer = client.get(path)
    assert answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"
    assert "langkah kedua" in answer.json()["detail"]


def test_setting_it_up_opens_the_account_and_comes_back_to_the_page_that_was_wanted(client, account, owner):
    account("siti")
    sign_in(client, "siti")
    page = client.get("/accounts/2fa/totp/activate/?next=/data")
    secret = page.context["form"].secret
    assert page.status_code == 200 and secret in page.content.decode()
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200 and wrong.context["form"].errors["code"]
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert done.redirect_chain[-1][0] == "/accounts/2fa/recovery-codes/"
    assert len(done.context["unused_codes"]) == 10 and 'href="/data"' in done.content.decode()
    assert client.get("/table/households").status_code == 200
    with owner():
        kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept and secondfactor.Keys().decrypt(kept) == secret


def test_sessions_opened_by_the_password_alone_end_when_it_is_set_up(client, client_class, account, owner):
    account("siti")
    other = client_class()
    for one in (client, other):
        sign_in(one, "siti")
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    with owner():
        assert Session.objects.count() == 1
    assert other.get("/table/households", HTTP_ACCEPT="text/html")["Location"].startswith("/accounts/login/")


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


@pytest.fixture
def guarded(account, owner):
    """A validator with the second step, and recovery codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    user = account("siti")
    with owner():
        TOTP.activate(user, KEY)
        user.recovery = RecoveryCodes.activate(user).get_unused_codes()
    return user


def test_the_password_alone_signs_nobody_in(client, guarded):
    assert sign_in(client, "siti")["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/table/households", HTTP_ACCEPT="text/html").status_code == 302
    answer = client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert answer["Location"] == "/start" and client.get("/table/households").status_code == 200


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_clock_half_a_minute_off_does_not_matter(client, guarded, late):
    sign_in(client, "siti")
    assert client.post("/accounts/2fa/authenticate/", {"code": code(step=late)}).status_code == 302


def test_a_code_opens_once(client, client_class, guarded):
    same = code(step=1)  # good for a minute and a half
    statuses = []
    for one in (client, client_class()):
        sign_in(one, "siti")
        statuses.append(one.post("/accounts/2fa/authenticate/", {"code": same}).status_code)
    assert statuses == [302, 200]


def test_a_recovery_code_opens_once(client, client_class, guarded):
    statuses = []
    for one in (client, client_class()):
        sign_in(one, "siti")
        statuses.append(one.post("/accounts/2fa/authenticate/", {"code": guarded.recovery[0]}).status_code)
    assert statuses == [302, 200]


def test_guessing_codes_is_stopped(client, guarded):
    sign_in(client, "siti")
    statuses = [client.post("/accounts/2fa/authenticate/", {"code": f"00000{n}"}).status_code for n in range(6)]
    assert statuses == [200] * 5 + [429]


def test_a_lost_phone_is_forgotten_by_the_administrator_and_set_up_anew(client, guarded):
    with identity.acting(identity.Identity(role="admin")):
        secondfactor.forget(guarded)
        assert not Authenticator.objects.filter(user=guarded).exists()
    sign_in(client, "siti")
    assert client.get("/data", HTTP_ACCEPT="text/html")["Location"].startswith("/accounts/2fa/totp/activate/")


def test_the_administration_signs_in_through_the_same_door(client, account):
    account("ketua", role="admin", sector="")
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith("/accounts/login/")
    sign_in(client, "ketua")
    assert client.get("/admin/", HTTP_ACCEPT="text/html")["Location"].startswith("/accounts/2fa/totp/activate/")
    assert client.get("/admin/login/", HTTP_ACCEPT="text/html")["Location"].startswith("/accounts/2fa/totp/activate/")
