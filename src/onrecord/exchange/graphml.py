"""GraphML: one undirected graph in the plain core of the format, which Gephi, visone, Cytoscape, igraph and yEd read.

No dialect: visone's own stops Gephi. Keys are typed. Nodes have ``label`` (which Gephi shows) and ``name`` (by which
igraph knows them). Ties have ``weight`` as it is in the network, ``strength`` without its sign, and ``sign``.
Source: GraphML 1.1, http://graphml.graphdrawing.org/specification.html.
"""

import json
from collections.abc import Mapping
from typing import BinaryIO

from onrecord.exchange.parts import Network, Node, Tie, Type, Value, columns, measures, nodes, ties, told, written
from onrecord.exchange.writing import xml, xml_text

_SPACE = "http://graphml.graphdrawing.org/xmlns"
_ROOT = (
    f'<graphml xmlns="{_SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_SPACE} {_SPACE}/1.1/graphml.xsd">'
)


def write_graphml(network: Network, out: BinaryIO) -> None:
    """Writes ``network``, which is sound (``parts.checked``)."""
    of_nodes = [_of_node(node, network) for node in nodes(network)]
    node_keys = {name: (f"n{i}", type_) for i, (name, type_) in enumerate(columns(of_nodes).items())}
    types: dict[str, Type] = {"weight": "double", "strength": "double", "sign": "string"}
    types |= dict.fromkeys(measures(network), "double")
    tie_keys = {name: (f"e{i}", type_) for i, (name, type_) in enumerate(types.items())}

    def write(*lines: str) -> None:
        out.write("".join(f"{line}\n" for line in lines).encode())

    write('<?xml version="1.0" encoding="UTF-8"?>', _ROOT)
    write(xml("desc", {}, xml_text(json.dumps(told(network), ensure_ascii=False))))
    for kind, keys in (("node", node_keys), ("edge", tie_keys)):
        for name, (key, type_) in keys.items():
            write(xml("key", {"id": key, "for": kind, "attr.name": name, "attr.type": type_}))
    write('<graph id="G" edgedefault="undirected">')
    for i, values in enumerate(of_nodes):
        write(xml("node", {"id": f"n{i}"}, _data(values, node_keys)))
    for i, tie in enumerate(ties(network)):
        ends = {"id": f"e{i}", "source": f"n{tie.a}", "target": f"n{tie.b}"}
        write(xml("edge", ends, _data(_of_tie(tie), tie_keys)))
    write("</graph>", "</graphml>")


def _data(values: Mapping[str, Value], keys: Mapping[str, tuple[str, Type]]) -> str:
    return "".join(xml("data", {"key": keys[name][0]}, xml_text(written(value))) for name, value in values.items())


def _of_node(node: Node, network: Network) -> dict[str, Value]:
    side: dict[str, Value] = {"bipartite": node.side} if network.mode == "two-mode" else {}
    return (
        {"label": node.name, "name": node.name, "variable": node.variable}
        | side
        | {
            key: value
            for key, value in node.attributes.items()
            if key not in {"label", "name", "variable", "bipartite"}
        }
    )


def _of_tie(tie: Tie) -> dict[str, Value]:
    return {"weight": tie.weight, "strength": abs(tie.weight), "sign": tie.sign, **tie.measures}
