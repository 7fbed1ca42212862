"""Bappeda: planner, planning, in the whole city. Counts of all of it and no row; keeps areas."""

LAYERS = """
                        households  posyandu        health_facilities  markets         areas                      population
layers                  counts      records export  records export     records export  records add change export  records
tile                    refused     every           every              every           every                      absent
legend                  refused     5 rows          5 rows             5 rows          4 rows                     absent
table-json              refused     every           every              every           every                      absent
tile?uid                refused     every           every              every           every                      absent
legend?uid              refused     every           every              every           every                      absent
table-json?uid          refused     every           every              every           every                      absent
table-json?around       refused     every           every              every           every                      absent
export?uid              refused     every           every              every           every                      absent
table-json?sort         refused     unknown         unknown            unknown         unknown                    absent
table-json?place_state  refused     unknown         unknown            unknown         unknown                    absent
table-json?within       refused     unknown         unknown            unknown         unknown                    absent
table                   refused     page            page               page            page                       absent
feature                 refused     every           every              every           every                      absent
feature-json            refused     every           every              every           every                      absent
export                  refused     every           every              every           every                      absent
export,numbers          refused     refused         refused            refused         refused                    absent
indicator               counts      counts          counts             counts          counts                     absent
estimate                counts      uncounted       uncounted          uncounted       uncounted                  absent
raster-tile             absent      absent          absent             absent          absent                     cells
raster-value            absent      absent          absent             absent          absent                     cells
search                  none        every           every              every           every                      none
data                    counts      5 rows files    5 rows files       5 rows files    9 rows files               absent
catalogue               figures     files           files              files           files                      listed
catalogue-json          figures     files           files              files           files                      listed
metadata                figures     files           files              files           files                      listed
metadata-xml            figures     files           files              files           files                      listed
number-find             none        none            none               none            none                       none
number-reveal           refused     refused         refused            refused         refused                    absent
upload-start            refused     refused         refused            refused         page                       absent
upload-template         refused     refused         refused            refused         page                       absent
upload                  refused     refused         refused            refused         absent                     absent
upload-state            refused     refused         refused            refused         absent                     absent
upload-wrong            refused     refused         refused            refused         absent                     absent
"""

ADMINISTRATION = """
                           households  posyandu  health_facilities  markets  areas
admin:*_changelist         refused     refused   refused            refused  every
admin:*_add                refused     refused   refused            refused  every
admin:*_change             refused     refused   refused            refused  every
admin:*_change,moved       refused     refused   refused            refused  no point
admin:*_delete             refused     refused   refused            refused  every
admin:*_history            none        none      none               none     every
admin:*/<path:object_id>/  -> form     -> form   -> form            -> form  -> form
"""

ENGINE = """
                           boundaryset  bpscode  load        metadata
admin:*_changelist         refused      refused  refused     refused
admin:*_add                refused      refused  refused     refused
admin:*_change             refused      refused  refused     refused
admin:*_delete             refused      refused  refused     refused
admin:*_history            refused      refused  -> /admin/  refused
admin:*/<path:object_id>/  -> form      -> form  -> form     -> form
"""

PAGES = """
start                            -> /?layers=areas
accesslog                        own entries
accesslog-file                   own entries
people                           refused
people-invite                    refused
person                           refused
person-again                     refused
person-withdraw                  refused
person-suspend                   refused
person-restore                   refused
person-password                  refused
person-phone                     refused
person-view                      refused
viewing-stop                     -> /
invitation                       sign out first
admin:index                      Area
admin:login                      -> /admin/
admin:logout                     -> /accounts/logout/
admin:password_change            -> /accounts/password/change/
admin:password_change_done       page
admin:jsi18n                     page
admin:app_list                   -> /admin/
admin:autocomplete               areas 4, households absent, people refused
admin:view_on_site               none
admin:(?P<url>.*)$               absent
uploads                          0 uploads
"""

# Somebody of this role who works in pusong and at the stall, in each sector.
SECTORS = """
                                                households  posyandu        health_facilities  markets         areas
planning                  layers                counts      records export  records export     records export  records add change export
planning                  table-json            refused     every           every              every           every
planning                  admin:*_add           refused     refused         refused            refused         every
planning                  admin:*_change,moved  refused     refused         refused            refused         no point
planning                  admin:*_delete        refused     refused         refused            refused         every
health trade social none  layers                counts      records export  records export     records export  records export
health trade social none  table-json            refused     every           every              every           every
health trade social none  admin:*_add           refused     refused         refused            refused         refused
health trade social none  admin:*_change,moved  refused     refused         refused            refused         refused
health trade social none  admin:*_delete        refused     refused         refused            refused         refused
"""
