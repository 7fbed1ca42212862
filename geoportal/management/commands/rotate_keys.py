"""`manage.py rotate_keys`: everything under the first key of FIELD_KEY, so that the others may be taken out."""

from django.core.management.base import BaseCommand

from geoportal import keys, rotation
from geoportal.cluster import Refused
from geoportal.errors import Unreadable


class Command(BaseCommand):
    """May be stopped and run again at any time; people may go on working."""

    help = "Encrypts and hashes every stored number anew under the first key of FIELD_KEY, in batches; history too."

    def handle(self, **options):
        """A line for each batch, then what to do next."""
        if wrong := keys.wrong():
            raise Refused(wrong)
        total, column = 0, ""
        try:
            for column, done, found in rotation.rotate():
                self.stdout.write(f"{column}: {done} of {found}")
                self.stdout.flush()
                total += done == found and found
        except Unreadable:
            raise Refused(
                f"A number in {column or 'the database'} cannot be read with the keys in FIELD_KEY, or was changed by hand; "
                "what was done before it stays done. Add the key it was written under, then run this again."
            ) from None
        name = keys.given()[0].tag.hex()
        said = f"{total} numbers were encrypted anew" if total else "Nothing to do"
        self.stdout.write(f"{said}: all are under key {name}. FIELD_KEY needs no other key any more.")
