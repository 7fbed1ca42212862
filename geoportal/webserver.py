"""The web server: Granian with fixed threads.

It reads and writes HTTP outside Python's lock: what it adds to a request is a fifth of what gunicorn's threads added
(bench/NOTES.md). The application is loaded once, before the processes are forked: they share its memory and the shelf of
tiles, and what stops the start is said once.
"""

import ctypes
import multiprocessing
import os
import signal

from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from . import environment

HEADER_BYTES = 65_536  # of a request; the longest permalink is a tenth of it
HEADER_PATIENCE = 10_000  # milliseconds in which a client must have said what it wants
IDLE_PATIENCE = 600  # seconds an idle thread is kept, the most the server allows
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
KILL_PATIENCE = 10  # seconds a stopping process has for the requests it still answers


def run(host: str, port: int, processes: int) -> None:
    """Nothing, once asked to stop; SystemExit with a sentence when the application refuses to start.

    The number of threads is fixed and they outlive their requests, one database connection each: GEOS leaks its handles
    under short-lived threads (Django ticket 29878).
    """
    from .wsgi import application

    multiprocessing.set_start_method("fork", force=True)
    server = Server(
        "geoportal.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=settings.POOL["pool"]["max_size"],
        blocking_threads_idle_timeout=IDLE_PATIENCE,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_PATIENCE, max_buffer_size=HEADER_BYTES),
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_PATIENCE,
        log_level=LogLevels.error,
    )

    def load(_target):
        end_with_parent(server.pid)
        forget_environment()
        return application

    server.serve(target_loader=load)


def forget_environment() -> None:
    """No secret is left in this process's environment: the settings have read it, and the server puts what it finds there
    into each request, from where an error page or a careless line of a log could repeat it."""
    for name in environment.SECRET:
        os.environ.pop(name, None)


def end_with_parent(pid: int) -> None:
    """From now on the kernel ends this process when the one that forked it, `pid`, is gone: nothing is left at the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != pid:  # it was quicker
        os._exit(1)
