"""Numbers get the form of geoportal/keys.py: the tag of their key in front, bound to their field, hashed by a key of its own."""

import json

import geoportal.fields
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import migrations

TABLES = {"layers_householdnames": "id", "layers_householdnamesevent": "pgh_id"}
BATCH = 5000


def opened(blob):
    """The number of a blob without tag."""
    for key in settings.FIELD_KEYS:
        try:
            return AESGCM(key).decrypt(blob[:12], blob[12:], None).decode()
        except InvalidTag:
            continue
    raise ImproperlyConfigured("FIELD_KEY does not open the numbers in this database: start with the key they were written under.")


def convert(apps, schema_editor):
    field = apps.get_model("layers", "HouseholdNames")._meta.get_field("no_kk")
    with schema_editor.connection.cursor() as cursor:
        for table, pk in TABLES.items():
            cursor.execute(f"SELECT {pk}, no_kk FROM {table} WHERE no_kk IS NOT NULL")
            rows = cursor.fetchall()
            if rows:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for start in range(0, len(rows), BATCH):
                numbers = [(row, opened(bytes(blob))) for row, blob in rows[start : start + BATCH]]
                cursor.execute(
                    f"UPDATE {table} SET no_kk = n.blob, no_kk_hash = n.hash "
                    f"FROM unnest(%s::bigint[], %s::bytea[], %s::text[]) AS n (pk, blob, hash) WHERE {pk} = n.pk",
                    [
                        [row for row, _number in numbers],
                        [field.blob(number) for _row, number in numbers],
                        [geoportal.fields.digest(number) for _row, number in numbers],
                    ],
                )
            if rows:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def convert_second_steps(apps, schema_editor):
    """The keys of authenticator apps were encrypted alike. Without their table there is nothing to convert."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('mfa_authenticator')")
        if cursor.fetchone()[0] is None:
            return
        cursor.execute("SELECT id, data FROM mfa_authenticator WHERE type IN ('totp', 'recovery_codes')")
        for pk, data in cursor.fetchall():
            told = json.loads(data) if isinstance(data, str) else data
            for name in {"secret", "seed"} & set(told):
                text = opened(bytes.fromhex(told[name]))
                told[name] = geoportal.fields.encrypt(text, "mfa.authenticator").hex()
            cursor.execute("UPDATE mfa_authenticator SET data = %s::jsonb WHERE id = %s", [json.dumps(told), pk])


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0002_household_surveyed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='householdnames',
            name='no_kk',
            field=geoportal.fields.Secret(blank=True, bound='layers.householdnames.no_kk', companion=False, digits=16, editable=True, null=True, verbose_name='family card number (KK)'),
        ),
        migrations.AlterField(
            model_name='householdnamesevent',
            name='no_kk',
            field=geoportal.fields.Secret(blank=True, bound='layers.householdnames.no_kk', companion=False, digits=16, editable=True, null=True, verbose_name='family card number (KK)'),
        ),
        migrations.AlterField(
            model_name='householdnames',
            name='no_kk_hash',
            field=geoportal.fields.Hash(blank=True, db_index=True, default='', editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='householdnamesevent',
            name='no_kk_hash',
            field=geoportal.fields.Hash(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.RunPython(convert, migrations.RunPython.noop),
        migrations.RunPython(convert_second_steps, migrations.RunPython.noop),
    ]
