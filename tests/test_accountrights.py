"""Accounts, scopes, sessions and jobs by plain SQL as the web role: nobody gives himself more than he has."""

import pytest
from django.db import DatabaseError, connection, transaction

from geoportal import identity
from geoportal.cluster import Refused
from geoportal.management.commands import worker
from geoportal.models import User
from tests.plainsql import NO_RIGHT, WEST, changed, refusal, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(person, owner):
    """A surveyor, an administrator and an auditor, with a session, a phone and an app of the administrator's."""
    made = {"surveyor": person("surveyor", "health", WEST), "admin": person("admin"), "auditor": person("auditor")}
    with owner():
        User.objects.filter(pk=made["admin"].pk).update(email="ketua@kota.example", password="argon2$rahasia")
        rows("INSERT INTO django_session VALUES ('kunci-ketua', 'isi', now() + interval '1 hour')")
        rows(
            "INSERT INTO usersessions_usersession (created_at, ip, user_agent, session_key, user_id, last_seen_at, data) "
            "VALUES (now(), '127.0.0.1', '', 'kunci-ketua', %s, now(), '{}')", [made["admin"].pk]
        )  # fmt: skip
    return made


ACCOUNTS = [
    "geoportal_user", "geoportal_scope", "django_session", "usersessions_usersession", "mfa_authenticator", "account_emailaddress",
    "geoportal_devicetoken", "geoportal_load", "django_admin_log",
]  # fmt: skip


@pytest.mark.parametrize("table", ACCOUNTS)
def test_a_stranger_sees_no_account_session_or_key(people, acting, table):
    with identity.acting(identity.NOBODY):
        assert rows(f"SELECT * FROM {table}") == []
        assert refusal(f"DELETE FROM {table}") in {"", NO_RIGHT} and rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_person_sees_the_own_account_and_an_administrator_all(people, acting):
    for name, seen in (
        ("surveyor", {"surveyor"}),
        ("auditor", {"surveyor", "admin", "auditor"}),  # whom the access log names
        ("admin", {"surveyor", "admin", "auditor"}),
    ):
        with acting(people[name]):
            assert {role for (role,) in rows("SELECT role FROM geoportal_user")} == seen
            assert rows("SELECT count(*) FROM django_session") == [(1 if name == "admin" else 0,)]


RISES = [
    "UPDATE geoportal_user SET role = 'admin' WHERE id = {me}",
    "UPDATE geoportal_user SET sector = 'trade' WHERE id = {me}",
    "UPDATE geoportal_user SET is_superuser = true WHERE id = {me}",
    "UPDATE geoportal_user SET is_staff = true WHERE id = {me}",
    "UPDATE geoportal_user SET username = 'ketua', email = 'ketua@kota.example' WHERE id = {me}",
    "UPDATE geoportal_user SET id = {other} WHERE id = {me}",
    "INSERT INTO geoportal_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, role, "
    "sector) VALUES ('', true, 'baru', '', '', '', true, true, now(), 'admin', '')",
    "INSERT INTO geoportal_scope (user_id, area_id, unit) VALUES ({me}, '11.73', '')",
    "INSERT INTO geoportal_scope (user_id, area_id, unit) VALUES ({other}, '11.73', '')",
    "INSERT INTO geoportal_user_groups (user_id, group_id) VALUES ({me}, 1)",
    "INSERT INTO auth_group (name) VALUES ('semua')",
    "INSERT INTO django_session VALUES ('kunci-baru', 'isi', now() + interval '1 hour')",
    "INSERT INTO usersessions_usersession (created_at, ip, user_agent, session_key, user_id, last_seen_at, data) "
    "VALUES (now(), '127.0.0.1', '', 'kunci-ketua', {other}, now(), '{{}}')",
    "INSERT INTO geoportal_devicetoken (name, digest, created, expires, user_id) VALUES ('x', 'x', now(), now(), {other})",
    "INSERT INTO mfa_authenticator (type, data, user_id, created_at) VALUES ('totp', '{{}}', {other}, now())",
    "INSERT INTO geoportal_load (layer, file, sha256, source, stored, updated, skipped, rejected, at, user_id) "
    "VALUES ('x', 'x', '', '', 0, 0, 0, 0, now(), {other})",
    "INSERT INTO geoportal_accesslog (at, minute, who, action, layer, area_code, reason, page, user_id) "
    "VALUES (now(), now(), '', 'reveal', '', '', '', '', {other})",
    "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message, user_id) VALUES (now(), 'x', 1, '', {other})",
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('short', 'use_boundaries', '{{\"user\": {other}}}')",
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('short', 'send_reset', '{{\"email\": \"a@b.c\"}}')",
    "INSERT INTO geoportal_boundaryset (source, official, licence, in_use, loaded) VALUES ('x', false, '', true, now())",
    "UPDATE geoportal_revision SET number = 0",
    "DELETE FROM geoportal_accesslog",
    "UPDATE geoportal_guarded SET state = ''",
]  # fmt: skip


