"""The note's document: merging, editing from a form, digests."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from farward.encounters.note.document import (
    SECTIONS,
    check_update,
    difference,
    digest_sections,
    edit_note,
    first_client,
    form_client,
    merge_note,
    read_sections,
)

EMPTY = dict.fromkeys(SECTIONS, "")
#: Texts with letters, lines and characters of two, three and four bytes.
texts = st.text(alphabet="ab \né漢😀", max_size=30)


def updates_of(*edits: dict[str, str]) -> list[bytes]:
    """The updates of one writer who brings the note to each of these texts in turn."""
    log: list[bytes] = []
    wanted = dict(EMPTY)
    for number, edit in enumerate(edits):
        wanted = {**wanted, **edit}
        update = edit_note(base=log, wanted=wanted, client=form_client(str(number).encode()))
        if update:
            log.append(update)
    return log


def test_the_order_and_repetition_of_updates_do_not_matter() -> None:
    log = updates_of({"subjective": "Cough"}, {"subjective": "Cough for 3 days"}, {"plan": "Rest"}, {"plan": ""})
    shuffled = random.Random(7).sample(log * 2, len(log) * 2)
    assert read_sections(merge_note(shuffled)) == {**EMPTY, "subjective": "Cough for 3 days"}


def test_two_who_write_offline_both_keep_their_words() -> None:
    base = updates_of({"assessment": "Asthma"})
    amina = edit_note(base=base, wanted={**EMPTY, "assessment": "Mild asthma"}, client=1)
    osei = edit_note(base=base, wanted={**EMPTY, "assessment": "Asthma, stable"}, client=2)
    assert amina is not None
    assert osei is not None
    assert read_sections(merge_note([*base, osei, amina]))["assessment"] == "Mild asthma, stable"


@given(old=texts, new=texts)
def test_a_difference_turns_the_old_text_into_the_new(old: str, new: str) -> None:
    start, end, insert = difference(old, new)
    assert old[:start] + insert + old[end:] == new


@given(first=texts, second=texts)
def test_an_edit_gives_the_wanted_text_whatever_its_letters(first: str, second: str) -> None:
    log = updates_of({"objective": first}, {"objective": second})
    assert read_sections(merge_note(log))["objective"] == second


def test_an_edit_that_changes_nothing_is_no_update() -> None:
    log = updates_of({"plan": "Rest"})
    assert edit_note(base=log, wanted={**EMPTY, "plan": "Rest"}, client=5) is None


def test_the_same_form_sent_twice_writes_its_text_once() -> None:
    client = form_client(b"form")
    twice = [edit_note(base=[], wanted={**EMPTY, "plan": "Rest"}, client=client) for _ in range(2)]
    assert read_sections(merge_note([u for u in twice if u]))["plan"] == "Rest"
    assert first_client(twice[0] or b"") == client


def test_an_update_that_only_deletes_names_no_client() -> None:
    log = updates_of({"plan": "Rest"}, {"plan": ""})
    assert first_client(log[1]) is None


@pytest.mark.parametrize("junk", [b"", b"\x01", b"junk", b"\xff" * 30])
def test_bytes_that_are_no_update_are_refused(junk: bytes) -> None:
    with pytest.raises(ValueError):
        check_update(junk)


def test_a_digest_is_the_same_in_the_browser() -> None:
    sections = {**EMPTY, "subjective": 'She said "ow"\n\tand é漢😀', "plan": "\u0001\u007f"}
    assert digest_sections(sections) == "017024554dc59009a70b6ecaff09b560430371a2d57e264cfabea58c092c8d41"


def test_a_digest_changes_with_any_section() -> None:
    digests = {digest_sections({**EMPTY, name: "x"}) for name in SECTIONS}
    assert len(digests) == len(SECTIONS)


def test_text_written_by_other_means_than_ours_is_read_all_the_same() -> None:
    doc: Doc[Text] = Doc()
    doc["plan"] = Text("Rest")
    assert read_sections(merge_note([doc.get_update()]))["plan"] == "Rest"
