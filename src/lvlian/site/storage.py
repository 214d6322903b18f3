"""Static files with the hash of their content in their names, those that scripts import from each other too."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, with `import` and `export … from` rewritten: after an upgrade no browser mixes old modules with new ones."""

    support_js_module_import_aggregation = True
