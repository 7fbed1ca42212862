"""The midwife of pusong and town: validator, health. Names and numbers there; keeps posyandu and health facilities there."""

LAYERS = """
                        households                  posyandu                   health_facilities          markets         areas           population
layers                  identity add change export  records add change export  records add change export  records export  records export  records
tile                    pusong town named           every                      every                      every           every           absent
legend                  48 rows                     5 rows                     5 rows                     5 rows          4 rows          absent
table-json              pusong town named           every                      every                      every           every           absent
tile?uid                pusong town                 every                      every                      every           every           absent
legend?uid              pusong town                 every                      every                      every           every           absent
table-json?uid          pusong town                 every                      every                      every           every           absent
table-json?around       pusong town                 every                      every                      every           every           absent
export?uid              pusong town                 every                      every                      every           every           absent
table-json?sort         sorted                      unknown                    unknown                    unknown         unknown         absent
table-json?place_state  pusong town named           unknown                    unknown                    unknown         unknown         absent
table-json?within       pusong town named           pusong town                pusong town                pusong town     pusong town     absent
table                   page                        page                       page                       page            page            absent
feature                 pusong town named           every                      every                      every           every           absent
feature-json            pusong town named           every                      every                      every           every           absent
export                  pusong town named           every                      every                      every           every           absent
export,numbers          pusong town named numbers   refused                    refused                    refused         refused         absent
indicator               counts                      counts                     counts                     counts          counts          absent
estimate                counts                      uncounted                  uncounted                  uncounted       uncounted       absent
raster-tile             absent                      absent                     absent                     absent          absent          cells
raster-value            absent                      absent                     absent                     absent          absent          cells
search                  none                        every                      every                      every           every           none
data                    48 rows files numbers       5 rows files               5 rows files               5 rows files    9 rows files    absent
catalogue               files                       files                      files                      files           files           listed
catalogue-json          files                       files                      files                      files           files           listed
metadata                files                       files                      files                      files           files           listed
metadata-xml            files                       files                      files                      files           files           listed
number-find             pusong town named           none                       none                       none            none            none
number-reveal           pusong town numbers         refused                    refused                    refused         refused         absent
upload-start            page                        page                       page                       refused         refused         absent
upload-template         page                        page                       page                       refused         refused         absent
upload                  absent                      absent                     absent                     refused         refused         absent
upload-state            absent                      absent                     absent                     refused         refused         absent
upload-wrong            absent                      absent                     absent                     refused         refused         absent
"""

ADMINISTRATION = """
                           households         posyandu                 health_facilities        markets  areas
admin:*_changelist         pusong town named  every                    every                    refused  refused
admin:*_add                pusong town        pusong town              pusong town              refused  refused
admin:*_change             pusong town named  pusong town, read every  pusong town, read every  refused  refused
admin:*_change,moved       kept here          kept here                kept here                refused  refused
admin:*_delete             pusong town        pusong town              pusong town              refused  refused
admin:*_history            pusong town named  every                    every                    none     none
admin:*/<path:object_id>/  -> form            -> form                  -> form                  -> form  -> form
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
start                            -> /?layers=households,posyandu,health_facilities,areas
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
admin:index                      HealthFacility Household Posyandu
admin:login                      -> /admin/
admin:logout                     -> /accounts/logout/
admin:password_change            -> /accounts/password/change/
admin:password_change_done       page
admin:jsi18n                     page
admin:app_list                   -> /admin/
admin:autocomplete               areas refused, households pusong town, people refused
admin:view_on_site               none
admin:(?P<url>.*)$               absent
uploads                          0 uploads
"""

# Somebody of this role who works in pusong and at the stall, in each sector.
SECTORS = """
                                     households                  posyandu                   health_facilities          markets                    areas
health         layers                identity add change export  records add change export  records add change export  records export             records export
health         table-json            pusong stall named          every                      every                      every                      every
health         admin:*_add           pusong stall                pusong stall               pusong stall               refused                    refused
health         admin:*_change,moved  kept here                   kept here                  kept here                  refused                    refused
health         admin:*_delete        pusong stall                pusong stall               pusong stall               refused                    refused
social         layers                identity add change export  records export             records export             records export             records export
social         table-json            pusong stall named          every                      every                      every                      every
social         admin:*_add           pusong stall                refused                    refused                    refused                    refused
social         admin:*_change,moved  kept here                   refused                    refused                    refused                    refused
social         admin:*_delete        pusong stall                refused                    refused                    refused                    refused
trade          layers                counts                      records export             records export             records add change export  records export
trade          table-json            refused                     every                      every                      every                      every
trade          admin:*_add           refused                     refused                    refused                    pusong stall               refused
trade          admin:*_change,moved  refused                     refused                    refused                    kept here                  refused
trade          admin:*_delete        refused                     refused                    refused                    pusong stall               refused
planning none  layers                counts                      records export             records export             records export             records export
planning none  table-json            refused                     every                      every                      every                      every
planning none  admin:*_add           refused                     refused                    refused                    refused                    refused
planning none  admin:*_change,moved  refused                     refused                    refused                    refused                    refused
planning none  admin:*_delete        refused                     refused                    refused                    refused                    refused
"""
