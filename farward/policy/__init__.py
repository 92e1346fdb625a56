"""Who may do what, and who sees what of a person: the declared tables. Pure data, without Django.

What is not listed is not allowed. `tests/policy` tries every cell against the running code, and docs/who-may-what.md is
made from here by `scripts/who_may_what.py`.
"""
