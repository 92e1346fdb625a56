"""How Farward and a plain call sound on bad networks, measured in real browsers: see docs/network-lab.md."""
