"""The corpus says where its identifiers stand, the score counts them, and the page shows what was measured."""

from __future__ import annotations

import json

import pytest

from bench.deidentify import report
from bench.deidentify.carriers import PLAIN, PLANTED
from bench.deidentify.score import Tally


def test_the_page_shows_the_measured_figures() -> None:
    figures = json.loads(report.RESULTS.read_text("utf-8"))
    page = report.PAGE.read_text("utf-8")
    assert report.with_figures(page, figures) == page


def test_the_two_halves_share_no_sentence() -> None:
    for table in (PLANTED, PLAIN):
        dev, held = ({line for lines in table[half].values() for line in lines} for half in ("dev", "held"))
        assert not {line for line in dev & held if len(line) > 30}


def test_labels_stand_where_the_identifiers_are() -> None:
    pytest.importorskip("faker", reason="people of the corpus come from Faker: requirements/bench.txt")
    from bench.deidentify.corpus import make_corpus

    for document in make_corpus("dev", 2):
        assert len(document.gold) >= 18
        for one in document.gold:
            said = document.text[one.start : one.end]
            assert said.strip() == said != ""
        patient = document.context.people[0].name.lower()
        whole = [document.text[g.start : g.end].lower() for g in document.gold if g.slot == "full"]
        assert all(said == patient for said in whole)


def test_a_half_covered_identifier_is_a_leak() -> None:
    tally = Tally()
    tally.add("Maria Rivera came", [(0, 12, "NAME")], [(0, 5)])
    tally.add("Maria Rivera came", [(0, 12, "NAME")], [(0, 12)])
    figures = tally.figures()
    assert (figures["recall"], figures["leak"], figures["precision"]) == (0.5, 0.5, 1.0)


def test_a_word_too_many_costs_precision() -> None:
    tally = Tally()
    tally.add("Maria came late", [(0, 5, "NAME")], [(0, 10)])
    assert tally.figures()["precision"] == 0.5
