"""Tools that need a running Farward: a demo school is opened for them, and closed behind them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
#: Who looks: a coordinator has the most forms, a preceptor the most pages of a visit.
ROLES = ("Coordinator", "Preceptor")
#: What wapiti tries.
MODULES = "xss,permanentxss,sql,timesql,exec,file,crlf,redirect,csrf,cookieflags,http_headers,csp,upload"
#: What would end the session, or keep a scanner busy with one page.
LEAVE = ("/accounts/logout/", "/s/", "/integrity/")


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, str]]]:
    """A running demo: its address, and a session cookie for each of ROLES."""
    with tempfile.TemporaryDirectory() as data:
        log = Path(data) / "said.txt"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FARWARD_")}
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "farward.cli", "demo", "--port", "0", "--data", f"{data}/demo"],
                cwd=ROOT, stdout=said, stderr=said, env=clean | {"PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        try:
            links = _links(log, process)
            yield links["url"], {role: _session(links[role]) for role in ROLES}
        finally:
            process.terminate()
            process.wait(timeout=20)


def _links(log: Path, process: subprocess.Popen[bytes]) -> dict[str, str]:
    """What the demo printed, once it answers: its address and a sign-in link for each role."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        text = log.read_text("utf-8")
        found = {
            role: re.search(rf"^.*{role}\b.*?(http://\S+/demo/\S+)", text.partition("Sign in as")[2], re.MULTILINE)
            for role in ROLES
        }
        if all(found.values()):
            links = {role: match[1] for role, match in found.items() if match}
            url = re.match(r"http://[^/]+", links[ROLES[0]])
            assert url is not None
            if _answers(url[0]):
                return links | {"url": url[0]}
        time.sleep(0.3)
    raise RuntimeError(f"the demo did not start:\n{log.read_text('utf-8')[-2000:]}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/accounts/login/", timeout=5):
            return True
    except OSError:
        return False


def _session(link: str) -> str:
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    # The page asks first, and signs in when its button is pressed.
    with opener.open(link, timeout=20) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    form = urlencode({"csrfmiddlewaretoken": token[1] if token else ""}).encode()
    pressed = urllib.request.Request(link, data=form, headers={"Referer": link})
    with opener.open(pressed, timeout=20):
        found = [cookie.value or "" for cookie in jar if cookie.name.endswith("sessionid")]
    if not found:
        raise RuntimeError("the demo signed nobody in")
    return found[0]


def fuzz_addresses(tools: Path) -> list[str]:
    """Every address of the table, asked by schemathesis with what fits and what does not: none may end in a 500."""
    found: list[str] = []
    with demo() as (url, sessions), tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "openapi.json"
        schema.write_text(json.dumps(openapi()))
        for role, session in sessions.items():
            done = subprocess.run(
                [
                    str(tools / "schemathesis"), "run", str(schema), "--url", url, "--checks", "not_a_server_error",
                    "--max-examples", "15", "--phases", "fuzzing", "--suppress-health-check", "all",
                    "--request-timeout", "20", "-H", f"Cookie: sessionid={session}", "--no-color",
                ],
                cwd=folder, capture_output=True, text=True, timeout=800, check=False,
            )  # fmt: skip
            if done.returncode:
                found.append(f"as {role}:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return found


def openapi() -> dict[str, object]:
    """The addresses of farward/policy as an OpenAPI document: what schemathesis reads."""
    from farward.policy.routes import ROUTES

    paths: dict[str, dict[str, object]] = {}
    for pattern, row in ROUTES.items():
        if "(" in pattern or "logout" in pattern:
            continue
        names = re.findall(r"<(\w+):(\w+)>", pattern)
        address = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", pattern)
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": _schema(kind)} for kind, name in names
        ] + [
            {"name": "q", "in": "query", "schema": {"type": "string"}},
            {"name": "from", "in": "query", "schema": {"type": "string"}},
        ]
        answer = {"parameters": parameters, "responses": {"default": {"description": row.what}}}
        paths[address] = {method.lower(): answer for method in row.methods}
    return {"openapi": "3.0.3", "info": {"title": "Farward", "version": "1"}, "paths": paths}


def _schema(kind: str) -> dict[str, str]:
    return {"uuid": {"type": "string", "format": "uuid"}, "int": {"type": "integer"}}.get(kind, {"type": "string"})


def scan_pages(tools: Path) -> list[str]:
    """The pages of a demo, crawled and attacked by wapiti for some minutes. Returns what it found."""
    found: list[str] = []
    with demo() as (url, sessions), tempfile.TemporaryDirectory() as folder:
        for role, session in sessions.items():
            report = Path(folder) / f"{role}.json"
            leave = [part for path in LEAVE for part in ("-x", f"{url}{path}")]
            subprocess.run(
                [
                    str(tools / "wapiti"), "-u", f"{url}/", "--scope", "folder", "-d", "3", "--max-scan-time", "150",
                    "--max-attack-time", "40", "--flush-session", "--no-bugreport", "-f", "json", "-o", str(report),
                    "-H", f"Cookie: sessionid={session}", "--store-session", folder, "--store-config", folder,
                    "-m", MODULES,
                    *leave,
                ],
                cwd=folder, capture_output=True, text=True, timeout=600, check=False,
            )  # fmt: skip
            if not report.exists():
                found.append(f"as {role}: wapiti wrote no report")
                continue
            told = json.loads(report.read_text("utf-8"))
            found += [
                f"as {role}: {kind}: {one['method']} {one['path']} ({one['parameter'] or '-'}) {one['info'][:200]}"
                for group in ("vulnerabilities", "anomalies")
                for kind, several in told[group].items()
                for one in several
                if not _is_explained(kind, one)
            ]
    return found


def _is_explained(kind: str, one: dict[str, str]) -> bool:
    """A demo speaks plain HTTP on this machine: what only a certificate brings is checked by test_headers."""
    told = f"{kind} {one['info']}"
    return any(word in told for word in ("Strict-Transport-Security", "Secure flag", "Unencrypted Channels"))
