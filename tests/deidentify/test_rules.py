"""Rules find each class of Safe Harbor without any context, and leave the language of medicine alone."""

from __future__ import annotations

import pytest

from farward.deidentify import LETTERS, Deidentifier, Identifier
from tests.deidentify.encounter import KEY, taken_from

FOUND = {
    Identifier.NAME: ["Seen by Dr. Adeyemi.", "my name is kofi mensah", "his wife Beatrice called", "Anna S. was seen", "hi priya, can you hear me"],
    Identifier.LOCATION: [
        "lives at 44 Birch Street, Apt 3", "admitted to Mercy General Hospital", "moved from Tucson, AZ 85701", "he works at Delta Freight Logistics", "she attends Lincoln High School", "PO Box 551",
    ],
    Identifier.DATE: ["on 3/4/2021", "since March 3rd", "on 2021-03-04", "in October", "the third of may nineteen eighty", "3-Mar-2021", "last December", "since Christmas", "seen on 4/17"],
    Identifier.AGE: ["a 93-year-old man", "ninety four years old", "aged 101"],
    Identifier.PHONE: ["call 415-555-1234", "+44 7700 900123", "five five five one two three four five six seven"],
    Identifier.FAX: ["fax: 415-555-1234"],
    Identifier.EMAIL: ["jo@example.org", "jo dot day at gmail dot com"],
    Identifier.SSN: ["SSN 123-45-6789"],
    Identifier.MRN: ["MRN: 4471902", "medical record number is AB-1234"],
    Identifier.PLAN: ["member ID HP-987654"],
    Identifier.ACCOUNT: ["account number 99812734"],
    Identifier.LICENSE: ["driver's license D1234567"],
    Identifier.VEHICLE: ["license plate 7ABC123", "plate: XYU 5252"],
    Identifier.DEVICE: ["pacemaker serial number PM-33412"],
    Identifier.URL: ["see https://www.example.com/adeyemi"],
    Identifier.IP: ["from 198.51.100.7", "from 2001:db8::8a2e:370:7334"],
    Identifier.BIOMETRIC: ["fingerprint ID 88412-A"],
    Identifier.OTHER_ID: ["case number C24-88412", "on telegram @kofi_92", "adeyemi_rash_3.jpg"],
}  # fmt: skip
PLAIN = [
    "Denies chest pain, dyspnea or palpitations.", "Metformin 500 mg BID, lisinopril 10 mg daily, aspirin 81 mg.", "BP 138/86, HR 72, SpO2 98% on room air, weight 81.4 kg.",
    "Hx of Parkinson's disease and Crohn's; Bell's palsy resolved.", "Pain 7/10, strength 5/5, 2/6 systolic murmur.", "Platelets 250000, WBC 11,200, CD4 350.", "Patient may resume exercise in two weeks.",
    "a 34-year-old with T2DM and GERD since 2019", "COVID-19 negative, HbA1c 7.2%, PHQ-9 of 12", "the pressure was one thirty over eighty", "take it twice a day for seven days", "Please march in place for me.", "3/7 hx of diarrhoea",
    "Plan: Foley out, Wells score low.", "the mild wheeze will settle", "o'clock", "an African American man in Texas",
]  # fmt: skip


@pytest.mark.parametrize(("cls", "text"), [(cls, text) for cls, texts in FOUND.items() for text in texts])
def test_each_class_is_found(cls: Identifier, text: str) -> None:
    assert cls in {span.cls for span in Deidentifier(key=KEY).find([text])[0]}


@pytest.mark.parametrize("text", PLAIN)
def test_the_language_of_medicine_stays(text: str) -> None:
    assert taken_from(text) == []


def test_every_class_has_its_letter_of_the_regulation() -> None:
    assert set(LETTERS) == set(Identifier)
    assert set(LETTERS.values()) == set("ABCDEFGHIJKLMNOPQR")


def test_every_class_that_text_can_hold_has_an_example_here() -> None:
    assert set(FOUND) == set(Identifier) - {Identifier.FACE}


def test_a_name_that_one_text_gives_away_is_found_in_every_other() -> None:
    texts = ["Her sister, Ms. Bakerfield, called.", "bakerfield was late", "no names here"]
    found = Deidentifier(key=KEY).find(texts)
    assert [len(spans) for spans in found] == [1, 1, 0]


def test_a_word_that_no_list_knows_is_taken_out() -> None:
    assert taken_from("we asked Xhuqolwe about it") == ["Xhuqolwe"]


def test_an_eponym_after_a_title_is_a_person() -> None:
    assert taken_from("Dr. Parkinson examined her Parkinson disease") == ["Parkinson"]
