"""The note's text as a Yjs document, rebuilt from the updates in the journal.

Pure: no Django, no database. Browsers write the same updates with Yjs (https://docs.yjs.dev/api/document-updates);
merging is commutative and idempotent, so neither order nor repetition matters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from pycrdt import Decoder, Doc, Text

#: The four parts of a SOAP note, each a Y.Text at the document's root.
SECTIONS = ("subjective", "objective", "assessment", "plan")

#: What four sections may take together as JSON, so that a version fits into one journal entry.
MAX_VERSION_BYTES = 60_000


def merge_note(updates: Iterable[bytes], *, client: int | None = None) -> Doc[Text]:
    """The document that these updates make, to be written on as `client`.

    An update that cannot be read beside those before it is left out.
    """
    found = list(updates)
    try:
        return _readable(Doc(client_id=client), found)
    except ValueError:
        return _readable(Doc(client_id=client), _without_unreadable(found))


def read_sections(doc: Doc[Text]) -> dict[str, str]:
    """The four texts."""
    return {name: str(doc.get(name, type=Text)) for name in SECTIONS}


def check_update(update: bytes) -> None:
    """Raise ValueError unless Yjs can read this update."""
    with _yrs_errors():
        # Yjs makes room for as many clients as an update says that it has, before it looks for them.
        if Decoder(update).read_var_uint() > len(update):
            raise ValueError("an update that names more clients than it can hold")
    _readable(Doc(), [update])


def first_client(update: bytes) -> int | None:
    """The first client named in an update in Yjs's v1 encoding; None where it only deletes."""
    decoder = Decoder(update)
    if decoder.read_var_uint() == 0:
        return None
    decoder.read_var_uint()
    return decoder.read_var_uint()


def form_client(nonce: bytes) -> int:
    """The Yjs client number of a form, so that sending the same form twice writes the same text once."""
    # Yjs's own numbers have 32 bits; the top bit set keeps clear of small ones that people choose by hand.
    return int.from_bytes(hashlib.sha256(nonce).digest()[:4], "big") | 1 << 31


def edit_note(*, base: Iterable[bytes], wanted: Mapping[str, str], client: int) -> bytes | None:
    """The update that turns the note made by `base` into `wanted`, written as `client`; None if nothing differs."""
    doc = merge_note(base, client=client)
    before = doc.get_state()
    changed = False
    with doc.transaction():
        for name in SECTIONS:
            text = doc.get(name, type=Text)
            start, end, insert = difference(str(text), wanted[name])
            if start == end and not insert:
                continue
            changed = True
            _splice(text, start, end, insert)
    return doc.get_update(before) if changed else None


def difference(old: str, new: str) -> tuple[int, int, str]:
    """The one replacement `old[start:end] = insert` that makes `new`, with what both share left alone."""
    start = _shared(old, new)
    tail = _shared(old[start:][::-1], new[start:][::-1])
    return start, len(old) - tail, new[start : len(new) - tail]


def digest_sections(sections: Mapping[str, str]) -> str:
    """SHA-256 over the four texts as one JSON list: what a co-signature names. Browsers compute the same."""
    texts = [sections[name] for name in SECTIONS]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def version_size(sections: Mapping[str, str]) -> int:
    """How many bytes a version takes in the journal."""
    return len(json.dumps(dict(sections), ensure_ascii=False).encode())


def _readable(doc: Doc[Text], updates: Iterable[bytes]) -> Doc[Text]:
    """The document with these updates, read once to see that it can be. Raises ValueError."""
    with _yrs_errors():
        for name in SECTIONS:
            doc[name] = Text()
        for update in updates:
            doc.apply_update(update)
        read_sections(doc)
        doc.get_update()
    return doc


def _without_unreadable(updates: Iterable[bytes]) -> list[bytes]:
    """The updates less those that break the note made by the ones before. A document that broke is of no more use."""
    kept: list[bytes] = []
    for update in updates:
        try:
            _readable(Doc(), [*kept, update])
        except ValueError:
            continue
        kept.append(update)
    return kept


@contextmanager
def _yrs_errors() -> Iterator[None]:
    """Whatever Yjs's core in Rust makes of bytes that somebody forged is a ValueError here, also when it panics."""
    try:
        yield
    except Exception as error:
        raise ValueError(str(error)) from None
    except BaseException as error:
        # Its class cannot be imported, and it is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError("the update breaks the document") from None


def _splice(text: Text, start: int, end: int, insert: str) -> None:
    """Replace characters `start` to `end`. pycrdt counts UTF-8 bytes, Python counts characters."""
    old = str(text)
    at, until = len(old[:start].encode()), len(old[:end].encode())
    if until > at:
        del text[at:until]
    if insert:
        text.insert(at, insert)


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
