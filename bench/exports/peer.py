"""django-import-export, one pass: `peer.py FORM FILE`, the database in DSN; `{seconds, memory}` on stdout. Runs in an environment of its
own. Its resource over the same rows and columns, as its documentation says; memory is how much the process has grown, in MB."""

import json
import os
import resource
import sys
import time
from pathlib import Path

import django
import psycopg.conninfo
from django.conf import settings

words = psycopg.conninfo.conninfo_to_dict(os.environ["DSN"])
settings.configure(
    INSTALLED_APPS=["import_export"],
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": words["dbname"],
            "USER": words["user"],
            "PASSWORD": words.get("password", ""),
            "HOST": words.get("host", ""),
            "PORT": words.get("port", ""),
        }
    },
)
django.setup()

from django.db import models  # noqa: E402  once there are settings
from import_export import resources  # noqa: E402


class House(models.Model):
    uid = models.UUIDField(primary_key=True)
    members = models.IntegerField()
    under5 = models.IntegerField()
    water = models.CharField(max_length=11)
    latrine = models.CharField(max_length=6)
    desil = models.IntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        app_label, managed, db_table = "peer", False, "bench_export"

    def __str__(self):
        return str(self.uid)


def main() -> None:
    form, path = sys.argv[1:]
    resource_class = resources.modelresource_factory(House)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    made = getattr(resource_class().export(House.objects.order_by("uid")), form)
    Path(path).write_bytes(made if isinstance(made, bytes) else made.encode())
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    json.dump({"seconds": seconds, "memory": grown}, sys.stdout)


if __name__ == "__main__":
    main()
