"""Networks, and the statements they are made of, to files that other programs read. The ending says which form.

    .csv          the matrix, row names in the first column    R, Excel, pandas, UCINET
    .long.csv     a row for each tie                           R, Gephi, Tableau
    .graphml      see graphml.py                               Gephi, visone, Cytoscape, igraph, yEd
    .gexf         see gexf.py; windows as time                 Gephi
    .dl           full matrix, labels embedded                 UCINET, NetDraw
    .net          vertices and edges                           Pajek, igraph
    .json         node-link                                    networkx, D3
    .parquet      a row for each tie, numbers exact            R (arrow), pandas, DuckDB

Each file says what it was made from; a CSV or DL has no place for that, so beside NAME.csv stands NAME.csv.about.json.
Whatever cannot be written (NaN, a matrix that does not fit its names) raises OnrecordError before a file is there.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from onrecord.errors import InputError
from onrecord.exchange.gexf import write_gexf
from onrecord.exchange.graphml import write_graphml
from onrecord.exchange.parts import (
    Network,
    Value,
    checked,
    columns,
    day,
    measures,
    nodes,
    number,
    ties,
    told,
    value_of,
    written,
)
from onrecord.exchange.writing import guarded, writing, xml_words

Form = Literal["csv", "long.csv", "graphml", "gexf", "dl", "net", "json", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
_BESIDE: frozenset[Form] = frozenset({"csv", "long.csv", "dl"})  # forms that cannot say what they were made from
_ENDINGS = sorted(FORMS, key=len, reverse=True)


def write_network(network: Network, path: str | Path, *, form: Form | None = None) -> list[Path]:
    """Writes ``network`` in ``form``, or the form the ending of ``path`` tells; returns the files written.

    Raises InputError for an ending that is none of ``FORMS``, OnrecordError for what no file can hold (NaN).
    """
    form = form or form_of(path)
    return _write(form, [checked(network)], path)


def write_networks(networks: Sequence[Network], path: str | Path, *, form: Form | None = None) -> list[Path]:
    """Writes windows of one network: NAME.2026-01-01_2026-03-31.csv and so on, or one GEXF with time.

    Returns the files written, in the order of ``networks``. Raises as ``write_network``, and InputError for none.
    """
    form = form or form_of(path)
    if not networks:
        raise InputError(f"{path}: there is no window to write: choose a longer time, or shorter windows")
    for network in networks:
        checked(network)
    if form == "gexf" or len(networks) == 1:
        return _write(form, networks, path)
    return [
        file
        for network, name in zip(networks, _window_names(networks, Path(path), form), strict=True)
        for file in _write(form, [network], name)
    ]


def write_events(
    rows: Iterable[Mapping[str, Any]], path: str | Path, *, about: Mapping[str, Any] | None = None
) -> Path:
    """Writes the event list: a row for each statement, with all variables any of ``rows`` has, in the order they come.

    CSV (RFC 4180, UTF-8) or Parquet, by the ending. True and false are 1 and 0, several values are joined by “; ”, what
    is not known is empty. ``about`` says what it was made from. Raises InputError for another ending, OnrecordError
    for NaN.
    """
    listed = [{str(key): value_of(given) for key, given in row.items()} for row in rows]
    form = form_of(path)
    if form not in {"csv", "parquet"}:
        raise InputError(f"{path}: an event list is written as .csv or .parquet")
    if form == "parquet":
        types = columns({k: v for k, v in row.items() if v is not None} for row in listed)
        names = dict.fromkeys(name for row in listed for name in row)
        with writing(path) as out:
            _parquet(out, {name: types.get(name, "string") for name in names}, listed, about or {})
        return Path(path)
    names = dict.fromkeys(name for row in listed for name in row)
    with writing(path) as out:
        _csv(out, [list(map(guarded, names)), *([_cell(row.get(name)) for name in names] for row in listed)])
    if about and str(path) != "-":
        _beside(path, about)
    return Path(path)


def form_of(path: str | Path) -> Form:
    """The form that the ending of ``path`` tells, in any case. Raises InputError if it tells none."""
    name = Path(path).name.lower()
    for form in _ENDINGS:
        if name.endswith(f".{form}"):
            return form
    raise InputError(f"{path}: the ending does not tell in which form to write: use .{', .'.join(FORMS)}")


def _write(form: Form, networks: Sequence[Network], path: str | Path) -> list[Path]:
    with writing(path) as out:
        if form == "gexf":
            write_gexf(networks, out)
        else:
            _WRITERS[form](networks[0], out)
    if form in _BESIDE and str(path) != "-":
        return [Path(path), _beside(path, told(networks[0]))]
    return [Path(path)]


def _beside(path: str | Path, about: Mapping[str, Any]) -> Path:
    beside = Path(f"{path}.about.json")
    with writing(beside) as out:
        out.write(json.dumps(about, ensure_ascii=False, indent=2, default=str).encode() + b"\n")
    return beside


def _window_names(networks: Sequence[Network], path: Path, form: Form) -> list[Path]:
    ending = path.name[-len(form) - 1 :] if path.name.lower().endswith(f".{form}") else ""
    stem = path.name[: len(path.name) - len(ending)]
    times = Counter[str]()
    names = []
    for network in networks:
        name = f"{stem}.{day(network.start) or 'open'}_{day(network.end) or 'open'}"
        times[name] += 1  # windows that move by events may begin and end on the same days
        names.append(path.with_name(f"{name}.{times[name]}{ending}" if times[name] > 1 else name + ending))
    return names


def _matrix(network: Network, out: BinaryIO) -> None:
    _csv(out, [[network.row_variable, *map(guarded, network.columns)]])
    names = map(guarded, network.rows)
    _csv(out, ([name, *map(number, row)] for name, row in zip(names, network.weights.tolist(), strict=True)))


def _long(network: Network, out: BinaryIO) -> None:
    _csv(out, [list(_long_types(network)), *(map(_cell, row.values()) for row in _long_rows(network))])


def _long_types(network: Network) -> dict[str, Any]:
    return {"row": "string", "column": "string", "weight": "double", **dict.fromkeys(measures(network), "double")}


def _long_rows(network: Network) -> Iterable[dict[str, Value]]:
    found = nodes(network)
    for tie in ties(network, also_unsure=True):
        yield {"row": found[tie.a].name, "column": found[tie.b].name, "weight": tie.weight, **tie.measures}


def _csv(out: BinaryIO, rows: Iterable[Iterable[object]]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    csv.writer(text).writerows(rows)
    text.detach()


def _cell(value: Value | None) -> object:
    if isinstance(value, bool):
        return int(value)
    return number(value) if isinstance(value, int | float) else guarded(value)


def _dl(network: Network, out: BinaryIO) -> None:
    """UCINET’s data language (UCINET help, “DL language”): labels in quotation marks, which they must not hold."""
    if network.mode == "one-mode":
        head = [f"dl n={len(network.rows)}", "format=fullmatrix", "labels embedded", "data:"]
    else:
        head = [f"dl nr={len(network.rows)}, nc={len(network.columns)}", "format=fullmatrix"]
        head += ["row labels embedded", "column labels embedded", "data:"]
    lines = [*head, " ".join(map(_quoted, network.columns))]
    for name, row in zip(network.rows, network.weights.tolist(), strict=True):
        lines.append(" ".join([_quoted(name), *map(number, row)]))
    out.write(("\r\n".join(lines) + "\r\n").encode("utf-8", "replace"))


def _pajek(network: Network, out: BinaryIO) -> None:
    """Pajek’s network file (Pajek reference manual): the byte order mark tells Pajek that it is UTF-8.

    The mark stands before a comment, so that programs that do not know it pass over it.
    """
    found = nodes(network)
    sides = f" {len(network.rows)}" if network.mode == "two-mode" else ""
    about = json.dumps(told(network), ensure_ascii=False)
    lines = [f"\ufeff% {about}", f"*Vertices {len(found)}{sides}"]
    lines += [f"{i} {_quoted(node.id)}" for i, node in enumerate(found, start=1)]
    lines += ["*Edges", *(f"{tie.a + 1} {tie.b + 1} {number(tie.weight)}" for tie in ties(network))]
    out.write(("\r\n".join(lines) + "\r\n").encode("utf-8", "replace"))


def _quoted(label: str) -> str:
    """In quotation marks; those within become apostrophes, backslashes slashes, and line breaks spaces."""
    return '"' + re.sub(r"\s+", " ", xml_words(label)).replace('"', "'").replace("\\", "/").strip() + '"'


def _json(network: Network, out: BinaryIO) -> None:
    found = nodes(network)
    two_mode = network.mode == "two-mode"
    document = {
        "directed": False,
        "multigraph": False,
        "graph": told(network),
        "nodes": [
            dict(node.attributes)
            | {"id": node.id, "name": node.name, "variable": node.variable}
            | ({"bipartite": node.side} if two_mode else {})
            for node in found
        ],
        "edges": [
            {"source": found[tie.a].id, "target": found[tie.b].id, "weight": tie.weight, **tie.measures}
            for tie in ties(network)
        ],
    }
    out.write(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _long_parquet(network: Network, out: BinaryIO) -> None:
    _parquet(out, _long_types(network), _long_rows(network), told(network))


def _parquet(
    out: BinaryIO, types: Mapping[str, Any], rows: Iterable[Mapping[str, Value | None]], about: Mapping[str, Any]
) -> None:
    import pyarrow as pa  # noqa: PLC0415 # slow to import, and only needed here
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    arrow = {"boolean": pa.bool_(), "long": pa.int64(), "double": pa.float64(), "string": pa.string()}
    made_from = {b"onrecord": json.dumps(about, ensure_ascii=False, default=str).encode("utf-8", "replace")}
    schema = pa.schema([(name, arrow[type_]) for name, type_ in types.items()], metadata=made_from)
    texts = {name for name, type_ in types.items() if type_ == "string"}
    found = iter(rows)
    with ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(found, _ROW_GROUP)):
            made = [{k: written(v) if k in texts and v is not None else v for k, v in row.items()} for row in group]
            writer.write_table(pa.Table.from_pylist(made, schema=schema))


_ROW_GROUP = 10_000  # rows of Parquet held in memory at once
_WRITERS: dict[Form, Callable[[Network, BinaryIO], None]] = {
    "csv": _matrix,
    "long.csv": _long,
    "graphml": write_graphml,
    "dl": _dl,
    "net": _pajek,
    "json": _json,
    "parquet": _long_parquet,
}
