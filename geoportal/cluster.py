"""The private PostGIS cluster that `make run` starts when DATABASE_URL is not set.

Standard library only and free of Django: settings.py imports it, and it speaks before anything else can.

Its folder (`.postgres/` in the checkout) holds `data/`, `run/` (the socket, the only way in) and `log`. It lies
elsewhere, named by a hash of the checkout, where the server's account cannot enter the checkout or the socket's path
would be too long for the kernel: in /var/lib/geoportal for root, in ~/.local/share/geoportal for others. `data/`
appears by one rename when its set-up is complete, so what was interrupted is never used, and what holds a city is
never set up again.
"""

import base64
import contextlib
import errno
import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ROOT / ".secrets"
NEEDED_MB = 500  # an empty cluster takes 130 MB, the demo city as much again, and the log of a load the rest
SOCKET_BYTES = 100  # the kernel allows 107 and a closing zero
# For a small server of 2 cores and 2 GB or more. Given at each start, so that a newer release brings its own.
SETTINGS = {
    "port": 5432,  # part of the socket's name, whatever PGPORT says
    "listen_addresses": "",
    "max_connections": 60,
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",  # fewer checkpoints while a city is loaded
    "random_page_cost": 1.1,  # SSD
    "jit": "off",  # compiling costs more than a tile takes
    "cluster_name": "geoportal",
    # The server's log names what failed, and repeats neither the statement nor the row: both hold names of people.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# The checkout's name makes that a new clone at an old path gets a new cluster, not one whose keys are gone.
NAMES = ("superuser_password", "owner_password", "web_password", "secret_key", "field_key", "checkout")


class Refused(Exception):
    """One sentence that says what stands in the way, and the remedy."""


@contextlib.contextmanager
def plainly():
    """What the operating system refuses inside, as one sentence."""
    try:
        yield
    except PermissionError as error:
        person = pwd.getpwuid(os.geteuid()).pw_name
        raise Refused(
            f"User {person} may not use {error.filename}: run the command as the user who made it, or with sudo."
        ) from None
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Refused(full_disk(error.filename or ROOT) if full else f"{error.strerror}: {error.filename}.") from None


def full_disk(place):
    """The sentence about a disk without room for the cluster."""
    return f"The disk that holds {place} is full: free at least {NEEDED_MB} MB, then run the same command again."


@plainly()
def secret(name):
    """The text of `.secrets/<name>`; made at the first call, unless a database depends on one that is gone."""
    path = SECRETS / name
    SECRETS.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        if name != "checkout" and (folder() / "data").exists():
            raise Refused(
                f"{path} is missing, and the database in {folder()} was made with it: put it back from your backup, "
                "or start anew with `make reset`."
            )
        new = SECRETS / f".{name}.{secrets.token_hex(4)}"
        new.touch(mode=0o600)
        new.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32 if name == "field_key" else 48)).decode())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            os.link(new, path)
        new.unlink()
    return path.read_text().strip()


def folder():
    """Where the cluster lies: the folder that exists, else the one that fits this checkout and this user."""
    inside = ROOT / ".postgres"
    if inside.exists():
        return inside
    name = hashlib.sha256(f"{ROOT} {secret('checkout')}".encode()).hexdigest()[:12]
    outside = (Path("/var/lib") if os.geteuid() == 0 else Path.home() / ".local/share") / "geoportal" / name
    if outside.exists():
        return outside
    socket = os.fsencode(inside / "run/.s.PGSQL.5432")
    # libpq reads a comma as a list of hosts, pg_ctl hands its paths to a shell in double quotes
    fits = len(socket) <= SOCKET_BYTES and not set(b',$`"\\') & set(socket)
    enterable = os.geteuid() != 0 or all(path.stat().st_mode & 0o001 for path in (ROOT, *ROOT.parents))
    return inside if fits and enterable else outside


def urls():
    """(web URL, owner URL) as libpq reads them; nothing needs to run for that."""
    place = quote(str(folder() / "run"), safe="")
    return tuple(
        f"postgresql://{role}:{secret(password)}@/geoportal?host={place}&port={SETTINGS['port']}"
        for role, password in (("geoportal_web", "web_password"), ("geoportal", "owner_password"))
    )


def account():
    """The name of the user the server runs as: root hands it to whoever owns the folder, else to `postgres`."""
    place = folder()
    user = os.geteuid() or (place.stat().st_uid if place.exists() else 0)
    return pwd.getpwuid(user).pw_name if user else "postgres"


def programs(version=None):
    """The folder of initdb and pg_ctl: of that major version, else of the newest one installed with PostGIS."""
    found = {
        int(path.parent.name): path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if Path("/usr/share/postgresql", path.parent.name, "extension/postgis.control").exists()
    }
    if version and version not in found:
        raise Refused(
            f"The database in {folder()} was made by PostgreSQL {version}, which is not installed with PostGIS any "
            f"more: install postgresql-{version}-postgis-3, or start anew with `make reset`."
        )
    if not found:
        raise Refused("PostgreSQL with PostGIS is not installed: run `python3 bin/packages run`.")
    return found[version or max(found)]


