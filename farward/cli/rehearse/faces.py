"""Moving pictures for the made-up cameras: a talking head for each role, drawn without any library.

The files are YUV4MPEG2 (one header line, then raw 4:2:0 planes), which Chromium plays in a loop as a camera.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WIDTH, HEIGHT = 480, 360
FRAMES, RATE = 24, 12

Colour = tuple[int, int, int]

LIPS: Colour = (132, 60, 56)
MOUTH: Colour = (60, 20, 25)
WHITE: Colour = (245, 245, 240)
DARK: Colour = (30, 24, 24)


@dataclass(frozen=True, slots=True)
class Look:
    """How a role looks: a glance at a screenshot must say who is who."""

    wall: Colour
    clothes: Colour
    skin: Colour
    hair: Colour
    hair_long: bool = False


LOOKS = {
    "patient": Look((236, 214, 178), (196, 98, 60), (196, 144, 112), (64, 40, 30), hair_long=True),
    "learner": Look((186, 222, 214), (22, 118, 110), (140, 94, 70), (32, 26, 28)),
    "preceptor": Look((200, 206, 236), (58, 70, 140), (112, 76, 58), (150, 148, 150)),
}

#: How far the mouth is open, frame by frame: three syllables, then a breath.
OPENING = (0, 3, 8, 13, 16, 12, 6, 2, 5, 11, 15, 10, 4, 1, 6, 12, 16, 13, 8, 3, 1, 0, 0, 0)
BLINK = (18, 19)

MIDDLE = WIDTH // 2
EYES = (MIDDLE - 34, MIDDLE + 34)


def _yuv(colour: Colour) -> tuple[int, int, int]:
    """BT.601, studio range: what a camera delivers."""
    red, green, blue = colour
    return (
        round(16 + 0.257 * red + 0.504 * green + 0.098 * blue),
        round(128 - 0.148 * red - 0.291 * green + 0.439 * blue),
        round(128 + 0.439 * red - 0.368 * green - 0.071 * blue),
    )


@dataclass
class Canvas:
    """One frame as three planes; shapes are filled row by row, which is quick enough in plain Python."""

    luma: bytearray = field(default_factory=lambda: bytearray(WIDTH * HEIGHT))
    blue: bytearray = field(default_factory=lambda: bytearray(WIDTH * HEIGHT // 4))
    red: bytearray = field(default_factory=lambda: bytearray(WIDTH * HEIGHT // 4))

    def copy(self) -> Canvas:
        return Canvas(bytearray(self.luma), bytearray(self.blue), bytearray(self.red))

    def span(self, y: int, left: int, right: int, colour: tuple[int, int, int]) -> None:
        """One row of a shape, clipped to the picture."""
        left, right = max(0, left), min(WIDTH, right)
        if not 0 <= y < HEIGHT or left >= right:
            return
        self.luma[y * WIDTH + left : y * WIDTH + right] = bytes([colour[0]]) * (right - left)
        if y % 2 == 0:
            start, end = left // 2, (right + 1) // 2
            row = y // 2 * (WIDTH // 2)
            self.blue[row + start : row + end] = bytes([colour[1]]) * (end - start)
            self.red[row + start : row + end] = bytes([colour[2]]) * (end - start)

    def ellipse(self, x: int, y: int, wide: int, high: int, colour: Colour) -> None:
        """A filled ellipse around (x, y)."""
        yuv = _yuv(colour)
        for row in range(-high, high + 1):
            half = round(wide * (1 - (row / max(high, 1)) ** 2) ** 0.5)
            self.span(y + row, x - half, x + half, yuv)

    def fill(self, colour: Colour) -> None:
        yuv = _yuv(colour)
        for y in range(HEIGHT):
            self.span(y, 0, WIDTH, yuv)


def frames(role: str) -> Iterator[Canvas]:
    """The frames of one loop."""
    look = LOOKS[role]
    base = _portrait(look)
    for number in range(FRAMES):
        frame = base.copy()
        frame.ellipse(MIDDLE, 226, 32, 5 + OPENING[number], LIPS)
        frame.ellipse(MIDDLE, 225, 25, max(1, OPENING[number]), MOUTH)
        if number in BLINK:
            for eye in EYES:
                frame.ellipse(eye, 150, 14, 9, look.skin)
        yield frame


def _portrait(look: Look) -> Canvas:
    canvas = Canvas()
    canvas.fill(look.wall)
    if look.hair_long:
        canvas.ellipse(MIDDLE, 190, 112, 150, look.hair)
    canvas.ellipse(MIDDLE, HEIGHT + 40, 170, 130, look.clothes)
    canvas.ellipse(MIDDLE, 130, 98, 106, look.hair)
    canvas.ellipse(MIDDLE, 262, 34, 40, look.skin)
    canvas.ellipse(MIDDLE, 170, 84, 102, look.skin)
    for eye in EYES:
        canvas.ellipse(eye, 128, 20, 3, look.hair)
        canvas.ellipse(eye, 150, 14, 9, WHITE)
        canvas.ellipse(eye, 150, 6, 7, DARK)
    shade = (look.skin[0] - 22, look.skin[1] - 18, look.skin[2] - 16)
    canvas.ellipse(MIDDLE, 186, 7, 14, shade)
    return canvas


def write_face(role: str, path: Path) -> Path:
    """Write the role's talking head as a Y4M file."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames(role):
            file.write(b"FRAME\n" + frame.luma + frame.blue + frame.red)
    return path
