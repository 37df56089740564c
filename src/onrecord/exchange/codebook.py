"""A codebook file: the proposals that actors support or oppose, as TOML, CSV, or the concepts of a DNA file.

TOML has a table ``[[concept]]`` for each: ``id``, ``proposition``, ``note``, ``aliases`` (a list), ``parent``; below it
``[[concept.example]]`` with ``text``, ``stance``, ``actor``, and ``[[concept.counterexample]]`` with ``text``,
``actor``: a text that tells no stance. CSV has the same columns, and ``example``, ``stance``, ``actor``; a row without
a proposition gives another example of the concept whose id it has. See docs/codebook.md.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.codebook import asked
from onrecord.errors import InputError
from onrecord.exchange.dna.importing import slug
from onrecord.exchange.dna.payload import storable
from onrecord.exchange.dna.reading import read_dna
from onrecord.exchange.dna.roles import roles
from onrecord.exchange.rows import UNSTORABLE, Row, csv_rows, listed, toml_rows, words
from onrecord.exchange.writing import guarded, writing
from onrecord.types import ANSWERS, Answer, Concept, Example, Problem

COLUMNS = ("id", "proposition", "note", "aliases", "parent", "example", "stance", "actor")
KEYS = (*COLUMNS[:5], "example", "counterexample")

_BETWEEN = re.compile("[|;]")  # aliases, in a cell


class Placed(NamedTuple):
    """A concept and the line of the file on which it begins; 0 where a file has no lines."""

    line: int
    concept: Concept


def read_codebook(path: str | Path) -> tuple[list[Concept], list[Problem]]:
    """The concepts of a codebook file, and what is wrong with what cannot be used, each named ``path:line``.

    What is wrong is left out, the rest is used: of a bad example the concept stays, of a bad parent too. A concept
    without an id gets one of the first words of its proposition.

    Raises InputError for a file that is no codebook at all: it cannot be opened, or holds other tables or columns.
    """
    placed, problems = read_placed(path)
    return [concept for _, concept in placed], problems


def read_placed(path: str | Path) -> tuple[list[Placed], list[Problem]]:
    """As ``read_codebook``, each concept with its line."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".dna":
        return _dna(path)
    reading = _Reading(path)
    if suffix == ".toml":
        for row in toml_rows(path, "concept"):
            reading.take(row)
    else:
        for row in csv_rows(path, COLUMNS, "proposition"):
            reading.take(_as_table(row))
    return reading.done(), reading.problems


def _as_table(row: Row) -> Row:
    """A row of cells as TOML would have it: its example is a list."""
    if isinstance(row.found, str):
        return row
    cells: dict[str, Any] = {key: _unguarded(cell) for key, cell in row.found.items() if key != "aliases"}
    first, *others = row.found["aliases"]
    cells["aliases"] = [_unguarded(first), *others]
    example = {key: cells.pop(key, "") for key in COLUMNS[5:]}
    if any(map(str.strip, example.values())):
        cells["example"] = [{"text": example["example"], "stance": example["stance"], "actor": example["actor"]}]
    return row._replace(found=cells)


