"""The administrator: keeps people, boundaries and all open layers; of households what the public sees."""

LAYERS = """
                        households  posyandu                   health_facilities          markets                    areas                      population
layers                  counts      records add change export  records add change export  records add change export  records add change export  records
tile                    refused     every                      every                      every                      every                      absent
legend                  refused     5 rows                     5 rows                     5 rows                     4 rows                     absent
table-json              refused     every                      every                      every                      every                      absent
tile?uid                refused     every                      every                      every                      every                      absent
legend?uid              refused     every                      every                      every                      every                      absent
table-json?uid          refused     every                      every                      every                      every                      absent
table-json?around       refused     every                      every                      every                      every                      absent
export?uid              refused     every                      every                      every                      every                      absent
table-json?sort         refused     unknown                    unknown                    unknown                    unknown                    absent
table-json?place_state  refused     unknown                    unknown                    unknown                    unknown                    absent
table-json?within       refused     unknown                    unknown                    unknown                    unknown                    absent
table                   refused     page                       page                       page                       page                       absent
feature                 refused     every                      every                      every                      every                      absent
feature-json            refused     every                      every                      every                      every                      absent
export                  refused     every                      every                      every                      every                      absent
export,numbers          refused     refused                    refused                    refused                    refused                    absent
indicator               counts      counts                     counts                     counts                     counts                     absent
estimate                counts      uncounted                  uncounted                  uncounted                  uncounted                  absent
raster-tile             absent      absent                     absent                     absent                     absent                     cells
raster-value            absent      absent                     absent                     absent                     absent                     cells
search                  none        every                      every                      every                      every                      none
data                    counts      5 rows files               5 rows files               5 rows files               9 rows files               absent
catalogue               figures     files                      files                      files                      files                      listed
catalogue-json          figures     files                      files                      files                      files                      listed
metadata                figures     files                      files                      files                      files                      listed
metadata-xml            figures     files                      files                      files                      files                      listed
number-find             none        none                       none                       none                       none                       none
number-reveal           refused     refused                    refused                    refused                    refused                    absent
upload-start            refused     page                       page                       page                       page                       absent
upload-template         refused     page                       page                       page                       page                       absent
upload                  refused     absent                     absent                     absent                     absent                     absent
upload-state            refused     absent                     absent                     absent                     absent                     absent
upload-wrong            refused     absent                     absent                     absent                     absent                     absent
"""

ADMINISTRATION = """
                           households  posyandu  health_facilities  markets  areas
admin:*_changelist         refused     every     every              every    every
admin:*_add                refused     every     every              every    every
admin:*_change             refused     every     every              every    every
admin:*_change,moved       refused     moved     moved              moved    no point
admin:*_delete             refused     every     every              every    every
admin:*_history            none        every     every              every    every
admin:*/<path:object_id>/  -> form     -> form   -> form            -> form  -> form
"""

ENGINE = """
                           boundaryset  bpscode  load     metadata
admin:*_changelist         page         page     page     page
admin:*_add                refused      page     refused  refused
admin:*_change             page         page     page     page
admin:*_delete             refused      page     refused  refused
admin:*_history            page         page     page     page
admin:*/<path:object_id>/  -> form      -> form  -> form  -> form
"""

PAGES = """
start                            -> /admin/
accesslog                        own entries
accesslog-file                   own entries
people                           10 people
people-invite                    page
person                           page
person-again                     none waiting
person-withdraw                  none waiting
person-suspend                   done
person-restore                   done
person-password                  done
person-phone                     done
person-view                      -> /start
viewing-stop                     -> /
invitation                       sign out first
admin:index                      Area BoundarySet BpsCode HealthFacility Load Market Metadata Posyandu User
admin:login                      -> /admin/
admin:logout                     -> /accounts/logout/
admin:password_change            -> /accounts/password/change/
admin:password_change_done       page
admin:jsi18n                     page
admin:app_list                   -> /admin/
admin:autocomplete               areas 4, households absent, people refused
admin:view_on_site               none
admin:(?P<url>.*)$               absent
uploads                          5 uploads
"""

# Somebody of this role who works in pusong and at the stall, in each sector.
SECTORS = """
                                                         households  posyandu                   health_facilities          markets                    areas
health trade social planning none  layers                counts      records add change export  records add change export  records add change export  records add change export
health trade social planning none  table-json            refused     every                      every                      every                      every
health trade social planning none  admin:*_add           refused     every                      every                      every                      every
health trade social planning none  admin:*_change,moved  refused     moved                      moved                      moved                      no point
health trade social planning none  admin:*_delete        refused     every                      every                      every                      every
"""
