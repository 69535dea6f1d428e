"""Commands of this topic; see `kcgraph.cli.app`."""
