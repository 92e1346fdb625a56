"""Debian's Chromium with a made-up camera and microphone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from farward.cli.netlab.lab import Laboratory
from farward.environment import SettingError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

FLAGS = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # Three windows of one machine: none of them may fall asleep in the background.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    # Names that only multicast DNS resolves, and pages on this machine that talk to it.
    "--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks",
)


#: What browsers in a network laboratory call the server: a name of this machine, so that they give camera and
#: microphone without a certificate.
LABORATORY_NAME = "farward.localhost"


def find_chromium(wanted: Path | None = None) -> Path:
    """The browser to use.

    Raises:
        SettingError: there is none.
    """
    if wanted is not None:
        if not wanted.exists():
            raise SettingError(f"FARWARD_CHROMIUM: there is no {wanted}. Name the browser, or unset it.")
        return wanted
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise SettingError(
        "FARWARD_CHROMIUM: no Chromium found, and the rehearsal needs one. "
        "Run `apt-get install chromium`, or set this to where it is."
    )


def flags_for(voice: Path, face: Path) -> list[str]:
    """Flags of one person's browser: this voice at the microphone, this face in front of the camera."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [
        *FLAGS,
        *sandbox,
        f"--use-file-for-fake-audio-capture={voice}",
        f"--use-file-for-fake-video-capture={face}",
    ]


def flags_in_laboratory(voice: Path, face: Path, lab: Laboratory) -> list[str]:
    """The same in a network laboratory, where the server is in the hub."""
    return [*flags_for(voice, face), f"--host-resolver-rules=MAP {LABORATORY_NAME} {lab.hub_address}"]
