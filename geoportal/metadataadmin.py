"""The administration's page of what is said about a layer in catalogues."""

from django.contrib import admin
from django.forms import TypedChoiceField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import catalogue, description, listing, origins
from .administrators import AdministratorsOnly
from .description import capital
from .metadata import Metadata


class MetadataAdmin(AdministratorsOnly, admin.ModelAdmin):
    """One row a layer, made by itself; what is left empty is said from the declaration and the data, and stands in the field
    in grey."""

    list_display = ["title_of_layer", "organisation", "licence", "missing", "changed"]
    readonly_fields = ["page"]
    fields = [
        "page", "title", "abstract", "keywords", "topic", "organisation", "contact", "email", "phone", "licence", "constraints",
        "lineage", "frequency", "language", "scale",
    ]  # fmt: skip

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        names = [layer.name for layer in catalogue.layers()]
        return super().get_queryset(request).filter(layer__in=names)

    def get_form(self, request, obj=None, **kwargs):
        """The form with what would be said in the place of an empty field."""
        form = super().get_form(request, obj, **kwargs)
        for name, text in said(obj).items() if obj else ():
            field = form.base_fields.get(name)
            if isinstance(field, TypedChoiceField):
                field.choices = [("", f"– ({text})"), *[choice for choice in field.choices if choice[0]]]
            elif field:
                field.widget.attrs["placeholder"] = text
        return form

    @admin.display(description=gettext_lazy("layer"), ordering="layer")
    def title_of_layer(self, kept):
        return capital(catalogue.layer(kept.layer).title)

    @admin.display(description=gettext_lazy("still to be said"))
    def missing(self, kept):
        return ", ".join(listing.one(catalogue.layer(kept.layer)).missing) or "–"

    @admin.display(description=gettext_lazy("page"))
    def page(self, kept):
        return format_html('<a href="{}">{}</a>', reverse("metadata", args=[kept.layer]), _("As readers see it"))


def said(kept) -> dict[str, str]:
    """What is said of a layer where its own row is empty, by field."""
    entry = listing.entry(
        catalogue.layer(kept.layer), Metadata(layer=kept.layer), None, origins.loaded(), description.place()
    )
    plain = ("title", "abstract", "organisation", "licence", "constraints", "lineage")
    words = {"topic": entry.topic_word, "frequency": entry.frequency_word, "language": entry.language_word}
    return {name: getattr(entry, name) for name in plain} | {"keywords": ", ".join(entry.keywords)} | words
