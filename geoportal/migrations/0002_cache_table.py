from django.db import migrations


class Migration(migrations.Migration):
    """The table behind CACHES: sign-in's rate limits live in it."""

    dependencies = [("geoportal", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE geoportal_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);"
            "CREATE INDEX geoportal_cache_expires ON geoportal_cache (expires);",
            "DROP TABLE geoportal_cache",
        )
    ]
