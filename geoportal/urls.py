"""The engine's URLs on one page, grouped by who may call them."""

from django.urls import include, path, re_path
from django.views.i18n import JavaScriptCatalog

from . import (
    accesslog,
    admin,
    catalogue,
    cataloguepages,
    door,
    errors,
    language,
    numbers,
    pages,
    peoplepages,
    search,
    views,
)
from .uploads import onepage as upload
from .uploads import pages as uploads

handler400, handler403, handler404, handler500 = errors.bad_request, errors.forbidden, errors.not_found, errors.broken
handler429 = door.too_many

urlpatterns = [
    # Anyone. What each answer holds depends on the person (access.py).
    path("", pages.home, name="home"),
    path("layers.json", views.layers_json, name="layers"),
    path("tiles/<str:name>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("rasters/<str:name>/<int:z>/<int:x>/<int:y>.png", views.raster_tile, name="raster-tile"),
    path("rasters/<str:name>/value.json", views.raster_value, name="raster-value"),
    re_path(
        r"^indicators/(?P<name>[\w-]+)/(?P<indicator>[\w-]+)\.(?P<form>json|xlsx)$", views.indicator, name="indicator"
    ),
    path("areas/estimate.json", views.estimate_json, name="estimate"),
    path("legend/<str:name>.json", views.legend_json, name="legend"),
    path("table/<str:name>.json", views.table_json, name="table-json"),
    path("table/<str:name>", pages.table, name="table"),
    path("feature/<str:name>/<str:uid>.json", views.feature_json, name="feature-json"),
    path("feature/<str:name>/<str:uid>", pages.feature, name="feature"),
    re_path(
        r"^export/(?P<name>[\w-]+)\.(?P<form>csv|xlsx|geojson|gpkg|shp\.zip|kml|parquet)$",
        views.export_file,
        name="export",
    ),
    path("search", search.results, name="search"),
    # By POST alone: numbers of people stand in no address.
    path("search/number", numbers.find, name="number-find"),
    path("feature/<str:name>/<str:uid>/number", numbers.reveal, name="number-reveal"),
    path("data", pages.data, name="data"),
    path("catalogue", cataloguepages.listed, name="catalogue"),
    path("catalogue.json", cataloguepages.dcat, name="catalogue-json"),
    path("metadata/<str:name>.xml", cataloguepages.xml, name="metadata-xml"),
    path("metadata/<str:name>", cataloguepages.metadata, name="metadata"),
    path("healthz", views.healthz, name="healthz"),
    path("i18n/setlang/", language.choose, name="set_language"),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["geoportal"]), name="jsi18n"),
    # Whoever signs in.
    path("start", pages.start, name="start"),
    path("accesslog", accesslog.page, name="accesslog"),
    path("accesslog.csv", accesslog.file, name="accesslog-file"),
    path("accounts/", include("geoportal.accounts")),
    path("admin/", admin.site.urls),
    # Whoever adds or changes rows of a layer; of an upload itself its sender alone.
    path("upload", uploads.listed, name="uploads"),
    path("upload/<str:name>", uploads.start, name="upload-start"),
    path("upload/<str:name>/template.xlsx", uploads.template_file, name="upload-template"),
    path("upload/<str:name>/<uuid:uid>", upload.page, name="upload"),
    path("upload/<str:name>/<uuid:uid>.json", upload.state, name="upload-state"),
    path("upload/<str:name>/<uuid:uid>/wrong.xlsx", upload.wrong, name="upload-wrong"),
    # Administrators, each for the people within the own reach (mandate.py).
    path("people", peoplepages.listed, name="people"),
    path("people/invite", peoplepages.invite, name="people-invite"),
    path("people/<int:pk>", peoplepages.person, name="person"),
    path("people/<int:pk>/again", peoplepages.again, name="person-again"),
    path("people/<int:pk>/withdraw", peoplepages.withdraw, name="person-withdraw"),
    path("people/<int:pk>/suspend", peoplepages.suspend, name="person-suspend"),
    path("people/<int:pk>/restore", peoplepages.restore, name="person-restore"),
    path("people/<int:pk>/password", peoplepages.password, name="person-password"),
    path("people/<int:pk>/phone", peoplepages.phone, name="person-phone"),
    path("people/<int:pk>/view", peoplepages.view, name="person-view"),
    path("viewing/stop", peoplepages.stop, name="viewing-stop"),
    # Pages that layers bring themselves.
    *(path(page.path, page.view) for layer in catalogue.vectors() for page in layer.pages),
]
