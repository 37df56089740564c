"""Which variables of a statement type say who agrees with what: DNA lets its users name them."""

from collections.abc import Mapping
from typing import NamedTuple

from onrecord.errors import InputError
from onrecord.exchange.dna.file import DnaFile, DnaStatement

ROLES = ("person", "organization", "concept", "agreement")
UNDECIDED = "DNA Statement (undecided)"
"""The type of statements that onrecord writes for stances which a boolean cannot hold: it has no agreement."""
_SPELLED = {"organisation": "organization"}


class Roles(NamedTuple):
    """The numbers of the variables of a type that are coded positions; ``undecided``: of one without agreement."""

    type: int
    person: int | None
    organization: int | None
    concept: int
    agreement: int | None

    @property
    def undecided(self) -> bool:
        """Whether statements of the type say that somebody is undecided."""
        return self.agreement is None

    def entity(self, statement: DnaStatement, role: str) -> int | None:
        """The number of the entity that a statement has for person, organization or concept."""
        value = statement.values.get(getattr(self, role))
        return value if isinstance(value, int) else None


def roles(file: DnaFile, names: Mapping[str, str] | None = None) -> dict[int, Roles]:
    """The types whose statements are positions, by number; ``names``: what the file calls a role.

    They have a concept and a boolean agreement, and a person, an organization or both; case does not matter. All other
    types have no place in a record. Raises InputError for a name no variable has.
    """
    names = dict(names or {})
    if unknown := [role for role in names if role not in ROLES]:
        raise InputError(f"variable {unknown[0]}: write one of {', '.join(ROLES)}, as in concept=claim")
    called = {_folded(v.name) for v in file.variables}
    if missing := [name for name in names.values() if _folded(name) not in called]:
        raise InputError(f"no variable is called {missing[0]!r}: there are {', '.join(sorted(called)) or 'none'}")
    found = {}
    for type_ in file.types:
        mine = {(_folded(v.name), v.kind): v.id for v in file.variables if v.type == type_.id}
        person, organization, concept = (mine.get((_folded(names.get(r, r)), "short text")) for r in ROLES[:3])
        agreement = mine.get((_folded(names.get("agreement", "agreement")), "boolean"))
        if concept is None or (person is None and organization is None):
            continue
        if agreement is not None or type_.label == UNDECIDED:
            found[type_.id] = Roles(type_.id, person, organization, concept, agreement)
    return found


def _folded(name: str) -> str:
    folded = name.strip().casefold()
    return _SPELLED.get(folded, folded)
