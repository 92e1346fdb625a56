"""De-identification: from an encounter's texts and stills to what can be taught without a person in it.

Pure functions over text and bytes, without Django; the same input and key always give the same output.
"""

from .classes import LETTERS, Identifier
from .context import BadContext, Context, Person, read_context
from .engine import Deidentifier, Result, deidentify
from .policy import BadPolicy, Policy, read_policy, safe_harbor
from .spans import Span

__all__ = [
    "LETTERS",
    "BadContext",
    "BadPolicy",
    "Context",
    "Deidentifier",
    "Identifier",
    "Person",
    "Policy",
    "Result",
    "Span",
    "deidentify",
    "read_context",
    "read_policy",
    "safe_harbor",
]
