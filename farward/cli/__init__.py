"""The command line: what people who run Farward type."""
