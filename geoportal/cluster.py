"""The private PostGIS cluster that `make run` starts when DATABASE_URL is not set.

Standard library only, and free of Django: it runs before the virtual environment is complete, and settings.py imports it.

The folder (`.postgres/` in the checkout) holds `data/`, `run/` (the socket, the only way in) and `log`. It lies elsewhere, named by a
hash of the checkout, where the server's account cannot enter the checkout or the socket's path would be too long for the kernel:
in /var/lib/geoportal for root, in ~/.local/share/geoportal for others. `data/` appears by one rename when its set-up is complete,
so what is interrupted is never used, and what holds a city is never set up again.
"""

import base64
import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ROOT / ".secrets"
TEMPLATE, DATABASE = "template_geoportal", "geoportal"
NEEDED_MB = 400  # an empty cluster takes 130 MB, the demo city about as much again
SOCKET_BYTES = 100  # the kernel allows 107 with the closing zero
# For a small server of 2 cores and 2 GB or more. They are given at each start, so a newer release brings newer ones.
SETTINGS = {
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
}
MAKERS = {
    "superuser_password": lambda: secrets.token_urlsafe(32),
    "owner_password": lambda: secrets.token_urlsafe(32),
    "web_password": lambda: secrets.token_urlsafe(32),
    "secret_key": lambda: secrets.token_urlsafe(50),
    "field_key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "checkout": lambda: secrets.token_hex(8),  # a new clone at an old path gets a new cluster, not one whose keys are gone
}


class Refused(Exception):
    """One sentence that says what stands in the way, and the remedy."""


def secret(name):
    """The text of `.secrets/<name>`; made at the first call, unless a database already depends on it."""
    path = SECRETS / name
    try:
        SECRETS.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            if name != "checkout" and (ROOT / ".secrets/checkout").exists() and (folder() / "data").exists():
                raise Refused(
                    f"{path} is missing, and the database in {folder()} was made with it: put it back from your backup, "
                    "or start anew with `make reset`."
                )
            new = SECRETS / f".{name}.{os.getpid()}"
            new.touch(mode=0o600)
            new.write_text(MAKERS[name]())
            with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
                os.link(new, path)
            new.unlink()
        return path.read_text().strip()
    except PermissionError:
        raise Refused(
            f"{SECRETS} cannot be read or written by user {account()}: run the command as the user who owns it, or with sudo."
        ) from None


def folder():
    """Where the cluster lies: the folder that exists, else the one that fits this checkout and this user."""
    inside = ROOT / ".postgres"
    if inside.exists():
        return inside
    name = hashlib.sha256(f"{ROOT} {secret('checkout')}".encode()).hexdigest()[:12]
    outside = (Path("/var/lib") if os.geteuid() == 0 else Path.home() / ".local/share") / "geoportal" / name
    if outside.exists():
        return outside
    enterable = os.geteuid() != 0 or all(p.stat().st_mode & 0o001 for p in (ROOT, *ROOT.parents))
    return inside if enterable and len(os.fsencode(inside / "run/.s.PGSQL.5432")) <= SOCKET_BYTES else outside


def urls():
    """(web URL, owner URL) as libpq reads them; nothing needs to run yet."""
    place = quote(str(folder() / "run"), safe="")
    return tuple(
        f"postgresql://{role}:{secret(f'{name}_password')}@/{DATABASE}?host={place}"
        for role, name in (("geoportal_web", "web"), ("geoportal", "owner"))
    )


def account():
    """The name of the operating system's user whose server it is: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    place = folder()
    owner = place.stat().st_uid if place.exists() else 0
    return pwd.getpwuid(owner).pw_name if owner else "postgres"


def programs(version=None):
    """The folder of initdb and pg_ctl: of that major version, else of the newest one installed with PostGIS."""
    found = {
        int(path.parent.name): path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if Path(f"/usr/share/postgresql/{path.parent.name}/extension/postgis.control").exists()
    }
    if version and version not in found:
        raise Refused(
            f"The database in {folder()} was made by PostgreSQL {version}, which is no longer installed with PostGIS: "
            f"install postgresql-{version}-postgis-3, dump and reload, or start anew with `make reset`."
        )
    if not found:
        raise Refused("PostgreSQL with PostGIS is not installed: run bin/packages run.")
    return found[version or max(found)]


def run(command, data, **more):
    """The finished process of a PostgreSQL program, run as the server's account; Refused with its last line."""
    version = data / "PG_VERSION"
    command[0] = programs(int(version.read_text()) if version.exists() else None) / command[0]
    if os.geteuid() == 0 and command[0].name in ("initdb", "pg_ctl"):
        command = ["runuser", "-u", account(), "--", *command]
    environment = {**os.environ, "LC_ALL": "C", "PGPASSWORD": secret("superuser_password"), **more.pop("env", {})}
    log = data.parent / "log"
    start = log.stat().st_size if log.exists() else 0
    # A server outlives this call: it must not hold the pipes, so what is said goes through a file.
    with open(data.parent / "said", "w+") as said:
        code = subprocess.run(command, cwd="/", env=environment, text=True, stdout=said, stderr=said, **more).returncode
        said.seek(0)
        text = said.read().strip()
    if code:
        with contextlib.suppress(OSError):
            text += "\n" + log.read_bytes()[start:].decode(errors="replace")
        raise Refused(reason(text, data.parent))
    return text


