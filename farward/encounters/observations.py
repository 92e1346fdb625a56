"""Vital signs in the shape of FHIR R4 Observation, as far as Farward writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from farward.journal.types import Payload

Code = Annotated[str, Meta(min_length=1, max_length=64)]


class Coding(Payload, frozen=True):
    """FHIR Coding."""

    system: Annotated[str, Meta(max_length=200)]
    code: Code
    display: Annotated[str, Meta(max_length=200)] = ""


class CodeableConcept(Payload, frozen=True):
    """FHIR CodeableConcept with exactly the codings that were chosen."""

    coding: Annotated[list[Coding], Meta(min_length=1, max_length=8)]


class Quantity(Payload, frozen=True):
    """FHIR Quantity in UCUM units."""

    value: float
    unit: Annotated[str, Meta(max_length=40)]
    system: Annotated[str, Meta(max_length=200)]
    code: Code


class Component(Payload, frozen=True, rename="camel"):
    """FHIR Observation.component: one of several values measured at once, such as systolic pressure."""

    code: CodeableConcept
    value_quantity: Quantity


class Observation(Payload, frozen=True, rename="camel"):
    """A vital sign in the shape of FHIR R4 Observation."""

    status: Literal["preliminary", "final", "entered-in-error"]
    code: CodeableConcept
    effective_date_time: datetime
    value_quantity: Quantity | None = None
    component: Annotated[list[Component], Meta(min_length=1, max_length=8)] | None = None

    def __post_init__(self) -> None:
        if (self.value_quantity is None) == (self.component is None):
            raise ValueError("an observation has either valueQuantity or component")
