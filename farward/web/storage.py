"""Static files by their content: hashed names, also inside ES modules, compressed once."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Rewrites the addresses in `import` and `export … from`, so that a new version of one module reaches everyone.

    Modules must keep their imports at the top of the file, each ended by a semicolon, and must not import in circles.
    """

    support_js_module_import_aggregation = True
    # One pass for each level of imports, and one more to see that nothing changes.
    max_post_process_passes = 10
