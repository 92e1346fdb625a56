"""`farward init` and `farward serve` as an operator runs them, each in a process of its own."""

from __future__ import annotations

import base64
import re
import socket
import sqlite3
import stat
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import uvicorn

from farward.cli.house import prepare_data_dir
from farward.cli.serve import run_server
from farward.environment import Environment, SettingError
from tests.fixtures.server import MakeServer, Server, free_port

KEY_FILES = ("secret.key", "master.keys", "signing.pem")


def get(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


@pytest.fixture
def school(make_server: MakeServer) -> Server:
    """A data directory after `farward init`."""
    server = make_server(start=False)
    assert server.run("init").returncode == 0
    return server


def test_the_data_directory_and_its_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    env = Environment(data_dir=tmp_path / "new", secret_key="", master_keys="")
    prepare_data_dir(env)
    assert stat.S_IMODE(env.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(env.keys_dir.stat().st_mode) == 0o700
    for name in KEY_FILES:
        assert stat.S_IMODE((env.keys_dir / name).stat().st_mode) == 0o600


def test_no_file_is_readable_by_others_even_in_a_directory_that_is(make_server: MakeServer) -> None:
    server = make_server(start=False)
    server.data_dir.mkdir(mode=0o755, exist_ok=True)
    server.data_dir.chmod(0o755)
    assert server.run("init").returncode == 0
    found = [path for path in server.data_dir.rglob("*") if "static" not in path.parts]
    assert {path.name for path in found} >= {"farward.sqlite3", "keys.sqlite3", "master.keys"}
    assert [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_the_server_takes_no_message_much_larger_than_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    configs: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: configs.append(self.config))
    with socket.socket() as listener:
        run_server(listener, Environment())
    assert configs[0].ws_max_size * configs[0].ws_max_queue <= 16 * 1024 * 1024


def test_no_new_key_is_made_beside_records_sealed_with_another(tmp_path: Path) -> None:
    (tmp_path / "keys.sqlite3").touch()
    prepare_data_dir(Environment(data_dir=tmp_path, master_keys=""))
    assert not (tmp_path / "keys" / "master.keys").exists()


def test_a_directory_that_cannot_be_made_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"FARWARD_DATA_DIR: .* Name a directory"):
        prepare_data_dir(Environment(data_dir=tmp_path / "file" / "data"))


def test_init_again_changes_no_key(school: Server) -> None:
    before = [(school.data_dir / "keys" / name).read_bytes() for name in KEY_FILES]
    assert school.run("init").returncode == 0
    assert [(school.data_dir / "keys" / name).read_bytes() for name in KEY_FILES] == before


def test_the_first_administrator_gets_a_link_that_sets_the_password(make_server: MakeServer) -> None:
    server = make_server(start=False)
    told = server.run("init", "--admin", "Ada@School.example").stdout
    link = re.search(r"http://\S+/accounts/password/reset/key/\S+", told)
    assert link
    server.start()
    assert "Made administrator ada@school.example" in told
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link[0], timeout=10) as answer:
        assert "password1" in answer.read().decode()


def test_nobody_becomes_administrator_by_what_is_no_address(make_server: MakeServer) -> None:
    done = make_server(start=False).run("init", "--admin", "ada")
    assert done.returncode == 2
    assert "is not an e-mail address" in one_line(done.stderr)


def test_a_wrong_setting_ends_the_start_with_one_line_and_exit_code_2(make_server: MakeServer) -> None:
    server = make_server(start=False, FARWARD_URL="http://farward.school.example")
    done = server.run("serve", "--port", "0")
    assert done.returncode == 2
    assert one_line(done.stderr).startswith("farward: FARWARD_URL: ")


