"""The verbs that change an encounter. Each is one function and one transaction."""
