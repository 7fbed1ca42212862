"""docs/add-a-layer.md does what it says: its code block, put into a fresh copy of the project, is a layer in every way."""

import json
import os
import re
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from tests.checkout import ROOT, copied, environment
from tests.conftest import owner_url

pytestmark = pytest.mark.xdist_group("add a layer")  # one copy of the project for all
PAGE = (ROOT / "docs" / "add-a-layer.md").read_text()
# Two gampong of 0.02 degrees side by side, as in tests/conftest.py.
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, 5.0], [w + 0.02, 5.0], [w + 0.02, 5.02], [w, 5.02], [w, 5.0]]],
            },
        }
        for code, name, w in [("11.73.01.2001", "Barat Laut", 97.00), ("11.73.01.2002", "Barat", 97.02)]
    ],
}
SCHOOLS = """School code;Name;Water;Pupils;Visited;Longitude;Latitude
S1;SD Satu;none;120;03/02/2026;97,01;5,01
S2;SD Dua;piped water;80;;97,03;5,01
S3;SD Tiga;river;80;;97,03;5,01
"""
# Run inside the copy, as the web role: what a browser would ask, through all of Django.
VISIT = """
import json
import math
import django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.ALLOWED_HOSTS = ["*"]
import mapbox_vector_tile
from django.db import connection
from django.test import Client
from geoportal import identity
from geoportal.models import User
from layers.schools import School

def tile(lon, lat, z):
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return f"/tiles/schools/{z}/{int((lon + 180) / 360 * 2**z)}/{int(y * 2**z)}.mvt"

stranger, planner = Client(), Client()
for visitor in (stranger, planner):
    visitor.cookies["django_language"] = "en"
with identity.acting(identity.DOOR):
    planner.force_login(User.objects.get(username="planner"))
html = {"HTTP_ACCEPT": "text/html"}
said = {"role": connection.settings_dict["USER"]}
drawn = mapbox_vector_tile.decode(stranger.get(tile(97.01, 5.01, 14)).content)["schools"]["features"]
said["tile"] = sorted((f["properties"]["name"], f["properties"]["water"], f["properties"]["pupils"]) for f in drawn)
cells = mapbox_vector_tile.decode(stranger.get(tile(97.01, 5.01, 6)).content)["schools"]["features"]
said["cells"] = sum(f["properties"]["count"] for f in cells)
narrowed = mapbox_vector_tile.decode(stranger.get(tile(97.01, 5.01, 14) + "?water=none").content)["schools"]["features"]
said["narrowed"] = [f["properties"]["name"] for f in narrowed]
said["table"] = [row["name"] for row in stranger.get("/table/schools.json?sort=-pupils").json()["rows"]]
said["legend"] = stranger.get("/legend/schools.json").json()["counts"]
said["near"] = stranger.get("/table/schools.json?circle=97.01,5.01,100").json()["total"]
said["csv"] = stranger.get("/export/schools.csv").getvalue().decode("utf-8-sig").splitlines()[0]
said["layer"] = next(l for l in stranger.get("/layers.json").json()["layers"] if l["name"] == "schools")
said["found"] = [hit["title"] for hit in stranger.get("/search?q=SD+Satu").json()["results"]][:1]
said["share"] = {a["code"]: a["value"] for a in stranger.get("/indicators/schools/no_safe_water.json").json()["areas"]}
said["pupils"] = {a["code"]: a["value"] for a in stranger.get("/indicators/schools/pupils.json").json()["areas"]}
said["pages"] = [stranger.get(url, **html).status_code for url in ("/", "/table/schools", "/data")]
said["stranger in the administration"] = stranger.get("/admin/layers/school/add/", **html).status_code

add = "/admin/layers/school/add/"
said["form"] = [name for name in ("code", "name", "water", "pupils", "visited", "lon", "lat")
                if f'name="{name}"' in planner.get(add, **html).content.decode()]
school = {"code": "S9", "name": "SMP Baru", "water": "well", "pupils": "300", "visited": "2026-02-01", "lon": "97.012", "lat": "5.012"}
answer = planner.post(add, school | {"pupils": "6000"}, **html)
said["too many pupils"] = [answer.status_code, "5000" in answer.content.decode()]
answer = planner.post(add, school | {"lon": "5.012", "lat": "97.012"}, **html)
said["swapped axes"] = [answer.status_code, "swapped" in answer.content.decode()]
said["added"] = planner.post(add, school, **html).status_code
row = planner.get("/table/schools.json?sort=-pupils&limit=1").json()["rows"][0]
feature = planner.get(f"/feature/schools/{row['uid']}.json").json()
said["new"] = [row["name"], feature["area"]["code"], feature["version"]]
said["list"] = "SMP Baru" in planner.get("/admin/layers/school/", **html).content.decode()
said["feature page"] = planner.get(f"/feature/schools/{row['uid']}", **html).status_code
said["history"] = planner.get(f"/admin/layers/school/{School.objects.get(code='S9').pk}/history/", **html).status_code
print(json.dumps(said))
"""
PREPARE = """
import django
django.setup()
from django.core.management import call_command
from geoportal.models import Scope, User
planner = User.objects.create_user("planner", password=None, role="planner", sector="planning", is_staff=True)
Scope.objects.create(user=planner, area_id="11.73")
call_command("cube", "schools")
call_command("check", fail_level="WARNING", databases=["default"])
call_command("makemigrations", check_changes=True, dry_run=True)
"""


