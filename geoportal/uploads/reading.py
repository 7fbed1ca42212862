"""How a file is to be read, as a form: what was found, each of it correctable."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..errors import Invalid
from ..reading import systems
from ..reading.found import Found, Refused

ENCODINGS = ["utf-8", "windows-1252", "utf-16", "iso-8859-1"]
SEPARATORS = [
    (",", gettext_lazy("comma")),
    (";", gettext_lazy("semicolon")),
    ("\t", gettext_lazy("tab")),
    ("|", gettext_lazy("bar")),
]
SYSTEMS = ["EPSG:4326", "EPSG:32646", "EPSG:32647", "EPSG:32648", "EPSG:23830", "EPSG:23831", "EPSG:23832"]


class Reading(forms.Form):
    """The choices of reading.found.Choices; empty: as found out."""

    part = forms.ChoiceField(label=gettext_lazy("Sheet or layer"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding of the letters"), required=False)
    separator = forms.ChoiceField(label=gettext_lazy("Between cells stands"), required=False)
    decimal = forms.ChoiceField(label=gettext_lazy("Sign before a fraction"), required=False)
    header = forms.IntegerField(
        label=gettext_lazy("Names of the columns in line"), required=False, min_value=1, max_value=9_999_999
    )
    crs = forms.CharField(label=gettext_lazy("Reference system of the coordinates"), required=False, max_length=40)
    axes = forms.ChoiceField(label=gettext_lazy("Order of the coordinates"), required=False)

    def __init__(self, data, found: Found, chosen: dict):
        super().__init__(data, initial=chosen, prefix="read")
        itself = [("", _("as found out"))]
        listed = {
            "part": [(p, p) for p in found.parts],
            "encoding": [(e, e) for e in dict.fromkeys([*filter(None, [found.encoding]), *ENCODINGS])],
            "separator": [(sign, str(word).capitalize()) for sign, word in SEPARATORS],
            "decimal": [(",", _("Comma (1,5)")), (".", _("Point (1.5)"))],
            "axes": [("given", _("as they stand")), ("swapped", _("exchanged"))],
        }
        for name, offered in listed.items():
            extra = [(chosen[name], chosen[name])] if chosen.get(name) and chosen[name] not in dict(offered) else []
            self.fields[name].choices = itself + offered + extra
        self.fields["crs"].widget.attrs |= {"list": "systems", "placeholder": "EPSG:4326", "autocomplete": "off"}
        self.suit(found)

    def suit(self, found: Found) -> None:
        """Only what a file of this kind can be told."""
        text, table = found.format == "csv", not found.spatial
        wanted = {"part": len(found.parts) > 1, "encoding": text or found.format in {"shp", "html"}, "separator": text,
                  "decimal": table, "header": table, "crs": True, "axes": True}  # fmt: skip
        for name, shown in wanted.items():
            if not shown:
                del self.fields[name]

    def clean_crs(self):
        """The system's name, when there is such a system."""
        crs = self.cleaned_data["crs"].strip()
        crs = f"EPSG:{crs}" if crs.isdigit() else crs
        if crs:
            try:
                systems.known(crs)
            except Refused:
                raise forms.ValidationError(
                    _("There is no coordinate reference system “%(crs)s”. Write it as EPSG:4326."), params={"crs": crs}
                ) from None
        return crs

    def chosen(self) -> dict:
        """What is to be kept: only what was said. Invalid with its sentences otherwise."""
        if not self.is_valid():
            raise Invalid(" ".join(sentence for found in self.errors.values() for sentence in found))
        return {name: value for name, value in self.cleaned_data.items() if value}
