"""Ms Rivera's encounter as its own records have it, and a text in which much of it stands."""

from __future__ import annotations

from datetime import date

from farward.deidentify import Context, Deidentifier, Person, Policy, safe_harbor

KEY = b"a key for tests, 32 bytes long.."

MS_RIVERA = Person(
    name="Maria Elena Rivera",
    role="patient",
    born=date(1958, 3, 4),
    phones=("+1 555 013 0199",),
    emails=("m.rivera@example.com",),
    numbers=("RT-4471902",),
    addresses=("12 Oak Lane, Springfield, IL 62701",),
)
CONTEXT = Context(
    people=(MS_RIVERA, Person(name="Amina Yusuf", role="learner"), Person(name="Dr Kwame Osei", role="preceptor")),
    places=("Riverside Teaching Clinic",),
    dates=(date(2024, 3, 3),),
    held=date(2024, 3, 3),
)


def taken_from(text: str, *, context: Context | None = None) -> list[str]:
    """What is taken out of the text, in order."""
    spans = Deidentifier(key=KEY, context=context).find([text])[0]
    return [text[span.start : span.end] for span in spans if span.confidence >= safe_harbor().least]


def without_people(text: str, *, context: Context | None = CONTEXT, policy: Policy | None = None) -> str:
    """The text with surrogates."""
    return Deidentifier(key=KEY, context=context, policy=policy).apply([text])[0].text
