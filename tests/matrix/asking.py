"""How a person asks, and what an answer tells in the tables' words, whatever its form: found by looking through all of it."""

import html
import json
import re
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from geoportal import catalogue, tokens
from tests import written
from tests.matrix.world import NAMES, NUMBERS, head

TITLES = {
    "areas": "Administrative areas", "households": "Households", "posyandu": "Posyandu", "markets": "Markets",
    "health_facilities": "Health facilities", "population": "Population density",
}  # fmt: skip
SIGN_IN, ANY_SIGN_IN = "Sign in to see “{}”.", "Sign in first."
REFUSED = "Your account has no right to “{}”. Ask your administrator for it."
REFUSED_PAGE = "Your account has no right to this page. Ask your administrator for it."
NO_LAYER = "There is no layer “{}”."
BRIEFLY = {"Accept": "application/json"}  # a refusal without the page around it


def said(answer) -> str:
    """All an answer says: headers and content, the files inside a workbook too."""
    if not hasattr(answer, "said"):
        answer.said = read(answer)
    return answer.said


def held(answer) -> str:
    """What an answer holds beside its headers."""
    return said(answer) and answer.held


def read(answer) -> str:
    text = answer.held = written.text(answer.getvalue())
    if "json" in answer.get("Content-Type", ""):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return f"{dict(answer.items())}\n" + html.unescape(text)


