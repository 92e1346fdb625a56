"""Access records are kept for six years, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import uuid_utils.compat
from click.testing import CliRunner
from django.utils import timezone

from farward.cli.journal import command
from farward.journal.ledgers import ledger_of
from farward.journal.models import Journal
from farward.people.models import User
from farward.privacy.models import KEPT_FOR, AccessRecord, TooYoung
from farward.privacy.retention import forget_accesses
from farward.privacy.verification import verify_records
from tests.privacy.test_tampering import ENCOUNTER, look

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


def test_a_younger_record_cannot_be_deleted(osei: User) -> None:
    look(osei)
    with pytest.raises(TooYoung):
        AccessRecord.objects.all().delete()
    with pytest.raises(TooYoung):
        AccessRecord.objects.get().delete()
    assert AccessRecord.objects.count() == 1


def test_younger_records_cannot_be_forgotten(osei: User) -> None:
    look(osei)
    with pytest.raises(TooYoung):
        forget_accesses(before=timezone.now() - timedelta(days=6 * 365), by=f"user:{osei.pk}")
    assert AccessRecord.objects.count() == 1


def test_the_command_says_why_it_refuses(osei: User) -> None:
    look(osei)
    said = CliRunner().invoke(command, ["forget-accesses", "--before", "2026-01-01", "--by", osei.email, "--yes"])
    assert said.exit_code == 1
    assert "kept for six years" in said.output
    assert AccessRecord.objects.count() == 1


def test_the_command_forgets_what_is_old_enough(osei: User) -> None:
    look(osei)
    said = CliRunner().invoke(command, ["forget-accesses", "--before", "2015-01-01", "--by", osei.email, "--yes"])
    assert said.output == "0 lines were forgotten.\n"


def test_after_six_years_the_content_goes_and_the_chain_stays(osei: User, monkeypatch: pytest.MonkeyPatch) -> None:
    young = uuid_utils.compat.uuid7()
    look(osei, encounters=(young,))
    past = timezone.now() - KEPT_FOR - timedelta(days=30)
    with monkeypatch.context() as then:
        then.setattr("django.utils.timezone.now", lambda: past)
        look(osei)
    assert forget_accesses(before=timezone.now() - KEPT_FOR, by=f"user:{osei.pk}") == 1
    assert [line.encounter for line in AccessRecord.objects.all()] == [young]
    assert Journal.objects.get(pk=ledger_of(ENCOUNTER)).shredded_at is not None
    assert Journal.objects.get(pk=ledger_of(young)).shredded_at is None
    assert verify_records().findings == []
