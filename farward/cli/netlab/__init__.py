"""A network laboratory: namespaces joined by links as bad as one likes (docs/network-lab.md)."""
