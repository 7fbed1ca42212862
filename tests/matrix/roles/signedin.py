"""What everybody who is signed in is answered, whatever the role: the frame, and the pages of one's own account."""

PAGES = """
home                                  page
jsi18n                                page
healthz                               ok
set_language                          -> /
account_login                         -> /start
account_inactive                      page
account_logout                        page
account_reset_password                page
account_reset_password_done           page
account_reset_password_from_key       page
account_reset_password_from_key_done  page
account_reauthenticate                page
account_change_password               page
mfa_authenticate                      -> /start
mfa_index                             page
mfa_reauthenticate                    -> /accounts/reauthenticate/
mfa_activate_totp                     -> /accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F
mfa_deactivate_totp                   absent
mfa_view_recovery_codes               absent
mfa_generate_recovery_codes           -> /accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Frecovery-codes%2Fgenerate%2F
mfa_download_recovery_codes           absent
usersessions_list                     page
session_end                           absent
session_end_all                       signin, others stay
device_add                            -> /accounts/reauthenticate/
device_revoke                         absent
"""
