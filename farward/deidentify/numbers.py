"""Numbers and codes that point at one person: by the word before them, by their form, by their length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .classes import Identifier
from .spans import Span
from .spoken import DigitRun, digit_runs

#: The word before a number says what it is. The first that fits wins.
CUES: list[tuple[Identifier, str]] = [
    (Identifier.FAX, r"fax(?: (?:number|no\.?|line))?|faxed to"),
    (Identifier.SSN, r"ssn|social security(?: (?:number|no\.?))?|social(?= (?:is|was|number))|soc sec|national insurance(?: number)?|ni number"),
    (Identifier.MRN, r"mrn|m\.r\.n\.|medical (?:record|rec|chart)s?(?: (?:number|no\.?))?|(?:health |hospital |clinic |patient )?records?(?: (?:number|no\.?|id))|(?:chart|hospital|clinic|file|folder)(?: (?:number|no\.?|id))|patient (?:id|number|no\.?|identifier)|p(?:atien)?t\.? ?(?:id|#)|pid|nhs(?: (?:number|no\.?))?|urn|hospital #|chart #"),
    (Identifier.PLAN, r"(?:insurance|insur|ins|policy|plan|member(?:ship)?|subscriber|beneficiary|group|medicare|medicaid|payer|insurer|health ?plan|hmo|ppo|coverage|nhis|hicn|mbi|scheme)\.?(?: (?:id|number|no\.?|num|policy|plan|member|card|hmo|ppo|identifier|#|mbi|card number))*|hicn|mbi|aetna|cigna|humana|blue cross|bcbs|unitedhealthcare"),
    (Identifier.ACCOUNT, r"(?:bank |billing |patient )?(?:account|acct|acc)\.?(?: (?:number|no\.?|num|#))?|iban|sort code|routing(?: number)?|invoice(?: (?:number|no\.?))?|(?:credit |debit )?card(?: (?:number|no\.?|ending(?: in)?))?"),
    (Identifier.LICENSE, r"(?:driver['’]?s?|driving|medical|nursing|professional|state|pilot)? ?(?:licen[cs]e|lic)\.?(?: (?:number|no\.?|num|id|#))?|dl(?: (?:number|no\.?|#))?|dea(?: (?:number|no\.?|#))?|npi|certificate(?: (?:number|no\.?))?|cert(?: no\.?| #)|passport(?: (?:number|no\.?))?|gmc(?: (?:number|no\.?))?|registration (?:number|no\.?)"),
    (Identifier.VEHICLE, r"(?:licen[cs]e |number |car |vehicle )?plates?(?: (?:number|no\.?))?|vin(?: (?:number|no\.?))?|vehicle (?:id|identification|registration|reg)(?: number)?|car reg(?:istration)?|reg(?: (?:number|no\.?))?|tag(?: number)"),
    (Identifier.DEVICE, r"(?:device |pump |pacemaker |implant |meter |monitor |sensor |model )?(?:serial|s/n|sn|udi|imei)(?: (?:number|no\.?|#))?|(?:device|pump|pacemaker|implant|icd|meter|sensor|monitor|transmitter|stimulator|lead)(?: (?:id|number|no\.?|serial|identifier))+|lot(?: (?:number|no\.?))?"),
    (Identifier.PHONE, r"(?:tele)?phone(?: (?:number|no\.?))?|(?:cell|mobile|home|work|office|contact|callback|call back|reach|whatsapp|pager|ext|extension|room phone)(?: (?:number|no\.?|phone|me at|him at|her at|them at))?|tel|ph|call(?:ed)?(?: (?:me|him|her|them|back|us))?(?: (?:at|on))|text(?: me)?(?: (?:at|on))|number"),
    (Identifier.OTHER_ID, r"(?:(?:study|trial|subject|participant|case|accession|specimen|sample|order|claim|reference|ref|confirmation|tracking|ticket|referral|encounter|visit|employee|staff|student|badge|site|session|meeting|booking|prescription|rx|authorization|auth|biometric|user|login|lab|report|id|external|internal)\.?(?: (?:id|number|no\.?|code|num|name))*)|id|identifier|code|pin"),
]  # fmt: skip
#: Then a verb or a sign, then a value with a digit in it.
_LINK = r"(?:[\s:#=\-–(\"'“]|\b(?:is|was|of|number|no\.?|id|to|are|reads?|ends?|ending|in|it['’]s|under|on file|listed as|code|=)\b){1,6}?"
_VALUE = r"(?P<v>#?(?!(?:is|was|no|number|id|are|of|to|on|at|in|for)\b)(?=[A-Za-z\-/.#]{0,14} ?\d)[A-Za-z0-9](?:[A-Za-z0-9]|[\-/.#](?=[A-Za-z0-9])|(?<=\d) (?=\d{2,}\b)|(?<=[A-Z]) (?=\d{3}))*)"
#: What a number is of: a dose, a size, a rate, a span of time, a share.
UNIT = re.compile(
    r" ?(?:mg|mcg|µg|ug|g|kg|ml|l|dl|iu|units?|mmol|meq|mm|cm|m|km|kcal|cal(?:ories)?|bpm|mmhg|hz|%|percent|°|degrees?|years?|yrs?|yo|y/o|months?|mos?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|steps|cells|copies|platelets|lbs?|pounds?|dollars|usd|x ?10|per\b|/ ?(?:ul|µl|l|ml|dl|mm|hpf|min|day|kg))(?![a-z])",
    re.I,
)
COUNTED = re.compile(
    r"(?:wbc|plt|platelets?|count|load|copies|troponin|bnp|ferritin|ck|cpk|hcg|dose|\$|£|€|cd4|anc|alc)[\s:=<>~of]*$",
    re.I,
)
_CUED = [(cls, re.compile(rf"(?<![\w])(?:{cue}){_LINK}{_VALUE}", re.I)) for cls, cue in CUES]
#: A plate has a space anywhere, and needs the word for it.
_PLATE = re.compile(
    r"\b(?:plates?|reg(?:istration)?|tag|rego)\b(?: (?:number|no\.?|is|was))*[ :#]{1,3}(?P<v>(?=[A-Z0-9 \-]{0,8}\d)[A-Z0-9]{1,4}(?:[ \-]?[A-Z0-9]{1,4}){1,2})\b(?!\.\d)"
)
_BEFORE = [(cls, re.compile(rf"(?<!\w)(?:{cue}){_LINK}$", re.I)) for cls, cue in CUES]
#: "Number" and "ID" say less than the other cues, and give way to them.
LOOSE = {Identifier.OTHER_ID: 0.965, Identifier.PHONE: 0.955}
_QUICK = re.compile(r"\d")

FORMS: list[tuple[Identifier, float, re.Pattern[str]]] = [
    (Identifier.SSN, 0.95, re.compile(r"(?<![\w\-])\d{3}[- ]\d{2}[- ]\d{4}(?![\w\-])")),
    (Identifier.PHONE, 0.95, re.compile(r"(?<![\w.\-/])(?:\+?1[ .\-]?)?(?:\(\d{3}\) ?|\d{3}[ .\-])\d{3}[ .\-]\d{4}(?:,? ?(?:x|ext\.?|extension) ?\d{1,6})?(?![\w\-]\d)", re.I)),
    (Identifier.PHONE, 0.95, re.compile(r"(?<![\w.])(?:\+|00)\d{1,3}[ .\-]?(?:\(0?\d{1,4}\)[ .\-]?)?\d(?:[ .\-]?\d){6,12}(?!\d)(?:,? ?(?:x|ext\.?) ?\d{1,6})?", re.I)),
    (Identifier.PHONE, 0.8, re.compile(r"(?<![\w.\-/])0\d{2,4}[ \-]\d{3,4}(?:[ \-]\d{3,4})?(?![\w\-]\d)")),
    (Identifier.PHONE, 0.7, re.compile(r"(?<![\w.\-/])\d{3}[.\- ]\d{4}(?![\w\-./%])")),
    (Identifier.VEHICLE, 0.95, re.compile(r"\b(?=[A-Z0-9]*\d{4})(?=[A-Z0-9]*[A-Z]{1,})[A-HJ-NPR-Z0-9]{17}\b")),
    (Identifier.OTHER_ID, 0.8, re.compile(r"(?<![\w\-])#?[A-Z]{1,6}[\-/]?\d{4,}[A-Z0-9\-]*\b")),
    (Identifier.OTHER_ID, 0.8, re.compile(r"(?<![\w\-.,/$£€+])#?\d{6,}(?:[\-/][A-Za-z0-9]+)*(?![\w.]\d)(?!\w)")),
    (Identifier.OTHER_ID, 0.75, re.compile(r"(?<![\w\-.,/$])(?=(?:[\-/]?\d){7,})(?!(?:19|20)\d\d-(?:19|20)\d\d\b)\d+(?:-\d+)+(?:-?[A-Z]+\d*)?(?![\w./])")),
    (Identifier.OTHER_ID, 0.7, re.compile(r"(?<![\w\-/])(?=[A-Z0-9\-]*[A-Z]{2})(?=(?:[A-Z\-]*\d){3})[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w\-])")),
    (Identifier.OTHER_ID, 0.75, re.compile(r"(?<![\w\-/])\d{3,}-[A-Z]{2,6}\b|(?<!\w)#\d{4,}\b")),
    (Identifier.BIOMETRIC, 0.98, re.compile(r"\b(?:fingerprint|retina(?:l)? scan|iris scan|voice ?print|biometric) (?:id |template |hash |file )+#?[A-Za-z0-9\-]*\d[A-Za-z0-9\-]*", re.I)),
]  # fmt: skip
#: Codes of medicine that have the form of somebody's number.
CLINICAL_CODE = re.compile(
    r"(?:CA[- ]?\d{2,3}(?:-\d)?|COVID|SARS|NCT\d{8}|ICD|CPT|H\d+N\d+|BRCA|CYP\w+|HLA\w*|PM2|SCN\w+|G6PD|[A-Z]\d{2}(?:\.\d+)?)$|(?:COVID|SARS|HLA|ICD|CPT|GLP)-",
    re.I,
)


def find_numbers(text: str) -> Iterator[Span]:
    """Numbers and codes by the word before them and by their form; doses, sizes and counts stay."""
    if _QUICK.search(text):
        yield from _cued(text)
        yield from _plates(text)
        yield from _formed(text)
    yield from _spoken(text)


def _cued(text: str) -> Iterator[Span]:
    for cls, pattern in _CUED:
        for found in pattern.finditer(text):
            start, end = found.span("v")
            value = found["v"]
            digits = sum(char.isdigit() for char in value)
            least = 3 if cls not in (Identifier.PHONE, Identifier.OTHER_ID) else 4
            if digits < least or UNIT.match(text, end) or CLINICAL_CODE.match(value) or _year(value):
                continue
            yield Span(start, end, cls, LOOSE.get(cls, 0.97), "number after its name")


def _plates(text: str) -> Iterator[Span]:
    for found in _PLATE.finditer(text):
        yield Span(*found.span("v"), Identifier.VEHICLE, 0.97, "number after its name")


def _year(value: str) -> bool:
    return len(value) == 4 and value[:2] in ("19", "20")


def _formed(text: str) -> Iterator[Span]:
    for cls, confidence, pattern in FORMS:
        for found in pattern.finditer(text):
            if CLINICAL_CODE.match(found[0]) or UNIT.match(text, found.end()):
                continue
            if found[0].isdigit() and COUNTED.search(text, max(0, found.start() - 20), found.start()):
                continue
            yield Span(found.start(), found.end(), cls, confidence, "form of a number")


def _spoken(text: str) -> Iterator[Span]:
    """Digits read aloud: long enough for a phone or a record number, or after the word for one."""
    for run in digit_runs(text):
        if not run.words and len(run.digits) < 7:
            continue
        cls = _class_before(text, run)
        if run.words >= 3 and (len(run.digits) >= 7 or (cls and len(run.digits) >= 3)) and _read_aloud(run):
            yield Span(run.places[0][0], run.places[-1][1], cls or Identifier.PHONE, 0.93, "digits read aloud")


def _read_aloud(run: DigitRun) -> bool:
    """Whether single digits were read: "one thirty over eighty" is a pressure, "one three oh" a number."""
    return sum(end - start <= 5 for start, end in run.places) >= 0.6 * len(run.places)


def _class_before(text: str, run: DigitRun) -> Identifier | None:
    before = text[max(0, run.start - 40) : run.start]
    return next((cls for cls, pattern in _BEFORE if pattern.search(before)), None)
