"""The pages people open: map, start, feature; and what every page's frame needs."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class Door(DefaultAccountAdapter):
    """Sign-in without sign-up: an administrator gives accounts."""

    def is_open_for_signup(self, request):
        return False


def frame(request):
    """What the frame of every page shows: the place, the rail, the demo banner."""
    return {"demo": settings.DEMO}
