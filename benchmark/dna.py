"""How fast .dna files go in and out: python -m benchmark.dna [--statements 100000].

Writes a file of invented documents and statements, reads it, imports it into a new record, exports that, and checks
that what comes out is what went in. The floor is a minute for each way at 100,000 statements.
"""

import argparse
import random
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

from onrecord.exchange.dna import export_dna, import_dna, read_dna, write_dna
from onrecord.exchange.dna.file import (
    Coder,
    DnaFile,
    DnaStatement,
    Document,
    Entity,
    StatementType,
    Variable,
)
from onrecord.exchange.dna.passwords import hashed
from onrecord.record import Record

_A_DOCUMENT = 20  # statements in each
_WORDS = "the minister said that a reform of pensions would come before the summer unless unions object 𝕊 to it".split()


def made(statements: int, *, actors: int = 2_000, concepts: int = 500, seed: int = 1) -> DnaFile:
    """A file of invented statements, ``_A_DOCUMENT`` in each document of some 500 words."""
    chance = random.Random(seed)
    variables = tuple(
        Variable(id=n, name=name, kind="boolean" if n == 4 else "short text", type=1)
        for n, name in enumerate(("person", "organization", "concept", "agreement"), start=1)
    )
    numbers = {1: actors, 2: actors // 10, 3: concepts}
    entities: list[Entity] = []
    of: dict[int, list[int]] = {}
    for variable, number in numbers.items():
        values = ["", *(f"{variables[variable - 1].name} number {n} of all" for n in range(number))]
        entities += [Entity(id=len(entities) + 1 + n, variable=variable, value=v) for n, v in enumerate(values)]
        of[variable] = [e.id for e in entities if e.variable == variable][1:]
    documents: list[Document] = []
    found: list[DnaStatement] = []
    for n in range(1, statements // _A_DOCUMENT + 1):
        text = " ".join(chance.choices(_WORDS, k=500))
        units = len(text.encode("utf-16-le")) // 2
        documents.append(
            Document(
                id=n, title=f"Document {n}", text=text, coder=1, source="The Courier", date=1_106_697_600 + 3_600 * n
            )
        )
        for _ in range(_A_DOCUMENT):
            start = chance.randrange(units - 200)
            values_of = {variable: chance.choice(known) for variable, known in of.items()}
            found.append(
                DnaStatement(
                    id=len(found) + 1, type=1, document=n, start=start, stop=start + chance.randrange(20, 200),
                    coder=chance.choice((1, 2)), values={**values_of, 4: chance.choice((0, 1))},
                )
            )  # fmt: skip
    password = hashed("benchmark")
    return DnaFile(
        coders=tuple(Coder(id=n, name=name, password=password) for n, name in ((1, "Admin"), (2, "Coder"))),
        documents=tuple(documents),
        types=(StatementType(id=1, label="DNA Statement"),),
        variables=variables,
        entities=tuple(entities),
        statements=tuple(found),
    )


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Prints how long it took, on the clock and of one core, and the most memory the program has had so far."""
    start, busy = perf_counter(), process_time()
    yield
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, computing = perf_counter() - start, process_time() - busy
    print(f"{what:28} {seconds:6.1f} s   {computing:6.1f} s computing   {memory:6.0f} MB", flush=True)


def main() -> None:
    """Prints a line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    options = parser.parse_args()
    file = made(options.statements)
    with tempfile.TemporaryDirectory() as folder:
        first, second, where = (Path(folder) / name for name in ("in.dna", "out.dna", "record.db"))
        with timed("write a .dna file"):
            write_dna(file, first)
        with timed("read it"):
            assert read_dna(first) == (file, [])
        with Record.open(where) as record:
            with timed("import it into a record"):
                done = import_dna(first, record, reviewer="benchmark")
            with timed("import it again"):
                import_dna(first, record, reviewer="benchmark")
            with timed("export the record"):
                export_dna(record, second, password="benchmark")
        assert read_dna(second) == (file, []), "what came out is not what went in"
        size = where.stat().st_size / 1e6
        print(f"{done.codings:,} codings in {done.documents:,} documents; the record has {size:.0f} MB")


if __name__ == "__main__":
    main()
