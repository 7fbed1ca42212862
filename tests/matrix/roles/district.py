"""The camat's office of pusong, town and inland: district, health. Rows there without names, numbers and exact houses."""

LAYERS = """
                        households          posyandu                   health_facilities          markets             areas               population
layers                  records export      records add change export  records add change export  records export      records export      records
tile                    pusong town inland  every                      every                      every               every               absent
legend                  72 rows             5 rows                     5 rows                     5 rows              4 rows              absent
table-json              pusong town inland  every                      every                      every               every               absent
tile?uid                pusong town inland  every                      every                      every               every               absent
legend?uid              pusong town inland  every                      every                      every               every               absent
table-json?uid          pusong town inland  every                      every                      every               every               absent
table-json?around       pusong town inland  every                      every                      every               every               absent
export?uid              pusong town inland  every                      every                      every               every               absent
table-json?sort         unknown             unknown                    unknown                    unknown             unknown             absent
table-json?place_state  unknown             unknown                    unknown                    unknown             unknown             absent
table-json?within       pusong town inland  pusong town inland         pusong town inland         pusong town inland  pusong town inland  absent
table                   page                page                       page                       page                page                absent
feature                 pusong town inland  every                      every                      every               every               absent
feature-json            pusong town inland  every                      every                      every               every               absent
export                  pusong town inland  every                      every                      every               every               absent
export,numbers          refused             refused                    refused                    refused             refused             absent
indicator               counts              counts                     counts                     counts              counts              absent
estimate                counts              uncounted                  uncounted                  uncounted           uncounted           absent
raster-tile             absent              absent                     absent                     absent              absent              cells
raster-value            absent              absent                     absent                     absent              absent              cells
search                  none                every                      every                      every               every               none
data                    72 rows files       5 rows files               5 rows files               5 rows files        9 rows files        absent
catalogue               files               files                      files                      files               files               listed
catalogue-json          files               files                      files                      files               files               listed
metadata                files               files                      files                      files               files               listed
metadata-xml            files               files                      files                      files               files               listed
number-find             none                none                       none                       none                none                none
number-reveal           refused             refused                    refused                    refused             refused             absent
upload-start            refused             page                       page                       refused             refused             absent
upload-template         refused             page                       page                       refused             refused             absent
upload                  refused             absent                     absent                     refused             refused             absent
upload-state            refused             absent                     absent                     refused             refused             absent
upload-wrong            refused             absent                     absent                     refused             refused             absent
"""

ADMINISTRATION = """
                           households  posyandu                        health_facilities               markets  areas
admin:*_changelist         refused     every                           every                           refused  refused
admin:*_add                refused     pusong town inland              pusong town inland              refused  refused
admin:*_change             refused     pusong town inland, read every  pusong town inland, read every  refused  refused
admin:*_change,moved       refused     kept here                       kept here                       refused  refused
admin:*_delete             refused     pusong town inland              pusong town inland              refused  refused
admin:*_history            none        every                           every                           none     none
admin:*/<path:object_id>/  -> form     -> form                         -> form                         -> form  -> form
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
start                            -> /?layers=posyandu,health_facilities,areas
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
admin:index                      HealthFacility Posyandu
admin:login                      -> /admin/
admin:logout                     -> /accounts/logout/
admin:password_change            -> /accounts/password/change/
admin:password_change_done       page
admin:jsi18n                     page
admin:app_list                   -> /admin/
admin:autocomplete               areas refused, households absent, people refused
admin:view_on_site               none
admin:(?P<url>.*)$               absent
uploads                          0 uploads
"""

# Somebody of this role who works in pusong and at the stall, in each sector.
SECTORS = """
                                     households      posyandu                   health_facilities          markets                    areas
health         layers                records export  records add change export  records add change export  records export             records export
health         table-json            pusong stall    every                      every                      every                      every
health         admin:*_add           refused         pusong stall               pusong stall               refused                    refused
health         admin:*_change,moved  refused         kept here                  kept here                  refused                    refused
health         admin:*_delete        refused         pusong stall               pusong stall               refused                    refused
social         layers                records export  records export             records export             records export             records export
social         table-json            pusong stall    every                      every                      every                      every
social         admin:*_add           refused         refused                    refused                    refused                    refused
social         admin:*_change,moved  refused         refused                    refused                    refused                    refused
social         admin:*_delete        refused         refused                    refused                    refused                    refused
trade          layers                counts          records export             records export             records add change export  records export
trade          table-json            refused         every                      every                      every                      every
trade          admin:*_add           refused         refused                    refused                    pusong stall               refused
trade          admin:*_change,moved  refused         refused                    refused                    kept here                  refused
trade          admin:*_delete        refused         refused                    refused                    pusong stall               refused
planning none  layers                counts          records export             records export             records export             records export
planning none  table-json            refused         every                      every                      every                      every
planning none  admin:*_add           refused         refused                    refused                    refused                    refused
planning none  admin:*_change,moved  refused         refused                    refused                    refused                    refused
planning none  admin:*_delete        refused         refused                    refused                    refused                    refused
"""
