"""Facts about states and institutions: what "Ankara", "the Kremlin", "French" or "No 10" stands for.

    from onrecord.facts import government, named, stands_for_government

    fact = named("the Élysée")
    print(fact.institution.name, fact.how, fact.institution.country)    # Élysée name FR
    print(named("Ankara").institution.name, government("Turkey"))       # Turkey Turkish government

The facts are in states.csv, institutions.csv and readings.csv beside this file; docs/facts.md says where they are from.
They name offices, never who holds them.

    table.py       reads the files
    naming.py      words → institution
    metonymy.py    place or government, by context
"""

from onrecord.facts.metonymy import stands_for_government
from onrecord.facts.naming import Fact, Mention, body_of, government, mentions, named
from onrecord.facts.table import Institution, State, institution, states

__all__ = [
    "Fact",
    "Institution",
    "Mention",
    "State",
    "body_of",
    "government",
    "institution",
    "mentions",
    "named",
    "stands_for_government",
    "states",
]
