"""Static files: hashed names, compressed, imports inside ES modules rewritten to the hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's manifest storage that also follows `import … from "./x.js"`. A missing entry is an error at collectstatic."""

    support_js_module_import_aggregation = True
    manifest_strict = False
