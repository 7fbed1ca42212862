"""Households: where families live, how they are housed, and who among them is poor. Rows are about persons."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from geoportal.fields import Secret
from geoportal.layer import Access, Categories, Indicator, Layer, Rate, anyone, staff
from geoportal.models import Feature, Names

SECTORS = ("health", "social")


class Household(Feature):
    """One household at its house. Names and numbers stand in HouseholdNames."""

    WATER = [
        ("piped", _("piped water")),
        ("bottled", _("bottled or refill water")),
        ("protected", _("protected well or spring")),
        ("unprotected", _("unprotected well or spring")),
        ("surface", _("river, pond or rain")),
    ]
    LATRINE = [
        ("own", _("own (septic tank)")),
        ("shared", _("shared (septic tank)")),
        ("pit", _("pit (not decent)")),
        ("none", _("none")),
    ]
    surveyed = models.DateField(_("surveyed on"), null=True, blank=True)
    dusun = models.CharField(_("hamlet (dusun)"), max_length=60, blank=True, default="")
    members = models.PositiveSmallIntegerField(
        pgettext_lazy("in a household", "people"), validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    under5 = models.PositiveSmallIntegerField(_("children under five"), default=0, validators=[MaxValueValidator(10)])
    water = models.CharField(_("drinking water"), max_length=11, choices=WATER)
    latrine = models.CharField(_("latrine"), max_length=6, choices=LATRINE)
    desil = models.PositiveSmallIntegerField(
        _("welfare decile"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    pkh = models.BooleanField(_("PKH"), default=False)
    bpnt = models.BooleanField(_("BPNT"), default=False)
    pbi = models.BooleanField(_("PBI health insurance"), default=False)
    too_young = models.BooleanField(_("mother under 20"), default=False)
    too_old = models.BooleanField(_("mother over 35"), default=False)
    too_close = models.BooleanField(_("births less than 2 years apart"), default=False)
    too_many = models.BooleanField(_("more than 3 children"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("household"), _("households")
        indexes = [
            models.Index(fields=["area_code", "latrine"], name="household_latrine"),
            models.Index(fields=["area_code", "desil"], name="household_desil"),
            models.Index(fields=["area_code", "surveyed"], name="household_surveyed"),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {str(self.uid)[:8]}"


class HouseholdNames(Names):
    """Who lives there: head of household, numbers, address."""

    of = models.OneToOneField(Household, models.CASCADE, related_name="names", verbose_name=_("household"))
    head = models.CharField(_("head of household"), max_length=120)
    no_kk = Secret(_("family card number (KK)"), digits=16, null=True, blank=True)
    rt = models.CharField(_("RT"), max_length=10, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("household's names"), _("households' names")

    def __str__(self):
        return self.head


field = staff(*SECTORS, roles=("surveyor", "validator"), scope=True)

households = Layer(
    name="households",
    model=Household,
    names=HouseholdNames,
    title=_("Households"),
    group=_("Children and families"),
    abstract=_("Families with their water, latrine and welfare decile. Exact houses only for those who work there."),
    order=20,
    min_zoom=15,
    when="surveyed",
    style=Categories("latrine", {"own": "#2166ac", "shared": "#92c5de", "pit": "#f4a582", "none": "#b2182b"}),
    popup=["names__head", "names__no_kk", "members", "under5", "water", "latrine", "desil", "surveyed"],
    filters=["latrine", "water", "desil", "members", "under5", "pkh", "bpnt", "pbi", "surveyed", "place_state"],
    table=["names__head", "area_code", "dusun", "members", "under5", "water", "latrine", "desil", "pkh", "bpnt", "pbi", "surveyed"],
    form=[
        "names__head", "names__no_kk", "names__rt", "declared_code", "surveyed", "dusun", "members", "under5", "water", "latrine",
        "desil", "pkh", "bpnt", "pbi", "too_young", "too_old", "too_close", "too_many",
    ],
    columns={
        "Kepala keluarga": "names__head", "Nama kepala keluarga": "names__head", "Nama KK": "names__head",
        "No KK": "names__no_kk", "No. KK": "names__no_kk", "Nomor KK": "names__no_kk", "RT": "names__rt",
        "Jumlah anggota": "members", "Jumlah anggota keluarga": "members", "Jumlah jiwa": "members", "Anggota keluarga": "members",
        "Balita": "under5", "Jumlah balita": "under5", "Sumber air minum": "water", "Air minum": "water", "Jamban": "latrine",
        "Desil": "desil", "Dusun": "dusun", "Lorong": "dusun", "Tanggal pendataan": "surveyed", "Tanggal survei": "surveyed",
        "Kode desa": "declared_code", "Kode wilayah": "declared_code",
    },
    indicators=[
        Indicator(_("Households"), Count("id"), name="households", ramp="green"),
        Indicator(_("People"), Sum("members"), name="people", ramp="green"),
        Indicator(_("Children under five"), Sum("under5"), name="under5", ramp="green"),
        Rate(_("Without decent latrine"), cases=Q(latrine__in=["pit", "none"]), name="no_latrine"),
        Rate(_("Without safe water"), cases=Q(water__in=["unprotected", "surface"]), name="unsafe_water", ramp="blue"),
        Rate(_("Welfare decile 1–4"), cases=Q(desil__lte=4), of=Q(desil__isnull=False), name="poor", ramp="purple"),
    ],
    sums=["members"],
    atoms="under5",
    access=Access(
        counts=anyone,
        records=staff(*SECTORS, roles=("district",), scope=True),
        identity=field,
        add=field,
        change=field,
    ),
)  # fmt: skip
