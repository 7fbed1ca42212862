"""The kader of pusong: field officer, health. Names and numbers there, counts elsewhere."""

LAYERS = """
                        households                  posyandu        health_facilities  markets         areas           population
layers                  identity add change export  records export  records export     records export  records export  records
tile                    pusong named                every           every              every           every           absent
legend                  24 rows                     5 rows          5 rows             5 rows          4 rows          absent
table-json              pusong named                every           every              every           every           absent
tile?uid                pusong                      every           every              every           every           absent
legend?uid              pusong                      every           every              every           every           absent
table-json?uid          pusong                      every           every              every           every           absent
table-json?around       pusong                      every           every              every           every           absent
export?uid              pusong                      every           every              every           every           absent
table-json?sort         sorted                      unknown         unknown            unknown         unknown         absent
table-json?place_state  pusong named                unknown         unknown            unknown         unknown         absent
table-json?within       pusong named                pusong          pusong             pusong          pusong          absent
table                   page                        page            page               page            page            absent
feature                 pusong named                every           every              every           every           absent
feature-json            pusong named                every           every              every           every           absent
export                  pusong named                every           every              every           every           absent
export,numbers          pusong named numbers        refused         refused            refused         refused         absent
indicator               counts                      counts          counts             counts          counts          absent
estimate                counts                      uncounted       uncounted          uncounted       uncounted       absent
raster-tile             absent                      absent          absent             absent          absent          cells
raster-value            absent                      absent          absent             absent          absent          cells
search                  none                        every           every              every           every           none
data                    24 rows files numbers       5 rows files    5 rows files       5 rows files    9 rows files    absent
catalogue               files                       files           files              files           files           listed
catalogue-json          files                       files           files              files           files           listed
metadata                files                       files           files              files           files           listed
metadata-xml            files                       files           files              files           files           listed
number-find             pusong named                none            none               none            none            none
number-reveal           pusong numbers              refused         refused            refused         refused         absent
upload-start            page                        refused         refused            refused         refused         absent
upload-template         page                        refused         refused            refused         refused         absent
upload                  absent                      refused         refused            refused         refused         absent
upload-state            absent                      refused         refused            refused         refused         absent
upload-wrong            absent                      refused         refused            refused         refused         absent
"""

ADMINISTRATION = """
                           households    posyandu  health_facilities  markets  areas
admin:*_changelist         pusong named  refused   refused            refused  refused
admin:*_add                pusong        refused   refused            refused  refused
admin:*_change             pusong named  refused   refused            refused  refused
admin:*_change,moved       kept here     refused   refused            refused  refused
admin:*_delete             pusong        refused   refused            refused  refused
admin:*_history            pusong named  none      none               none     none
admin:*/<path:object_id>/  -> form       -> form   -> form            -> form  -> form
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
start                            -> /?layers=households,areas
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
admin:index                      Household
admin:login                      -> /admin/
admin:logout                     -> /accounts/logout/
admin:password_change            -> /accounts/password/change/
admin:password_change_done       page
admin:jsi18n                     page
admin:app_list                   -> /admin/
admin:autocomplete               areas refused, households pusong, people refused
admin:view_on_site               none
admin:(?P<url>.*)$               absent
uploads                          0 uploads
"""

# Somebody of this role who works in pusong and at the stall, in each sector.
SECTORS = """
                                           households                  posyandu        health_facilities  markets         areas
health social        layers                identity add change export  records export  records export     records export  records export
health social        table-json            pusong stall named          every           every              every           every
health social        admin:*_add           pusong stall                refused         refused            refused         refused
health social        admin:*_change,moved  kept here                   refused         refused            refused         refused
health social        admin:*_delete        pusong stall                refused         refused            refused         refused
trade planning none  layers                counts                      records export  records export     records export  records export
trade planning none  table-json            refused                     every           every              every           every
trade planning none  admin:*_add           refused                     refused         refused            refused         refused
trade planning none  admin:*_change,moved  refused                     refused         refused            refused         refused
trade planning none  admin:*_delete        refused                     refused         refused            refused         refused
"""
