"""Environment -> settings. Runs on a laptop with nothing set; refuses nonsense. The variables are listed in README.md."""

import os
import zoneinfo
from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import cluster, environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"  # what the running product writes: rasters, collected static files

# --- The database: the web role by default; manage.py asks for the owner where a command shapes the schema.
EMBEDDED = not environment.text("DATABASE_URL")
WEB_URL, OWNER_URL = cluster.urls() if EMBEDDED else ("", "")
WEB_URL = environment.text("DATABASE_URL", WEB_URL)
OWNER_URL = environment.text("DATABASE_OWNER_URL", OWNER_URL or WEB_URL)
WEB = environment.database("DATABASE_URL", WEB_URL)
OWNER = environment.database("DATABASE_OWNER_URL", OWNER_URL)
WEB_ROLE, STATS_ROLE = WEB["USER"], "geoportal_stats"
AS_OWNER = environment.text("GEOPORTAL_ROLE") == "owner"
# Fixed web threads hold one connection each; a pool keeps them across requests without outliving the process.
POOL = {} if AS_OWNER else {"pool": {"min_size": 1, "max_size": environment.number("POOL_SIZE", 8, 1, 100)}}
# Under PgBouncer's transaction pooling a session is another after each transaction, and PgBouncer older than 1.21 loses what was
# planned in it. Who asks is told anew in every transaction anyway (identity.py); no cursor outlives one.
PGBOUNCER = environment.flag("PGBOUNCER", False)
PREPARED = environment.flag("PREPARED_STATEMENTS", EMBEDDED and not PGBOUNCER)
if PREPARED and PGBOUNCER:
    raise ImproperlyConfigured("PREPARED_STATEMENTS=1 needs sessions of its own: leave it out with PGBOUNCER=1.")
DATABASES = {
    "default": {
        "ENGINE": "geoportal.postgis",
        **(OWNER if AS_OWNER else WEB),
        "OPTIONS": {**(OWNER if AS_OWNER else WEB)["OPTIONS"], **POOL, "prepare_threshold": 1 if PREPARED else None},
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer's transaction pooling cannot keep them
        "TEST": {"TEMPLATE": "template_geoportal"},
    }
}
# The same database by a connection of its own: what is noted of who looked stays when the request is rolled back.
DATABASES["log"] = {
    **DATABASES["default"],
    "OPTIONS": {**DATABASES["default"]["OPTIONS"], **({"pool": {**POOL["pool"], "min_size": 0}} if POOL else {})},
}
LOG_DATABASE = "log"
DATABASE_ROUTERS = ["geoportal.cacheroute.Counters"]

# --- Secrets: made once beside the embedded cluster, given by the operator otherwise.
SECRET_KEY = environment.text("SECRET_KEY") or (cluster.secret("secret_key") if EMBEDDED else "")
FIELD_KEY = environment.text("FIELD_KEY") or (cluster.secret("field_key") if EMBEDDED else "")
if not SECRET_KEY or not FIELD_KEY:
    raise ImproperlyConfigured("With DATABASE_URL set, SECRET_KEY and FIELD_KEY must be set too (see README.md).")
FIELD_KEYS = environment.keys("FIELD_KEY", FIELD_KEY)  # the first writes, all read

# --- Who may reach it
DEBUG = environment.flag("DEBUG", False)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
LOCAL_ONLY = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
DEMO = environment.flag("DEMO", EMBEDDED)
if DEMO and not LOCAL_ONLY:
    raise ImproperlyConfigured("DEMO=1 opens accounts with a known password: it needs ALLOWED_HOSTS to be local only.")
DEMO_PASSWORD = environment.text("DEMO_PASSWORD", "demo-geoportal")
DEMO_ACCOUNTS = (
    "surveyor surveyor_trade validator validator_trade village district planner official admin auditor".split()
)
HTTPS = not LOCAL_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# --- The city
AREA_ROOT = environment.text("AREA_ROOT", "11.73")
LANGUAGE_CODE = environment.text("LANGUAGE_CODE", "id")
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE_CODE is {LANGUAGE_CODE!r}: write id or en.")
TIME_ZONE = environment.text("TIME_ZONE", "Asia/Jakarta")
if TIME_ZONE not in zoneinfo.available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is {TIME_ZONE!r}: write Asia/Jakarta, Asia/Makassar or Asia/Jayapura.")
USE_TZ = USE_I18N = True
USE_THOUSAND_SEPARATOR = True
LOCALE_PATHS = [
    BASE_DIR / "geoportal" / "locale",
    BASE_DIR / "geoportal" / "locale" / "theirs",
]  # Django's and allauth's own texts
FORMAT_MODULE_PATH = "geoportal.formats"
# "name|https://…/{z}/{x}/{y}.png|attribution|max zoom", several separated by commas; empty: no request leaves the machine
BASEMAPS = environment.words("BASEMAPS", [])

