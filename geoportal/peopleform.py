"""The form of a person: name, address, role, sector, and where they work, as a tree of the city's areas."""

from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import mandate, places
from .description import capital
from .layer import ROLES, SECTORS
from .mandate import Work
from .models import ROLE_WORDS, SECTOR_WORDS, User
from .people import Given

REQUIRED = {"required": gettext_lazy("This is needed.")}


@dataclass
class Branch:
    """An area that may be chosen, with those inside it."""

    code: str
    title: str
    chosen: bool
    inside: list["Branch"] = field(default_factory=list)

    @property
    def root(self) -> bool:
        """Whether it is the whole city."""
        return self.code == settings.AREA_ROOT

    @property
    def count(self) -> int:
        """How many inside it are chosen."""
        return sum(branch.chosen for branch in self.inside)


class Person(forms.Form):
    """What an administrator may write of a person; the choices are within the administrator's reach."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, error_messages=REQUIRED)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Without one you hand the link over yourself."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), error_messages=REQUIRED)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    areas = forms.MultipleChoiceField(label=gettext_lazy("Areas"), required=False)
    units = forms.CharField(
        label=gettext_lazy("Units"),
        required=False,
        max_length=400,
        help_text=gettext_lazy(
            "For work in single units instead of whole areas: their codes, with commas between (PSR-1, PSR-2)."
        ),
    )

    def __init__(self, *args, giver: User, person: User | None = None, **kwargs):
        self.person, own = person, mandate.work(giver)
        super().__init__(*args, initial=initial(person) if person else None, **kwargs)
        sectors = [own.sector] if own.sector else ["", *SECTORS]
        self.fields["role"].choices = [("", _("Choose…")), *((role, capital(ROLE_WORDS[role])) for role in ROLES)]
        self.fields["sector"].choices = [(s, capital(SECTOR_WORDS[s]) if s else _("no sector")) for s in sectors]
        self.offered = offered(own)
        self.fields["areas"].choices = [(area.code, str(area)) for area in self.offered]
        if own.areas and not own.units and not mandate.everywhere(own):
            del self.fields["units"]

    @property
    def tree(self) -> list[Branch]:
        """The areas that may be chosen, the whole city first, then each district with what is inside."""
        chosen = set(self["areas"].value() or ())
        made = {area.code: Branch(area.code, str(area), area.code in chosen) for area in self.offered}
        for area in self.offered:
            if area.parent_id in made and area.level == "village":
                made[area.parent_id].inside.append(made[area.code])
        return [made[area.code] for area in self.offered if area.level != "village" or area.parent_id not in made]

    def clean_units(self) -> list[str]:
        units = [" ".join(word.split()) for word in self.cleaned_data["units"].split(",")]
        if any(len(unit) > 40 for unit in units):
            raise forms.ValidationError(_("A unit has at most 40 letters: put commas between them."))
        return [unit for unit in units if unit]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def given(self) -> Given:
        """What a valid form says."""
        told = self.cleaned_data
        scopes = {"areas": frozenset(told["areas"]), "units": frozenset(told.get("units", ()))}
        return Given(
            name=told["name"],
            email=User.objects.normalize_email(told["email"]),
            work=Work(role=told["role"], sector=told["sector"], **scopes),
        )

    def take(self, errors: dict[str, str]) -> None:
        """Nothing; sentences about fields, found after the form's own."""
        for name, sentence in errors.items():
            self.add_error(name if name in self.fields else None, sentence)


class Invited(Person):
    """A new person, with the language the product greets them in."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = settings.LANGUAGE_CODE


def initial(person: User) -> dict:
    """What the form of a stored person holds at first."""
    scopes = person.scopes.all()
    return {
        "name": person.get_full_name(),
        "email": person.email,
        "role": person.role,
        "sector": person.sector,
        "areas": [scope.area_id for scope in scopes if scope.area_id],
        "units": ", ".join(sorted(scope.unit for scope in scopes if scope.unit)),
    }


def offered(own: Work) -> list[places.Area]:
    """The living areas of the city within an administrator's reach, by code."""
    root = settings.AREA_ROOT
    living = places.Area.objects.filter(code__startswith=root, deleted_at=None).order_by("code")
    everywhere = mandate.everywhere(own)
    return [
        area
        for area in living
        if mandate.covers([root], area.code) and (everywhere or mandate.covers(own.areas, area.code))
    ]
