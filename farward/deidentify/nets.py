"""What stands for a person on a network: e-mail, addresses of pages and machines, handles, names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .classes import Identifier
from .lexicon import flags_of, fold, is_allowed
from .spans import Span

_TLD = "com|org|net|edu|gov|mil|int|info|health|clinic|app|dev|io|me|co|uk|ng|gh|ke|za|in|au|nz|ca|de|fr|es|it|nl|br|mx|pt|pl|tr|ph|vn|id|us|eu|ie|ch|example|test|invalid|local"
FORMS: list[tuple[Identifier, float, str, re.Pattern[str]]] = [
    (Identifier.EMAIL, 0.99, "e-mail", re.compile(r"[\w.+\-]{1,64}@(?:[\w\-]+\.)+[a-z]{2,}|[\w.+\-]{1,64} ?@ ?(?:[\w\-]+\.)+[a-z]{2,}", re.I)),
    (Identifier.EMAIL, 0.97, "spoken e-mail", re.compile(rf"\b[\w.+\-]+(?: (?:dot|underscore|dash|hyphen|plus) [\w]+| \d+)*,? at [\w\-]+(?: [\w\-]+)? dot (?:(?:{_TLD})\b(?: dot (?:{_TLD})\b)?)", re.I)),
    (Identifier.URL, 0.98, "web address", re.compile(r"\b(?:https?|ftp)://[^\s<>\"'“”]*[^\s<>\"'“”.,;:!?)]|\bwww\.[^\s<>\"'“”]*[^\s<>\"'“”.,;:!?)]", re.I)),
    (Identifier.URL, 0.9, "web address", re.compile(rf"(?<![\w@.\-])(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+(?:{_TLD})\b(?:/[^\s<>\"'“”]*[^\s<>\"'“”.,;:!?)])?(?!\.?\w)", re.I)),
    (Identifier.URL, 0.9, "spoken web address", re.compile(rf"\b(?:www dot )?[\w\-]+ dot (?:{_TLD})\b(?: slash \w+)*", re.I)),
    (Identifier.IP, 0.98, "network address", re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")),
    (Identifier.IP, 0.98, "network address", re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?![\w:])", re.I)),
    (Identifier.DEVICE, 0.95, "hardware address", re.compile(r"\b(?:[0-9A-F]{2}[:\-]){5}[0-9A-F]{2}\b", re.I)),
    (Identifier.OTHER_ID, 0.9, "handle", re.compile(r"(?<![\w.])@[A-Za-z][\w.]{2,}\b")),
    (Identifier.OTHER_ID, 0.9, "handle", re.compile(r"\b(?:insta(?:gram)?|twitter|facebook|fb|snap(?:chat)?|tiktok|telegram|skype|username|user name|handle|login|screen name|zoom name|discord|signal)(?: (?:is|name|id|account|handle|as|called|at))*[ :]{1,2}(?P<d>@?[\w.]*[\w])(?<!\bis)(?<!\bfor)", re.I)),
]  # fmt: skip
FILE = re.compile(
    r"[\w\-.()]+\.(?:jpe?g|png|gif|heic|webp|tiff?|pdf|docx?|xlsx?|txt|csv|mp[34]|mov|m4a|wav|ogg|dcm|zip)\b", re.I
)
#: Letters and digits in one piece with an underscore or a year: user names, mostly.
USER = re.compile(r"\b(?=\w*[A-Za-z]{3})(?:[A-Za-z]+_[A-Za-z0-9_]+|[A-Za-z]{4,}\d{2,4})\b")


def find_nets(text: str) -> Iterator[Span]:
    """E-mail, addresses on the web and of machines, handles and user names, files named after somebody."""
    for cls, confidence, reason, pattern in FORMS:
        if reason.startswith("spoken") and " dot " not in text.lower():
            continue
        group = "d" if "d" in pattern.groupindex else 0
        for found in pattern.finditer(text):
            if cls == Identifier.OTHER_ID and group and _plain(found[group]):
                continue
            yield Span(*found.span(group), cls, confidence, reason)
    for found in FILE.finditer(text):
        if not _plain(found[0]) or sum(char.isdigit() for char in found[0]) >= 1:
            yield Span(*found.span(), Identifier.OTHER_ID, 0.85, "name of a file")
    for found in USER.finditer(text):
        if not _plain(found[0]):
            yield Span(*found.span(), Identifier.OTHER_ID, 0.8, "user name")


def _plain(name: str) -> bool:
    """Whether a name is made of ordinary words only, such as "chest_xray_final.pdf"."""
    parts = [fold(part) for part in re.findall(r"[A-Za-z]{2,}", name)]
    return all(is_allowed(part, flags_of(part)) or len(part) < 4 for part in parts)
