"""What the tests of recordings share: a device that uploads, and people who say yes."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.test import Client

from farward.encounters.models import Encounter, Seat
from farward.encounters.recordings import storage
from farward.encounters.recordings.rules import RECORDED
from tests.encounters.support import code_of, consent, new_device, new_id, send

DATA = b"\x1a\x45\xdf\xa3" + b"a secret cough " * 9000
PIECE = 50_000
SIGNED = {"Tus-Resumable": "1.0.0"}
WEBM = "filetype " + base64.b64encode(b"video/webm;codecs=vp8,opus").decode()
OCTETS = "application/offset+octet-stream"


def device_of(seat: Seat) -> Client:
    _device, token = new_device(seat)
    return Client(headers={"Cookie": f"seat={token}"})


def create(client: Client, seat: Seat, length: int | str = len(DATA), **changes: str) -> Any:
    told = {"Upload-Length": str(length), "Upload-Metadata": WEBM}
    return client.post(f"/s/{seat.pk}/uploads/", headers=SIGNED | told | changes)


def patch(client: Client, address: str, offset: int | str, data: bytes, **changes: str) -> Any:
    told = {"Upload-Offset": str(offset), "Content-Type": OCTETS}
    return client.patch(address, data, content_type=OCTETS, headers=SIGNED | told | changes)


def offset_of(client: Client, address: str) -> int:
    return int(client.head(address, headers=SIGNED)["Upload-Offset"])


def id_in(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[1])


def begun(seat: Seat, length: int = len(DATA)) -> tuple[Client, str]:
    client = device_of(seat)
    return client, create(client, seat, length)["Location"]


def upload_whole(seat: Seat, data: bytes = DATA) -> UUID:
    client, address = begun(seat, len(data))
    for start in range(0, len(data), PIECE):
        assert patch(client, address, start, data[start : start + PIECE]).status_code == 204
    return id_in(address)


def content(seat: Seat, upload_id: UUID) -> bytes:
    upload = storage.find(seat.encounter_id, upload_id)
    assert upload is not None
    return b"".join(storage.read(upload, 0, upload.length))


def decide(seat: Seat, decision: str = "given") -> str:
    """This person decides about being recorded. Returns the code."""
    return consent(seat, "recording", decision, subject=str(seat.pk))


def all_agree(encounter: Encounter, *roles: str) -> None:
    """Those of these roles, or everyone who may be recorded, say yes."""
    for seat in encounter.seats.filter(role__in=roles or RECORDED):
        assert decide(seat) == "ok"


def start(seat: Seat, audience: str = "everyone", **changes: Any) -> tuple[str, str]:
    """Tell that this seat's device records. The code, and the recording's id."""
    recording = str(new_id())
    told = {"recording": recording, "started": storage.now_ms(), "within": 5, "picture": True}
    return code_of(send(seat, "recording.started", told | changes, audience)), recording


def tell(
    seat: Seat, upload: UUID, recording: str, audience: str = "everyone", *, size: int = len(DATA), ms: int = 4000
) -> str:
    """Tell that the bytes are here. Returns the code."""
    told = {"recording": recording, "upload": str(upload), "ms": ms, "size": size}
    return code_of(send(seat, "recording.uploaded", told, audience))


def recorded(seat: Seat, audience: str = "everyone", **changes: Any) -> str:
    """A recording of this seat that is here; its address for accounts."""
    code, recording = start(seat, audience, **changes)
    assert code == "ok"
    upload = upload_whole(seat)
    assert tell(seat, upload, recording, audience) == "ok"
    return f"/e/{seat.encounter_id}/recordings/{upload}"


def played(answer: Any) -> bytes:
    """All bytes of an answer that comes part by part."""

    async def gather() -> bytes:
        return b"".join([part async for part in answer])

    return async_to_sync(gather)()


def as_account(seat: Seat) -> Client:
    client = Client()
    assert seat.user is not None
    client.force_login(seat.user)
    return client
