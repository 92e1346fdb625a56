"""What the encounter knows of its own people is found in every form in which it is likely to stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farward.deidentify import Context, Person, read_context
from farward.deidentify.context import BadContext
from tests.deidentify.encounter import CONTEXT, KEY, taken_from, without_people

FORMS = [
    "Maria Rivera", "maria elena rivera", "RIVERA, MARIA", "M. Rivera", "Rivera's", "Rivear", "Riveraa", "Marai", "M.R.", "Maria R.", "R-I-V-E-R-A", "r i v e r a",
    "Riv-\nera", "mariarivera", "rivera58", "Mary", "Osei", "Kwame", "amina", "Yusuf", "Yusfu",
    "555-013-0199", "(555) 013 0199", "5550130199", "five five five oh one three oh one double nine", "013-0199", "555.013.0199",
    "m.rivera@example.com", "m dot rivera at example dot com", "RT-4471902", "rt 4471902", "4471902", "four four seven one nine oh two",
    "03/04/1958", "4 March 1958", "march fourth nineteen fifty eight", "03041958", "1958-03-04",
    "12 Oak Lane", "oak lane", "Springfield", "62701", "Riverside Teaching Clinic", "riverside\nteaching clinic",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_what_is_known_is_taken_out(form: str) -> None:
    text = f"She told us that {form} is right."
    taken = " ".join(taken_from(text, context=CONTEXT))
    assert set(re.findall(r"\w+", form)) <= set(re.findall(r"\w+", taken))


@pytest.mark.parametrize(
    "text",
    [
        "the will to live is strong",
        "she may go home",
        "it was a brown stain",
        "hope this helps",
        "a long and hard week",
    ],
)
def test_a_name_that_is_also_a_word_leaves_the_word_alone(text: str) -> None:
    people = tuple(Person(name=name) for name in ("Will Brown", "May Long", "Hope Hard"))
    assert taken_from(text, context=Context(people=people)) == []


@pytest.mark.parametrize("text", ["Will came in", "then Hope said", "thanks will brown", "dr long is here"])
def test_a_name_that_is_also_a_word_is_found_where_it_is_the_name(text: str) -> None:
    people = tuple(Person(name=name) for name in ("Will Brown", "May Long", "Hope Hard"))
    assert taken_from(text, context=Context(people=people))


NAMES = st.from_regex(r"[A-Z][bcdfghjklmnprstvwz][aeiou][bcdfgklmnprstvz]{1,2}[aeiou][klmnrsv]{1,2}", fullmatch=True)
FILLER = st.sampled_from(
    [
        "the pain is worse",
        "BP 120/80",
        "no fever",
        "Plan: rest.",
        "ok",
        "she takes metformin 500 mg",
        "\n",
        "Seen today:",
    ]
)


@given(
    NAMES,
    NAMES,
    st.lists(FILLER, max_size=6),
    st.sampled_from(["{f} {l}", "{l}, {f}", "{f}", "{l}", "dr {l}", "{u}", "{w}"]),
    st.randoms(),
)
def test_no_name_of_the_context_survives(first: str, last: str, filler: list[str], form: str, rng: object) -> None:
    said = form.format(f=first, l=last, u=f"{first} {last}".upper(), w=f"{first} {last}".lower())
    context = Context(people=(Person(name=f"{first} {last}"),))
    left = without_people(" ".join([*filler, said, *filler]), context=context).lower()
    for name in (first, last):
        assert not re.search(rf"\b{name.lower()}\b", left)


@given(
    st.integers(10**9, 10**10 - 1),
    st.sampled_from(["{0}-{1}-{2}", "({0}) {1}-{2}", "{0} {1} {2}", "{0}{1}{2}", "+1{0}{1}{2}"]),
)
def test_no_phone_of_the_context_survives(number: int, form: str) -> None:
    digits = str(number)
    said = form.format(digits[:3], digits[3:6], digits[6:])
    context = Context(people=(Person(name="Maria Rivera", phones=(digits,)),))
    assert said not in without_people(f"call {said} then", context=context)


def test_a_context_says_what_is_wrong_without_saying_what_it_holds() -> None:
    with pytest.raises(BadContext) as told:
        read_context(b'{"people": [{"name": "Maria Rivera", "borne": "1958-03-04"}]}')
    assert "borne" in str(told.value)
    assert "Rivera" not in str(told.value)
    assert KEY
