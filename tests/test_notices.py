"""Mail to the owners of accounts about the account, through a real mail server on this machine: what they are told, once, in
which language."""

import datetime
import functools
import re

import pytest
from django.test import Client

from geoportal import notices, post, secondfactor
from geoportal.models import User
from tests.conftest import acting_owner
from tests.mailserver import CHROME, NEW, addressed, directed, enter, queued, serving, stored, told, working
from tests.test_secondfactor import KEY, PASSWORD, code

pytestmark = pytest.mark.django_db


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
