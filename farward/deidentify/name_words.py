"""The words around names: titles, relations, greetings, cues, and what looks like a name and is none."""

from __future__ import annotations

import re

TITLES = frozenset(
    "dr doctor mr mrs ms mx miss mister missus prof professor rev reverend fr sir dame madam rn sr".split()
)
#: Titles that are ordinary words too: what follows must look like a name.
LOOSE_TITLES = frozenset(
    "nurse sister brother father pastor rabbi imam chief judge officer captain sergeant uncle aunt auntie aunty coach matron midwife therapist counselor".split()
)
KIN = frozenset(
    "wife husband son daughter mother father mom mum dad mommy daddy mama papa brother sister partner fiance fiancee fiancé fiancée girlfriend boyfriend grandson granddaughter grandmother grandfather grandma grandpa nephew niece cousin aunt uncle friend neighbor neighbour carer caregiver roommate boss supervisor colleague teacher stepson stepdaughter stepfather stepmother baby twin twins kid kids godmother godfather landlord spouse ex husband's wife's".split()
)
GREETINGS = frozenset(
    "hi hello hey dear thanks thankyou bye morning afternoon evening hiya cheers sincerely regards yours welcome sorry ok okay".split()
)
#: After these a name follows, whatever the word looks like.
SURE_CUE = re.compile(
    r"(?:\bmy name(?:['’]?s| is)|\b(?:her|his|their|the|whose|patient|patient['’]s|pt|full|first|last|middle|maiden|sur|fore|given|family|preferred|nick|mother['’]s|contact)[ -]?name(?:['’]s| is| was|:)|\bnamed|\bname[ds]?:|\bgo(?:es)? by|\bcall me|\b(?:known|introduces? (?:himself|herself)|registered|listed|signed in|booked) as|\bsigned(?: by)?:?|\bpatient:|\bpt:|\bprovider:|\bphysician:|\bclinician:|\bauthor:|\bpcp:|\battending:|\blearner:|\bpreceptor:|\bcontact:|\bkin:|\b(?:reviewed|dictated|seen|written|electronically signed|authored|cosigned|referred|witnessed|interpreted|staffed|discussed) by:?|\baka|\ba\.k\.a\.)[\s\"'“:]{1,3}$",
    re.I,
)
INTRODUCED = re.compile(r"\b(?:this is|i['’]?m|i am|it['’]?s|hi|hello|hey|dear|thanks|thank you)[ ]$", re.I)
#: After these a name may follow.
WEAK_CUE = re.compile(
    r"(?:\b(?:this is|i['’]?m|i am|it['’]?s|that['’]?s|called|ask for|asked for|speak(?:ing)? (?:to|with)|spoke (?:to|with)|talk(?:ed|ing)? (?:to|with)|told|met|saw|see|seen by|with|from|cc|attn|thank you|thx|pt|patient|client|and|or|for|says?|said|ask|tell|by|per|via|like|of|to|about|male|female|man|woman|boy|girl|gentleman|lady|yo|y/o|m|f|old|case)|,|\(|—|–)[\s,:]{1,2}$",
    re.I,
)
EPONYM_NOUN = frozenset(
    "disease diseases syndrome syndromes sign signs test tests score scores criteria scale palsy fracture maneuver manoeuvre contracture contractures phenomenon lymphoma sarcoma tumor tumour esophagus oesophagus ulcer catheter classification formula stage staging nodes node reflex reaction triad tetralogy law method procedure operation position point line lines body bodies cells cell anemia anaemia chorea cyst duct gland hernia index questionnaire inventory thyroiditis encephalopathy dementia aphasia area neuroma nodules nodule osteomyelitis purpura pyelogram ring rings spots stain stool toe tube virus lesion arthropathy grading grade risk equation hunt equina protocol rule rules rash system trial study joint joints angle forceps fever agar culture danlos johnson gault hallpike crackles breathing respiration respirations block pox blot graft gram splint traction brace hop sling swab wave waves".split()
)
#: Eponyms that are nearly always the disease, though people bear them too.
PURE = frozenset(
    "parkinson crohn hodgkin addison huntington barrett tourette hashimoto foley alzheimer raynaud sjogren marfan kaposi apgar babinski romberg murphy's graves' bell's".split()
)
PARTICLES = frozenset(
    "de da di del della dos das la le van von der den ter bin ibn al el abu ben mac mc st du ap".split()
)
#: What follows a name with a capital and is no part of it.
CREDENTIAL = frozenset(
    "md do rn np pa phd dds jr sr ii iii mbbs esq lpn msw lcsw dpt pharmd frcp mrcp faap facp pgy er ed icu".split()
)
VERBISH = frozenset(
    "i is was will may can do does did has had have be are were been would could should not no and or but if the a an of to in on at by for with from as so that this it he she they we you his her my your their who what when where why how there here then than please just said says called reports denies states january february march july september october november december monday tuesday wednesday thursday friday saturday sunday".split()
)
DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,3}(?![\w])")
ABBREVIATIONS = frozenset(
    "us po iv prn am pm dc md qd er id uk rn pa np bp hr or im aka do la ed dob mrn sob tb ny nj bid tid qid po io ie eg ob gi gu oa ra ms mi cc hpi pe ros usa ekg ecg mri ct dnr ama doa ph dds lpn".split()
)
INITIAL = re.compile(r"(?:(?<=[ .])|^)(?:[A-Z]\.?[ \-]?){1,2}$")
AFTER_INITIAL = re.compile(r"[ \n]([A-Z])\b(\.?)(?!['’])(?! ?(?:\d|\+|-))")
#: How unknown words end that are towns.
TOWN = re.compile(
    r"(?:ville|town|burgh?|bury|ham|shire|borough|haven|chester|mouth|ford|wick|minster|berg|furt|stadt)$"
)
#: A sign or score that bears a name no list has: "Chaddock reflex", "Ferriman-Gallwey score".
FINDING = frozenset(
    "sign reflex syndrome disease score criteria classification maneuver manoeuvre scale palsy fracture lymphoma sarcoma phenomenon index".split()
)