def reason(text, place):
    """One sentence out of what a program of PostgreSQL printed."""
    if "No space left on device" in text:
        return f"The disk that holds {place} is full: free at least {NEEDED_MB} MB and run the command again."
    if "password authentication failed" in text:
        return f"The passwords in {SECRETS} do not open the database in {place}: put them back, or start anew with `make reset`."
    lines = [line for line in text.splitlines() if "FATAL" in line or "error:" in line or "ERROR" in line]
    last = (lines or text.splitlines() or ["no message"])[-1].strip()
    return f"The database in {place} cannot be used ({last}): the whole story is in {place / 'log'}."


def sql(statements, database="postgres", data=None):
    """What psql prints, as the superuser; Refused at the first error."""
    data = data or folder() / "data"
    command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h", data.parent / "run", "-d", database]
    return run(command, data, input=f"SET log_min_error_statement = panic;\n{statements}")  # no password in the log


def running():
    """True while the server answers on its socket."""
    data = folder() / "data"
    try:
        ready = programs() / "pg_isready"
    except Refused:
        return False
    return data.parent.exists() and subprocess.run([ready, "-q", "-h", data.parent / "run"]).returncode == 0


def start(data=None):
    """True if the server was started, False if it ran already."""
    data = data or folder() / "data"
    if running():
        return False
    options = {**SETTINGS, "unix_socket_directories": data.parent / "run"}
    given = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    run(["pg_ctl", "start", "-s", "-w", "-t", "300", "-D", data, "-l", data.parent / "log", "-o", given], data)
    return True


def stop(data=None):
    """True if the server was stopped, False if it did not run."""
    data = data or folder() / "data"
    if not (data / "postmaster.pid").exists():
        return False
    try:
        run(["pg_ctl", "stop", "-s", "-w", "-m", "fast", "-D", data], data)
    except Refused:
        if running():
            raise
        return False  # the pid file was left over by a server that was killed
    return True


def make():
    """Sets a new cluster up beside its place and moves it there when it is complete."""
    place, new = folder(), folder() / "data.new"
    for name in MAKERS:
        secret(name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        if shutil.disk_usage(place).free < NEEDED_MB * 2**20:
            raise Refused(reason("No space left on device", place))
        (place / "run").mkdir(mode=0o700, exist_ok=True)
        for path in (place, place / "run"):
            programs()
            if os.geteuid() == 0:
                shutil.chown(path, account(), pwd.getpwnam(account()).pw_gid)
        stop(new)
        shutil.rmtree(new, ignore_errors=True)
        password = place / "password"
        password.touch(mode=0o600)
        password.write_text(secret("superuser_password"))
        if os.geteuid() == 0:
            shutil.chown(password, account())
    except PermissionError as refusal:
        raise Refused(f"User {account()} may not write {refusal.filename}: own the checkout, or use sudo.") from None
    choices = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=scram-sha-256", "--auth-host=reject"]
    try:
        run(["initdb", "-D", new, "-U", "postgres", f"--pwfile={password}", *choices], new)
    finally:
        password.unlink()
    start(new)
    sql(ROLES.format(owner=secret("owner_password"), web=secret("web_password")), data=new)
    sql(EXTENSIONS, TEMPLATE, data=new)
    sql(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true; CREATE DATABASE {DATABASE} OWNER geoportal TEMPLATE {TEMPLATE};", data=new)
    stop(new)
    new.rename(place / "data")


ROLES = f"""
CREATE ROLE geoportal LOGIN CREATEDB PASSWORD '{{owner}}';
CREATE ROLE geoportal_web LOGIN NOINHERIT PASSWORD '{{web}}';
CREATE ROLE geoportal_stats NOLOGIN;
GRANT geoportal_stats TO geoportal_web, geoportal;
GRANT geoportal_web TO geoportal;
CREATE DATABASE {TEMPLATE} OWNER geoportal TEMPLATE template0;
"""
# Without LEAKPROOF PostGIS's && may not run before a row-level policy, and every tile is a full scan. Only this function:
# it raises no error that shows a coordinate.
EXTENSIONS = """
CREATE EXTENSION postgis;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO geoportal;
GRANT USAGE ON SCHEMA public TO geoportal_web, geoportal_stats;
"""


def ensure():
    """True if the server was started by this call; afterwards it is set up and answers the owner's password."""
    secret("checkout")
    with open(SECRETS / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once: the second waits for the set-up of the first
        place = folder()
        try:
            complete = (place / "data").exists()
        except PermissionError:
            raise Refused(f"{place} belongs to another user: run the command as that user, or with sudo.") from None
        if not complete:
            make()
        started = start()
        command = ["psql", "-XqAt", "-U", "geoportal", "-h", place / "run", "-d", DATABASE, "-c", "SELECT 1"]
        run(command, place / "data", env={"PGPASSWORD": secret("owner_password")})
        return started


def erase():
    """Deletes the cluster with all its data; the keys in `.secrets/` stay, since backups need them."""
    place = folder()
    for data in (place / "data", place / "data.new"):
        stop(data)
    shutil.rmtree(place, ignore_errors=not place.exists())


if __name__ == "__main__":
    commands = {"start": ensure, "stop": stop, "erase": erase, "status": lambda: print("running" if running() else "stopped")}
    commands["url"] = lambda: print(urls()[1])
    if sys.argv[1:] and sys.argv[1] in commands:
        try:
            commands[sys.argv[1]]()
        except Refused as refusal:
            sys.exit(str(refusal))
    else:
        sys.exit(f"usage: python3 -m geoportal.cluster {'|'.join(commands)}")
