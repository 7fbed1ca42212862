"""The rights of the pages of administration that are the administrator's alone."""

from . import access


class AdministratorsOnly:
    """Rights of the tables that are the administrator's."""

    def has_module_permission(self, request):
        return access.administers(request.user)

    def has_view_permission(self, request, obj=None):
        return access.administers(request.user)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request, obj=None):
        return False
