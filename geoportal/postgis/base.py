"""The database backend: PostGIS, and the identity of `geoportal.identity` at the start of every outermost transaction."""

import contextlib

import psycopg
from django.contrib.gis.db.backends.postgis import base

from geoportal import identity

from . import straight


class DatabaseWrapper(base.DatabaseWrapper):
    """PostGIS connection. Outside a transaction it carries no identity, so policies show what anyone may see."""

    def set_autocommit(self, autocommit, force_begin_transaction_with_broken_autocommit=False):
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            identity.send(self)

    def _configure_connection(self, connection):
        """Django's own settings of a session, and that what is planned once is planned for any numbers: left to itself
        PostgreSQL plans a tile's statement for its numbers each time, which takes as long as the tile."""
        commit = super()._configure_connection(connection)
        if connection.prepare_threshold is None:
            return commit
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
        return True

    def planned(self, sql: str, params: list, kept: bool = True) -> tuple:
        """The first row of a statement that comes again and again with other numbers: they travel apart from its text, so
        that PostgreSQL parses and plans it once a session (where `prepare_threshold` allows it). kept=False: it is planned
        anew for these numbers.

        Where no connection is open it is a transaction of its own on a session lent by the pool: of `identity.proof`'s
        person, else of nobody. Raises identity.Changed when that person is not as known any more.
        """
        proof = identity.proof.get()
        if self.connection is None and self.pool:
            if self.pool.closed:
                self.pool.open()
            with self.wrap_database_errors, lent(self.pool) as session:
                if proof is None:
                    return straight.row(session, (sql, params, kept))
                proven, found = straight.rows(session, proof, (sql, params, kept))
                if proven is None:
                    raise identity.Changed
                return found
        if proof:  # somebody acts on this connection already
            raise identity.Changed
        self.ensure_connection()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            return straight.row(self.connection, (sql, params, kept))


@contextlib.contextmanager
def lent(pool):
    """A session of the pool, in autocommit as Django leaves them, given back in the end. One whose plans no longer fit the
    tables is closed instead."""
    session = pool.getconn()
    try:
        yield session
    except psycopg.errors.FeatureNotSupported:  # "cached plan must not change result type"
        session.close()
        raise
    finally:
        pool.putconn(session)
