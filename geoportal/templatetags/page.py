"""Template tags of the page frame: the import map, links that fetch modules early, an icon of the sprite."""

import datetime

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from geoportal import importmap as maps
from geoportal import numerals
from geoportal.models import User

DEMO_ACCOUNTS = (
    "surveyor", "surveyor_trade", "validator", "validator_trade", "village", "district", "planner", "official", "admin",
    "auditor",
)  # fmt: skip
register = template.Library()


@register.simple_tag
def importmap():
    """The inline import map; it must stand before the first module script."""
    text, _ = maps.importmap()
    # The text is made of our own file names; "<" cannot occur in it, and escaping would change the hash.
    return mark_safe(f'<script type="importmap">{text}</script>')


@register.simple_tag
def preloads(*folders):
    """Links that let the browser fetch all modules of these folders of static/js at once, instead of import by import."""
    urls = (static(path) for path in maps.modules() if path.removeprefix("js/").split("/")[0] in folders)
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', ((url,) for url in urls))


@register.simple_tag
def icon(name, size=20):
    """An icon of the sprite, hidden from screen readers: the label beside it speaks."""
    return format_html(
        '<svg class="icon" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        size,
        static("vendor/lucide/icons.svg"),
        name,
    )


@register.filter
def day(moment):
    """The day of an ISO timestamp where the city is, as the reader's language writes it: 24 Nov 2026."""
    return formats.date_format(timezone.localtime(datetime.datetime.fromisoformat(moment)), "DATE_FORMAT")


register.filter("quantity", numerals.quantity)
register.filter("month", numerals.month)


@register.filter
def coordinates(feature):
    """Where a feature is, in the notation of the map's drawer."""
    return numerals.coordinates(feature["lon"], feature["lat"])


@register.filter
def middle(bbox):
    """The middle of a box (west, south, east, north) as coordinates are typed: latitude, longitude with two decimals."""
    west, south, east, north = bbox
    return f"{(south + north) / 2:.2f}, {(west + east) / 2:.2f}"


@register.filter
def initials(user):
    """Two letters for the round sign of an account: of first and last name, else of the user name."""
    words = user.get_full_name().split() or [user.get_username()]
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@register.simple_tag
def demo_accounts():
    """The demo's accounts with their password and work, where DEMO is on; settings refuse DEMO on a reachable host."""
    if not settings.DEMO:
        return []
    found = User.objects.filter(username__in=DEMO_ACCOUNTS, is_active=True).order_by("pk")
    return [
        {
            "username": user.username,
            "password": settings.DEMO_PASSWORD,
            "words": " · ".join(filter(None, [str(user.get_role_display()), str(user.get_sector_display() or "")])),
        }
        for user in found
    ]
