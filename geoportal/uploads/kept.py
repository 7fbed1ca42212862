"""Every upload, kept: who, when, which file, how its columns were named, what became of its rows. Never what stands in it."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What a job is asked to do, and where the upload stands again when that could not be done.
WORKING = {"looking": "unreadable", "checking": "found", "storing": "checked", "undoing": "stored"}


class Upload(models.Model):
    """One file on its way into a layer. Its folder is swept after UPLOAD_DAYS; this row stays."""

    STATES = [
        ("looking", _("is being read")),
        ("unreadable", _("cannot be read")),
        ("found", _("columns to be named")),
        ("checking", _("is being tried")),
        ("checked", _("tried, to be stored")),
        ("storing", _("is being stored")),
        ("stored", _("stored")),
        ("undoing", _("is being undone")),
        ("undone", _("undone")),
    ]
    uid = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    layer = models.CharField(_("layer"), max_length=40)
    file = models.CharField(_("file"), max_length=255)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    language = models.CharField(max_length=5)  # of the sentences about its rows
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="looking")
    since = models.DateTimeField(default=timezone.now)  # in this state
    at = models.DateTimeField(_("uploaded"), default=timezone.now, db_index=True)
    told = models.TextField(blank=True, default="")  # why the last step could not be done, as a sentence
    choices = models.JSONField(default=dict)  # how to read it, where a person said so
    columns = models.JSONField(default=list)  # the header
    mapping = models.JSONField(default=dict)  # column -> field, empty: left out
    rows = models.IntegerField(_("rows"), null=True)
    stored = models.IntegerField(_("new"), null=True)
    updated = models.IntegerField(_("changed"), null=True)
    skipped = models.IntegerField(_("identical"), null=True)
    rejected = models.IntegerField(_("wrong"), null=True)
    # Of the transaction that stored it: the context of the history, and between which of its numbers, by table.
    context = models.UUIDField(null=True)
    events = models.JSONField(default=dict)
    taken = models.IntegerField(null=True)  # rows that undoing took away
    restored = models.IntegerField(null=True)  # rows to which it gave back what they held

    class Meta:
        verbose_name, verbose_name_plural = _("upload"), _("uploads")

    def __str__(self):
        return f"{self.layer}: {self.file}"

    @property
    def working(self) -> bool:
        """Whether a job is asked to do something with it."""
        return self.state in WORKING

    @property
    def until(self) -> datetime.datetime:
        """When its folder is swept."""
        return self.at + datetime.timedelta(days=settings.UPLOAD_DAYS)


def move(upload: Upload, state: str, **values) -> None:
    """Nothing; the upload stands in this state, with these values, and no longer says why something could not be done."""
    for name, value in ({"told": ""} | values | {"state": state, "since": timezone.now()}).items():
        setattr(upload, name, value)
    upload.save(update_fields=["state", "since", "told", *(set(values) - {"told"})])


def locked(uid) -> Upload | None:
    """The upload of this identifier, held until the transaction ends; None when it is not this person's."""
    return Upload.objects.select_for_update().filter(uid=uid).first()


def earlier(upload: Upload) -> Upload | None:
    """The last upload of the very same bytes into the same layer that came before, or None."""
    same = Upload.objects.filter(sha256=upload.sha256, layer=upload.layer, user=upload.user_id, pk__lt=upload.pk)
    return same.exclude(state="unreadable").order_by("-pk").first()