@pytest.mark.parametrize("rise", RISES)
def test_a_surveyor_gives_himself_and_others_nothing(people, acting, rise):
    with acting(people["surveyor"]):
        assert refusal(rise.format(me=people["surveyor"].pk, other=people["admin"].pk)) == NO_RIGHT


@pytest.mark.parametrize(
    "reach",
    [
        "UPDATE geoportal_user SET password = 'x' WHERE id = {other}",
        "UPDATE geoportal_user SET last_login = now() WHERE id = {other}",
        "UPDATE geoportal_scope SET area_id = '11.73'",
        "DELETE FROM geoportal_scope",
        "DELETE FROM usersessions_usersession WHERE user_id = {other}",
        "DELETE FROM mfa_authenticator WHERE user_id = {other}",
        "UPDATE geoportal_devicetoken SET revoked = NULL",
        "UPDATE django_session SET session_data = 'x'",
        "UPDATE procrastinate_jobs SET args = '{{}}'",
        "UPDATE geoportal_areashape SET geom = NULL",
    ],
)
def test_what_a_surveyor_may_not_see_he_does_not_touch(people, acting, owner, reach):
    with owner():
        rows("INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('short', 'x', '{\"user\": 0}')")
    with acting(people["surveyor"]):
        try:
            touched = changed(reach.format(other=people["admin"].pk))
        except DatabaseError as error:
            assert error.__cause__.sqlstate == NO_RIGHT
        else:
            assert touched == 0


def test_password_and_last_sign_in_are_ones_own_to_change(people, acting):
    me = people["surveyor"].pk
    with acting(people["surveyor"]):
        assert (
            changed("UPDATE geoportal_user SET password = 'x', last_login = now(), language = 'en' WHERE id = %s", [me])
            == 1
        )
    with acting(people["admin"]):
        assert changed("UPDATE geoportal_user SET role = 'validator', is_active = false WHERE id = %s", [me]) == 1
        assert refusal("UPDATE geoportal_user SET is_superuser = true WHERE id = %s", [me]) == NO_RIGHT
    with identity.acting(identity.DOOR):  # signing in
        assert changed("UPDATE geoportal_user SET last_login = now() WHERE id = %s", [me]) == 1
        assert refusal("UPDATE geoportal_user SET role = 'admin' WHERE id = %s", [me]) == NO_RIGHT


def test_a_session_is_opened_by_its_key_and_an_account_by_nobody_or_its_person(people, acting):
    with identity.acting(identity.NOBODY):
        assert rows("SELECT data FROM geoportal_session('kunci-ketua', now())") == [("isi",)]
        assert rows("SELECT data FROM geoportal_session('kunci', now())") == []
    with acting(people["surveyor"]):
        admin = people["admin"].pk
        assert rows("SELECT * FROM geoportal_account(%s)", [admin]) == []
        assert rows("SELECT username FROM geoportal_account(%s)", [people["surveyor"].pk]) == [
            (people["surveyor"].username,)
        ]
        # A colleague's name is told to whoever is somebody, and nothing more.
        assert rows("SELECT * FROM geoportal_called(%s)", [[admin]]) == [(admin, people["admin"].username)]
    with identity.acting(identity.NOBODY):
        assert rows("SELECT * FROM geoportal_called(%s)", [[people["admin"].pk]]) == []