def run(command, data, password="superuser_password", text=None):
    """What a program of PostgreSQL printed; Refused with its own last word if it failed."""
    name, *arguments = map(str, command)
    version = data / "PG_VERSION"
    command = [programs(int(version.read_text()) if version.exists() else None) / name, *arguments]
    if os.geteuid() == 0 and name in ("initdb", "pg_ctl"):  # both refuse to run as root
        command = ["runuser", "-u", account(), "--", *command]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    environment |= {"LC_ALL": "C", "PGPASSWORD": secret(password)}
    log = data.parent / "log"
    start = log.stat().st_size if log.exists() else 0
    with tempfile.TemporaryFile("w+") as said:  # no pipe: the server would hold it open for ever
        done = subprocess.run(command, cwd="/", env=environment, text=True, input=text, stdout=said, stderr=said)
        said.seek(0)
        answer = said.read().strip()
    if done.returncode:
        added = log.read_bytes()[start:].decode(errors="replace") if log.exists() else ""
        raise Refused(reason(f"{answer}\n{added}", data.parent))
    return answer


def reason(text, place):
    """One sentence out of what a program of PostgreSQL printed."""
    if "No space left on device" in text:
        return full_disk(place)
    if "password authentication failed" in text:
        return f"{SECRETS} does not open the database in {place}: put it back, or start anew with `make reset`."
    lines = text.strip().splitlines() or ["it said nothing"]
    last = next((line for line in reversed(lines) if re.search("FATAL|ERROR|error:", line)), lines[-1])
    return f"The database in {place} does not work ({last.strip()}): read {place / 'log'}."


def answer():
    """What pg_isready says of the socket: 0 it answers, 1 it is starting, 2 nobody is there."""
    return subprocess.run([programs() / "pg_isready", "-q", "-p", "5432", "-h", folder() / "run"]).returncode


def running():
    """True while the server answers."""
    return answer() == 0


def start(data):
    """True if the server was started, False if it ran already."""
    while (state := answer()) == 1:  # an earlier start goes on, or it recovers from a power cut
        time.sleep(0.2)
    if state == 0:
        return False
    options = {**SETTINGS, "unix_socket_directories": data.parent / "run"}
    given = " ".join(shlex.join(["-c", f"{name}={value}"]) for name, value in options.items())
    command = ["pg_ctl", "start", "-s", "-w", "-t", 300, "-D", data, "-l", data.parent / "log", "-o", given]
    limit = time.monotonic() + 15
    while True:
        try:
            run(command, data)
            return True
        except Refused as refusal:  # the last processes of a server that was killed are still leaving
            if not re.search("is still in use|already exists", str(refusal)) or time.monotonic() > limit:
                raise
            time.sleep(0.3)


@plainly()
def stop():
    """True if a server was stopped, be it one whose set-up was interrupted; False if none ran."""
    return any([halt(folder() / "data"), *map(halt, folder().glob("data*.new"))])


def halt(data):
    """True if the server on that data was stopped, False if there was none."""
    if not (data / "postmaster.pid").exists():
        return False
    try:
        run(["pg_ctl", "stop", "-s", "-w", "-m", "fast", "-D", data], data)
    except Refused:
        if running():
            raise
        return False  # the file was left by a server that was killed
    return True


def make():
    """Sets a new cluster up beside its place and moves it there when it is complete."""
    programs()
    for name in NAMES:
        secret(name)
    place, new = folder(), folder() / f"data.{secrets.token_hex(4)}.new"  # apart from what a killed one still writes
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0 and place.parent != ROOT:
        place.parent.chmod(place.parent.stat().st_mode | 0o001)  # the server's account must enter, whatever the umask
    if shutil.disk_usage(place).free < NEEDED_MB * 2**20:
        raise Refused(full_disk(place))
    limit = time.monotonic() + 30
    for old in place.glob("data*.new"):
        while halt(old) or old.exists():
            shutil.rmtree(old, ignore_errors=time.monotonic() < limit)
    (place / "run").mkdir(mode=0o700, exist_ok=True)
    (password := place / f"password.{secrets.token_hex(4)}").touch(mode=0o600)
    password.write_text(secret("superuser_password"))
    if os.geteuid() == 0:
        for path in (password, place / "run", place):
            shutil.chown(path, account())
    safe = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=scram-sha-256", "--auth-host=reject"]
    try:
        run(["initdb", "-D", new, "-U", "postgres", f"--pwfile={password}", *safe], new)
    finally:
        password.unlink()
    start(new)
    script = "".join(f"\\set {name} {secret(name)}\n" for name in ("owner_password", "web_password"))
    script += (ROOT / "geoportal/sql/cluster.sql").read_text()
    psql = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h", place / "run", "-d", "postgres"]
    run(psql, new, text=script)
    halt(new)
    new.rename(place / "data")


@plainly()
def ensure():
    """True if this call started the server. Afterwards it is set up, it runs, and the owner's password opens it."""
    secret("checkout")
    with open(SECRETS / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two commands at once the second waits for the set-up of the first
        data = folder() / "data"
        if not data.exists():
            make()
        started = start(data)
        command = ["psql", "-XqAt", "-U", "geoportal", "-h", data.parent / "run", "-d", "geoportal", "-c", "SELECT 1"]
        run(command, data, password="owner_password")
        return started


@plainly()
def erase():
    """Deletes the cluster and all its data. The keys in `.secrets/` stay: backups are read with them."""
    stop()
    if folder().exists():
        shutil.rmtree(folder())


if __name__ == "__main__":
    commands = {
        "start": lambda: print("started" if ensure() else "was running"),
        "stop": lambda: print("stopped" if stop() else "was not running"),
        "status": lambda: print("running" if running() else "stopped"),
        "url": lambda: print(urls()[1]),
        "erase": erase,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: python3 -m geoportal.cluster {'|'.join(commands)}")
    try:
        commands[sys.argv[1]]()
    except Refused as refusal:
        sys.exit(str(refusal))
