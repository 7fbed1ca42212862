"""The demo's accounts for a city that is not the demo's."""

import io

from django.core.management import call_command

from geoportal import places
from geoportal.models import Scope, User
from layers.demo.accounts import PEOPLE
from layers.households import Household


def test_another_city_gets_the_accounts_and_no_area_of_the_demos(owner, settings):
    settings.AREA_ROOT = "32.11"
    with owner():
        call_command("demo", stdout=io.StringIO())
    assert sorted(places.Area.objects.values_list("code", "name")) == [("32", "Jawa Barat"), ("32.11", "Sumedang")]
    with owner():
        assert set(Scope.objects.values_list("area_id", flat=True)) == {"32.11"}
        assert User.objects.count() == len(PEOPLE)
        assert not Household.objects.exists()
