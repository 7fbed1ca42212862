"""What the web role may do on each of the engine's own tables: accounts, sessions, jobs, loads. A table that has no line here
or in a layer's declaration is not the web role's at all.

What this protects, and what it does not. The database believes the settings by which the product tells it who asks
(identity.py). A page that forgets a filter, a form that writes more than it shows, a key guessed in an address: all end at these
policies. Foreign SQL that found its way into a statement would not: it can name another person with `set_config`, or put on
`geoportal_stats`. Therefore no SQL is built from input anywhere, and the web role owns nothing, bypasses nothing and creates
nothing that lasts. What remains in sight of every session: how many rows a table has (pg_class); that a uid exists, to
whoever holds that uid of 122 random bits already (a unique key answers, without saying where); and, until somebody is named,
the account of a number (geoportal_account), since that is how a session finds its person; anybody named sees the own alone.
"""

from django.conf import settings

from .access import LOG_READER
from .layer import Grant
from .rules import array, secured, trigger

ADMINISTRATOR = array([Grant("admin", "*")])
administrator = f"(SELECT geoportal_is({ADMINISTRATOR}))"
officer = f"(SELECT geoportal_is({array([Grant(LOG_READER, '*')])}))"  # reads the access log, and whom it names
door = "(SELECT geoportal_door())"  # the sign-in asks, before there is a person
me = "(SELECT geoportal_user())"
worker = "(SELECT geoportal_worker())"  # at its queue

# Told to anyone, written by the owner or his functions: codes, names of rights, what was written when.
READ = (
    "geoportal_revision geoportal_written geoportal_policies geoportal_guarded django_migrations django_content_type "
    "auth_group auth_permission auth_group_permissions"
).split()
# The cache holds what the product counts of sign-ins, under hashed keys: nothing of a row, and so no policy.
WRITE = ("geoportal_cache",)


def rules(areas_change: str) -> dict[str, dict[str, str]]:
    """table -> command -> condition. areas_change: the condition under which a person may change areas anywhere."""
    own = f"user_id = {me} OR {administrator}"
    account = f"user_id = {me} OR {door} OR {administrator}"
    every = ("SELECT", "INSERT", "UPDATE", "DELETE")
    keepers = {"SELECT": "true", **dict.fromkeys(("INSERT", "UPDATE", "DELETE"), areas_change)}
    confirmed = f"EXISTS (SELECT 1 FROM account_emailaddress e WHERE e.id = email_address_id) OR {door}"
    # A person puts jobs into the queue that are done in the own name (`user` among its words), the sign-in and the administrator
    # letters. What the others are about, only the worker reads.
    job = f"{worker} OR {door} OR args->>'user' = {me}::text"
    of_job = f"{worker} OR EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = job_id)"
    overseen = f"{officer} OR {administrator}"
    noted = f"user_id IS NOT DISTINCT FROM {me}"
    return {
        # geoportal_account_kept() says which columns.
        "geoportal_user": {
            "SELECT": f"id = {me} OR {door} OR {overseen}",
            "INSERT": administrator,
            "UPDATE": f"id = {me} OR {door} OR {administrator}",
        },
        "geoportal_scope": {"SELECT": account, **dict.fromkeys(("INSERT", "UPDATE", "DELETE"), administrator)},
        # Whoever holds an invitation's link is at the door; one's own is nobody's to read.
        "geoportal_invitation": dict.fromkeys(("SELECT", "INSERT", "UPDATE"), f"{door} OR {administrator}"),
        # Added to by whoever decides, under the own name; read by those two roles and by the person it is about.
        "geoportal_decision": {"SELECT": f"{overseen} OR of_id = {me}", "INSERT": f"by_id IS NOT DISTINCT FROM {me}"},
        "geoportal_user_groups": {"SELECT": account},
        "geoportal_user_user_permissions": {"SELECT": account},
        "geoportal_load": {"SELECT": own, "INSERT": own},
        # Moved on by whoever sent the file, and by nobody else.
        "geoportal_upload": {"SELECT": own, **dict.fromkeys(("INSERT", "UPDATE"), f"user_id = {me}")},
        "geoportal_metadata": {"SELECT": "true", "UPDATE": administrator},
        "geoportal_boundaryset": keepers,
        "geoportal_areashape": keepers,
        "geoportal_bpscode": keepers,
        # Who looked is added to by whoever looks, each under the own name; changed or taken away by nobody; read by the data
        # protection officer, and by each person of the own entries.
        "geoportal_accesslog": {"SELECT": f"{officer} OR user_id = {me}", "INSERT": noted},
        "django_admin_log": {"SELECT": own, "INSERT": f"user_id = {me}"},
        "django_session": dict.fromkeys(every, door)
        | {
            "SELECT": f"{door} OR {administrator} OR session_key IN (SELECT session_key FROM usersessions_usersession WHERE user_id = {me})"
        },
        "geoportal_devicetoken": dict.fromkeys(("SELECT", "INSERT", "UPDATE"), account),
        "usersessions_usersession": dict.fromkeys(every, account),
        "account_emailaddress": dict.fromkeys(every, account),
        "mfa_authenticator": dict.fromkeys(every, account),
        "account_emailconfirmation": dict.fromkeys(every, confirmed),
        "procrastinate_jobs": {
            "SELECT": f"{job} OR {administrator}",
            "INSERT": f"{job} OR {administrator} AND NOT args ? 'user'",
            "UPDATE": worker,
            "DELETE": worker,
        },
        "procrastinate_events": {"SELECT": worker, "INSERT": of_job, "UPDATE": worker, "DELETE": worker},
        "procrastinate_periodic_defers": dict.fromkeys(every, worker),
        "procrastinate_workers": dict.fromkeys(every, worker),
    }


def statements(areas_change: str) -> list[str]:
    """Policies, rights and triggers of the engine's tables."""
    web, stats = settings.WEB_ROLE, settings.STATS_ROLE
    lines = [f"GRANT SELECT ON {name} TO {web}, {stats}" for name in READ]
    lines += [f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {web}" for name in WRITE]
    for name, commands in rules(areas_change).items():
        lines += secured(name, commands)
    lines += trigger(
        "geoportal_user",
        "a_account",
        "BEFORE INSERT OR UPDATE",
        "ROW",
        f"geoportal_account_kept('{web}', {ADMINISTRATOR.removesuffix('::text[]')})",
    )
    return lines
