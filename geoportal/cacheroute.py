"""Where the counters of too many tries lie: reached by the log's connection, so that they count in transactions that only read and
stay when a request is rolled back."""

from django.conf import settings


class Counters:
    """A database router: Django's cache table."""

    def db_for_read(self, model, **hints) -> str | None:
        return settings.LOG_DATABASE if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read
