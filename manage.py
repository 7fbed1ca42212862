#!/usr/bin/env python
"""Runs a command. Those that shape or fill the database do so as its owner, all others as the web role."""

import os
import sys

OWNER_COMMANDS = {
    "prepare",
    "migrate",
    "policies",
    "load",
    "demo",
    "pyramid",
    "cube",
    "flush",
    "loaddata",
    "rotate_keys",
    "createsuperuser",
    "changepassword",
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("GEOPORTAL_ROLE", "owner")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from geoportal.cluster import Refused

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, Refused) as refusal:
        sys.exit(str(refusal))  # one sentence and the remedy, no traceback
