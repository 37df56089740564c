"""Several .dna files as one: what is the same in both, by what it says, is there once.

Coders go by name, documents by title, text and date, types, patterns and attributes by label, variables by type and
name, values by variable and words, statements by all they say. Of what differs otherwise the first file's holds.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from onrecord.exchange.dna.file import DnaFile, Entity, Value, Variable

_Item = TypeVar("_Item")
Numbers = Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Two files as one. ``documents`` and ``statements``: the numbers that those of the second file have in it."""

    file: DnaFile
    documents: Numbers = field(default_factory=dict)
    statements: Numbers = field(default_factory=dict)


def merged(first: DnaFile, *others: DnaFile) -> DnaFile:
    """All files as one; the first keeps its numbers."""
    for other in others:
        first = merge(first, other).file
    return first


def merge(a: DnaFile, b: DnaFile) -> Merged:
    """Two files as one; ``a`` keeps its numbers."""
    coders, coder = _joined(a.coders, b.coders, lambda c: c.name)
    types, type_ = _joined(a.types, b.types, lambda t: t.label)
    variables, variable = _joined(
        a.variables,
        _free(a.variables, [replace(v, type=_to(type_, v.type)) for v in b.variables]),
        lambda v: (v.type, v.name, v.kind),
    )
    links, _ = _joined(
        a.links,
        [replace(x, source=_to(variable, x.source), target=_to(variable, x.target)) for x in b.links],
        lambda x: (x.source, x.target),
    )
    relations, _ = _joined(
        a.relations,
        [
            replace(r, coder=coder[r.coder], other=coder[r.other])
            for r in b.relations
            if coder[r.coder] != coder[r.other]
        ],
        lambda r: (r.coder, r.other),
    )
    attributes, attribute = _joined(
        a.attributes, [replace(x, variable=variable[x.variable]) for x in b.attributes], lambda x: (x.variable, x.name)
    )
    entities, entity = _entities(
        a.entities,
        [
            replace(
                e, variable=variable[e.variable], attributes={attribute[n]: value for n, value in e.attributes.items()}
            )
            for e in b.entities
        ],
    )
    documents, document = _joined(
        a.documents,
        [replace(d, coder=_to(coder, d.coder)) for d in b.documents],
        lambda d: (d.title, d.text, d.date),
        once=True,
    )
    short = {v.id for v in b.variables if v.kind == "short text"}

    def value(number: int, found: Value) -> Value:
        return entity[found] if number in short and isinstance(found, int) else found

    statements, statement = _joined(
        a.statements,
        [
            replace(
                s, type=_to(type_, s.type), document=_to(document, s.document), coder=_to(coder, s.coder),
                values={variable[n]: value(n, found) for n, found in s.values.items()},
            )
            for s in b.statements
        ],
        lambda s: (s.type, s.document, s.start, s.stop, s.coder, tuple(sorted(s.values.items()))),
        once=True,
    )  # fmt: skip
    labels = {regex.label for regex in a.regexes}
    file = DnaFile(
        settings={**b.settings, **a.settings},
        coders=coders,
        relations=relations,
        documents=documents,
        types=types,
        variables=variables,
        links=links,
        regexes=(*a.regexes, *(regex for regex in b.regexes if regex.label not in labels)),
        attributes=attributes,
        entities=entities,
        statements=statements,
    )
    return Merged(file=file, documents=document, statements=statement)


def _to(numbers: Numbers, number: int | None) -> int | None:
    return None if number is None else numbers[number]


def _joined(
    first: Sequence[_Item], second: Iterable[_Item], key: Callable[[Any], Hashable], *, once: bool = False
) -> tuple[tuple[_Item, ...], dict[int, int]]:
    """The items of both, and which number those of the second have. ``once``: each of the first stands for one."""
    held: dict[Hashable, list[int]] = defaultdict(list)
    for item in first:
        held[key(item)].append(_number(item))
    together, numbers = list(first), {}
    last = max(map(_number, first), default=0)
    mine: dict[Hashable, int] = {}
    for item in second:
        same = key(item)
        if held[same]:
            numbers[_number(item)] = held[same].pop(0) if once else held[same][0]
        elif same in mine and not once:
            numbers[_number(item)] = mine[same]
        else:
            last += 1
            mine[same] = numbers[_number(item)] = last
            together.append(replace(item, id=last))  # type: ignore[type-var]
    return tuple(together), numbers


def _number(item: Any) -> int:
    return int(item.id)


def _entities(first: Sequence[Entity], second: Sequence[Entity]) -> tuple[tuple[Entity, ...], dict[int, int]]:
    """As ``_joined``; a value that both have gets from the second the attributes that are empty in the first."""
    together, numbers = _joined(first, second, lambda e: (e.variable, e.value))
    known = {e.id for e in first}
    by_id = {e.id: e for e in together}
    for e in second:
        number = numbers[e.id]
        kept = by_id[number]
        if number in known:
            more = {n: value for n, value in e.attributes.items() if not kept.attributes.get(n)}
            by_id[number] = replace(kept, attributes={**kept.attributes, **more}) if more else kept
        elif e.parent is not None:
            by_id[number] = replace(kept, parent=numbers.get(e.parent))
    return tuple(by_id[e.id] for e in together), numbers


def _free(first: Sequence[Variable], second: Sequence[Variable]) -> list[Variable]:
    """The variables of the second file, under another name where the first has one of that name and another kind."""
    kinds = {(v.type, v.name): v.kind for v in first}
    return [
        replace(v, name=f"{v.name} ({v.kind})") if kinds.get((v.type, v.name), v.kind) != v.kind else v for v in second
    ]
