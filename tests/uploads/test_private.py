"""Whose an upload is: its sender's alone; an administrator sees that it was, and nothing of what stands in it."""

import hashlib

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal import jobs
from geoportal.uploads import arriving
from geoportal.uploads.kept import Upload
from tests.personform import PAGE
from tests.viewing import view

pytestmark = pytest.mark.django_db
SECRET = "Nurhayati Binti Rahasia"
FILE = f"Head of household,people,drinking water,latrine,Longitude,Latitude\n{SECRET},4,laut,own,97.01,5.01\n"


@pytest.fixture
def sent(sender):
    """A household that was tried, by the surveyor of the west."""
    at = sender("households", "surveyor", "health", "11.73.01.2001")
    at.check(at.send(FILE, "rumah.csv"))
    assert SECRET in FILE and at.kept.rejected == 1
    return at


def test_another_person_of_the_same_work_finds_nothing(sent, client, person):
    client.force_login(person("surveyor", "health", "11.73.01.2001"))
    for path in (sent.url, f"{sent.url}.json", f"{sent.url}/wrong.xlsx"):
        assert client.get(path, **PAGE).status_code == 404
    for act in ("store", "check", "drop", "undo"):
        assert client.post(sent.url, {"do": act}, **PAGE).status_code == 404
    assert "rumah.csv" not in client.get("/upload", **PAGE).content.decode()
    assert sent.kept.state == "checked"


def test_an_administrator_sees_that_it_was_and_of_whom_and_not_what_stands_in_it(sent, client, person):
    client.force_login(person("admin"))
    listed = client.get("/upload", **PAGE).content.decode()
    assert "rumah.csv" in listed and sent.user.username in listed and sent.kept.sha256 in listed and "1 wrong" in listed
    assert sent.url not in listed and SECRET not in listed
    assert client.get(sent.url, **PAGE).status_code == 403  # administrators write no households
    client.force_login(person("admin", "trade"))
    assert "rumah.csv" not in client.get("/upload", **PAGE).content.decode()  # of another sector: not within reach


def test_the_database_lets_nobody_else_read_or_move_it(sent, person, acting):
    with acting(person("surveyor", "health", "11.73.01.2001")):
        assert Upload.objects.count() == 0 and Upload.objects.update(state="storing") == 0
    with acting(person("admin")):
        assert Upload.objects.count() == 1 and Upload.objects.update(state="storing") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Upload.objects.create(user=sent.user, layer="areas", file="a", size=1, sha256="0", language="en")
    with acting(sent.user), pytest.raises(ProgrammingError), transaction.atomic():
        Upload.objects.all().delete()


def test_whoever_views_as_the_sender_is_shown_nothing_of_it(sent, client, person):
    client.force_login(person("admin"))
    view(client, sent.user)
    for path in (sent.url, f"{sent.url}.json", f"{sent.url}/wrong.xlsx", "/upload/households"):
        answer = client.get(path, **PAGE)
        assert answer.status_code == 403 and SECRET not in answer.content.decode()
    assert client.get("/upload", **PAGE).status_code == 200
    assert "/upload/households" not in client.get("/data", **PAGE).content.decode()


def test_nothing_of_its_content_is_in_jobs_logs_addresses_or_the_database(sent, owner, caplog):
    sent.do("check")
    assert SECRET not in caplog.text and "Nurhayati" not in sent.url
    with owner():
        assert {frozenset(job.args) for job in ProcrastinateJob.objects.filter(task_name=jobs.take_upload.name)} == {
            frozenset({"upload", "user"})
        }
        with connection.cursor() as cursor:
            for table in ("geoportal_upload", "procrastinate_jobs", "geoportal_accesslog"):
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%{SECRET}%%'")
                assert cursor.fetchone() == (0,)


def test_a_file_goes_nowhere_but_to_the_page_of_uploads(client, person):
    """Sent anywhere else, or by a stranger, it is not even kept for the moment: the folder of uploads is not made."""
    client.force_login(person("validator", "health", "11.73"))
    client.post("/i18n/setlang/", {"language": "en", "file": SimpleUploadedFile("a.csv", b"x" * 100)}, **PAGE)
    client.logout()
    client.cookies.clear()
    client.post("/upload/posyandu", {"file": SimpleUploadedFile("a.csv", b"x" * 100)}, **PAGE)
    assert not settings.UPLOAD_ROOT.exists()


def test_a_file_is_taken_in_before_the_database_is_asked(rf):
    order = settings.MIDDLEWARE.index
    assert order("geoportal.uploads.arriving.middleware") < order(
        "django.contrib.sessions.middleware.SessionMiddleware"
    )
    request = rf.post("/upload/posyandu", {"file": SimpleUploadedFile("a.csv", b"code\nP1\n")})
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    taken = arriving.middleware(lambda one: vars(one)["_files"]["file"].sha256)(request)
    assert taken == hashlib.sha256(b"code\nP1\n").hexdigest()


def test_a_body_that_is_spoilt_counts_as_no_file(client, person):
    client.force_login(person("validator", "health", "11.73"))
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/upload/posyandu", b"--y\r\nnonsense", content_type=kind, **PAGE)
    assert answer.status_code == 422
