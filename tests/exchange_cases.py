"""A small coverage with statements, actors, a codebook and codings, for the exports that need all of them."""

from dataclasses import replace

from actor_cases import add, appears, person, span, story
from record_cases import FIRST, article

from onrecord.types import Coding, Concept, Condition, Example, Read, coding_id

TEXT = (
    "Elfriede Kos said that matter 0 was settled.\r\n\r\n"
    "“We back it,” she added 😀, if Paris \x07pays.\r\nThe Härte Union voted against it."
)
CODEBOOK = (
    Concept(id="defence", proposition="Europe should defend itself"),
    Concept(
        id="troops <1>", proposition="Europe should send “troops” & pay", note="Not\npolice.", parent="defence",
        examples=(Example(text="Send them", stance="support"),),
    ),
)  # fmt: skip


def covered():
    """An article with CRLF, an emoji and a control character; an actor who speaks, and one who only acts."""
    of, read = story(
        "courier-1", person("Elfriede Kos", role="minister", of_country="DE"), text=TEXT,
        url="https://courier.example/1?a=b&c=d", title="Kos “settles”", language="en",
    )  # fmt: skip
    union = appears(of, "Härte Union", kind="organisation")
    return of, replace(read, appearances=(*read.appearances, union))


def words(of, found):
    return span(of, found)


def fill(record, *, coded=True):
    """Puts it all into ``record``: a machine’s codings, one judged by Ann, and one that Ben made by hand."""
    of, read = covered()
    kos = read.appearances[0]
    add(record, (of, read))
    add(record, story("plain", person("Ötzi Nobody"), published="2026-05"))
    empty = article("empty.txt", "Nothing is said.", published="2026-06")
    assert record.add(empty, Read(statements=()), reading=FIRST)
    if not coded:
        return of
    record.load_codebook(CODEBOOK, reviewer="Ann")
    statement = read.statements[0]

    def coding(concept, evidence, stance, **more):
        return Coding(
            id=coding_id(of.id, kos.id, concept, evidence), article_id=of.id, appearance_id=kos.id, concept=concept,
            version=1, stance=stance, score=0.81239, chances=(0.8, 0.1, 0.05), evidence=evidence, **more,
        )  # fmt: skip

    first = coding("defence", statement.content[0], "support", statement_id=statement.id)
    second = coding(
        "troops <1>", words(of, "“We back it,”"), "support",
        conditions=(Condition(span=words(of, "if Paris \x07pays"), holds=True, concept="defence"),),
    )  # fmt: skip
    record.add_codings(of, [first, second], coder="c" * 8, concepts=record.concepts(), settings={})
    record.judge_coding(second.id, "undecided", reviewer="Ann")
    record.code_by_hand(
        of.id, words(of, "The Härte Union voted against it."), "Härte Union", "troops <1>", "oppose", reviewer="Ben"
    )
    return of
