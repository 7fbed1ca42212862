"""Django's PostGIS backend, with the person's identity sent at the start of every transaction."""