def test_a_database_that_does_not_answer_is_named(make_server: MakeServer) -> None:
    server = make_server(start=False, DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/farward")
    done = server.run("init")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("farward: DATABASE_URL: the database cannot be opened")


def test_a_start_without_the_master_key_that_records_need_is_refused(make_server: MakeServer) -> None:
    server = make_server()
    server.book()
    server.stop()
    key = base64.b64encode(bytes(32)).decode()
    (server.data_dir / "keys" / "master.keys").write_text(f"other:{key}\n")
    done = server.run("serve", "--port", "0")
    assert done.returncode == 2
    assert "master key" in one_line(done.stderr)


def test_a_second_process_on_the_same_data_is_refused_and_the_first_goes_on(make_server: MakeServer) -> None:
    server = make_server()
    done = server.run("serve", "--port", "0")
    assert done.returncode == 2
    assert "already runs" in one_line(done.stderr)
    assert get(f"{server.url}/accounts/login/") == 200


def test_a_taken_port_is_said_before_anything_else(make_server: MakeServer) -> None:
    server = make_server()
    done = server.run("serve", "--port", str(server.port))
    assert done.returncode == 2
    assert f"--port {server.port}" in one_line(done.stderr)


def test_a_killed_server_starts_again_on_what_it_had(make_server: MakeServer) -> None:
    server = make_server()
    booked = server.book()
    server.restart()
    server.env["FARWARD_LOG_LEVEL"] = "INFO"
    assert get(f"{server.url}/accounts/login/") == 200
    assert server.book()["encounter"] != booked["encounter"]


def test_a_stop_takes_no_longer_than_its_grace(make_server: MakeServer) -> None:
    server = make_server()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10


def test_databases_are_copied_before_they_change_and_keys_leave_no_copy(school: Server) -> None:
    for name in ("farward", "keys"):
        with sqlite3.connect(school.data_dir / f"{name}.sqlite3") as database:
            database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
            database.execute("DROP TABLE IF EXISTS django_session")
        database.close()
    done = school.run("init")
    assert done.returncode == 0, done.stderr
    copies = list((school.data_dir / "backups").glob("*.sqlite3"))
    assert [copy.name.split("-")[0] for copy in copies] == ["farward"]
    assert stat.S_IMODE(copies[0].stat().st_mode) == 0o600
    with sqlite3.connect(copies[0]) as copy:
        assert copy.execute("SELECT count(*) FROM people_user").fetchone() == (0,)
    copy.close()


def test_the_access_log_names_routes_and_no_address(make_server: MakeServer) -> None:
    server = make_server()
    get(f"{server.url}/e/0190d0f0-0000-7000-8000-000000000001/?name=Rivera")
    get(f"{server.url}/Rivera/0190d0f0-secret")
    get(f"{server.url}/accounts/password/reset/key/abc-0190d0f0secret/")
    server.stop()
    assert "GET /e/<uuid:encounter_id>/ " in server.log
    assert "GET (no route) 404" in server.log
    assert "Rivera" not in server.log
    assert "0190d0f0" not in server.log


def test_logs_are_json_on_request(make_server: MakeServer) -> None:
    server = make_server(FARWARD_LOG_FORMAT="json")
    get(f"{server.url}/accounts/login/")
    server.stop()
    assert '"route": "/accounts/login/"' in server.log
    assert '"status": 200' in server.log


def test_check_says_what_to_mend_and_exits_1(school: Server) -> None:
    (school.data_dir / "keys" / "signing.pem").unlink()
    done = school.run("check")
    assert done.returncode == 1
    assert "ok    databases: default on SQLite, up to date" in done.stdout
    assert "MEND  keys: FARWARD_SIGNING_KEY_FILE" in done.stdout


def test_check_on_a_sound_house_exits_0(school: Server) -> None:
    done = school.run("check")
    assert done.returncode == 0, done.stdout
    assert "MEND" not in done.stdout


def test_help_names_every_command(school: Server) -> None:
    told = school.run("--help").stdout
    for command in ("demo", "init", "serve", "check", "journal", "rehearse"):
        assert f"  {command} " in told
