"""Generated sentences: the verb agrees with who it is about."""

import pytest

from kcgraph.grammar import agreed, is_many
from kcgraph.render.look import TIES
from kcgraph.ties import ON_STAKEHOLDER

MANY = [
    ("residents", "group"),
    ("about 180 people", "group"),
    ("at least three commissioners", "group"),
    ("people who complain about trucks", "group"),
    ("head teachers of four primary schools", "group"),
    ("Eleven of 16 councillors", "group"),
    ("tenants’ groups", "group"),
    ("union's leaders", "group"),
    ("the four", "group"),
    ("a few misguided youths", "group"),
    ("parents and pupils", "group"),
    ("voters in Calder County", "group"),
    ("more than 60 people", "group"),
    ("19 of the state's 33 sheriffs", "group"),
    ("school crossing guards", "group"),
    ("policewomen", "group"),
    ("Mothers of Millside", "organization"),
    ("Trout Anglers of the Upper Sable", "organization"),
    ("Parents for Decent Shelves", "organization"),
    ("Teamsters", "organization"),
    ("Kansas City Police", "organization"),
    ("body cameras", "issue"),
    ("changes in use of force policies", "issue"),
]
ONE = [
    ("Rick Smith", "person"),
    ("James Williams", "person"),
    ("agency spokesman", "group"),
    ("one participant", "group"),
    ("a group of residents", "group"),
    ("person familiar with the commission's deliberations", "group"),
    ("crowd", "group"),
    ("WDLH’s news director", "group"),
    ("company boss", "group"),
    ("lawyer who advises two unions", "group"),
    ("Kansas City Police Department", "organization"),
    ("Marlow Bend Federation of Teachers", "organization"),
    ("Department of Environmental Health", "organization"),
    ("Hospitality Workers Local 212", "organization"),
    ("Reuters", "organization"),
    ("Tolliver & Sons", "organization"),
    ("United States", "organization"),
    ("closing the schools", "issue"),
    ("to keep the buses", "issue"),
    ("independent office for citizen complaints", "issue"),
    ("", "group"),
    ("the", "group"),
    ("…", "group"),
]


@pytest.mark.parametrize(("label", "kind"), MANY)
def test_many(label: str, kind: str) -> None:
    assert is_many(label, kind)


@pytest.mark.parametrize(("label", "kind"), ONE)
def test_one(label: str, kind: str) -> None:
    assert not is_many(label, kind)


def test_every_verb_that_is_used_has_a_plural() -> None:
    verbs = [look.verb for look in TIES.values()]
    verbs += [words for _, forth, back in ON_STAKEHOLDER.values() for words in (forth, back)]
    for words in verbs:
        assert agreed(words, False) == words
        plural = agreed(words, True)
        assert plural != words
        assert agreed(plural, True) == plural
    assert agreed("is of two minds about", True) == "are of two minds about"
    assert agreed("refuses", True) == "refuse"
    assert agreed("wrote to", True) == "wrote to"
