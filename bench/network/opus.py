"""Sound for the page to listen to, small enough to keep: Opus in Ogg, encoded by the browser that is here anyway."""

from __future__ import annotations

import base64
import contextlib
import struct
from collections.abc import Iterator, Mapping, Sequence

from playwright.sync_api import sync_playwright

from farward.cli.netlab.listen import RATE
from farward.cli.rehearse.chromium import FLAGS, find_chromium

BITRATE = 24_000
#: Ogg counts Opus in samples of 48 kHz, and the first of them are the encoder's own.
TICKS, PRE_SKIP = 48_000, 312
PACKETS_A_PAGE = 50
PAGE_URL = "https://encoder.localhost/"

ENCODE = """async ([sound, rate, bitrate]) => {
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const samples = Float32Array.from(new Int16Array(bytes.buffer), (value) => value / 32768);
  const packets = [];
  let failed = null;
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const copy = new Uint8Array(chunk.byteLength);
      chunk.copyTo(copy);
      packets.push([btoa(String.fromCharCode(...copy)), chunk.duration]);
    },
    error: (error) => { failed = error; },
  });
  encoder.configure({ codec: "opus", sampleRate: rate, numberOfChannels: 1, bitrate });
  encoder.encode(new AudioData({
    format: "f32", sampleRate: rate, numberOfFrames: samples.length, numberOfChannels: 1, timestamp: 0, data: samples,
  }));
  await encoder.flush();
  if (failed) throw failed;
  return packets;
}"""


def encode(sounds: Mapping[str, bytes]) -> dict[str, bytes]:
    """Ogg files by the same names, from 16-bit sound at the laboratory's rate."""
    with sync_playwright() as driver, contextlib.ExitStack() as until_end:
        browser = driver.chromium.launch(
            executable_path=str(find_chromium()), headless=True, args=[*FLAGS, "--no-sandbox"]
        )
        until_end.callback(browser.close)
        page = browser.new_page()
        # Only a secure page may encode.
        page.route(
            f"{PAGE_URL}**", lambda route: route.fulfill(body="<title>Encoder</title>", content_type="text/html")
        )
        page.goto(PAGE_URL)
        return {name: _encode(page, pcm) for name, pcm in sounds.items()}


def _encode(page: object, pcm: bytes) -> bytes:
    words = [base64.b64encode(pcm[: len(pcm) // 2 * 2]).decode(), RATE, BITRATE]
    packets = page.evaluate(ENCODE, words)  # type: ignore[attr-defined]
    return as_ogg([(base64.b64decode(packet), round(duration * TICKS / 1e6)) for packet, duration in packets])


def as_ogg(packets: Sequence[tuple[bytes, int]]) -> bytes:
    """An Ogg file of these packets, each with its length in samples of 48 kHz (RFC 3533 and RFC 7845)."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, PRE_SKIP, RATE, 0, 0)
    tags = struct.pack("<8sI7sI", b"OpusTags", 7, b"farward", 0)
    pages = [([head], 0), ([tags], 0), *_pages(packets)]
    last = len(pages) - 1
    return b"".join(_page(parts, granule, number, last) for number, (parts, granule) in enumerate(pages))


def _pages(packets: Sequence[tuple[bytes, int]]) -> Iterator[tuple[list[bytes], int]]:
    granule = 0
    for start in range(0, len(packets), PACKETS_A_PAGE):
        part = packets[start : start + PACKETS_A_PAGE]
        granule += sum(length for _packet, length in part)
        yield [packet for packet, _length in part], granule


def _page(packets: Sequence[bytes], granule: int, number: int, last: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    kind = 2 if number == 0 else 4 if number == last else 0
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, 1, number, 0, len(lacing)) + lacing
    whole = head + b"".join(packets)
    return whole[:22] + struct.pack("<I", _checksum(whole)) + whole[26:]


def _checksum(whole: bytes) -> int:
    """The CRC of Ogg: polynomial 0x04c11db7, nothing reflected."""
    crc = 0
    for byte in whole:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ CRC[(crc >> 24) ^ byte]
    return crc


def _crc_of(byte: int) -> int:
    crc = byte << 24
    for _ in range(8):
        crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


CRC = tuple(_crc_of(byte) for byte in range(256))
