"""Whose statements are, within one article. Names and what the encoder thinks of pronouns are given by hand."""

import hashlib
import re

import numpy as np
import pytest

from onrecord.reading.actors import actors
from onrecord.reading.names import Name, titled_names, together
from onrecord.reading.quotations import quotations
from onrecord.reading.read import kind
from onrecord.reading.statements import Antecedents
from onrecord.types import Article, Span, Statement, article_id, statement_id

PEOPLE = (
    "Elfriede Kos",
    "Kos",
    "Goran Petrović",
    "Petrović",
    "Ewan Rennie",
    "Callum Rennie",
    "Rennie",
    "Ann Day",
    "Bo Lee",
)
BODIES = (
    "Industry Association",
    "BGV",
    "Reform",
    "European Commission",
    "Commission",
    "Prairie Light & Power",
    "Prairie",
)
PLACES = ("Austria", "Turkey", "Italy", "Norway", "Paris", "Kremlin", "No 10", "White House", "Vienna")


def article(text):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(id=article_id("a", text), name="a", text=text, text_sha256=digest, extractor="as given")


def names(text):
    found = []
    for kind_, known in (("person", PEOPLE), ("organisation", BODIES), ("place", PLACES)):
        for name in sorted(known, key=len, reverse=True):
            for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                if not any(n.span.start < m.end() and m.start() < n.span.end for n in found):
                    found.append(Name(span=Span(*m.span()), kind=kind_))
    return together(titled_names(text), found)


def who(marked, means=None):
    """(name, how) for each statement of a text in which [source] and {content} are marked, in order.

    ``means``: for a source in lower case, the words the encoder takes for its antecedent.
    """
    text, spans, at = "", {"[": [], "{": []}, {}
    for piece in re.split(r"([\[\]{}])", marked):
        if piece in ("[", "{"):
            at[piece] = len(text)
        elif piece in ("]", "}"):
            opened = {"]": "[", "}": "{"}[piece]
            spans[opened].append(Span(at[opened], len(text)))
        else:
            text += piece
    a, statements, asked = article(text), [], {}
    quoted = quotations(text)
    for content in spans["{"]:
        paragraph = text.rfind("\n", 0, content.start), (text + "\n").find("\n", content.end)
        source = next((s for s in spans["["] if paragraph[0] < s.start < paragraph[1]), None)
        cue = Span(source.end, source.end + 1) if source else None
        statements.append(
            Statement(id=statement_id(a.id, source, cue, (content,)), article_id=a.id, source=source, cue=cue,
                      content=(content,), kind=kind([content], text, quoted), score=1.0)
        )  # fmt: skip
        asking = source or content
        wanted = (means or {}).get(text[asking.start : asking.end])
        words = list(re.finditer(r"\w+", text))
        start = np.array([w.start() for w in words])
        end = np.array([w.end() for w in words])
        chance = np.array(
            [0.9 if wanted and w[0] in wanted.split() and w.end() <= asking.start else 0.0 for w in words]
        )
        chance = (chance / max(chance.sum(), 1) * 0.9).astype(np.float32)
        asked[asking] = Antecedents(start=start, end=end, chance=chance, none=1 - float(chance.sum()))
    appearances, resolutions = actors(a, statements, names(text), asked)
    by_id = {x.id: x for x in appearances}
    told = {}
    for r in resolutions:
        told.setdefault(r.statement_id, []).append((by_id[r.appearance_id].name if r.appearance_id else None, r.how))
    return [told[s.id] for s in statements], appearances


def first(marked, means=None):
    return [t[0] for t in who(marked, means)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Elfriede Kos] said {it rained}.", ("Elfriede Kos", "full name")),
        ("Elfriede Kos left.\n[Kos] said {it rained}.", ("Elfriede Kos", "short name")),
        ("Elfriede Kos left.\n[Elfriede] said {it rained}.", ("Elfriede Kos", "short name")),
        ("[its president, Elfriede Kos], said {it rained}.", ("Elfriede Kos", "full name")),
        ("[Elfriede Kos, president of Reform], said {it rained}.", ("Elfriede Kos", "full name")),
        ("[Reform’s Elfriede Kos] said {it rained}.", ("Elfriede Kos", "full name")),
        ("[the Industry Association] said {it rained}.", ("Industry Association", "full name")),
        ("The European Commission met.\n[The Commission] said {it rained}.", ("European Commission", "short name")),
        ("Prairie Light & Power met.\n[Prairie] said {it rained}.", ("Prairie Light & Power", "short name")),
        ("[Turkey] wants {peace}.", ("Turkey", "full name")),
        ("[Paris] wants {peace}.", ("France", "metonym")),
        ("[The Kremlin] wants {peace}.", ("Russia", "metonym")),
        ("[No 10] wants {peace}.", ("Downing Street", "metonym")),
        ("[Austria’s government] wants {peace}.", ("Austrian government", "full name")),
        ("[A Western diplomat in New York] said {it rained}.", ("a Western diplomat", "unnamed")),
        ("[One adviser] said {it rained}.", ("one adviser", "unnamed")),
        ("[The fiscal council] said {it rained}.", ("fiscal council", "description")),
        ("[The ministry] said {it rained}.", ("the ministry", "description")),
        ("[Ms MacGearailt] said {it rained}.", ("MacGearailt", "full name")),
    ],
)
def test_a_source_is_whom_its_words_name(text, expected):
    assert first(text) == [expected]


