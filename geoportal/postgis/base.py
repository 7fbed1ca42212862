"""The database backend: PostGIS, and the identity of `geoportal.identity` at the start of every outermost transaction."""

from django.contrib.gis.db.backends.postgis import base

from geoportal import identity


class DatabaseWrapper(base.DatabaseWrapper):
    """PostGIS connection. Outside a transaction it carries no identity, so policies show what anyone may see."""

    def set_autocommit(self, autocommit, force_begin_transaction_with_broken_autocommit=False):
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            identity.send(self)
