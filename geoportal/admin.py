"""The administration: one page for each layer of rows, made in a loop over the catalogue, and the engine's own tables.

Whoever may add to or change some layer gets in and finds those layers; people, boundaries and loads are the administrator's.
"""

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.i18n import JavaScriptCatalog

from . import access, catalogue, jobs, rowadmin
from .administrators import AdministratorsOnly
from .description import capital
from .errors import Forbidden
from .metadataadmin import MetadataAdmin
from .models import BoundarySet, BpsCode, Load, Metadata


def works(user) -> bool:
    """Whether the administration holds anything for this user."""
    rights = ("add", "change")
    return access.administers(user) or any(
        access.can(user, layer, right) for layer in catalogue.vectors() for right in rights
    )


def people() -> dict:
    """The line that leads to the pages of people, which are no part of the administration: there is one door to accounts."""
    return {
        "name": pgettext("accounts", "People"),
        "object_name": "User",
        "admin_url": reverse("people"),
        "add_url": reverse("people-invite"),
    }


class Site(admin.AdminSite):
    """The administration's front: signs in through the product's door, groups layers as the map does."""

    site_header = site_title = "Geoportal"
    index_title = gettext_lazy("Administration")
    enable_nav_sidebar = True

    def has_permission(self, request):
        return works(request.user)

    def login(self, request, extra_context=None):
        """To the one sign-in page; whoever is signed in and still comes here has no right to what was asked."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Forbidden()
        wanted = request.GET.get("next") or "/admin/"
        return redirect(
            wanted_or_index(wanted)
            if request.user.is_authenticated
            else f"/accounts/login/?{urlencode({'next': wanted})}"
        )

    def i18n_javascript(self, request, extra_context=None):
        """The texts of Django's scripts and of ours in one catalogue."""
        return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "geoportal"])(request)

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def get_app_list(self, request, app_label=None):
        """Layers by the groups of the map's tree, then people and places."""
        layers = {layer.model: layer for layer in catalogue.vectors()}
        groups: dict[str, list] = {str(layer.group): [] for layer in layers.values()}
        if access.administers(request.user) and app_label is None:
            groups[_("People and places")] = [people()]
        for app in self._build_app_dict(request).values():
            for model in app["models"]:
                layer = layers.get(model["model"])
                group = str(layer.group) if layer else _("People and places")
                groups.setdefault(group, []).append(model | {"name": capital(layer.title)} if layer else model)
        return [
            {"name": name, "app_label": name, "app_url": "", "has_module_perms": True, "models": models}
            for name, models in groups.items()
            if models
        ]

    def app_index(self, request, app_label, extra_context=None):
        """One page holds all: Django's apps mean nothing to people."""
        return redirect("admin:index")


def wanted_or_index(wanted: str) -> str:
    """A path of this site, never another host's."""
    return wanted if wanted.startswith("/admin/") else "/admin/"


site = Site(name="admin")


class BoundarySetAdmin(AdministratorsOnly, admin.ModelAdmin):
    """Boundary sets; one is in use. They come by `manage.py load areas FILE`."""

    list_display = ["title", "state", "official", "licence", "valid_from", "valid_to", "loaded"]
    fields = ["source", "official", "licence", "valid_from", "valid_to", "state", "loaded"]
    readonly_fields = ["state", "loaded"]
    actions = ["use"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(job=Subquery(jobs.newest_switch(OuterRef("pk"))))

    @admin.display(description=gettext_lazy("source"), ordering="source")
    def title(self, boundary_set):
        return str(boundary_set)

    @admin.display(description=gettext_lazy("state"), ordering="-in_use")
    def state(self, boundary_set):
        """In use, on its way there (the job's word, so it survives a reload), or not arrived."""
        words = {"todo": _("being put to use"), "doing": _("being put to use"), "failed": _("could not be put to use")}
        known, word = ("used", _("in use")) if boundary_set.in_use else ("", "–")
        if boundary_set.job in words and not (boundary_set.in_use and boundary_set.job == "failed"):
            known, word = boundary_set.job, words[boundary_set.job]
        return format_html('<span class="state {}">{}</span>', known, word)

    def has_add_permission(self, request):
        return False

    @admin.action(description=gettext_lazy("Use this boundary set"), permissions=["change"])
    def use(self, request, queryset):
        if queryset.count() != 1:
            self.message_user(request, _("Select exactly one boundary set."), messages.ERROR)
            return
        chosen = queryset.get()
        jobs.use_boundaries.defer(boundary_set=chosen.pk, user=request.user.pk)
        sentence = _(
            "“%(set)s” is being put to use: every row is placed anew, which takes about a minute for 100,000 rows."
        )
        self.message_user(request, sentence % {"set": chosen}, messages.SUCCESS)


class BpsCodeAdmin(AdministratorsOnly, admin.ModelAdmin):
    """Codes of BPS beside ours."""

    list_display = ["code", "area", "source"]
    list_select_related = ["area"]
    search_fields = ["code", "area__name", "area__code"]

    def has_delete_permission(self, request, obj=None):
        return access.administers(request.user)


class LoadAdmin(AdministratorsOnly, admin.ModelAdmin):
    """What was loaded, to be read."""

    list_display = ["at", "layer_title", "file", "user", "stored", "updated", "skipped", "rejected"]
    list_filter = ["at"]
    list_select_related = ["user"]
    search_fields = ["file", "source"]
    ordering = ["-at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("layer"), ordering="layer")
    def layer_title(self, load):
        layer = catalogue.layer(load.layer)
        return capital(layer.title) if layer else load.layer


apps.get_app_config("layers").verbose_name = gettext_lazy("Layers")  # what the path above each page says
for layer in catalogue.vectors():
    site.register(layer.model, rowadmin.of_layer(layer))
site.register(BoundarySet, BoundarySetAdmin)
site.register(BpsCode, BpsCodeAdmin)
site.register(Load, LoadAdmin)
site.register(Metadata, MetadataAdmin)
