"""Administration of a layer's rows, made from its declaration: list, filters, search, form with a map, history, tombstones.

What may be done stands in access.py, what is right in forms.py; the database's policies ask both once more.
"""

from django import forms
from django.contrib import admin, messages
from django.db.models import CharField, OuterRef, Q, Subquery
from django.forms import Script
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from leaflet.admin import LeafletGeoAdminMixin

from . import access, audit, description, rows
from .errors import NotFound
from .layer import Layer
from .places import Area
from .rowform import PlaceWidget, form_class


def of_layer(layer: Layer) -> type["RowAdmin"]:
    """The administration of one layer."""
    return type(f"{layer.model.__name__}Admin", (RowAdmin,), {"layer": layer, "form": form_class(layer)})


class District(admin.SimpleListFilter):
    """Rows by kecamatan, by the codes their areas begin with."""

    title = gettext_lazy("district")
    parameter_name = "district"

    def lookups(self, request, model_admin):
        found = Area.objects.filter(level="district", deleted_at=None).order_by("code")
        return [(area.code, area.name) for area in found]

    def queryset(self, request, queryset):
        code = self.value()
        return queryset.filter(Q(area_code=code) | Q(area_code__startswith=f"{code}.")) if code else queryset


class Presence(admin.SimpleListFilter):
    """Living rows, or those that were taken away and can be brought back."""

    title = gettext_lazy("presence")
    parameter_name = "taken"

    def lookups(self, request, model_admin):
        return [("yes", _("taken away"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("present")}, *others]

    def queryset(self, request, queryset):
        return queryset.filter(deleted_at__isnull=self.value() != "yes")


class RowAdmin(LeafletGeoAdminMixin, admin.ModelAdmin):
    """What every layer's administration does."""

    layer: Layer
    widget = PlaceWidget
    map_template = PlaceWidget.template_name
    list_per_page = 50
    show_full_result_count = False  # a second count over all rows tells nobody anything
    ordering = ["pk"]
    actions = ["take_away", "bring_back"]
    delete_confirmation_template = "admin/row_take_away.html"

    @property
    def media(self):
        found = super().media
        return found + forms.Media(js=[Script("js/admin/number.js", type="module")]) if self.layer.numbers else found

    # --- Rights

    def can(self, request, right: str) -> bool:
        return access.can(request.user, self.layer, right)

    def has_module_permission(self, request):
        return self.can(request, "add") or self.can(request, "change")

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request) and self.can(request, "records")

    def has_add_permission(self, request):
        return self.can(request, "add")

    def has_change_permission(self, request, obj=None):
        right = self.can(request, "change")
        return right and (obj is None or access.may(request.user, self.layer, "change", obj.area_code, self.unit(obj)))

    has_delete_permission = has_change_permission

    @staticmethod
    def unit(obj) -> str:
        return getattr(obj, "unit", "")

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Outside one's scope is not there."""
        raise NotFound(_("This feature is not there, or not within what you may see."))

    # --- The list

    def get_queryset(self, request):
        """Rows the person may see; those taken away too, for the filter and for bringing them back."""
        layer = self.layer
        if not self.has_view_permission(request):
            return layer.model._default_manager.none()
        found = layer.model._default_manager.filter(access.within(request.user, layer, "records"))
        if layer.names and access.can(request.user, layer, "identity"):
            found = found.select_related("names")
        name = Area.objects.filter(code=OuterRef("area_code")).values("name")[:1]
        return found.annotate(_area=Subquery(name, output_field=CharField())).order_by(*self.ordering)

    def changelist_view(self, request, extra_context=None):
        answer = super().changelist_view(request, extra_context)
        if shown := getattr(answer, "context_data", {}).get("cl"):
            audit.viewed(request, self.layer, [row.area_code for row in shown.result_list])
        return answer

    def get_list_display(self, request):
        return [column(self.layer, name) for name in access.fields(self.layer, request.user, self.layer.table_fields)]

    def get_list_filter(self, request):
        layer = self.layer
        shown = [name for name in access.fields(layer, request.user, layer.filters) if "__" not in name]
        plain = {"choice", "boolean", "date"}
        return [
            Presence,
            District,
            *(name for name in shown if description.kind(description.model_field(layer.model, name)) in plain),
        ]

    def get_search_fields(self, request):
        layer = self.layer
        texts = [name for name in (layer.label, layer.key) if name]
        # A whole number is sought by js/admin/number.js, which puts it into no address.
        named = [name for name in layer.form if name.startswith("names__") and name not in layer.numbers]
        return [*dict.fromkeys(texts), *access.fields(layer, request.user, named)]

    # --- The form

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request, obj=None):
        shown = access.fields(self.layer, request.user, self.layer.form)
        named = [name for name in shown if name.startswith("names__")]
        sets = [(None, {"fields": [*(name for name in shown if name not in named), "base"]})]
        if named:
            sets.insert(0, (_("Names and numbers"), {"fields": named}))
        place = [name for name in self.form.place_fields if name not in {*shown, "lon", "lat"}]
        if "lon" in self.form.place_fields:
            place.insert(1, ("lon", "lat"))
        return [*sets, (_("Place"), {"fields": place})]

    def get_readonly_fields(self, request, obj=None):
        """Codes of areas are what everything else refers to: they are given once."""
        return ["code"] if obj and self.model is Area else []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            audit.viewed(request, self.layer, [obj.area_code], obj.uid)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if {"lon", "lat"} & set(form.changed_data):
            obj.captured_by, obj.captured_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)

    # The history is the database's (audit.py); Django's own log would keep names in a table no policy protects.
    def log_addition(self, request, obj, message):
        return None

    log_change = log_addition

    # --- Taking away and bringing back: a tombstone, never a DELETE

    def get_actions(self, request):
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found if self.can(request, "change") else {}

    def get_deleted_objects(self, objs, request):
        return [str(obj) for obj in objs], {}, set(), []

    def log_deletions(self, request, queryset):
        return None

    def delete_model(self, request, obj):
        self.mark(request, self.model._default_manager.filter(pk=obj.pk), timezone.now())

    def mark(self, request, found, moment) -> int:
        """Number of rows whose tombstone was set (or lifted, moment None), of those the person may change."""
        return found.filter(access.within(request.user, self.layer, "change")).order_by().update(deleted_at=moment)

    @admin.action(description=gettext_lazy("Take away the selected rows"), permissions=["change"])
    def take_away(self, request, queryset):
        done = self.mark(
            request, self.model._default_manager.filter(pk__in=queryset.values("pk"), deleted_at=None), timezone.now()
        )
        text = ngettext("%(n)s row was taken away.", "%(n)s rows were taken away.", done) % {"n": done}
        self.message_user(
            request,
            f"{text} {_('The filter “taken away” shows them; from there they can be brought back.')}",
            messages.SUCCESS,
        )

    @admin.action(description=gettext_lazy("Bring back the selected rows"), permissions=["change"])
    def bring_back(self, request, queryset):
        done = self.mark(
            request, self.model._default_manager.filter(pk__in=queryset.values("pk"), deleted_at__isnull=False), None
        )
        self.message_user(
            request, ngettext("%(n)s row is back.", "%(n)s rows are back.", done) % {"n": done}, messages.SUCCESS
        )

    # --- The history

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is None or not self.has_view_permission(request, obj):
            raise NotFound(_("This feature is not there, or not within what you may see."))
        if self.layer.personal and not self.can(request, "identity"):
            raise NotFound(_("The history of this layer is for those who see its names."))
        audit.viewed(request, self.layer, [obj.area_code], obj.uid)
        context = self.admin_site.each_context(request) | {
            "title": _("History of %(row)s") % {"row": obj},
            "changes": audit.changes(self.layer, request.user, obj.pk),
            "object": obj,
            "opts": self.opts,
            "module_name": description.capital(self.opts.verbose_name_plural),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/row_history.html", context)


def column(layer: Layer, name: str):
    """A column of the list: the field's value as people read it, its label and its order."""
    described = description.field(layer, name)
    path = name.split("__")

    def cell(row):
        if described["type"] == "area":
            return row._area if name == "area_code" and row._area else getattr(row, name) or "–"
        value = row
        for step in path:
            value = getattr(value, step, None)
        return value if described["type"] == "boolean" else rows.spoken(described, value)

    unit = f" ({described['unit']})" if described["unit"] else ""
    cell.__name__ = name
    cell.short_description = f"{described['label']}{unit}"
    cell.admin_order_field = None if described["type"] == "secret" else name
    cell.boolean = described["type"] == "boolean"
    return cell
