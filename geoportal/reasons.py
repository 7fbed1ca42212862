"""Why somebody looks at numbers: asked before they are shown, kept in the access log."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import description, discretion
from .errors import Invalid

REASONS = [
    ("service", gettext_lazy("a visit or a service for this family")),
    ("correct", gettext_lazy("completing or correcting the data")),
    ("merge", gettext_lazy("telling two records apart, or joining them")),
    ("request", gettext_lazy("the person asked for it")),
    ("other", gettext_lazy("another reason")),
]


class Why(forms.Form):
    """The reason for looking at numbers: a choice, and words where the choice says nothing."""

    reason = forms.ChoiceField(choices=REASONS, error_messages={"required": gettext_lazy("Choose a reason.")})
    note = forms.CharField(max_length=200, required=False)

    def clean(self):
        given = super().clean()
        if given.get("reason") == "other" and len(given.get("note", "")) < 5:
            self.add_error("note", _("Write the reason in a few words."))
        return given

    def spoken(self) -> str:
        """The reason as the access log keeps it; a number that was typed into it is masked."""
        given = self.cleaned_data
        return discretion.masked(": ".join(filter(None, [given["reason"], given["note"]])))


def why(given) -> str:
    """The reason, for the log; Invalid with a sentence a field when none is given."""
    form = Why(given)
    if not form.is_valid():
        raise Invalid(errors={name: " ".join(found) for name, found in form.errors.items()})
    return form.spoken()


def offered() -> list[dict]:
    """The reasons one may choose from, as the browser gets them."""
    return [{"value": value, "label": description.capital(label)} for value, label in REASONS]
