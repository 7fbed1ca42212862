"""Somebody who uploads: `sender(user, layer)` sends files by the page; the jobs it asks for are done at once when asked."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal import jobs
from geoportal.uploads.kept import Upload
from tests.conftest import acting_owner, wearing


class Sender:
    """One person at the upload page of one layer, in English."""

    def __init__(self, client, user, layer):
        self.client, self.user, self.layer, self.url = client, user, layer, f"/upload/{layer}"
        client.force_login(user)
        client.cookies["django_language"] = "en"

    def send(self, content, name="file.csv"):
        """Sends a file and has it looked at; the answer of the page it came to, or of the refusal."""
        content = content.encode() if isinstance(content, str) else content
        answer = self.client.post(
            self.url, {"file": SimpleUploadedFile(name, content)}, headers={"Accept": "text/html"}
        )
        if answer.status_code != 302:
            return answer
        self.url = answer["Location"]
        self.work()
        return self.page()

    def page(self, **query):
        return self.client.get(self.url, query, headers={"Accept": "text/html"})

    def do(self, what, work=True, **fields):
        """Presses a button, has the jobs done, and gives the page then."""
        answer = self.client.post(self.url, {"do": what, **fields}, headers={"Accept": "text/html"})
        if answer.status_code == 302 and work:
            self.work()
            return self.page()
        return answer

    def columns(self, page) -> dict:
        """The fields of the form of columns as the page has them."""
        text = page.content.decode()
        found = re.findall(r'<select id="(column-\d+)".*?</select>', text, re.DOTALL)
        chosen = {}
        for name in found:
            box = re.search(rf'<select id="{name}".*?</select>', text, re.DOTALL)[0]
            value = re.search(r'<option value="([^"]*)" selected', box)
            chosen[name] = value[1] if value else ""
        return chosen

    def check(self, page, **changed):
        """Tries the rows with the columns as the page has them, but for these."""
        return self.do(
            "check", **self.columns(page) | {name.replace("_", "-"): value for name, value in changed.items()}
        )

    def work(self) -> int:
        """Does every job that waits, as the worker would; how many they were."""
        with acting_owner():
            waiting = list(ProcrastinateJob.objects.filter(task_name=jobs.take_upload.name, status="todo"))
            ProcrastinateJob.objects.filter(pk__in=[job.pk for job in waiting]).update(status="doing")
        for job in waiting:
            with wearing(settings.WEB_ROLE):
                jobs.take_upload(**job.args)
        return len(waiting)

    def book(self) -> bytes:
        """The workbook with what is wrong."""
        return b"".join(self.client.get(f"{self.url}/wrong.xlsx").streaming_content)

    owner = staticmethod(acting_owner)

    @property
    def root(self):
        """Where uploads lie."""
        return settings.UPLOAD_ROOT

    @property
    def kept(self) -> Upload:
        with acting_owner():
            return Upload.objects.get(uid=self.url.rpartition("/")[2])


@pytest.fixture(autouse=True)
def upload_root(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    return settings.UPLOAD_ROOT


@pytest.fixture
def sender(client, person):
    """sender(layer, role, sector, *scopes) -> a Sender."""

    def make(layer="posyandu", role="validator", sector="health", *scopes):
        return Sender(client, person(role, sector, *(scopes or ("11.73",))), layer)

    return make
