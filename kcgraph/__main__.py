"""`python -m kcgraph` is `kcgraph`."""

from kcgraph.cli import main

main()
