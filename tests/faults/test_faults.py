"""Over many seeded schedules of faults, nothing acknowledged is lost and every copy becomes the same again.

Each schedule is one encounter whose three seats type while their network is cut, swallows, doubles and reorders what
they say, while pages are reloaded, with or without their copy of the journal, and while the server is killed with
SIGKILL. Then the network heals. A schedule that fails is named by its seed: `FAULT_SEEDS=17 pytest tests/faults` plays
it alone, `FAULT_SEEDS=0-999` plays a thousand.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.play import Played, play, seat_players
from tests.live.processes import House

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DEFAULT_SEEDS = "0-203"
#: Encounters that run at the same time at one server.
TOGETHER = 17


@dataclass
class Outcome:
    """All schedules after healing, and the server's journals."""

    players: list[Played]
    journals: dict[str, Any]


def chosen_seeds() -> list[int]:
    seeds: list[int] = []
    for part in os.environ.get("FAULT_SEEDS", DEFAULT_SEEDS).split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Every chosen schedule, played at a server that keeps its data from the first kill to the last."""
    house = House(tmp_path_factory.mktemp("house"))
    house.run("prepare")
    seeds = chosen_seeds()
    visits = house.run("visits", str(len(seeds)))
    process = house.start()
    players: list[Played] = []
    for first in range(0, len(seeds), TOGETHER):
        together = seat_players(visits[first : first + TOGETHER], seeds[first : first + TOGETHER], process.url)
        asyncio.run(play(process, together))
        players += together
    house.close()
    return Outcome(players, house.run("journals"))


def test_after_healing_every_replica_equals_the_journal_for_its_audience(outcome: Outcome) -> None:
    different = []
    for player in outcome.players:
        last = player.last_common()
        for role, page in player.pages.items():
            journal = [each for each in outcome.journals["readable"][str(page.key.seat)] if each[0] <= last]
            copy = sorted(page.replica.entries.values(), key=lambda each: int(each["seq"]))
            fields = ("seq", "id", "kind", "author", "audience", "payload")
            if [[each[name] for name in fields] for each in copy if each["seq"] <= last] != journal:
                different.append((player.seed, role))
    assert different == []


def test_every_acknowledged_entry_is_in_the_journal_once_and_where_it_was_promised(outcome: Outcome) -> None:
    wrong = []
    for player in outcome.players:
        written = outcome.journals["written"][player.encounter]
        places = {entry_id: (seq, author) for seq, entry_id, author in written}
        assert len(places) == len(written), f"schedule {player.seed}: an entry is there twice"
        for page in player.pages.values():
            author = f"seat:{page.key.seat}"
            promised = page.replica.acknowledged.items()
            wrong += [(player.seed, each) for each, seq in promised if places.get(each) != (seq, author)]
    assert wrong == []


def test_what_was_refused_is_not_in_the_journal_and_everything_else_was_settled(outcome: Outcome) -> None:
    for player in outcome.players:
        written = {entry_id for _seq, entry_id, _author in outcome.journals["written"][player.encounter]}
        for page in player.pages.values():
            assert not page.replica.outbox, f"schedule {player.seed}"
            assert not page.replica.refused & written, f"schedule {player.seed}"


def test_the_sequence_has_no_gaps_and_the_chain_verifies(outcome: Outcome) -> None:
    for player in outcome.players:
        written = outcome.journals["written"][player.encounter]
        assert [seq for seq, _id, _author in written] == list(range(1, len(written) + 1)), f"schedule {player.seed}"
    assert outcome.journals["findings"] == []


def test_the_server_was_killed_in_the_middle_of_each_schedule(outcome: Outcome) -> None:
    kills = [unsettled for player in outcome.players for unsettled in player.unsettled_at_kills]
    assert len(kills) >= len(outcome.players)
    interrupted = [player for player in outcome.players if any(player.unsettled_at_kills)]
    assert len(interrupted) > len(outcome.players) * 0.8