class Asking:
    """One person (None: nobody) who asks of the planted city; with `phone` by a device token, and no session."""

    def __init__(self, world, user, phone: bool = False):
        self.world, self.user = world, user
        headers = {"Accept": "text/html"}
        if phone:
            with world.owner():
                headers["Authorization"] = f"Bearer {tokens.made(user, 'hp')[1]}"
        self.client = Client(headers=headers)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.kept: dict = {}
        self.heard: list[
            tuple[str, str, object]
        ] = []  # everything: (method and path with query, what was sent, answer)
        if user and not phone:
            self.client.force_login(user)

    def __call__(self, path, query=None, post=None, headers=None):
        """The answer to a GET (the same to the same question), or to a POST of a form."""
        if post is not None:
            return self.hear(f"POST {path}", post, self.client.post(path, post, headers=headers))
        asked = (path, *sorted((query or {}).items()))
        if asked not in self.kept:
            self.kept[asked] = self.hear(f"GET {asked}", "", self.client.get(path, query or {}, headers=headers))
        return self.kept[asked]

    def sent(self, path, body):
        """The answer to a POST of JSON."""
        return self.hear(
            f"POST {path}", body, self.client.post(path, json.dumps(body), content_type="application/json")
        )

    def hear(self, asked: str, sent, answer):
        """The answer, kept among all that was heard."""
        self.heard.append((asked, str(sent), answer))
        return answer

    @contextmanager
    def undone(self):
        """Inside one may write, sign out and the like; afterwards it never was."""
        jar = {name: morsel.value for name, morsel in self.client.cookies.items()}
        kept = transaction.savepoint()
        yield
        transaction.savepoint_rollback(kept)
        self.client.cookies.clear()
        for name, value in jar.items():
            self.client.cookies[name] = value

    # --- What an answer tells

    def barred(self, answer, layer: str | None = None) -> str:
        """signin, refused, absent, closed, or empty when the answer is none of these; a wrong sentence is told as it is."""
        text = said(answer)
        where = answer.get("Location", "")
        if answer.status_code == 302:
            if where.startswith("/accounts/login/"):
                return "signin"
            if where.startswith("/admin/login/"):
                return self.barred(self(where, headers=BRIEFLY), layer)
            return f"-> {where}"
        wanted = {
            401: [("signin", SIGN_IN), ("closed", "This phone's access has ended"), ("signin", ANY_SIGN_IN)],
            403: [("refused", REFUSED), ("refused", REFUSED_PAGE)],
            404: [("absent", NO_LAYER), ("absent", "There is nothing at"), ("absent", "")],
        }
        title = layer if answer.status_code == 404 else TITLES.get(layer, "")
        for word, sentence in wanted.get(answer.status_code, []):
            if sentence.format(title) in text:
                return word
        return "" if answer.status_code in {200, 204} else f"{answer.status_code}: {sentence_of(answer)}"

    def rows(self, answer, layer: str) -> str:
        """The rows of the layer whose uid the answer holds, by name, and whether named and with numbers."""
        return self.barred(answer, layer) or self.rows_in(said(answer), layer)

    def rows_in(self, text: str, layer: str) -> str:
        """The same of a text."""
        shown = []
        for name, found in self.world.rows[layer].items():
            here = sum(str(row.uid) in text for row in found)
            if here:
                shown.append(name if here == len(found) else f"{name} ({here} of {len(found)})")
        return self.told(shown, text, layer)

    def told(self, shown: list[str], text: str, layer: str) -> str:
        """The names of rows in the tables' words, with what else of them the text holds."""
        every = list(self.world.rows[layer])
        words = "every" if shown == every else " ".join(shown) or "none"
        return " ".join(filter(None, [words, *self.personal(shown, text, layer)]))

    def personal(self, shown, text, layer):
        """named, numbers: what the text holds about persons, which must be of the rows shown."""
        if catalogue.layer(layer).kind != "vector" or not catalogue.layer(layer).personal:
            return
        named = [name for name in NAMES if head(name) in text]
        if named:
            yield (
                "named"
                if named == [n for n in NAMES if n in {s.partition(" ")[0] for s in shown}]
                else f"NAMED {named}"
            )
        exact = [n for n in NAMES if self.exactly(n, layer) in text]
        if exact and not named:
            yield f"EXACT {exact}"
        plain = re.sub(r"(?<=\d) (?=\d)", "", text)
        if known := [n for n in NAMES if NUMBERS[n] in plain]:
            yield "numbers" if known == shown else f"NUMBERS {known}"

    def exactly(self, name, layer) -> str:
        """The longitude of a place's first row as text: finer than the middle of its cell, so known to few."""
        return f"{self.world.items[layer][name].place.x:.6f}"

    def one_by_one(self, layer: str, ask, shown) -> str:
        """The rows that are shown when each planted one is asked for: `ask(row)` answers, `shown(answer)` says whether.

        One that is not shown must be answered as one that does not exist: to the letter, in status, headers and content. Only
        of a row that anyone may see it may be said that one must not change it.
        """
        found, text, barred = [], "", set()
        missing = ask(Missing())
        for name, row in self.world.items[layer].items():
            answer = ask(row)
            if shown(answer):
                found.append(name)
                text += said(answer)
                continue
            barred.add(self.barred(answer, layer))
            open_row = self.barred(answer, layer) == "refused" and not catalogue.layer(layer).personal
            if not open_row and stripped(answer, row) != stripped(missing, Missing()):
                barred.add(f"{name} IS ANSWERED OTHERWISE THAN NOTHING")
        if barred - {"absent"} and (not found or barred - {"refused"}):
            return " ".join(sorted(barred | set(found)))
        return self.told(found, text, layer)


class Missing:
    """A row that is not there."""

    uid, pk = "00000000-0000-4000-8000-000000000000", 999_999_999


def stripped(answer, row):
    """Status, headers and content of an answer, without the identifier that was asked for and what is drawn at random."""
    text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"|nonce-[\w=+/-]+', r"\1", said(answer))
    text = re.sub(rf"(?<=/){row.pk}(?=/)|(?<=%2F){row.pk}(?=%2F)", "…", text.replace(str(row.uid), "…"))
    return answer.status_code, re.sub(r"'(Content-Length|Expires)': '[^']+'", "", text)


def sentence_of(answer) -> str:
    """The sentence of a refusal in words that do not depend on the reader's typing."""
    try:
        return json.loads(answer.content)["detail"]
    except (ValueError, KeyError):
        text = re.sub(
            r"\s+",
            " ",
            re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", said(answer).partition("<main")[2].partition(">")[2]),
        )
        return text.strip()[:120]


def url(called: str, **kwargs) -> str:
    """The path of the URL of this name."""
    return reverse(called, kwargs=kwargs)
