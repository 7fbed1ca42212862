"""What people call a browser, from what it says of itself."""

import re

from django.utils.translation import gettext_lazy

# What a browser says of itself -> what people call it; the first that fits, since each also claims to be the others.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
            "HeadlessChrome": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
UNKNOWN = gettext_lazy("an unknown browser")


def called(agent: str) -> str:
    """Browser and system that a User-Agent names: “Chrome · Android”."""
    words = [
        next((word for sign, word in table.items() if re.search(sign, agent)), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, words)) or str(UNKNOWN)
