"""What a tus request says of itself. What is not as the protocol wants it is refused with a sentence."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.http import HttpRequest
from django.utils.translation import gettext as _

PIECE_TYPE = "application/offset+octet-stream"
MAX_PIECE = 1024 * 1024
MAX_METADATA = 2000
SUMS = ("sha1", "sha256")
#: Checksum Mismatch, of the protocol's own.
MISMATCH = 460


class Refusal(Exception):
    """The request is not carried out, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def number(request: HttpRequest, name: str) -> int:
    """A header that counts bytes."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refusal(400, _("%(header)s must be a number.") % {"header": name})
    return int(text)


def metadata(request: HttpRequest) -> dict[str, str]:
    """What is said of the whole upload: names with values in base64."""
    text = request.headers.get("Upload-Metadata", "")
    found = {}
    for pair in text.split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except ValueError:  # also what is not ASCII, and what is not UTF-8 inside
            raise Refusal(400, _("Upload-Metadata must be pairs of a name and base64.")) from None
    if len(text) > MAX_METADATA:
        raise Refusal(400, _("Upload-Metadata is too long."))
    return found


def piece(request: HttpRequest) -> bytes:
    """The body, whole and with the check sum that it came with; never more of it in memory than a piece may have."""
    data: bytes = request.read(MAX_PIECE + 1)
    if len(data) > MAX_PIECE:
        raise Refusal(413, _("A piece of a recording has at most 1 MiB."))
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) != len(data):
        raise Refusal(400, _("This piece was cut off on its way. It will be sent again."))
    _check_sum(request, data)
    return data


def _check_sum(request: HttpRequest, data: bytes) -> None:
    told = request.headers.get("Upload-Checksum")
    if told is None:
        return
    name, _space, value = told.partition(" ")
    if name not in SUMS:
        raise Refusal(400, _("The check sum must be sha1 or sha256."))
    try:
        digest = base64.b64decode(value, validate=True)
    except ValueError:
        raise Refusal(400, _("The check sum must be base64.")) from None
    if not hmac.compare_digest(hashlib.new(name, data, usedforsecurity=False).digest(), digest):
        raise Refusal(MISMATCH, _("This piece arrived damaged. It will be sent again."))
