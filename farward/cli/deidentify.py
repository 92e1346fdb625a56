"""`farward deidentify`: texts of one encounter without their people, for a person to review."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from farward.deidentify import (
    LETTERS,
    BadContext,
    BadPolicy,
    Context,
    Deidentifier,
    Policy,
    Result,
    Span,
    read_context,
    read_policy,
    safe_harbor,
)

REVIEW = (
    "Not yet de-identified: a person must read this against the original. "
    "{found} identifiers were replaced; {unsure} findings are unsure, see --json (policy {policy})."
)


@click.command("deidentify")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--context", "context_file", metavar="FILE", help="JSON with the encounter's people, numbers, dates, places."
)
@click.option("--policy", "policy_file", metavar="FILE", help="JSON with what is taken out; Safe Harbor otherwise.")
@click.option("--style", type=click.Choice(["surrogate", "label"]), help="Made-up values, or labels such as [NAME-1].")
@click.option("--json", "as_json", is_flag=True, help="Also say where each identifier was, of which class and why.")
def command(
    files: tuple[str, ...], context_file: str | None, policy_file: str | None, style: str | None, as_json: bool
) -> None:
    """Print the texts of one encounter without their people. Several FILEs are taken for one encounter; - reads stdin.

    Made-up names and moved dates are the same in all of them and new in each run. Exits 2 if something cannot be read.
    """
    context = _context(context_file)
    policy = _policy(policy_file, style)
    texts = [_text(name) for name in files]
    results = Deidentifier(key=secrets.token_bytes(32), context=context, policy=policy).apply(texts)
    _print_json(files, results) if as_json else _print_texts(files, results)
    found, unsure = (
        sum(len(part) for part in parts) for parts in zip(*((r.spans, r.unsure) for r in results), strict=True)
    )
    click.echo(REVIEW.format(found=found, unsure=unsure, policy=policy.version), err=True)


def _print_texts(files: tuple[str, ...], results: list[Result]) -> None:
    for name, result in zip(files, results, strict=True):
        if len(files) > 1:
            _write(f"=== {name}\n")
        _write(result.text if result.text.endswith("\n") else result.text + "\n")


def _print_json(files: tuple[str, ...], results: list[Result]) -> None:
    shown = [
        {"file": name, "policy": result.policy, "needs_review": True, "text": result.text,
         "spans": [_told(span) for span in result.spans], "unsure": [_told(span) for span in result.unsure]}
        for name, result in zip(files, results, strict=True)
    ]  # fmt: skip
    _write(json.dumps(shown if len(shown) > 1 else shown[0], ensure_ascii=False, indent=2) + "\n")


def _write(text: str) -> None:
    """UTF-8 whatever the terminal's locale says."""
    click.echo(text.encode(), nl=False)


def _told(span: Span) -> dict[str, Any]:
    """A span as JSON: where and why, never what."""
    return {**asdict(span), "cls": span.cls.value, "letter": LETTERS[span.cls]}


def _context(name: str | None) -> Context:
    if name is None:
        return Context()
    try:
        return read_context(_bytes(name))
    except BadContext as error:
        raise Unreadable(f"{name}: no context: {error}. docs/deidentification.md shows its form.") from error


def _policy(name: str | None, style: str | None) -> Policy:
    import msgspec

    try:
        policy = read_policy(_bytes(name)) if name else safe_harbor()
    except BadPolicy as error:
        raise Unreadable(f"{name}: no policy: {error}. docs/deidentification.md shows its form.") from error
    return msgspec.structs.replace(policy, style=style) if style else policy


def _text(name: str) -> str:
    raw = _bytes(name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name}: not UTF-8 at byte {error.start}. Save it as UTF-8 and try again.") from error


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Unreadable(
            f"{name}: {(error.strerror or 'cannot be read').lower()}. Check the path and who may read it."
        ) from error


class Unreadable(click.ClickException):
    """An error of one line that ends the command as a wrong call does."""

    exit_code = 2
