"""Events: meetings, letters, votes and the like, with who took part and when.

Every word that may tell of an event is a trigger. What the parse and the cast say of it and what
the encoder's vectors say are weighed together: is there an event, and then, who took part. Triggers
of one happening are brought together. The model is made, and its figures printed, by
`training/events.py`.
"""

from kcgraph.extract.offline.events.reading import EventPlan, plan_events, read_events

__all__ = ["EventPlan", "plan_events", "read_events"]
