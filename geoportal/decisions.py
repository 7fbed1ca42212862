"""What was decided about people's accounts: who, when, what was before and what after. Only ever added to (policies.py)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """One decision about one person. Names stand beside the keys: the entry outlives both accounts."""

    WHAT = [
        ("invited", _("invited")),
        ("again", _("invited again")),
        ("withdrawn", _("invitation withdrawn")),
        ("accepted", _("invitation accepted, password set")),
        ("changed", _("work changed")),
        ("suspended", _("suspended")),
        ("restored", _("restored")),
        ("password", _("link to a new password given")),
        ("phone", _("second step taken away")),
    ]
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    by_name = models.CharField(_("by"), max_length=300)
    of = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, db_constraint=False, related_name="+")
    of_name = models.CharField(_("person"), max_length=300)
    what = models.CharField(_("what"), max_length=9, choices=WHAT)
    # Of each field that differs: its name; what was there; what is there now.
    fields = ArrayField(models.CharField(max_length=10), default=list)
    before = ArrayField(models.TextField(), default=list)
    after = ArrayField(models.TextField(), default=list)

    class Meta:
        verbose_name, verbose_name_plural = _("decision about a person"), _("decisions about people")
        indexes = [models.Index(fields=["of", "at"], name="decisions_of_a_person")]

    def __str__(self):
        return f"{self.of_name}: {self.what}"


def called(user) -> str:
    """The name of a person, with the name they sign in by."""
    full = user.get_full_name()
    return f"{full} ({user.get_username()})" if full else user.get_username()


def noted(by, of, what: str, before: dict[str, str] | None = None, after: dict[str, str] | None = None) -> None:
    """Nothing; the decision is stored with this transaction, with the fields in which before and after differ. by: the
    administrator, or None for the person's own act."""
    before, after = before or {}, after or {}
    changed = [name for name in after if before.get(name, "") != after[name]]
    entry = Decision(
        by=by,
        by_name=called(by or of),
        of=of,
        of_name=called(of),
        what=what,
        fields=changed,
        before=[before.get(name, "") for name in changed],
        after=[after[name] for name in changed],
    )
    # Without asking for the key back: who writes an entry need not be one who may read it.
    Decision.objects.bulk_create([entry], ignore_conflicts=True)
