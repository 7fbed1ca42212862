"""Static files: hashed names, compressed. Modules keep their plain relative imports: the import map (importmap.py) leads
each to its hashed name, so a changed module does not rename those that import it."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's manifest storage; a page that names a file that was never collected still renders."""

    manifest_strict = False
