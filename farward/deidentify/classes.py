"""The classes of identifiers of the Safe Harbor method, 45 CFR 164.514(b)(2)(i)(A) to (R)."""

from __future__ import annotations

from enum import StrEnum


class Identifier(StrEnum):
    """What a piece of text identifies a person by. Ages over 89 belong to the dates, organisations to the places."""

    NAME = "NAME"
    LOCATION = "LOCATION"
    DATE = "DATE"
    AGE = "AGE"
    PHONE = "PHONE"
    FAX = "FAX"
    EMAIL = "EMAIL"
    SSN = "SSN"
    MRN = "MRN"
    PLAN = "PLAN"
    ACCOUNT = "ACCOUNT"
    LICENSE = "LICENSE"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    URL = "URL"
    IP = "IP"
    BIOMETRIC = "BIOMETRIC"
    FACE = "FACE"
    OTHER_ID = "OTHER_ID"


#: The letter of each class in the regulation. (P) and (Q), voice prints and full faces, are never found in text: no
#: words can free them, see docs/deidentification.md.
LETTERS = {
    Identifier.NAME: "A", Identifier.LOCATION: "B", Identifier.DATE: "C", Identifier.AGE: "C", Identifier.PHONE: "D",
    Identifier.FAX: "E", Identifier.EMAIL: "F", Identifier.SSN: "G", Identifier.MRN: "H", Identifier.PLAN: "I",
    Identifier.ACCOUNT: "J", Identifier.LICENSE: "K", Identifier.VEHICLE: "L", Identifier.DEVICE: "M",
    Identifier.URL: "N", Identifier.IP: "O", Identifier.BIOMETRIC: "P", Identifier.FACE: "Q", Identifier.OTHER_ID: "R",
}  # fmt: skip
