"""Statements sent straight through libpq, parsed and planned once a session: a small tile is a quarter cheaper for the web
process than by the driver's cursor, which can do much more."""

import re
import select
from collections import OrderedDict
from functools import lru_cache
from itertools import count
from weakref import WeakKeyDictionary

from psycopg import ClientCursor, Connection, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format

Question = tuple[str, list, bool]  # SQL with %s, its parameters, whether its plan is kept for any parameters

PLANS = 100  # kept by a session, each some ten kB in the database's process; the one not used for longest makes room
_plans: WeakKeyDictionary[Connection, OrderedDict[tuple[str, tuple], bytes]] = WeakKeyDictionary()


def row(session: Connection, question: Question) -> tuple | None:
    """The first row of a statement, None where it finds none. In the session's open transaction, else in one of its own."""
    asked = Asked(session, *question)
    pgconn, more = session.pgconn, (asked.words, asked.formats, Format.BINARY)
    if asked.name:
        return asked.row(pgconn.exec_prepared(asked.name, *more))
    return asked.row(pgconn.exec_params(asked.text, asked.words, asked.types, asked.formats, Format.BINARY))


def rows(session: Connection, *questions: Question) -> list[tuple | None]:
    """The first row of each statement. All are sent at once and are one transaction of their own: what the first sets for the
    transaction (`set_config(…, true)`) holds for the others, and for nothing after them."""
    asked, pgconn = [Asked(session, *question) for question in questions], session.pgconn
    pgconn.enter_pipeline_mode()
    try:
        for one in asked:
            if one.name:
                pgconn.send_query_prepared(one.name, one.words, one.formats, Format.BINARY)
            else:
                pgconn.send_query_params(one.text, one.words, one.types, one.formats, Format.BINARY)
        pgconn.pipeline_sync()
        results = answered(pgconn)
    finally:
        pgconn.exit_pipeline_mode()  # the session is broken if it cannot, and the pool makes another
    return [one.row(result) for one, result in zip(asked, results, strict=True)]


class Asked:
    """A statement as libpq wants it: `name` of the kept plan, or else `text` and `types`; `words` with their `formats`."""

    def __init__(self, session: Connection, sql: str, params: list, kept: bool):
        self.session, self.adapter = session, Transformer(session)
        self.name, self.types = b"", None
        if not kept:  # the numbers stand in the text, so that it is planned for them
            self.text, self.words, self.formats = ClientCursor(session).mogrify(sql, params).encode(), None, None
            return
        self.words = self.adapter.dump_sequence(params, [PyFormat.AUTO] * len(params))
        self.text, self.types, self.formats = numbered(sql), self.adapter.types, self.adapter.formats
        if session.prepare_threshold is not None:
            self.name = self.planned(sql)

    def planned(self, sql: str) -> bytes:
        """The name under which this session keeps the plan."""
        plans, pgconn = _plans.setdefault(self.session, OrderedDict()), self.session.pgconn
        if name := plans.get((sql, self.types)):
            plans.move_to_end((sql, self.types))
            return name
        if len(plans) >= PLANS:
            self.checked(pgconn.exec_(b"DEALLOCATE " + plans.popitem(last=False)[1]), ExecStatus.COMMAND_OK)
        name = b"straight_%d" % next(NUMBERS)
        self.checked(pgconn.prepare(name, self.text, self.types), ExecStatus.COMMAND_OK)
        plans[sql, self.types] = name
        return name

    def row(self, result) -> tuple | None:
        """The first row of the answer."""
        self.adapter.set_pgresult(self.checked(result, ExecStatus.TUPLES_OK))
        return self.adapter.load_row(0, tuple) if result.ntuples else None

    def checked(self, result, expected: ExecStatus):
        """The answer. Raises the driver's error for another than expected; OperationalError when the session is lost."""
        if result.status == expected:
            return result
        if self.session.pgconn.status != ConnStatus.OK:
            raise OperationalError(result.get_error_message())
        raise error_from_result(result, self.session.info.encoding)


NUMBERS = count()


@lru_cache(maxsize=2000)
def numbered(sql: str) -> bytes:
    """The statement with $1, $2, … in the places of %s."""
    numbers = count(1)
    return re.sub("%[s%]", lambda mark: "%" if mark[0] == "%%" else f"${next(numbers)}", sql).encode()


def answered(pgconn) -> list:
    """The answers up to the end of what was sent together; while they are on their way other threads work."""
    waiting, results = select.poll(), []
    waiting.register(pgconn.socket, select.POLLIN)
    while True:
        while pgconn.is_busy():
            waiting.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:  # the end of one answer
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)