def block(language: str) -> str:
    """The page's only block in this language."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def database():
    """(web URL, owner URL) of an empty database of its own."""
    name = f"{settings.WEB['NAME']}_schools_{os.getpid()}"
    with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template_geoportal')
    yield [url.replace(f"/{settings.WEB['NAME']}?", f"/{name}?") for url in (settings.WEB_URL, settings.OWNER_URL)]
    with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def visit(database):
    """What the page's commands and a visit to the layer gave: ({command: (exit code, output)}, answers)."""
    web, owner = database
    words = {
        "DATABASE_URL": web,
        "DATABASE_OWNER_URL": owner,
        "SECRET_KEY": "x",
        "FIELD_KEY": settings.FIELD_KEY,
        "DEMO": "0",
    }
    said = {}
    with copied("manage.py", "geoportal", "layers", "fixtures", "static") as place:

        def run(*command, **more):
            both = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "timeout": 180}
            django = {"DJANGO_SETTINGS_MODULE": "geoportal.settings"}
            done = subprocess.run(
                [sys.executable, *command], cwd=place, env=environment(**words, **django, **more), **both
            )
            return done.returncode, done.stdout, done.stderr

        (place / "layers" / "schools.py").write_text(block("python"))
        (place / "schools.csv").write_text(SCHOOLS)
        (place / "areas.geojson").write_text(json.dumps(AREAS))
        for line in block("sh").splitlines():
            if " load " in line:  # a city has areas before it has schools
                said["areas"] = run("manage.py", "load", "areas", "areas.geojson")
            command = re.findall(r'"[^"]*"|\S+', line)
            assert command[0] == "python"
            said[command[2]] = run(*(word.strip('"') for word in command[1:]))
        said["prepare"] = run("-c", PREPARE, GEOPORTAL_ROLE="owner")
        code, out, err = run("-c", VISIT)
        assert code == 0, err
    return said, json.loads(out.splitlines()[-1])


def test_the_commands_of_the_page_work(visit):
    commands, _answers = visit
    codes = {name: done[0] for name, done in commands.items()}
    assert codes == {name: 3 if name == "load" else 0 for name in commands}, commands
    assert commands["load"][1].splitlines()[-1] == "stored 2, updated 0, skipped 0, rejected 1"
    assert commands["load"][2].startswith("baris 4: Air minum: ") and "river" in commands["load"][2]
    assert "System check identified no issues" in commands["prepare"][1]
    assert "No changes detected" in commands["prepare"][1]


def test_the_layer_is_drawn_listed_filtered_and_counted(visit):
    _commands, answers = visit
    assert answers["role"] == settings.WEB_ROLE
    assert answers["tile"] == [["SD Dua", "piped", 80], ["SD Satu", "none", 120]]
    assert answers["cells"] == 2 and answers["narrowed"] == ["SD Satu"]
    assert answers["table"] == ["SD Satu", "SD Dua"] and answers["near"] == 1
    assert answers["legend"] == {"none": 1, "piped": 1}
    assert answers["csv"].startswith("uid,Name,Drinking water,Pupils,Visited")
    assert answers["found"] == ["SD Satu"]
    assert answers["share"] == {"11.73.01.2001": 100.0, "11.73.01.2002": 0.0}
    assert answers["pupils"] == {"11.73.01.2001": 120.0, "11.73.01.2002": 80.0}
    assert answers["pages"] == [200, 200, 200]


def test_the_browser_is_told_of_the_layer_what_the_page_declares(visit):
    layer = visit[1]["layer"]
    assert (layer["title"], layer["group"], layer["level"], layer["min_zoom"]) == ("Schools", "Services", "records", 7)
    assert layer["style"]["entries"][2] == {"value": "none", "label": "None", "color": "#b2182b"}
    assert layer["filters"] == ["water", "pupils", "visited"] and layer["rights"]["add"] is False
    assert [i["name"] for i in layer["indicators"]] == ["pupils", "no_safe_water"]
    assert next(f for f in layer["fields"] if f["name"] == "pupils")["max"] == 5000


def test_the_layer_has_its_form_in_the_administration(visit):
    answers = visit[1]
    assert answers["stranger in the administration"] == 302
    assert answers["form"] == ["code", "name", "water", "pupils", "visited", "lon", "lat"]
    assert answers["too many pupils"] == [200, True] and answers["swapped axes"] == [200, True]
    assert answers["added"] == 302
    assert answers["new"] == ["SMP Baru", "11.73.01.2001", 1]
    assert answers["list"] is True and answers["feature page"] == 200 and answers["history"] == 200


def test_the_page_is_one_page():
    assert len(PAGE.splitlines()) <= 90