def test_a_job_is_put_into_the_queue_in_the_own_name_and_read_by_the_worker(people, acting):
    mine = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('short', 'x', %s) RETURNING id"
    with acting(people["admin"]), transaction.atomic():
        assert len(rows(mine, [f'{{"user": {people["admin"].pk}}}'])) == 1
    with acting(people["surveyor"]):
        assert rows("SELECT * FROM procrastinate_jobs") == []
        assert rows("SELECT geoportal_late()") == [(0,)]
    assert rows("SELECT * FROM procrastinate_jobs") == [] and refusal(mine, ["{}"]) == NO_RIGHT  # nobody's session
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL geoportal.queue = 'yes'")  # as worker.way() opens its sessions
        assert rows("SELECT task_name FROM procrastinate_jobs") == [("x",)]
        assert rows("SELECT type::text FROM procrastinate_events") == [("deferred",)]
        transaction.set_rollback(True)


def test_the_worker_is_known_by_its_sessions_and_goes_straight(settings):
    assert worker.way()["options"].endswith("-c geoportal.queue=yes") and "pool" not in worker.way()
    settings.PGBOUNCER = True
    settings.OWNER = settings.OWNER | {"HOST": "data.kota.example", "PORT": "5433", "NAME": "kota"}
    found = worker.way()
    assert (found["host"], found["port"], found["dbname"], found["user"]) == (
        "data.kota.example", "5433", "kota", connection.settings_dict["USER"]
    )  # fmt: skip
    settings.OWNER |= {name: str(connection.settings_dict[name]) for name in ("HOST", "PORT", "NAME")}
    with pytest.raises(Refused, match="needs DATABASE_OWNER_URL"):
        worker.way()


def test_the_product_signs_in_out_and_on_as_before(client, person, owner):
    user = person("district", "health", "11.73")
    with owner():
        user.set_password("kopi-gayo-tiap-pagi")
        user.save()
    words = {"login": user.username, "password": "kopi-gayo-tiap-pagi"}
    assert client.post("/accounts/login/", words)["Location"] == "/start"
    assert client.get("/table/households.json").status_code == 200
    with owner():
        assert rows("SELECT count(*) FROM django_session") == [(1,)]
        assert rows("SELECT last_login IS NOT NULL FROM geoportal_user WHERE id = %s", [user.pk]) == [(True,)]
    client.post("/accounts/logout/")
    with owner():
        assert rows("SELECT count(*) FROM django_session WHERE session_data <> ''") == [(0,)]
    assert client.get("/table/households.json").status_code == 401


def test_sequences_tell_no_numbers(people, acting):
    with acting(people["surveyor"]):
        for name in ("layers_household_id_seq", "layers_householdnames_id_seq", "geoportal_user_id_seq"):
            assert refusal(f"SELECT last_value FROM {name}") == NO_RIGHT == refusal(f"SELECT nextval('{name}')")
        assert rows("SELECT last_value FROM pg_sequences WHERE sequencename = 'layers_household_id_seq'") == [(None,)]


def test_our_table_comes_before_a_temporary_one_of_its_name(people, acting):
    with acting(people["surveyor"]), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE geoportal_scope AS SELECT 1 AS planted")
        cursor.execute("SELECT * FROM geoportal_scope LIMIT 0")
        assert [column.name for column in cursor.description] == ["id", "unit", "area_id", "user_id"]
        cursor.execute("DROP TABLE pg_temp.geoportal_scope")
