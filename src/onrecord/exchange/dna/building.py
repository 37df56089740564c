"""A .dna file put together: what came with imports, and documents, values, coders and statements added to it."""

import colorsys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from onrecord.errors import InputError
from onrecord.exchange.dna.dates import seconds
from onrecord.exchange.dna.file import (
    Attribute,
    Coder,
    Colour,
    DataType,
    DnaFile,
    DnaStatement,
    Document,
    Entity,
    Relation,
    StatementType,
    Value,
    Variable,
)
from onrecord.exchange.dna.passwords import fits, hashed
from onrecord.exchange.dna.payload import storable
from onrecord.exchange.dna.roles import ROLES, UNDECIDED, Roles
from onrecord.types import Article, Problem

ADMIN = "Admin"
"""The first coder of a new file, as DNA itself calls it."""
_ATTRIBUTES = ("Type", "Alias", "Notes")  # that DNA gives the values of a new variable
_YELLOW, _GREY = Colour(239, 208, 51), Colour(211, 211, 211)


Password = str | Callable[[], str] | None
"""What opens a file, or a function that asks for it, which is called only if a coder has none."""


class Building:
    """A file that grows. ``documents`` and ``statements`` are put in by whoever builds."""

    def __init__(self, came: DnaFile, roles: Mapping[int, Roles]) -> None:
        self.documents: list[Document] = []
        self.statements: list[DnaStatement] = []
        self._came = came
        self._roles = dict(roles)
        self._coders = list(came.coders)
        self._types = list(came.types)
        self._variables = list(came.variables)
        self._attributes = list(came.attributes)
        self._entities = {entity.id: entity for entity in came.entities}
        self._entity_ids = {(entity.variable, entity.value): entity.id for entity in came.entities}
        self._coder_ids = {coder.name: coder.id for coder in reversed(came.coders)}
        self._last_document = max((document.id for document in came.documents), default=0)
        self._last_statement = max((statement.id for statement in came.statements), default=0)
        self._last_entity = max(self._entities, default=0)
        if not self._coders:
            self.coder(ADMIN)

    def coder(self, name: str) -> int:
        """The number of the coder of this name, who is new if need be."""
        if name not in self._coder_ids:
            id_ = max((coder.id for coder in self._coders), default=0) + 1
            rgb = colorsys.hsv_to_rgb(id_ * 0.381966 % 1, 0.55, 1)  # the golden ratio: neighbours differ most
            colour = Colour(*(round(255 * part) for part in rgb))
            self._coders.append(Coder(id=id_, name=name, password="", colour=colour))
            self._coder_ids[name] = id_
        return self._coder_ids[name]

    def value(self, entity: int) -> str:
        """The words of an entity."""
        return self._entities[entity].value

    def variable(self, entity: int) -> int:
        """The variable of which an entity is a value."""
        return self._entities[entity].variable

    def entity(self, variable: int, value: str, like: Entity | None = None) -> int:
        """The number of the entity of this value, which is new if need be; it then looks ``like`` another."""
        if (known := self._entity_ids.get((variable, value))) is not None:
            return known
        self._last_entity += 1
        self._entity_ids[variable, value] = self._last_entity
        attributes = {a.id: "" for a in self._attributes if a.variable == variable}
        new = Entity(id=self._last_entity, variable=variable, value=value, attributes=attributes)
        if like is not None:
            new = replace(like, id=new.id, value=value)
        self._entities[new.id] = new
        return new.id

    def renamed(self, entity: int, names: Sequence[str]) -> dict[str, int]:
        """The number of the entity of each of the ``names`` that all uses of an ``entity`` have now.

        If they have one name, which is new, the entity gets it; else it gives way to those of that name.
        """
        before = self._entities[entity]
        if names == (before.value,):
            return {before.value: entity}
        if len(names) == 1 and (before.variable, names[0]) not in self._entity_ids:
            del self._entity_ids[before.variable, before.value]
            self._entity_ids[before.variable, names[0]] = entity
            self._entities[entity] = replace(before, value=names[0])
            return {names[0]: entity}
        numbers = {name: self.entity(before.variable, name, like=before) for name in names}
        if entity not in numbers.values():
            del self._entities[entity]
            del self._entity_ids[before.variable, before.value]
        return numbers

    def document(self, article: Article, problems: list[Problem]) -> int:
        """The number of a new document, made of an article."""
        date = seconds(article.published)
        if article.published and date is None:
            problems.append(Problem(name=article.name, message=f"{article.published!r} is no date DNA could hold"))
        elif article.published and len(article.published) < 10:
            message = f"was published in {article.published}; DNA gets the first day"
            problems.append(Problem(name=article.name, message=message))
        self._last_document += 1
        section, type_, notes = (
            value if isinstance(value := article.extra.get(key), str) else "" for key in ("section", "type", "notes")
        )
        self.documents.append(
            Document(
                id=self._last_document,
                title=article.title or article.name,
                text=article.text,
                coder=self._coders[0].id,
                author="; ".join(article.authors),
                source=article.outlet or "",
                section=section,
                notes=notes or article.url or "",
                type=type_,
                date=date,
            )
        )
        return self._last_document

    def add_concepts(self, propositions: Iterable[str]) -> None:
        """Makes these values of the concept variable, unless some concept variable has them."""
        variables = {role.concept for role in self._roles.values()}
        known = {storable(entity.value) for entity in self._entities.values() if entity.variable in variables}
        for proposition in propositions:
            if proposition not in known:
                self.entity(self._type(undecided=False).concept, proposition)

    def statement(
        self, *, document: int, start: int, stop: int, coder: str, person: str, organization: str, concept: str,
        agreement: bool | None,
    ) -> DnaStatement:  # fmt: skip
        """A new statement; without agreement it is of the type of undecided ones."""
        role = self._type(undecided=agreement is None)
        values: dict[int, Value] = {}
        for variable, words in ((role.person, person), (role.organization, organization), (role.concept, concept)):
            if variable is not None:
                values[variable] = self.entity(variable, words)
        if role.agreement is not None:
            values[role.agreement] = int(bool(agreement))
        self._last_statement += 1
        return DnaStatement(
            id=self._last_statement, type=role.type, document=document, start=start, stop=stop,
            coder=self.coder(coder), values=dict(sorted(values.items())),
        )  # fmt: skip

    def _type(self, *, undecided: bool) -> Roles:
        """The first type of statements that are positions (or undecided ones), which is made if need be."""
        for role in self._roles.values():
            if role.undecided == undecided:
                return role
        type_ = StatementType(
            id=max((t.id for t in self._types), default=0) + 1,
            label=UNDECIDED if undecided else "DNA Statement",
            colour=_GREY if undecided else _YELLOW,
        )
        self._types.append(type_)
        named = {name: self._variable(type_, name) for name in ROLES[: 3 if undecided else 4]}
        role = Roles(type_.id, named["person"], named["organization"], named["concept"], named.get("agreement"))
        self._roles[type_.id] = role
        for attribute in _ATTRIBUTES:
            for name in ROLES[:3]:
                id_ = max((a.id for a in self._attributes), default=0) + 1
                self._attributes.append(Attribute(id=id_, variable=named[name], name=attribute))
        for name in ROLES[:3]:
            self.entity(named[name], "")  # which DNA expects of every such variable
        return role

    def _variable(self, type_: StatementType, name: str) -> int:
        id_ = max((variable.id for variable in self._variables), default=0) + 1
        kind: DataType = "boolean" if name == "agreement" else "short text"
        self._variables.append(Variable(id=id_, name=name, kind=kind, type=type_.id))
        return id_

    def file(self, password: Password) -> DnaFile:
        """The whole. Raises InputError if ``password`` is needed and not given, or empty."""
        if callable(password):
            password = password() if any(not coder.password for coder in self._coders) else None
        if not self._types:
            self._type(undecided=False)  # what comes from elsewhere stays as it is
        parents: dict[int, int | None] = defaultdict(lambda: None, {id_: id_ for id_ in self._entities})
        return replace(
            self._came,
            coders=tuple(_opened(coder, password) for coder in self._coders),
            relations=(*self._came.relations, *self._new_relations()),
            documents=tuple(self.documents),
            types=tuple(self._types),
            variables=tuple(self._variables),
            attributes=tuple(self._attributes),
            entities=tuple(
                entity if entity.parent is None else replace(entity, parent=parents[entity.parent])
                for entity in self._entities.values()
            ),
            statements=tuple(self.statements),
        )

    def _new_relations(self) -> list[Relation]:
        """Everybody may see and change what new coders did, and the other way round."""
        came = {coder.id for coder in self._came.coders}
        first = max((relation.id for relation in self._came.relations), default=0) + 1
        ids = [coder.id for coder in self._coders]
        pairs = [(a, b) for a in ids for b in ids if a != b and not {a, b} <= came]
        return [Relation(id=first + n, coder=a, other=b) for n, (a, b) in enumerate(pairs)]


def _opened(coder: Coder, password: str | None) -> Coder:
    if password is None and coder.password:
        return coder
    if not password:
        raise InputError(f"coder {coder.name} needs a password, without which DNA does not open the file: choose one")
    return coder if fits(password, coder.password) else replace(coder, password=hashed(password))
