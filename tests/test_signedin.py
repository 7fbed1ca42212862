"""A session says who is signed in until it is over, the account suspended or gone, or the password another."""

import datetime

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from geoportal import access, places
from geoportal.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, person):
    """(client with a session, its person: a validator of one kecamatan)."""
    user = person("validator", "health", "11.73.02")
    client.force_login(user)
    return client, user


def asked(client):
    """Who the next request of this client comes from."""
    request = HttpRequest()
    request.session = client.session
    return get_user(request)


def test_a_session_names_its_person_with_all_that_is_stored_of_them(signed_in):
    client, user = signed_in
    found = asked(client)
    assert found == user and (found.role, found.sector, found.date_joined) == ("validator", "health", user.date_joined)


def test_a_session_that_is_over_names_nobody(signed_in, owner):
    client, _user = signed_in
    with owner():
        Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert not asked(client).is_authenticated


def test_a_session_that_was_ended_names_nobody(signed_in, owner):
    client, _user = signed_in
    with owner():
        Session.objects.all().delete()
    assert not asked(client).is_authenticated


def test_a_session_with_another_content_than_was_signed_names_nobody(signed_in, owner):
    client, _user = signed_in
    with owner():
        Session.objects.update(session_data="eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1:forged")
    assert not asked(client).is_authenticated


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
def test_a_suspended_account_or_another_password_ends_the_session(signed_in, owner, change):
    client, user = signed_in
    with owner():
        User.objects.filter(pk=user.pk).update(**change)
    assert not asked(client).is_authenticated


def test_an_account_that_is_gone_names_nobody(signed_in, owner):
    client, user = signed_in
    with owner():
        user.delete()
    assert not asked(client).is_authenticated


@pytest.mark.parametrize(
    ("scopes", "everywhere", "codes", "units"),
    [
        ((), False, (), ()),
        (("11.73",), True, (), ()),
        (("11",), True, (), ()),
        (("11.73.02.2001",), False, ("11.73.02.2001",), ()),
        (("11.73.02",), False, ("11.73.02", "11.73.02.2001", "11.73.02.2002"), ()),
        (("11.73.02", "11.73.01.2002"), False, ("11.73.01.2002", "11.73.02", "11.73.02.2001", "11.73.02.2002"), ()),
        (("Melati, \"B\" {2}", "Anggrek"), False, (), ("Anggrek", "Melati, \"B\" {2}")),
    ],
)  # fmt: skip
def test_scopes_are_the_areas_with_all_inside_them_and_the_units(person, scopes, everywhere, codes, units):
    user = person("validator", "health", *scopes)
    assert access.scopes(user) == (everywhere, codes, units)
    if codes:
        assert list(codes) == places.inside(scopes)


def test_an_area_taken_away_is_in_no_scope(person, areas, owner):
    with owner():
        places.Area.objects.filter(code="11.73.02.2001").update(deleted_at=timezone.now())
    assert access.scopes(person("validator", "health", "11.73.02"))[1] == ("11.73.02", "11.73.02.2002")
