"""The site over HTTP, with a SPARQL 1.1 Protocol endpoint; for reading only.

guard (who may ask) ──▶ app (pages, data, feeds) ──▶ kcgraph.site
                              └──▶ protocol ──▶ pool ──▶ workers, one query at a time each
"""