def test_a_title_that_one_person_bears_is_theirs():
    text = "Elfriede Kos, the social affairs minister, and Goran Petrović, the mayor, met.\n[The minister] said {it rained}."
    assert first(text) == [("Elfriede Kos", "title")]


def test_a_title_before_the_name_counts_too():
    text = "Transport Minister Elfriede Kos met Goran Petrović.\n[The transport minister] said {it rained}."
    assert first(text) == [("Elfriede Kos", "title")]


def test_a_pronoun_is_whom_the_encoder_takes_it_for():
    text = "Elfriede Kos met Goran Petrović.\n[She] said {it rained}.\n[He] said {it did not}."
    assert first(text, {"She": "Elfriede Kos", "He": "Goran Petrović"}) == [
        ("Elfriede Kos", "pronoun"),
        ("Goran Petrović", "pronoun"),
    ]


def test_a_pronoun_is_nobody_of_the_other_gender():
    text = "Mr Petrović met Elfriede Kos.\n[She] said {it rained}."
    ((name, _),) = first(text, {"She": "Petrović Elfriede Kos"})
    assert name == "Elfriede Kos"


def test_a_quotation_that_runs_on_is_the_same_speakers():
    text = "{“It rained,”} said [Elfriede Kos].\n\n{“It always does.”}"
    assert first(text) == [("Elfriede Kos", "full name"), ("Elfriede Kos", "continued")]


def test_two_of_one_surname_stay_two():
    text = "[Ewan Rennie] said {it rained}.\n[Callum Rennie] said {it did not}."
    assert first(text) == [("Ewan Rennie", "full name"), ("Callum Rennie", "full name")]


def test_another_of_a_surname_is_not_the_one_that_is_known():
    text = "Ewan Rennie left.\n[Another Rennie, the Reform councillor Ann Day], said {it rained}."
    assert first(text) == [("Ann Day", "full name")]


def test_joint_speakers_are_all_kept():
    ((*speakers,),), _ = who("[Italy and Norway] want {peace}.")
    assert [name for name, _ in speakers] == ["Italy", "Norway"]


def test_an_unnamed_spokesman_belongs_to_whom_he_speaks_for():
    _, appearances = who("[A spokesman for the Industry Association] said {it rained}.")
    spokesman = next(a for a in appearances if a.kind == "unnamed")
    assert next(a.name for a in appearances if a.id == spokesman.parent) == "Industry Association"


def test_roles_are_kept_with_their_words():
    text = "[Elfriede Kos, chairman of Reform], said {it rained}."
    _, appearances = who(text)
    (role,) = next(a.roles for a in appearances if a.name == "Elfriede Kos")
    assert (role.title, role.organisation) == ("chairman", "Reform")


def test_who_is_not_told_is_left_open():
    assert first("{“It rained.”}") == [(None, "unresolved")]


def test_a_list_of_two_hundred_names_is_read():
    people = ", ".join(f"Ann{i} Day{i}" for i in range(200))
    assert first(f"{people} came. [Elfriede Kos] said {{it rained}}.") == [("Elfriede Kos", "full name")]


def test_a_country_after_the_name_belongs_to_the_title_before_it():
    text = "President Ann Day of Hungary met President Bo Lee of Turkey.\n[The Hungarian president] said {it rained}."
    assert first(text) == [("Ann Day", "title")]


def test_a_rank_is_no_role():
    _, appearances = who("[Lady Day] said {it rained}.")
    assert [a.roles for a in appearances] == [()]


def test_what_is_left_open_has_no_score():
    text = "{“It rained.”}"
    a = article("“It rained.”")
    content = Span(0, len(a.text))
    statement = Statement(id=statement_id(a.id, None, None, (content,)), article_id=a.id, source=None, cue=None,
                          content=(content,), kind="direct", score=1.0)  # fmt: skip
    _, (resolution,) = actors(a, [statement], [], {})
    assert (resolution.appearance_id, resolution.how, resolution.score) == (None, "unresolved", 0.0)
    assert first(text) == [(None, "unresolved")]
