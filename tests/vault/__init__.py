"""The vault: keys, seals, signatures, tokens."""
