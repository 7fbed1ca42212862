"""What a phone is answered that shows the token of any of the people, without a session: `same` as its person, else `closed`."""

OPEN = """
layers    same
tile      same
tile?uid  same
"""

CLOSED = """
legend legend?uid table-json table-json?uid table-json?around table-json?sort table-json?place_state table-json?within table feature feature-json
export export?uid export,numbers indicator estimate raster-tile raster-value search data number-find number-reveal
catalogue catalogue-json metadata metadata-xml
uploads upload-start upload-template upload upload-state upload-wrong
home start accesslog accesslog-file people
people-invite person person-again person-withdraw person-suspend person-restore person-password person-phone person-view viewing-stop
invitation healthz set_language jsi18n
account_login account_inactive account_logout account_reset_password account_reset_password_done
account_reset_password_from_key account_reset_password_from_key_done account_reauthenticate account_change_password
mfa_authenticate mfa_index mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes
mfa_generate_recovery_codes mfa_download_recovery_codes usersessions_list session_end session_end_all device_add device_revoke
admin:*_changelist admin:*_add admin:*_change admin:*_change,moved admin:*_delete admin:*_history admin:*/<path:object_id>/
admin:index admin:login admin:logout admin:password_change admin:password_change_done admin:jsi18n admin:app_list
admin:autocomplete admin:view_on_site admin:(?P<url>.*)$
"""