INSTALLED_APPS = [
    "geoportal",
    "layers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "leaflet",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "geoportal.importmap.allow",
    "geoportal.uploads.arriving.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "geoportal.language.middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "geoportal.door.middleware",
    "geoportal.identity.middleware",
    "geoportal.errors.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "geoportal.urls"
CSRF_FAILURE_VIEW = "geoportal.errors.old_form"
WSGI_APPLICATION = "geoportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "geoportal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "geoportal.pages.frame",
            ],
        },
    }
]
LARGE = {"MAX_ENTRIES": 100_000}  # so that nobody flushes the counters of failed sign-ins by making many
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "geoportal_cache",
        "OPTIONS": LARGE,
    }
}

# --- Signing in
AUTH_USER_MODEL = "geoportal.User"
AUTHENTICATION_BACKENDS = ["geoportal.signedin.Accounts"]
SESSION_ENGINE = "geoportal.signedin"
# (seconds a session may rest, seconds it lasts at most): where names and numbers are seen or accounts kept; everywhere else.
SESSION_SHORT = (environment.number("SESSION_MINUTES", 30, 5, 720) * 60, 12 * 3600)
SESSION_LONG = (max(8 * 3600, SESSION_SHORT[0]), 7 * 86400)
SESSION_COOKIE_AGE = SESSION_SHORT[0]  # before anybody is signed in
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
INVITATION_DAYS = environment.number("INVITATION_DAYS", 7, 1, 60)  # how long the link of an invitation opens
DEVICE_DAYS = environment.number("DEVICE_DAYS", 180, 1, 730)  # how long a phone has access
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "geoportal.passwords.WellKnown"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "geoportal.door.Door"  # accounts are given by an administrator, nobody signs up
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SESSION_REMEMBER = False  # a session ends by the clock (geoportal/signedin.py) or with the browser
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # by way of geoportal/notices.py
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # an address, an account
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "device_token": "30/m/ip",  # tokens that open nothing
}
RATE_LIMITS = {"estimate": "30/m/ip"}  # drawn shapes counted: who asks without end averages noise away
MFA_ADAPTER = "geoportal.secondfactor.Keys"
ACCOUNT_FORMS = {"reset_password": "geoportal.codes.ResetPassword"}
MFA_FORMS = {"authenticate": "geoportal.codes.Authenticate", "reauthenticate": "geoportal.codes.Reauthenticate"}
MFA_TOTP_TOLERANCE = (
    1  # half a minute of a slow clock or a slow hand; a code opens once all the same (geoportal/codes.py)
)
# Proxies in front of the product that write X-Forwarded-For. None: what a caller writes there is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", 0, 0, 5)
ACCOUNT_CHANGE_EMAIL = False
LOGIN_REDIRECT_URL = "/start"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
# --- Mail: smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://…:465. Without it a demo writes mail to the log, others send none.
EMAIL = environment.mail("EMAIL_URL")
MAIL = DEMO or bool(EMAIL)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL else 'console'}.EmailBackend"
globals().update(EMAIL)  # EMAIL_HOST and its kin
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", EMAIL.get("EMAIL_HOST_USER") or "geoportal@localhost")

# --- History is written by the database: one statement-level trigger a table, who and where inside the event's own row,
# so that no second table can tell what a policy on the first one hides.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", *sorted((BASE_DIR / "layers").rglob("static"))]  # a layer may bring its own
MEDIA_ROOT = VAR / "media"
RASTER_ROOT = VAR / "rasters"
# --- Files that people upload: where they wait (read by the product alone), for how long, how large one may be (what the reader
# takes at most, reading/found.py)
UPLOAD_ROOT = Path(environment.text("UPLOAD_ROOT", str(VAR / "uploads")))
UPLOAD_DAYS = environment.number("UPLOAD_DAYS", 30, 1, 365)
UPLOAD_MEGABYTES = environment.number("UPLOAD_MEGABYTES", 200, 1, 200)
FILE_UPLOAD_HANDLERS = ["geoportal.uploads.arriving.Arriving"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "geoportal.assets.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [
            SELF,
            "data:",
            "blob:",
            *{f"https://{b.split('|')[1].split('/')[2]}" for b in BASEMAPS if "|" in b},
        ],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LEAFLET_CONFIG = {"RESET_VIEW": False, "SCALE": "metric", "ATTRIBUTION_PREFIX": "", "TILES": [], "NO_GLOBALS": False}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
SILENCED_SYSTEM_CHECKS = [
    "gis.W001",  # Debian 12's GDAL 3.6 is older than Django likes; what we use of it is tested
]
DEFAULT_EXCEPTION_REPORTER = "geoportal.discretion.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "geoportal.discretion.Hidden"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "geoportal.discretion.Line", "format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own handlers, which write past our formatter, are taken away.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "numexpr": {"level": "WARNING"},
    },
}