def _unguarded(cell: str) -> str:
    """The words that were ``guarded``."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


@dataclass(slots=True)
class _Held:
    """A concept while its file is read: examples may follow."""

    line: int
    concept: Concept
    examples: list[tuple[int, Example]]


class _Reading:
    """Takes rows one after another, then looks at what they are together."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._held: dict[str, _Held] = {}  # by id, without regard to case
        self._nameless: list[_Held] = []

    def take(self, row: Row) -> None:
        """One row: a concept, or one more example of one before it."""
        try:
            if isinstance(row.found, str):
                raise ValueError(row.found)  # noqa: TRY004, TRY301 - it is what was wrong with the row
            self._concept(row, row.found)
        except ValueError as error:
            self._note(row.line, str(error))

    def _note(self, line: int, message: str) -> None:
        self.problems.append(Problem(name=f"{self.path}:{line}", message=message))

    def _concept(self, row: Row, found: Mapping[str, Any]) -> None:
        if unknown := [key for key in found if key not in KEYS]:
            raise ValueError(f"unknown key “{unknown[0]}”: known are {', '.join(KEYS)}")
        id_, proposition, parent = (words(key, found.get(key)) for key in ("id", "proposition", "parent"))
        before = self._held.get(id_.casefold()) if id_ else None
        if before and not proposition and "example" in found and self.path.suffix.lower() != ".toml":
            before.examples += self._examples(row, found)
            return
        if before:
            raise ValueError(f"id “{id_}” is used already, on line {before.line}: give this concept another")
        if id_ and not any(map(str.isalnum, id_)):
            raise ValueError(f"id “{id_}” has no letter and no digit")
        named = (words("alias", alias) for alias in listed("aliases", found.get("aliases", [])))
        aliases = tuple(dict.fromkeys(alias for alias in named if alias))
        concept = Concept(
            id=id_ or "", proposition=sentence(proposition), note=_note(found.get("note")), aliases=aliases,
            parent=parent,
        )  # fmt: skip
        held = _Held(row.line, concept, list(self._examples(row, found)))
        if id_:
            self._held[id_.casefold()] = held
        else:
            self._nameless.append(held)

    def _examples(self, row: Row, found: Mapping[str, Any]) -> Iterator[tuple[int, Example]]:
        """The examples of a row in the order of their lines; what is wrong with one is noted."""
        tables: list[tuple[int, Any, bool]] = []
        for key in ("example", "counterexample"):
            many = listed(key, found.get(key, []))
            lines = row.inner.get(key, ())
            at = lines if len(lines) == len(many) else [row.line] * len(many)
            tables += ((line, table, key == "counterexample") for line, table in zip(at, many, strict=True))
        for line, table, counter in sorted(tables, key=lambda t: t[0]):
            try:
                yield line, _example(table, counter=counter)
            except ValueError as error:
                self._note(line, str(error))

    def done(self) -> list[Placed]:
        """The concepts in the order of the file; what only all of them together tell is noted."""
        taken = {held.concept.id for held in self._held.values()} | set(self._held)
        for held in self._nameless:
            held.concept = replace(held.concept, id=slug(held.concept.proposition, taken))
            self._held[held.concept.id] = held
        for held in self._held.values():
            held.concept = replace(held.concept, examples=self._agreeing(held.examples))
        self._check_parents()
        self.problems.sort(key=lambda problem: int(problem.name.rsplit(":", 1)[1]))
        return [Placed(h.line, h.concept) for h in sorted(self._held.values(), key=lambda h: h.line)]

    def _agreeing(self, examples: Sequence[tuple[int, Example]]) -> tuple[Example, ...]:
        """The examples but for those that contradict each other; the same one is taken once."""
        told: dict[tuple[str, str], list[tuple[int, Example]]] = {}
        for line, example in examples:
            told.setdefault(asked(example), []).append((line, example))
        kept = []
        for same in told.values():
            first, example = same[0]
            if other := next(((line, e) for line, e in same if e.stance != example.stance), None):
                message = f"the same example is coded {other[1].stance} here and {example.stance} on line {first}"
                self._note(other[0], f"{message}: neither is used, take one out")
            else:
                kept.append(example)
        return tuple(kept)

    def _check_parents(self) -> None:
        """Parents as the ids are spelled; those that are not there, or lead back to the concept, are dropped."""
        for held in self._held.values():
            if (wanted := held.concept.parent) is None:
                continue
            parent = self._held.get(wanted.casefold())
            if parent is None:
                self._note(held.line, f"parent “{wanted}” is no concept of this file: the concept is used without it")
            held.concept = replace(held.concept, parent=parent.concept.id if parent else None)
        parents = {held.concept.id: held.concept.parent for held in self._held.values()}
        for held in self._held.values():
            if ring := circle(held.concept.id, parents):
                self._note(held.line, f"its parents lead back to it ({' → '.join(ring)}): all of them are dropped")
                held.concept = replace(held.concept, parent=None)


def sentence(proposition: str | None) -> str:
    """A proposition of two words or more; raises ValueError, which says what is wrong with another."""
    if proposition is None:
        raise ValueError("has no proposition: write a sentence one can agree or disagree with")
    if len([word for word in proposition.split() if any(map(str.isalnum, word))]) < 2:
        raise ValueError(
            f"the proposition “{proposition}” is one word: write a sentence one can agree or disagree with"
        )
    return proposition


def circle(id_: str, parents: Mapping[str, str | None]) -> list[str]:
    """The way from a concept over its parents back to itself; empty if there is none."""
    way, at = [id_], parents.get(id_)
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return [*way, id_] if at == id_ else []


def _note(value: object) -> str:
    """A note keeps its paragraphs."""
    words("note", value)
    return "" if value is None else re.sub(r"\r\n?", "\n", str(value)).strip()


