"""What stands in place of an identifier reads as one, stays the same for the same one, and is nobody's own."""

from __future__ import annotations

import re
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farward.deidentify import Context, Deidentifier, Person, deidentify, safe_harbor
from farward.deidentify.shifting import shift
from tests.deidentify.encounter import CONTEXT, KEY, without_people

LABELS = msgspec.structs.replace(safe_harbor(), style="label")


def test_the_same_person_has_the_same_surrogate_in_every_text() -> None:
    results = Deidentifier(key=KEY, context=CONTEXT).apply(["Maria Rivera came.", "ms rivera, RIVERA", "hi Maria!"])
    first, last = results[0].text.split()[:2]
    assert results[1].text == f"ms {last.lower()}, {last.upper()}"
    assert results[2].text == f"hi {first}!"


def test_a_nickname_and_a_slip_read_as_the_same_person() -> None:
    context = Context(people=(Person(name="Elizabeth Rivera"),))
    told = without_people("Elizabeth Rivera came. Liz left. Rivear left.", context=context).split()
    assert told[3] == told[0]
    assert told[5] == told[1]


def test_another_key_gives_another_story() -> None:
    text = "Maria Rivera, 03/04/1958, RT-4471902"
    told = {deidentify(text, key=bytes([at]) * 32, context=CONTEXT).text for at in range(6)}
    assert len(told) == 6


def test_the_same_key_gives_the_same_text_again() -> None:
    assert without_people("Maria Rivera, RT-4471902") == without_people("Maria Rivera, RT-4471902")


@given(st.integers(0, 2**64), st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_days_between_two_dates_stay(key: int, day: date, apart: int) -> None:
    later = date.fromordinal(day.toordinal() + apart)
    text = deidentify(f"on {day.isoformat()} and on {later.isoformat()}", key=key.to_bytes(16, "big")).text
    moved = [date.fromisoformat(found) for found in re.findall(r"\d{4}-\d\d-\d\d", text)]
    assert len(moved) == 2
    assert (moved[1] - moved[0]).days == apart
    assert moved[0] != day
    assert moved[0].weekday() == day.weekday()


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        ("3/4/2021", "3/11/2021"), ("2021-03-04", "2021-03-11"), ("March 4, 2021", "March 11, 2021"), ("4 Mar 2021", "11 Mar 2021"), ("march fourth nineteen fifty eight", "march 11, 1958"),
        ("3/4", "3/11"), ("25/12/2020", "1/1/2021"), ("the third of may two thousand and one", "10 may 2001"), ("31/31/2020", None), ("sometime", None),
    ],
)  # fmt: skip
def test_a_date_moves_in_the_form_in_which_it_was_written(said: str, moved: str | None) -> None:
    assert shift(said, 7, year_only=False, oldest_birth=None) == moved


def test_only_the_year_can_be_left() -> None:
    policy = msgspec.structs.replace(safe_harbor(), dates="year")
    assert without_people("seen on March 4, 2021", policy=policy) == "seen on 2021"


def test_an_age_over_89_and_a_year_of_birth_that_tells_it_go() -> None:
    context = Context(people=(Person(name="Maria Rivera", born=date(1930, 5, 6)),), held=date(2024, 3, 3))
    told = without_people("a 93-year-old woman, born 05/06/1930", context=context)
    assert "90 or older" in told
    assert "1930" not in told
    assert "93" not in told


@pytest.mark.parametrize(("code", "left"), [("62701", "627"), ("03601", "000"), ("89301", "000")])
def test_of_a_zip_code_three_digits_stay_where_enough_people_live(code: str, left: str) -> None:
    assert without_people(f"lives in Springfield, IL {code}").endswith(f"IL {left}")


def test_no_surrogate_is_the_name_of_somebody_in_the_encounter() -> None:
    context = Context(people=(Person(name="Clara Ashdown"), Person(name="Felix Garrick"), Person(name="Maria Rivera")))
    for at in range(40):
        told = deidentify("Maria Rivera came.", key=bytes([at]) * 16, context=context).text
        assert not {"Clara", "Ashdown", "Felix", "Garrick"} & set(told.rstrip(".").split())


def test_labels_count_who_is_who() -> None:
    told = without_people("Maria Rivera met Amina Yusuf. maria rivera left.", policy=LABELS)
    assert told == "[NAME-1] met [NAME-2]. [NAME-1] left."


WORDS = st.sampled_from(
    [
        "Maria",
        "Rivera",
        "Osei",
        "amina",
        "555-013-0199",
        "RT-4471902",
        "3/4/2021",
        "the",
        "pain",
        "is",
        "worse",
        "since",
        "and",
        "Dr.",
        "12",
        "Oak",
        "Lane",
        "Xhuq",
        "\n",
        ",",
        ".",
        "(",
        "BP",
        "120/80",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_a_text_with_labels_goes_through_again_unchanged(text: str) -> None:
    once = without_people(text, policy=LABELS)
    kept = re.sub(r"\[[A-Z_]+-\d+\]", "\x00", once)
    again = re.sub(r"\[[A-Z_]+-\d+\]", "\x00", without_people(once, policy=LABELS))
    assert kept == again


@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=200))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    result = deidentify(text, key=KEY, context=CONTEXT, policy=LABELS)
    at = 0
    for span in result.spans:
        assert at <= span.start < span.end <= len(text)
        at = span.end
    pieces = re.split(r"\[[A-Z_]+-\d+\]", result.text)
    if "[" not in text:
        assert len(pieces) == len(result.spans) + 1
        assert "".join(pieces) == "".join(
            text[a:b]
            for a, b in zip(
                [0, *(s.end for s in result.spans)], [*(s.start for s in result.spans), len(text)], strict=True
            )
        )
