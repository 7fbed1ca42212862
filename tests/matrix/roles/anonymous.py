"""Nobody: whoever opens the map without signing in. Counts, and the open layers."""

LAYERS = """
                        households  posyandu        health_facilities  markets         areas           population
layers                  counts      records export  records export     records export  records export  records
tile                    signin      every           every              every           every           absent
legend                  signin      5 rows          5 rows             5 rows          4 rows          absent
table-json              signin      every           every              every           every           absent
tile?uid                signin      every           every              every           every           absent
legend?uid              signin      every           every              every           every           absent
table-json?uid          signin      every           every              every           every           absent
table-json?around       signin      every           every              every           every           absent
export?uid              signin      every           every              every           every           absent
table-json?sort         signin      unknown         unknown            unknown         unknown         absent
table-json?place_state  signin      unknown         unknown            unknown         unknown         absent
table-json?within       signin      unknown         unknown            unknown         unknown         absent
table                   signin      page            page               page            page            absent
feature                 signin      every           every              every           every           absent
feature-json            signin      every           every              every           every           absent
export                  signin      every           every              every           every           absent
export,numbers          signin      signin          signin             signin          signin          absent
indicator               counts      counts          counts             counts          counts          absent
estimate                counts      uncounted       uncounted          uncounted       uncounted       absent
raster-tile             absent      absent          absent             absent          absent          cells
raster-value            absent      absent          absent             absent          absent          cells
search                  none        every           every              every           every           none
data                    counts      5 rows files    5 rows files       5 rows files    9 rows files    absent
catalogue               figures     files           files              files           files           listed
catalogue-json          figures     files           files              files           files           listed
metadata                figures     files           files              files           files           listed
metadata-xml            figures     files           files              files           files           listed
number-find             none        none            none               none            none            none
number-reveal           signin      signin          signin             signin          signin          absent
upload-start            signin      signin          signin             signin          signin          absent
upload-template         signin      signin          signin             signin          signin          absent
upload                  signin      signin          signin             signin          signin          absent
upload-state            signin      signin          signin             signin          signin          absent
upload-wrong            signin      signin          signin             signin          signin          absent
"""

ADMINISTRATION = """
                           households  posyandu  health_facilities  markets  areas
admin:*_changelist         signin      signin    signin             signin   signin
admin:*_add                signin      signin    signin             signin   signin
admin:*_change             signin      signin    signin             signin   signin
admin:*_change,moved       signin      signin    signin             signin   signin
admin:*_delete             signin      signin    signin             signin   signin
admin:*_history            signin      signin    signin             signin   signin
admin:*/<path:object_id>/  signin      signin    signin             signin   signin
"""

ENGINE = """
                           boundaryset  bpscode  load    metadata
admin:*_changelist         signin       signin   signin  signin
admin:*_add                signin       signin   signin  signin
admin:*_change             signin       signin   signin  signin
admin:*_delete             signin       signin   signin  signin
admin:*_history            signin       signin   signin  signin
admin:*/<path:object_id>/  signin       signin   signin  signin
"""

PAGES = """
start                                 -> /
accesslog                             signin
accesslog-file                        signin
people                                signin
people-invite                         signin
person                                signin
person-again                          signin
person-withdraw                       signin
person-suspend                        signin
person-restore                        signin
person-password                       signin
person-phone                          signin
person-view                           signin
viewing-stop                          -> /
invitation                            absent
admin:index                           signin
admin:login                           signin
admin:logout                          -> /admin/
admin:password_change                 signin
admin:password_change_done            signin
admin:jsi18n                          signin
admin:app_list                        signin
admin:autocomplete                    signin
admin:view_on_site                    signin
admin:(?P<url>.*)$                    signin
home                                  page
jsi18n                                page
healthz                               ok
set_language                          -> /
account_login                         page
account_inactive                      page
account_logout                        -> /
account_reset_password                page
account_reset_password_done           page
account_reset_password_from_key       page
account_reset_password_from_key_done  page
account_reauthenticate                signin
account_change_password               signin
mfa_authenticate                      signin
mfa_index                             signin
mfa_reauthenticate                    signin
mfa_activate_totp                     signin
mfa_deactivate_totp                   signin
mfa_view_recovery_codes               signin
mfa_generate_recovery_codes           signin
mfa_download_recovery_codes           signin
usersessions_list                     signin
session_end                           signin
session_end_all                       signin, others stay
device_add                            signin
device_revoke                         signin
uploads                               signin
"""
