"""Which modules a page names: one bundle where static files were gathered, else each by itself."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from csp.constants import SELF
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http.response import HttpResponseBase
from django.templatetags.static import static

from farward.assets.storage import ModuleStaticFilesStorage, bundle_of


@dataclass(frozen=True, slots=True)
class Scripts:
    """A page's script, what to fetch with it, and how modules that come later find what is in it."""

    entry: str
    preload: tuple[str, ...]
    import_map: str = ""

    def allow_on(self, response: HttpResponseBase) -> None:
        """Let the page's content policy pass the import map, and no other script that stands in a page."""
        if self.import_map:
            digest = base64.b64encode(hashlib.sha256(self.import_map.encode()).digest()).decode()
            # What django-csp's own decorator sets, for a value that is known only here.
            response._csp_update = {"script-src": [SELF, f"'sha256-{digest}'"]}  # type: ignore[attr-defined]


def is_bundled() -> bool:
    """Whether bundles were made: not where the files are served as they are."""
    # What staticfiles hands out is a lazy stand-in, which passes for what is inside.
    return isinstance(staticfiles_storage, ModuleStaticFilesStorage) and bool(staticfiles_storage.hashed_files)


def files_of(entry: str, modules: Sequence[str]) -> tuple[str, ...]:
    """The names of all files that a page's script is made of."""
    return (bundle_of(entry),) if is_bundled() else (entry, *modules)


def scripts_of(entry: str, modules: Sequence[str]) -> Scripts:
    """The script of a page, of whose entry `modules` names all imports."""
    if not is_bundled():
        return Scripts(static(entry), tuple(static(name) for name in modules))
    whole = static(bundle_of(entry))
    imports = {"imports": {static(name): whole for name in modules}}
    return Scripts(whole, (whole,), json.dumps(imports, separators=(",", ":")))
