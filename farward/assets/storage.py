"""Static files by their content: hashed names, also inside ES modules, without comments, bundled, compressed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from farward.assets.bundle import bundle, strip_comments

#: Pages whose modules go over the wire as one file.
BUNDLED = ("js/room.js", "js/lobby.js")


def bundle_of(entry: str) -> str:
    """The name of the file that holds a page's modules."""
    return entry.removesuffix(".js") + ".bundle.js"


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Rewrites the addresses in `import` and `export … from`, so that a new version of one module reaches everyone.

    Modules must keep their imports at the top of the file, each ended by a semicolon, and must not import in circles.
    """

    support_js_module_import_aggregation = True
    # One pass for each level of imports, and one more to see that nothing changes.
    max_post_process_passes = 10

    def post_process(
        self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, Any]]:
        """Make the files that are served from those that were gathered."""
        if not dry_run:
            self._make_ready(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _make_ready(self, paths: dict[str, tuple[Any, str]]) -> None:
        own = {name for name in paths if name.startswith("js/") and name.endswith(".js")}
        sources = {name: self._read(paths, name) for name in sorted(own)}
        made = {name: strip_comments(source) for name, source in sources.items()}
        made |= {bundle_of(entry): bundle(entry, made.__getitem__) for entry in BUNDLED if entry in made}
        for name, text in made.items():
            Path(self.path(name)).write_text(text, "utf-8")
            paths[name] = (self, name)

    @staticmethod
    def _read(paths: dict[str, tuple[Any, str]], name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())
