"""`farward rehearse`: play one whole encounter, show how it goes, leave a report."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import click

from farward.environment import read_environment


@click.command("rehearse")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON, and progress to standard error.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rehearsal"),
    show_default=True,
    help="Directory for report.html.",
)
@click.option(
    "--network",
    metavar="PATIENT,LEARNER,PRECEPTOR",
    help="Play on made-up networks, one for each seat, such as 2g,edge,lan. Needs root; see docs/network-lab.md.",
)
def command(as_json: bool, out: Path, network: str | None) -> None:
    """Play one whole encounter by itself, on this machine and on data of its own.

    Three browsers with real speech and moving pictures go through every phase. The report shows who heard and saw
    whom, with pictures of each screen. Exits 1 if anything was not as it should be.
    """
    from farward.cli.rehearse.network import read_networks, rehearse_on
    from farward.cli.rehearse.report import write_report
    from farward.cli.rehearse.run import rehearse

    began = time.monotonic()

    def tell(line: str) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {line}", err=as_json)

    chromium = read_environment().chromium
    record = rehearse_on(read_networks(network), chromium, tell) if network else rehearse(chromium, tell)
    path = write_report(record, out)
    failed = [verdict for verdict in record.verdicts if not verdict.held]
    if as_json:
        found: dict[str, Any] = {"verdicts": {verdict.name: verdict.held for verdict in record.verdicts}}
        if record.connections:
            found["connections"] = {connection.role: connection.as_json() for connection in record.connections}
        click.echo(json.dumps(found, indent=1))
    for verdict in failed:
        click.echo(f"FAILED  {verdict.sentence} {verdict.measured}".rstrip(), err=as_json)
    click.echo(f"{len(record.verdicts) - len(failed)} of {len(record.verdicts)} held. Report: {path}", err=as_json)
    sys.exit(1 if failed else 0)
