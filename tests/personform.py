"""The form of a person as a browser sends it, and what is read in the answer."""

import re

from geoportal.models import User

WEST, EAST, GAMPONG = "11.73.01", "11.73.02", "11.73.01.2001"
PASSWORD = "kopi-gayo-tiap-pagi"
PAGE = {"HTTP_ACCEPT": "text/html"}


def form(**changes):
    """What the browser sends of the form of a person."""
    words = {"name": "Siti Aminah", "email": "", "role": "validator", "sector": "health", "areas": [WEST], "units": ""}
    return words | {"language": "id"} | changes


def invited(client, **changes):
    """(the person, the link that was shown) after inviting."""
    answer = client.post("/people/invite", form(**changes), **PAGE, follow=True)
    assert answer.status_code == 200, answer.context["form"].errors
    link = re.search(r"<code class=\"key\" data-link>(.*?)</code>", answer.content.decode())
    return User.objects.latest("pk"), link and link[1]


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
