"""`make sbom`: all that Farward is made of, as CycloneDX JSON: packages with their hashes, and vendored modules."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOOL = ROOT / ".venv-security" / "bin" / "cyclonedx-py"
OUT = ROOT / "build" / "farward.cdx.json"
VENDOR = ROOT / "farward" / "web" / "static" / "vendor"


def vendored() -> list[dict[str, object]]:
    """The browser modules of others that we carry, by the table in their README."""
    found: list[dict[str, object]] = []
    table = (VENDOR / "README.md").read_text("utf-8")
    for file, versions, licence in re.findall(r"^\| `([\w.]+)` \|[^|]*\| ([^|]*) \| ([^|]*) \|", table, re.MULTILINE):
        digest = hashlib.sha256((VENDOR / file).read_bytes()).hexdigest()
        for name, version in re.findall(r"([\w-]+) (\d[\d.]*)", versions):
            found.append(
                {
                    "type": "library",
                    "bom-ref": f"vendored:{file}:{name}",
                    "name": name,
                    "version": version,
                    "purl": f"pkg:npm/{name}@{version}",
                    "licenses": [{"license": {"name": re.sub(r" \(.*", "", licence)}}],
                    "properties": [{"name": "farward:bundled-in", "value": f"{file} sha256:{digest}"}],
                }
            )
    return found


def main() -> int:
    """Write the file. Says plainly where the tool is missing."""
    if not TOOL.exists():
        sys.stderr.write("cyclonedx-py could not be installed here, so no SBOM was made.\n")
        return 1
    command = [str(TOOL), "requirements", "requirements/base.txt", "--pyproject", "pyproject.toml", "--of", "JSON"]
    done = subprocess.run([*command, "--output-reproducible"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        return 1
    bom = json.loads(done.stdout)
    bom["components"] += vendored()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(bom, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{len(bom['components'])} components in {OUT.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
