"""Events: meetings, letters, votes and the like, with who took part and when.

Every word that may tell of an event is a trigger; a logistic model over its context decides which
ones do, a second one who took part. Triggers of one happening are brought together. The models are
made, and their figures printed, by `training/events.py`.
"""

from kcgraph.extract.offline.events.reading import read_events

__all__ = ["read_events"]
