"""The report of a rehearsal: one HTML file with everything in it, to be read, printed or sent on."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import mark_safe

import farward
from farward.cli.netlab.listen import HEARD
from farward.cli.rehearse.ears import ROLES, Heard
from farward.cli.rehearse.record import Act, Connection, Record, Sound
from farward.cli.rehearse.report.chart import draw_timeline
from farward.cli.rehearse.school import NAMES

FOLDER = Path(__file__).parent

#: What the pictures outside the scenes show.
MOMENTS = {
    "lobby_patient": "The patient in the lobby",
    "lobby_learner": "The learner in the lobby",
    "lobby_preceptor": "The preceptor in the lobby",
    "offline": "The learner while the line was cut",
    "debrief_page": "The debrief page, after the visit",
    "server_dead": "The preceptor while the server was dead",
    "stopped_patient": "The patient's screen when the play stopped",
    "stopped_learner": "The learner's screen when the play stopped",
    "stopped_preceptor": "The preceptor's screen when the play stopped",
}


def write_report(record: Record, folder: Path) -> Path:
    """Write `report.html` into the folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    path.write_text(render_report(record), "utf-8")
    return path


def render_report(record: Record) -> str:
    """The report as one HTML page."""
    failed = [verdict for verdict in record.verdicts if not verdict.held]
    context = {
        "version": farward.__version__,
        "record": record,
        "failed": failed,
        "held": len(record.verdicts) - len(failed),
        "length": _length(record.seconds),
        "style": mark_safe((FOLDER / "style.css").read_text("utf-8")),  # noqa: S308 - our own file
        "timeline": mark_safe(draw_timeline(record)),  # noqa: S308 - drawn by us, words escaped there
        "roles": [{"key": role, "title": role.capitalize(), "name": NAMES[role]} for role in ROLES],
        "columns": [(listener, [role for role in ROLES if role != listener]) for listener in ROLES],
        "rows": [_row(act) for act in record.acts],
        "scenes": [_scene(act) for act in record.acts],
        "connections": [_connection(connection) for connection in record.connections],
        "moments": [(MOMENTS.get(name, name), name, _data_url(picture)) for name, picture in record.extra],
    }
    return Engine(dirs=[str(FOLDER)]).get_template("report.html").render(Context(context))


def _row(act: Act) -> dict[str, Any]:
    """One line of the table: each listener with what came from the two others."""
    return {"title": act.scene.title, "cells": [_cell(heard) for heard in act.heard]}


def _cell(heard: Heard) -> dict[str, Any]:
    held = heard.sound_held and heard.picture_held
    instead = heard.sound_optional and heard.level < HEARD
    hears = "gets voice notes from" if instead else "hears" if heard.expected else "does not hear"
    says = f"the {heard.listener} {hears} the {heard.source}"
    return {
        "kind": ("heard" if heard.expected and not instead else "silent") if held else "wrong",
        "source": heard.source,
        "level": heard.sound,
        "says": says if held else f"should be: {says}",
    }


def _scene(act: Act) -> dict[str, Any]:
    return {
        "title": act.scene.title,
        "pictures": [
            {"role": role, "title": role.capitalize(), "url": _data_url(act.pictures[role]), "hears": _hears(act, role)}
            for role in ROLES
        ],
    }


def _connection(connection: Connection) -> dict[str, Any]:
    """One seat's network, the rungs it took, and what it heard."""
    return {
        "role": connection.role,
        "title": connection.role.capitalize(),
        "network": connection.network,
        "text": connection.text,
        "rungs": [{"at": _length(at), "rung": rung, "reason": reason} for at, rung, reason in connection.rungs],
        "lost": " ".join(_lost(connection)),
        "plot": mark_safe(connection.plot),  # noqa: S308 - drawn by us, words escaped there
        "sounds": [
            {
                "source": sound.source,
                "scores": ", ".join(_scores(sound)),
                "url": "data:audio/wav;base64," + base64.b64encode(sound.wav).decode(),
            }
            for sound in connection.sounds
        ],
    }


def _scores(sound: Sound) -> Iterator[str]:
    if sound.concealed is not None:
        yield f"{sound.concealed:.0%} made up for lost packets"
    if sound.stoi is not None:
        yield f"STOI {sound.stoi:.2f}"
    if sound.pesq is not None:
        yield f"PESQ {sound.pesq:.1f}"


def _lost(connection: Connection) -> Iterator[str]:
    """What became of the packets, in words."""
    for way, loss in (("sent", connection.sent), ("received", connection.received)):
        if loss.packets:
            yield (
                f"{loss.packets:,} packets {way}: {loss.lost / loss.packets:.1%} lost on the way, "
                f"{loss.overflowed / loss.packets:.1%} dropped by a full queue."
            )


def _hears(act: Act, listener: str) -> str:
    sources = [role for role in ROLES if act.scene.should_hear(listener, role)]
    return "hears " + " and ".join(f"the {source}" for source in sources) if sources else "hears nobody"


def _data_url(picture: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(picture).decode()


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
