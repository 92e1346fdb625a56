"""`make security`: all that looks for holes and can be had here. Ends with 0 only where nothing is left unexplained.

What a tool finds is fixed, or explained in docs/security.md under its name. A tool that is not there is named and
counts as not run, never as passed; so does a dependency audit whose data could not be reached.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.security_demo import fuzz_addresses, scan_pages

ROOT = Path(__file__).parents[1]
#: Tools of their own environment, because they bring half a hundred packages that Farward does not need.
TOOLS = ROOT / ".venv-security" / "bin"
PAGE = ROOT / "docs" / "security.md"
PASSED, FAILED, NOT_RUN = "passed", "FAILED", "not run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check. `told` is a sentence, or the findings."""

    state: str
    told: str = ""


def run(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A command in the project's root, with its output."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


def missing(tool: str) -> Outcome | None:
    """That a tool is not there, if it is not."""
    return None if (TOOLS / tool).exists() else Outcome(NOT_RUN, f"{tool} could not be installed here")


def explained() -> set[str]:
    """The findings that docs/security.md explains: each stands there in backticks as `tool:rule:file`."""
    return set(re.findall(r"`(\w+:[\w.-]+:[\w/.-]+)`", PAGE.read_text("utf-8")))


def judge(tool: str, findings: list[tuple[str, str, str]]) -> Outcome:
    """Whether every finding (rule, file, line) is explained."""
    known = explained()
    left = [
        f"{tool}:{rule}:{file} (line {line})" for rule, file, line in findings if f"{tool}:{rule}:{file}" not in known
    ]
    if left:
        return Outcome(FAILED, "\n".join(left))
    return Outcome(PASSED, f"{len(findings)} findings, all explained" if findings else "")


def check_deploy() -> Outcome:
    """Django's own check, as a school with a certificate runs it."""
    with tempfile.TemporaryDirectory() as data:
        env = {
            "FARWARD_URL": "https://ward.school.example",
            "FARWARD_TRUST_PROXY": "1",
            "FARWARD_SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz",
            "FARWARD_DATA_DIR": data,
        }
        done = run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **env)
    return Outcome(PASSED) if done.returncode == 0 else Outcome(FAILED, done.stderr)


def check_headers() -> Outcome:
    """Headers and cookies of every address."""
    done = run(sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/policy/test_headers.py")
    return Outcome(PASSED) if done.returncode == 0 else Outcome(FAILED, done.stdout[-3000:])


def check_bandit() -> Outcome:
    """Weaknesses that bandit knows in Python, from medium severity. `make lint` has the same rules down to low ones."""
    if gone := missing("bandit"):
        return gone
    done = run(TOOLS / "bandit", "-q", "-ll", "-r", "farward", "-f", "json")
    try:
        results = json.loads(done.stdout)["results"]
    except (ValueError, KeyError):
        return Outcome(FAILED, f"bandit said nothing that can be read: {done.stderr[-500:]}")
    return judge(
        "bandit", [(one["test_id"], one["filename"].removeprefix("./"), str(one["line_number"])) for one in results]
    )


def check_semgrep() -> Outcome:
    """The house rules of scripts/semgrep.yml; they need no other host."""
    if gone := missing("semgrep"):
        return gone
    config = ("--config", "scripts/semgrep.yml", "--metrics=off", "--disable-version-check", "--json", "--quiet")
    done = run(TOOLS / "semgrep", "scan", *config, "farward", PATH=f"{TOOLS}:{os.environ['PATH']}")
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return Outcome(FAILED, f"semgrep said nothing that can be read: {done.stderr[-1500:]}")
    broken = [error.get("message", "")[:300] for error in told["errors"] if error.get("level") == "error"]
    if broken:
        return Outcome(FAILED, "\n".join(broken))
    found = [(one["check_id"].rpartition(".")[2], one["path"], str(one["start"]["line"])) for one in told["results"]]
    return judge("semgrep", found)


def check_dependencies() -> Outcome:
    """Known weaknesses of the pinned packages. Only an answer for each of them counts."""
    if gone := missing("pip-audit"):
        return gone
    done = run(TOOLS / "pip-audit", "-r", "requirements/base.txt", "--disable-pip", "--no-deps", "-f", "json")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return Outcome(NOT_RUN, "the list of known weaknesses could not be reached from here")
    silent = [one["name"] for one in packages if "skip_reason" in one]
    if silent or not packages:
        return Outcome(
            NOT_RUN, f"nothing was answered about {len(silent)} of {len(packages)} packages: this is no pass"
        )
    if not any(one.get("vulns") for one in packages) and not _answers_about_a_known_weakness():
        return Outcome(
            NOT_RUN, "the service knows of no weakness at all, also not of one that everybody knows: no pass"
        )
    return judge("audit", [(weak["id"], one["name"], "-") for one in packages for weak in one["vulns"]])


def _answers_about_a_known_weakness() -> bool:
    """Whether the service has data: it must know of the holes of a Django of 2019."""
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "old.txt"
        old.write_text("django==2.2.0\n")
        done = run(TOOLS / "pip-audit", "-r", old, "--disable-pip", "--no-deps", "-f", "json")
    try:
        return any(one.get("vulns") for one in json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        return False


def check_running(tool: str, scan: Callable[[Path], list[str]]) -> Outcome:
    """A tool against a demo that runs for it."""
    if gone := missing(tool):
        return gone
    found = scan(TOOLS)
    return Outcome(FAILED, "\n".join(found)) if found else Outcome(PASSED)


CHECKS: dict[str, Callable[[], Outcome]] = {
    "check --deploy": check_deploy,
    "headers and cookies": check_headers,
    "bandit": check_bandit,
    "semgrep, house rules": check_semgrep,
    "dependency audit": check_dependencies,
    "schemathesis on a demo": lambda: check_running("schemathesis", fuzz_addresses),
    "wapiti on a demo": lambda: check_running("wapiti", scan_pages),
}


def main() -> int:
    """Run all, or those named, and say of each what came of it."""
    wanted = [name for name in CHECKS if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    outcomes = {}
    for name in wanted:
        outcomes[name] = CHECKS[name]()
        sys.stdout.write(f"{name}: {outcomes[name].state}\n")
        if outcomes[name].told:
            sys.stdout.write("".join(f"  {line}\n" for line in outcomes[name].told.splitlines()))
        sys.stdout.flush()
    return 1 if any(outcome.state == FAILED for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
