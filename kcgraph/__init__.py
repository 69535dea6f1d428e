"""kcgraph turns newspaper articles about civic disputes into a graph of who wants what."""

__version__ = "0.1.0"
