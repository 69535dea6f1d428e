"""From an article to its record: the protocol, its implementations, the grounding check."""