def _example(table: object, *, counter: bool) -> Example:
    """One example; raises ValueError, which says what is wrong with it."""
    if not isinstance(table, dict):
        raise ValueError(f"an example must be a table with a text and a stance, not {table!r}")  # noqa: TRY004
    known = ("text", "actor") if counter else ("text", "stance", "actor")
    if unknown := [key for key in table if key not in known]:
        raise ValueError(f"unknown key “{unknown[0]}” of an example: known are {', '.join(known)}")
    text, actor = (words(key, table.get(key)) for key in ("text", "actor"))
    if text is None:
        raise ValueError("an example has no text")
    if actor and actor.casefold() not in text.casefold():
        raise ValueError(f"the actor “{actor}” is not in the text of the example: give it as it is written there")
    return Example(text=text, stance="none" if counter else _stance(table.get("stance")), actor=actor)


def _stance(value: object) -> Answer:
    given = (words("stance", value) or "").lower()
    for answer in ANSWERS:
        if answer == given:
            return answer
    raise ValueError(f"an example has {f'the stance “{given}”' if given else 'no stance'}: say {', '.join(ANSWERS)}")


def _dna(path: Path) -> tuple[list[Placed], list[Problem]]:
    """The concepts of a DNA file, with the ids that importing it would give them."""
    file, problems = read_dna(path)
    mine = {role.concept for role in roles(file).values()}
    ids: dict[str, str] = {}
    taken: set[str] = set()
    of: dict[int, str] = {}
    parents: dict[str, int | None] = {}
    for entity in (e for e in file.entities if e.variable in mine and e.value.strip()):  # DNA has an empty one
        try:
            proposition = sentence(words("proposition", storable(entity.value)))
        except ValueError as error:
            problems.append(Problem(name=f"{path}: concept {entity.id}", message=str(error)))
            continue
        if proposition not in ids:
            ids[proposition] = slug(proposition, taken)
            parents[proposition] = entity.parent
        of[entity.id] = ids[proposition]
    if not mine:
        problems.append(Problem(name=str(path), message="no statement type has a concept and an agreement"))
    concepts = [Concept(id=id_, proposition=p, parent=of.get(parents[p] or 0)) for p, id_ in ids.items()]
    return [Placed(0, concept) for concept in concepts], problems


def write_codebook(concepts: Iterable[Concept], path: str | Path) -> None:
    """Writes a codebook as TOML, or as CSV if the name of the file ends so; ``read_codebook`` reads the same.

    Versions are the record's and are not written. Raises InputError for what the form cannot hold, OnrecordError if
    nothing can be written there.
    """
    concepts = list(concepts)
    as_csv = str(path).lower().endswith(".csv")
    text = _csv_text(concepts, path) if as_csv else "\n".join(map(_toml, concepts))
    if found := UNSTORABLE.search(text):
        raise InputError(f"{path}: the codebook has the character U+{ord(found[0]):04X}: take it out")
    with writing(path) as out:
        out.write(text.encode())


def _toml(concept: Concept) -> str:
    lines = ["[[concept]]", f"id = {_quoted(concept.id)}", f"proposition = {_quoted(concept.proposition)}"]
    lines += [f"note = {_paragraphs(concept.note)}"] if concept.note else []
    lines += [f"aliases = [{', '.join(map(_quoted, concept.aliases))}]"] if concept.aliases else []
    lines += [f"parent = {_quoted(concept.parent)}"] if concept.parent else []
    for example in concept.examples:
        lines += ["", "[[concept.counterexample]]" if example.stance == "none" else "[[concept.example]]"]
        lines += [f"text = {_quoted(example.text)}"]
        lines += [f"stance = {_quoted(example.stance)}"] if example.stance != "none" else []
        lines += [f"actor = {_quoted(example.actor)}"] if example.actor else []
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML 1.0, whose escapes are JSON's; but DEL must be escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _paragraphs(text: str) -> str:
    """A string over several lines, if it has several and none could be taken for the head of a table."""
    if "\n" not in text or "[[" in text:
        return _quoted(text)
    return '"""\n' + "\n".join(_quoted(line)[1:-1] for line in text.split("\n")) + '"""'


def _csv_text(concepts: Sequence[Concept], path: str | Path) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for concept in concepts:
        if split := [alias for alias in concept.aliases if _BETWEEN.search(alias)]:
            raise InputError(f"{path}: CSV cannot hold the alias “{split[0]}” of {concept.id}: write TOML instead")
        examples = [(e.text, str(e.stance), e.actor or "") for e in concept.examples]
        first, *more = examples or [("", "", "")]
        cells = (concept.id, concept.proposition, concept.note, "|".join(concept.aliases), concept.parent or "")
        table.writerow(map(guarded, (*cells, *first)))
        table.writerows(map(guarded, (concept.id, "", "", "", "", *example)) for example in more)
    return out.getvalue()
