"""What is kept about a layer beside its rows: the fields of SNI 8843-1:2019 (ISO 19115). One row a layer; what is left empty there is
said from the declaration and the data (listing.py)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

# MD_TopicCategoryCode, those that a city's layers may need.
TOPICS = [
    ("boundaries", _("administrative boundaries")),
    ("economy", _("economy")),
    ("environment", _("environment")),
    ("farming", _("farming")),
    ("health", _("health")),
    ("planningCadastre", _("planning and land")),
    ("society", _("society")),
    ("structure", _("buildings and facilities")),
    ("transportation", _("transport")),
    ("utilitiesCommunication", _("water, power and communication")),
]
# MD_MaintenanceFrequencyCode.
FREQUENCIES = [
    ("continual", _("continually")),
    ("daily", _("every day")),
    ("weekly", _("every week")),
    ("monthly", _("every month")),
    ("quarterly", _("every quarter")),
    ("annually", _("every year")),
    ("asNeeded", _("as needed")),
    ("notPlanned", _("not planned")),
    ("unknown", _("not known")),
]
LANGUAGES = [("ind", "Bahasa Indonesia"), ("eng", "English")]  # ISO 639-2


class Metadata(models.Model):
    """The words about one layer that an administrator wrote."""

    layer = models.CharField(_("layer"), max_length=40, primary_key=True, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # by which other catalogues know it
    title = models.CharField(_("title"), max_length=200, blank=True)
    abstract = models.TextField(_("abstract"), max_length=4000, blank=True)
    keywords = models.CharField(_("keywords"), max_length=500, blank=True, help_text=_("Separated by commas."))
    topic = models.CharField(_("theme"), max_length=30, choices=TOPICS, blank=True)
    organisation = models.CharField(_("organisation responsible"), max_length=200, blank=True)
    contact = models.CharField(_("contact: name or office"), max_length=200, blank=True)
    email = models.EmailField(_("contact: mail address"), blank=True)
    phone = models.CharField(_("contact: telephone"), max_length=40, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True, help_text=_("Such as CC BY 4.0."))
    constraints = models.TextField(_("limits of access and use"), max_length=2000, blank=True)
    lineage = models.TextField(_("lineage: how the data came about"), max_length=4000, blank=True)
    frequency = models.CharField(_("update frequency"), max_length=20, choices=FREQUENCIES, blank=True)
    language = models.CharField(_("language of the data"), max_length=3, choices=LANGUAGES, blank=True)
    scale = models.PositiveIntegerField(
        _("scale 1:"), null=True, blank=True, help_text=_("Of a map as exact as the shapes: 10000 for 1:10,000.")
    )
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("metadata of a layer"), _("metadata of layers")
        ordering = ["layer"]

    def __str__(self):
        from . import catalogue  # whose layers stand on models

        layer = catalogue.layer(self.layer)
        return self.title or (str(layer.title) if layer else self.layer)


def ensure(layers: list[str]) -> None:
    """Nothing; each of these layers has its row. The owner's to call: `manage.py policies` does."""
    Metadata.objects.bulk_create([Metadata(layer=name) for name in layers], ignore_conflicts=True)
