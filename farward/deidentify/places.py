"""Places smaller than a state, and the organisations that place a person: sites, employers, schools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .classes import Identifier
from .lexicon import ENGLISH, NAME, Flag, flags_of, fold, is_allowed, load_places
from .spans import Span
from .words_of import LOWER, TITLE, UPPER, Text

STATES = "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
CODES = "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|D\\.C\\.|PR|FM|GU|VI|AS|MP|MH|PW"
_STREET = "street|avenue|road|lane|drive|boulevard|court|circle|terrace|parkway|highway|trail|crescent|plaza|turnpike|expressway|alley|mews|gardens|heights|way|place|square|close|grove|hill|row|walk|loop|pike|path|run|station|via|rue|strasse|straße"
_SHORT = "st|ave|av|rd|ln|dr|blvd|ct|cir|ter|pkwy|hwy|trl|cres|plz|tpke|pl|sq"
_NO = r"(?!(?:of|the|a|an|and|in|at|to|for|with|on|times?|days?|weeks?|months?|years?|hours?|minutes?|mg|ml|or|per|then|from|is|was|were|that|this|more|my|his|her|our|their|it|he|she|they|we|i|you|by|into|out|up|down|off|over|had|has|have|been|tablets?|puffs?|units?)\b)"
_UNITS = r"(?:,? ?(?:apt|apartment|unit|suite|ste|room|rm|flat|floor|no|#)\.? ?#?\w{1,6}\b)?"
_NUMBER = r"(?:\d{1,6}[A-Za-z]?(?:-\d+)?|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:hundred|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)){0,4})"
_ZIP = r"\d{5}(?:-\d{4})?"
_CAP = r"(?:(?:St|Mt|Ft)\.|[A-Z]\.|[A-Z][\w'’\-]*)"
_JOIN = r"(?:[ \-](?:of(?! St)|the|and|&|de|la|del)(?= [A-Z]))*"
_NOT_PLACE = "January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|The|Dr|Our|Emergency|Urgent|Clinic|Telehealth|Baseline|Christmas|Easter|Cardiology|Neurology|Oncology|Dermatology|Physical|Hospice|Hospital|Surgery|Intensive|Psychiatry|Endocrinology|Rheumatology|Nephrology|Radiology|Ward"
_ORG = "Hospitals?|Clinics?|Med(?:ical|\\.)? (?:Center|Centre|College|Group|School|Campus)|Med(?:ical)? C(?:en)?tr|Health(?:care)? (?:Center|Centre|System|Services|Network|Clinic|Partners|Campus|Facility|Care)|Health(?:care)?|Cent(?:er|re)|Infirmary|Hospice|Pharmacy|Institute|University|College|Polytechnic|Academy|(?:High|Middle|Elementary|Primary|Secondary|Grammar|Nursing) School|Elementary|Kindergarten|Preschool|School(?: of \\w+)?|Nursing Home|Care Home|Rehab(?:ilitation)?(?: Center)?|Med|Practice|Church|Mosque|Temple|Synagogue|Parish|Library|Mission|Shelter|Prison|Barracks|Airport|Station|Mall|Hotel|Restaurant|Bakery|Foundation|Facility|Sanatorium|Dispensary|Ward|General|Memorial|Presbyterian|Inc\\.?|LLC|Ltd\\.?|Limited|Corp(?:oration)?\\.?|Company|Co\\.|Group|PLC|plc|GmbH|& Sons|Partners|Associates|Industries|Enterprises|Logistics|Bank|Motors|Airlines|Foods|Farms?|Mills?|Steel|Brewery|Systems|Solutions|Technologies|Laborator(?:y|ies)|Labs?"
FORMS: list[tuple[float, str, re.Pattern[str]]] = [
    (0.97, "street address", re.compile(rf"\b{_NUMBER},? (?:[NSEW]\.? |north |south |east |west )?(?:{_NO}[\w'’.\-]+ ){{1,4}}?(?:{_STREET}|{_SHORT})\b\.?{_UNITS}", re.I)),
    (0.9, "street", re.compile(rf"\b(?:{_CAP} ){{1,3}}(?:Street|Avenue|Road|Lane|Drive|Boulevard|Court|Terrace|Parkway|Highway|Crescent|Ave|Rd|Blvd|Ln)\b\.?")),
    (0.85, "street", re.compile(rf"\b(?:lives?|living|stay(?:s|ing)?|house|flat|apartment|home|moved|located|shop|work) (?:(?:is|are|over|just|right|back) )*(?:on|at|off|near|by|to) (?P<d>(?:{_NO}[\w'’\-]+ ){{1,3}}(?:{_STREET}))\b", re.I)),
    (0.95, "post box", re.compile(r"\bP\.? ?O\.? ?Box \d+\b", re.I)),
    (0.9, "flat or room", re.compile(r"\b(?:apt|apartment|flat|suite|ste)\.? ?#? ?\d{1,5}[A-Za-z]?\b|\bunit #? ?\d{1,4}[A-Za-z]\b", re.I)),
    (0.97, "town and state", re.compile(rf"(?<![\w.])(?:{_CAP}[ \-]){{0,3}}{_CAP}(?:, ?(?:{CODES})\b(?!['’])(?:,? {_ZIP}\b)?|, (?:{STATES})\b(?:,? {_ZIP}\b)?| (?:{CODES}|{STATES}),? {_ZIP}\b)")),
    (0.95, "ZIP code", re.compile(rf"\b(?:zip(?: ?code)?|postal code|postcode|post code|(?:{STATES})|(?:(?!ID\b)(?:{CODES})))(?: (?:is|was))?[ ,:]{{1,2}}(?P<d>{_ZIP})\b", re.I)),
    (0.9, "postcode", re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d)\b")),
    (0.93, "organisation", re.compile(rf"(?<![\w])(?:(?:{_CAP}|[A-Z]{{2,}}|\d+(?:st|nd|rd|th)){_JOIN}[ \-]){{1,5}}(?:{_ORG})(?![\w])(?: (?:of|at|in|for) {_CAP}(?: {_CAP})*)?(?: (?:Hospital|Clinic|Center|Centre|ER|ED))?")),
    (0.93, "organisation", re.compile(rf"\b(?:University|College|Hospital|Bank|Church|Institute|School|City|Town|Village|County|Port|Diocese|Archdiocese) of (?:the )?{_CAP}(?:(?: |, )(?:at )?{_CAP})*")),
    (0.9, "organisation", re.compile(rf"\b(?:St\.?|Saint|Mt\.?|Mount|Our Lady of|Holy|Sacred) {_CAP}(?:['’]s)?(?: {_CAP})*(?: hospital| clinic)?")),
    (0.88, "organisation", re.compile(rf"\b(?:our|the|their|your) (?P<d>{_CAP}(?: {_CAP})? (?:clinic|office|facility|hospital|branch|campus|location|site|practice))\b")),
    (0.8, "place of care", re.compile(rf"\b(?:[Ss]een|[Aa]dmitted|[Tt]reated|[Ee]valuated|[Hh]ospitali[sz]ed|[Pp]resented|[Vv]isited|visit|[Oo]perated|[Tt]ransferred|[Dd]ischarged|[Rr]eferred|[Ff]ollowed|surgery|appointment|stay) (?:on|at|to|in|from) (?P<d>(?!(?:{_NOT_PLACE})\b)[A-Z][a-z][\w'’\-]*(?: [A-Z][a-z][\w'’\-]*){{0,3}})")),
    (0.8, "street address", re.compile(r"(?:\b(?:on|at|to|address(?: is)?|near|of)|[,:]|^)[ :]{1,2}(?P<d>\d{1,6} (?:[A-Z][a-z'’]+ ){1,2}[A-Z][a-z'’]+s?)\b(?!['’.:])", re.M)),
    (0.8, "street address", re.compile(rf"\b(?:liv(?:e|es|ing)|stay(?:s|ing)?|resid(?:e|es|ing)|i['’]?m|we['’]?re|we are|address(?: is)?|home is|house is) (?:on|at|in) (?P<d>\d{{1,6}} {_NO}[\w'’]+ {_NO}[\w'’]+)\b", re.I)),
    (0.9, "county", re.compile(rf"\b(?:{_CAP} ){{1,2}}(?:County|Parish|Borough|Township|Village|District|Island|Reservation|Province)\b")),
    (0.85, "organisation", re.compile(r"\b(?:UCSF|UCLA|UCSD|MGH|BWH|NYP|NYU|CHOP|CHLA|UPMC|UPENN|OHSU|UNC|UAB|UTMB|UTSW|BIDMC|MSKCC|VUMC|UMMC|USC|MUSC|LAC\+USC|HUP|JHH|SFGH|ZSFG|GOSH|UCLH|KATH|LUTH|AIIMS|Kaiser(?: Permanente)?|Mayo(?: Clinic)?|Johns Hopkins|Mass General|Mount Sinai|Cedars?[- ]Sinai|Sloan[- ]Kettering|Brigham(?: and Women['’]s)?|MD Anderson|Baylor|Emory|Tufts|NewYork[- ]Presbyterian|(?:NY|New York)[- ]Presbyterian|Geisinger|Intermountain|Scripps|Stanford|Harvard|Yale|Dana[- ]Farber|Barnes[- ]Jewish|Moffitt|Bellevue|Langone)\b")),
]  # fmt: skip
_CUE = r"(?:(?:works?|worked|working|employed|jobs?|shifts?|shift|volunteers?|teach(?:es|ing)?|stud(?:y|ies|ying)|students?|enrolled|interns?|nurse|clerk|driver|cook|manager|accountant|engineer|teacher|cashier|mechanic|welder|guard|cleaner) (?:as (?:an? )?[\w ]{1,30}? |there |nights |part[- ]time |full[- ]time )?(?:at|for|with)|employer(?: is|:)?|employed by|goes to school at|attends|graduated from|retired from|laid off (?:from|by))"
EMPLOYER = re.compile(
    rf"\b{_CUE} (?P<d>(?:(?!\b(?:and|but|so|because|since|which|who|where|when|as|for|in|on|at|with|to|the|a|an|my|his|her|our|their|this|that|it|is|was|he|she|they|we|i|you|from|until|now|today|who|there|have|has|had|all|every|about|over|under|part|full|night|nights|day|days|home|myself|himself|herself|least|once|first|most|one|two|three|four|five|six|no|some|any|present|times|school|college|university|work|risk|rest|baseline|follow|bedside)\b)[\w'’&.\-]+(?:,? )?){{1,4}})",
    re.I,
)
_FACILITY = "hospital|clinic|medical center|medical centre|health center|health centre|high school|middle school|elementary(?: school)?|primary school|secondary school|nursing home|care home|pharmacy|university|college|church|mosque|academy|bakery|logistics|warehouse|factory|foods|farms?|motors|institute|infirmary|health post"
_PLAIN = "the|a|an|my|our|your|his|her|their|this|that|any|some|local|nearest|another|other|same|old|big|main|teaching|children['’]?s|community|emergency|private|public|state|city|district|rural|mental|walk|in|to|of|and|from|for|at|with|or|outpatient|inpatient|pain|heart|sleep|eye|dental|diabetes|cancer|wound|local|urgent|day|night|nearby|general|us|university|medical|when|went|go|going|into|by|follow|up|see|specialty|primary|care|which|every|each|chest|fracture|renal|memory|antenatal|womens|women['’]s|free|online|virtual|veterans?|psychiatric|rehab(?:ilitation)?|cardiology|oncology|dermatology|neurology|surgical|retail|chain|mail|order|no|not|is|was|hospital|clinic|school|if|as|but|i|we|you|he|she|it|they|first|last|next|two|one|back"
FACILITY = re.compile(
    rf"\b(?:at|from|to|near|in|called|by|via|of|outside) (?:the |our )?(?P<d>(?!(?:{_PLAIN})\b)(?:st\. ?)?[\w'’\-]+ (?:(?!(?:to|of|and|from|at|with|or|in|the|a|is|was|for|my|her|his)\b)[\w'’\-]+ ){{0,3}}?(?:{_FACILITY}))\b",
    re.I,
)
#: "Cordova, Brown and Ramirez", "Coleman and Sons" after what says that somebody works there.
PARTNERS = re.compile(r"(?:,? [\w'’\-]+)?,? (?:and|&) (?P<last>[\w'’\-]+)")
_PREFIX = "north|south|east|west|new|lake|port|mount|fort|saint|st|san|santa|los|las|el|la|upper|lower|old|great|little|cape|glen"
#: A town of two words, of which the first is one of those with which names of towns begin.
PREFIXED = re.compile(
    rf"\b(?:liv(?:es?|ing|ed) in|mov(?:es?|ed|ing) (?:here |back |down |up |over )?(?:to|from)|born in|raised in|grew up in|stay(?:s|ing|ed)? in|home is|from|based in|back in|city of|town of|came from|drive from|visiting|hometown(?: is|:)?)(?: the)? (?P<d>(?:{_PREFIX})\b\.? (?!(?:of|the|a|an|and|in|at|to|for|with|on|side|coast|africa|america|asia|europe|york|zealand|mexico|hampshire|jersey|home|house|apartment|place|flat|job|country|year|zip|age|back|medication|medicine|one|part)\b)[\w'’\-]+(?:(?<=san) \w+)?)\b",
    re.I,
)
IN_TOWN = re.compile(rf"\b(?:in|from|to|near|of) (?P<d>(?:{_PREFIX}) (?P<second>[^\W\d_]{{3,}}))\b", re.I)
ACRONYM = re.compile(
    r"\b(?:at|to|from|@|of)(?: the)? (?P<d>[A-Z]{3,6})\b(?! (?:scan|level|test|score|criteria|guideline))"
)
#: Where a word that is also an English one, or has no capital, is a place all the same.
_AT = re.compile(
    r"(?:\b(?:in|from|near|to|outside|around|of|at|downtown|via|lives? in|living in|moved to|born in|back to|over in|visiting|city|town)(?: (?:south|north|east|west|downtown|central|the))?|\()[ ]$",
    re.I,
)


def find_places(text: Text) -> Iterator[Span]:
    """Addresses, towns, counties, ZIP codes, hospitals, schools and employers. States and countries alone stay."""
    said = text.text
    for confidence, reason, pattern in FORMS:
        group = "d" if "d" in pattern.groupindex else 0
        for found in pattern.finditer(said):
            yield from _trimmed(said, *found.span(group), confidence, reason)
    yield from _facilities(text)
    yield from _listed(text)


#: Words with which a run of capitals begins that are no part of a name: "The Mercy Hospital", "Seen At Mercy Hospital".
LEAD = re.compile(
    r"(?:(?:[A-Z][a-z]+(?:ed|ing)|The|At|In|From|To|Of|By|Our|My|Her|His|Seen|Admitted|Pt|Patient|Transferred|Referred|Dr\.?|Last|Was|She|He|They|I|We|And|For|On|Since|After|Prior|Discharged|Works?|Local|General|Name|Site|Location|Clinic|Hospital|Employer|School|Address|Facility):? )+(?=\w+ \w)"
)
#: Kinds of places, of which there are many: with nothing before them they name none.
GENERIC = re.compile(
    rf"(?:(?:The|A|An|Our|Local|Community|Primary|Emergency|Mental|Public|Home|Urgent|Medical|Health|Family|Internal|Outpatient|Inpatient|Physical|Behavioral|Day|Group|Intensive|Cardiac|Pain|Sleep|Acute|Surgical|Palliative|Critical|Nursing|Rural|District|State|University|Private|Case|Past|Social|Review|Current|Best|Clinical|Care|Virtual|Telehealth|Follow[- ]?up|Wound|Diabetes|Cancer|Maternal|Student|Occupational|Renal|Stroke|Trauma|Burn|Heart|Eye|Teaching)[ \-]?)+(?:{_ORG})?"
)


def _trimmed(text: str, start: int, end: int, confidence: float, reason: str) -> Iterator[Span]:
    if reason == "organisation":
        lead = LEAD.match(text, start, end)
        start = lead.end() if lead else start
        if GENERIC.fullmatch(text, start, end):
            return
    yield Span(start, end, Identifier.LOCATION, confidence, reason)


def _facilities(text: Text) -> Iterator[Span]:
    for pattern, confidence, reason in ((EMPLOYER, 0.75, "employer or school"), (FACILITY, 0.8, "organisation")):
        for found in pattern.finditer(text.text):
            start, end = found.span("d")
            end = start + len(found["d"].rstrip(" ,."))
            end = _with_partners(text, end) if reason != "organisation" else end
            if reason == "organisation" or text.caseless or text.text[start].isupper():
                yield Span(start, end, Identifier.LOCATION, confidence, reason)
    for found in PREFIXED.finditer(text.text):
        if text.caseless or not found["d"].islower():
            yield Span(*found.span("d"), Identifier.LOCATION, 0.8, "town after “in”")
    for found in IN_TOWN.finditer(text.text):
        second = fold(found["second"])
        if not is_allowed(second, flags_of(second)) or (flags_of(second) & NAME and not flags_of(second) & ENGLISH):
            yield Span(*found.span("d"), Identifier.LOCATION, 0.75, "town after “in”")
    for found in ACRONYM.finditer(text.text):
        word = next((w for w in text.words if w.start == found.start("d")), None)
        if word is not None and not word.flags & (Flag.CLINICAL | Flag.UPPER | Flag.EVERYDAY) and not text.shouted:
            yield Span(*found.span("d"), Identifier.LOCATION, 0.7, "letters after “at”")


def _with_partners(text: Text, end: int) -> int:
    found = PARTNERS.match(text.text, end)
    if found is None:
        return end
    last, flags = found["last"], flags_of(fold(found["last"]))
    named = last[0].isupper() or (text.caseless and (flags & Flag.TOP_SURNAME or not is_allowed(fold(last), flags)))
    return found.end() if fold(last) in ("sons", "daughters", "co", "associates") or named else end


def _listed(text: Text) -> Iterator[Span]:
    """Towns and counties that the gazetteer has."""
    places, words = load_places(), text.words
    for at, word in enumerate(words):
        if word.flags & Flag.PLACE:
            yield from _single(text, at)
        for entry in places.get(word.folded, ()):
            run = words[at : at + len(entry)]
            if len(run) == len(entry) and all(w.folded == part for w, part in zip(run, entry, strict=True)):
                inside = text.text[word.start : run[-1].end]
                cue = _AT.search(text.text, max(0, word.start - 24), word.start)
                if "\n" not in inside and (
                    all(w.shape != LOWER for w in run) or cue or not all(w.allowed for w in run)
                ):
                    yield Span(word.start, run[-1].end, Identifier.LOCATION, 0.9, "listed town")
                break


def _single(text: Text, at: int) -> Iterator[Span]:
    word = text.words[at]
    cue = _AT.search(text.text, max(0, word.start - 24), word.start) is not None
    plain = bool(word.flags & (ENGLISH | Flag.CLINICAL | Flag.DRUG | Flag.COUNTRY))
    if word.shape == UPPER and not text.shouted and (not cue or word.flags & (Flag.CLINICAL | Flag.EVERYDAY)):
        return
    if (
        word.flags & Flag.EPONYM
        and re.match(
            r"(?:['’]s)?\b(?<=s)? (?:disease|syndrome|sign|esophagus|oesophagus|angina|palsy|\w+ (?:test|sign|disease|syndrome))",
            text.text[word.end : word.end + 24],
        )
    ) or (word.flags & Flag.EPONYM and word.text[-2:] in ("'s", "’s")):
        return
    if word.shape == TITLE:
        sure = (cue and not word.flags & Flag.COUNTRY) or not (plain or word.flags & (NAME | Flag.EPONYM))
    else:
        sure = not plain and (cue or not word.flags & NAME)
    if sure and not (plain and word.shape == LOWER):
        yield Span(word.start, word.end, Identifier.LOCATION, 0.85 if cue else 0.75, "listed town")
