"""The demo's people: one for each role, with a password everybody knows."""

from django.conf import settings
from django.contrib.auth.hashers import make_password

from geoportal.models import Scope, User
from layers.demo.city import TOWN

PUSONG = f"{TOWN}.2008"
INLAND = "11.73.03"  # where hamlets lie far from a posyandu
# User name, role, sector, name, and where they work: codes of areas, or of units. The root stands for the whole city.
PEOPLE = [
    ("surveyor", "surveyor", "health", "Nurhayati Daud", [PUSONG]),
    ("surveyor_trade", "surveyor", "trade", "Zulfikar Amin", ["PSR-1", "PSR-2"]),
    ("validator", "validator", "health", "Cut Rahmawati", [TOWN]),
    ("validator_trade", "validator", "trade", "Marzuki Hasan", ["root"]),
    ("village", "village", "", "Ibrahim Puteh", [PUSONG]),
    ("district", "district", "health", "Salbiah Usman", [TOWN, INLAND]),
    ("planner", "planner", "planning", "Fakhrurrazi Yunus", ["root"]),
    ("official", "official", "", "Hamdani Saleh", ["root"]),
    ("admin", "admin", "", "Ridwan Thaib", []),
    ("auditor", "auditor", "", "Mariana Zein", []),
]


def accounts(everywhere=False):
    """Names of the accounts made. everywhere: all of them work in the whole area served, which is not the demo city."""
    password = make_password(settings.DEMO_PASSWORD)  # once: it is meant to take long
    for username, role, sector, name, scopes in PEOPLE:
        first, _, last = name.rpartition(" ")
        user = User.objects.create(
            username=username, password=password, role=role, sector=sector, first_name=first, last_name=last,
            is_staff=role == "admin",
        )  # fmt: skip
        for scope in scopes:
            code = settings.AREA_ROOT if everywhere or scope == "root" else scope
            area = code[0].isdigit()
            Scope.objects.create(user=user, area_id=code if area else None, unit="" if area else code)
    return [username for username, *_ in PEOPLE]
