"""Viewing as another person, as a test asks for it: the view begun, and what the access log tells of views."""

from geoportal import catalogue
from geoportal.models import AccessLog
from tests.personform import PAGE

HOUSES = catalogue.layer("households")
WHY = "Siti asks why she sees no households"


def view(client, user, reason=WHY):
    return client.post(f"/people/{user.pk}/view", {"reason": reason}, **PAGE)


def views(owner):
    with owner():
        found = AccessLog.objects.filter(action="view_as").order_by("pk")
        return list(found.values_list("who", "reason"))
