"""De-identification, measured on a labelled corpus beside its peers.

    python -m bench.deidentify                     prints the figures
    python -m bench.deidentify --write             also writes them into docs
    python -m bench.deidentify --data FOLDER       with PriMock57's sentences strewn in, and ASQ-PHI beside, where FOLDER has them

The "held" half of the corpus and every second text of ASQ-PHI are those whose misses nobody looked at.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.deidentify import report
from bench.deidentify.corpus import KINDS, Document, make_corpus, primock
from bench.deidentify.peers import PEERS, Peer, Unavailable
from bench.deidentify.score import Marked, Tally
from farward.deidentify import Context, Deidentifier, safe_harbor
from farward.deidentify.lexicon import load_lexicon, load_places

#: What must be reached: recall, precision, leaking documents, characters a second of CPU.
BOUNDS = {"recall": 0.99, "precision": 0.92, "leak": 0.05, "kind": 0.98, "class": 0.95, "speed": 50_000}

Find = Callable[[str, Context | None], list[tuple[int, int]]]


def farward(text: str, context: Context | None) -> list[tuple[int, int]]:
    """What Farward would take out."""
    least = safe_harbor().least
    found = Deidentifier(key=b"bench", context=context).find([text])[0]
    return [(span.start, span.end) for span in found if span.confidence >= least]


def measure(find: Find, documents: Iterable[Document], *, context: bool) -> dict[str, Any]:
    """One tool over the corpus: in all, and by kind of text."""
    whole, kinds = Tally(), {kind: Tally() for kind in KINDS}
    characters, spent = 0, 0.0
    for document in documents:
        began = time.process_time()
        spans = find(document.text, document.context if context else None)
        spent += time.process_time() - began
        characters += len(document.text)
        gold = [(one.start, one.end, one.cls) for one in document.gold]
        for tally in (whole, kinds[document.kind]):
            tally.add(document.text, gold, spans)
    speed = int(characters / spent) if spent else 0
    by_kind = {
        kind: {k: v for k, v in tally.figures().items() if k != "recall_by_class"} for kind, tally in kinds.items()
    }
    return {**whole.figures(), "by_kind": by_kind, "characters_per_cpu_second": speed}


def measure_queries(find: Find, queries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One tool over ASQ-PHI, which has no context."""
    tally = Tally()
    for query in queries:
        gold: list[Marked] = [(span["start"], span["end"], span["cls"]) for span in query["spans"]]
        tally.add(query["text"], gold, find(query["text"], None))
    return tally.figures()


def held(figures: dict[str, Any]) -> dict[str, bool]:
    """Which bounds hold."""
    classes = [share for share, count in figures["recall_by_class"].values() if count >= 25]
    return {
        "recall": figures["recall"] >= BOUNDS["recall"],
        "precision": figures["precision"] >= BOUNDS["precision"],
        "leak": figures["leak"] <= BOUNDS["leak"],
        "each kind": all(kind["recall"] >= BOUNDS["kind"] for kind in figures["by_kind"].values()),
        "each class": all(share >= BOUNDS["class"] for share in classes),
        "speed": figures["characters_per_cpu_second"] >= BOUNDS["speed"],
    }


def _without_context(peer: Peer) -> Find:
    """No peer takes a context."""
    return lambda text, _context: peer(text)


def _peers(peer_documents: list[Document], queries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Each peer over its part of the corpus, or why it was not run."""
    found: dict[str, Any] = {}
    for name, make in PEERS.items():
        try:
            peer: Peer = make()
        except Unavailable as error:
            found[name] = {"not run": str(error)}
            continue
        find = _without_context(peer)
        found[name] = {"held": measure(find, peer_documents, context=False)}
        if queries:
            found[name]["ASQ-PHI"] = measure_queries(find, queries)
    return found


def _chosen() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--write", action="store_true", help="write docs/performance/deidentify.json")
    options.add_argument("--data", type=Path, help="a folder with primock57/ and asq-phi/")
    options.add_argument("--each", type=int, default=100, help="documents of each kind")
    options.add_argument(
        "--peers", type=int, default=30, help="documents of each kind that the peers read, who are slow"
    )
    return options.parse_args()


def main() -> int:
    """Measure, print and perhaps write the figures; 1 if a bound is missed."""
    chosen = _chosen()
    primock_folder, asq = (
        chosen.data / name if chosen.data else Path("nowhere") for name in ("primock57", "asq-phi/dev.jsonl")
    )
    extra = primock(primock_folder) if primock_folder.is_dir() else []
    queries = [json.loads(line) for line in asq.read_text("utf-8").splitlines()][1::2] if asq.is_file() else []
    documents = make_corpus("held", chosen.each, extra)
    load_lexicon(), load_places()
    figures: dict[str, Any] = {
        "corpus": {
            "documents": len(documents),
            "characters": sum(len(d.text) for d in documents),
            "primock57": bool(extra),
        },
        "held, with context": measure(farward, documents, context=True),
        "held, without context": measure(farward, documents, context=False),
        "ASQ-PHI, every second text": measure_queries(farward, queries)
        if queries
        else {"not run": "no --data with asq-phi"},
        "peers": _peers(documents[: len(KINDS) * chosen.peers], queries),
    }
    figures["bounds held"] = held(figures["held, with context"])
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    if chosen.write:
        report.write(figures)
    return 0 if all(figures["bounds held"].values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
