"""GEXF 1.3, Gephi’s own format: a network, or several of following times in one file.

Written here, since networkx’s writer has open defects where time comes in. A tie’s ``weight`` is what Gephi draws and
its layouts pull with, so it is the strength without the sign: Gephi does not show negative weights, and its force
layouts run apart on them. The weight as it is in the network is the attribute ``value``; ``sign`` tells which it is.

Time: windows that do not overlap are written as intervals, others as the moments in their middles, for Gephi refuses
values whose intervals overlap. Nodes and ties are there in the windows in which the network has them.
Source: GEXF 1.3 primer and schemas, https://gexf.net.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, BinaryIO

from onrecord.errors import OnrecordError
from onrecord.exchange.parts import Network, Value, columns, distinct, nodes, number, ties, told, written
from onrecord.exchange.writing import xml, xml_text, xml_words
from onrecord.version import VERSION

_SPACE = "http://gexf.net/1.3"
_ROOT = (
    f'<gexf xmlns="{_SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_SPACE} {_SPACE}/gexf.xsd" version="1.3">'
)

_When = Mapping[str, str]  # the XML attributes that say when: none, start and end, or a timestamp


@dataclass(slots=True)
class _Thing:
    """A node or a tie over all windows it is in: its XML attributes, its times, and its values with theirs."""

    xml: dict[str, str]
    spells: list[_When] = field(default_factory=list)
    values: dict[str, list[tuple[_When, Value]]] = field(default_factory=dict)

    def seen(self, when: _When, values: Mapping[str, Value]) -> None:
        self.spells.append(when)
        for name, value in values.items():
            self.values.setdefault(name, []).append((when, value))


def write_gexf(networks: Sequence[Network], out: BinaryIO) -> None:
    """Writes one network, or several as one with time; all are sound (``parts.checked``).

    Raises OnrecordError if several networks are of different kinds, or one of several has no dates.
    """
    dynamic = len(networks) > 1
    moments = _moments(networks) if dynamic else [{} for _ in networks]
    of_nodes, of_ties = _gathered(networks, moments)
    graph = {"defaultedgetype": "undirected", "mode": "dynamic" if dynamic else "static"}
    if dynamic:
        intervals = "start" in moments[0]
        graph |= {"timeformat": "date" if intervals else "dateTime"}
        graph |= {"timerepresentation": "interval" if intervals else "timestamp"}

    def write(*lines: str) -> None:
        out.write("".join(f"{line}\n" for line in lines).encode())

    write('<?xml version="1.0" encoding="UTF-8"?>', _ROOT)
    description = xml("description", {}, xml_text(json.dumps(_about(networks), ensure_ascii=False)))
    write(xml("meta", {}, xml("creator", {}, f"onrecord {VERSION}") + description))
    write(xml("graph", graph).replace("/>", ">"))
    parts = [
        (of, things, _changing(of, things, dynamic=dynamic)) for of, things in (("node", of_nodes), ("edge", of_ties))
    ]
    for of, things, changing in parts:
        write(*_attributes(of, things, changing))
    for of, things, changing in parts:
        write(f"<{of}s>")
        for thing in things:
            write(_element(of, thing, changing, dynamic=dynamic))
        write(f"</{of}s>")
    write("</graph>", "</gexf>")


def _about(networks: Sequence[Network]) -> Mapping[str, Any]:
    if len(networks) == 1:
        return told(networks[0])
    return {"windows": [told(network) for network in networks]}


def _moments(networks: Sequence[Network]) -> list[_When]:
    """When each window is, in the order given."""
    if len({(n.mode, n.row_variable, n.column_variable) for n in networks}) > 1:
        raise OnrecordError("the networks are of different kinds: only windows of one network fit into one file")
    spans = [(_time(network.start), _time(network.end)) for network in networks]
    if all(before[1].date() < after[0].date() for before, after in pairwise(spans)):
        return [{"start": start.date().isoformat(), "end": end.date().isoformat()} for start, end in spans]
    middles = [(start + (end - start) / 2).replace(microsecond=0) for start, end in spans]
    for i in range(1, len(middles)):
        # Windows that move by single events may share a middle; two values at one moment would be one to Gephi.
        middles[i] = max(middles[i], middles[i - 1] + timedelta(seconds=1))
    return [{"timestamp": middle.isoformat()} for middle in middles]


def _time(side: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(side)).replace(tzinfo=None)
    except ValueError:
        raise OnrecordError(
            f"a network from or to {side} has no place in time: give each window a first and a last day"
        ) from None


def _gathered(networks: Sequence[Network], moments: Sequence[_When]) -> tuple[list[_Thing], list[_Thing]]:
    """All nodes and all ties of all windows; each once, with the windows it is in."""
    ids = _ids(networks)
    of_nodes: dict[tuple[int, str], _Thing] = {}
    of_ties: dict[tuple[str, str], _Thing] = {}
    for network, when in zip(networks, moments, strict=True):
        found = []
        for node in nodes(network):
            key = node.side, node.name
            if (thing := of_nodes.get(key)) is None:
                thing = of_nodes[key] = _Thing({"id": ids[key], "label": node.name})
            thing.seen(when, {"variable": node.variable, **node.attributes})
            found.append(thing)
        for tie in ties(network):
            ends = found[tie.a].xml["id"], found[tie.b].xml["id"]
            if (thing := of_ties.get(ends)) is None:
                thing = of_ties[ends] = _Thing({"id": str(len(of_ties)), "source": ends[0], "target": ends[1]})
            strength = abs(tie.weight)
            if when:
                thing.seen(when, {"weight": strength, "value": tie.weight, "sign": tie.sign, **tie.measures})
            else:
                thing.xml["weight"] = number(strength)
                thing.seen(when, {"value": tie.weight, "sign": tie.sign, **tie.measures})
    return list(of_nodes.values()), list(of_ties.values())


def _ids(networks: Sequence[Network]) -> dict[tuple[int, str], str]:
    """The name of each row and column as XML can hold it, made different where two would be the same."""
    ids: dict[tuple[int, str], str] = {}
    taken: set[str] = set()
    for node in sorted((node for network in networks for node in nodes(network)), key=lambda node: node.side):
        if (node.side, node.name) not in ids:
            ids[node.side, node.name] = distinct(xml_words(node.name), node.variable, taken)
    return ids


def _changing(of: str, things: Sequence[_Thing], *, dynamic: bool) -> set[str]:
    """The attributes that change with time: of ties all."""
    if not dynamic:
        return set()
    return {
        name
        for thing in things
        for name, told in thing.values.items()
        if of == "edge" or len({value for _, value in told}) > 1
    }


def _attributes(of: str, things: Sequence[_Thing], changing: set[str]) -> Iterator[str]:
    """Which there are. An attribute's id is its name: by the id "weight" Gephi knows that the weight itself changes."""
    types = columns({name: value} for thing in things for name, told in thing.values.items() for _, value in told)
    for mode in ("static", "dynamic"):
        if names := [name for name in types if (name in changing) == (mode == "dynamic")]:
            listed = (xml("attribute", {"id": name, "title": name, "type": types[name]}) for name in names)
            yield xml("attributes", {"class": of, "mode": mode}, "".join(listed))


def _element(tag: str, thing: _Thing, changing: set[str], *, dynamic: bool) -> str:
    values = [
        xml("attvalue", {"for": name, "value": written(value), **(when if name in changing else {})})
        for name, told in thing.values.items()
        for when, value in (told if name in changing else told[:1])
    ]
    inside = xml("attvalues", {}, "".join(values)) if values else ""
    if dynamic:
        inside += xml("spells", {}, "".join(xml("spell", when) for when in thing.spells))
    return xml(tag, thing.xml, inside)
