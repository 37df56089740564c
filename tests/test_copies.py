import random
import subprocess
import sys

import pytest

from onrecord.reading.copies import NearCopies, containment, is_copy, signature

NAMES = ["Ada", "Bram", "Cleo", "Dov", "Edda", "Finn", "Gro", "Hana", "Ivo", "Jude", "Kai", "Lene"]
VERBS = [
    "sold",
    "bought",
    "painted",
    "closed",
    "moved",
    "lost",
    "found",
    "praised",
    "blamed",
    "visited",
    "left",
    "counted",
]
THINGS = [
    "ferry",
    "harbour",
    "bridge",
    "school",
    "mill",
    "market",
    "theatre",
    "depot",
    "orchard",
    "quarry",
    "library",
    "station",
]


def story(seed, sentences=40):
    """Sentences that two seeds do not share, apart from formulae."""
    draw = random.Random(seed)
    return [
        f"{draw.choice(NAMES)} {draw.choice(VERBS)} the {draw.choice(THINGS)} of {draw.choice(NAMES)} while "
        f"{draw.choice(NAMES)} {draw.choice(VERBS)} a {draw.choice(THINGS)} near the {draw.choice(THINGS)}."
        for _ in range(sentences)
    ]


ORIGINAL = " ".join(story(1))


def test_signature_is_small_and_the_same_everywhere():
    made = signature(ORIGINAL)
    assert len(made) <= 1024
    program = f"from onrecord.reading.copies import signature; print(signature({ORIGINAL!r}).hex())"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == made.hex()
    # kept in records: if this changes, _FORMAT has to change too
    assert signature("The ferry left the harbour at nine.").hex() == (
        "0100030000000000030000004a78585a0a24f77156493cd9"
    )


def test_light_editing_makes_a_copy():
    edited = ORIGINAL.replace("sold", "had sold").replace(" a ", " one ", 6).upper()
    assert is_copy(signature(ORIGINAL), signature(edited))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.67])
def test_a_cut_reprint_is_a_copy(share):
    sentences = story(1)
    cut = " ".join(sentences[: int(len(sentences) * share)])
    assert is_copy(signature(ORIGINAL), signature(cut))
    assert is_copy(signature(cut), signature(ORIGINAL))


def test_an_extended_reprint_is_a_copy():
    extended = " ".join(["Ostend.", *story(1), *story(2, sentences=30)])
    assert is_copy(signature(ORIGINAL), signature(extended))


def test_another_story_with_a_shared_long_quote_is_none():
    quote = " ".join(story(3, sentences=10))
    a, b = (" ".join([*story(seed, sentences=30), quote]) for seed in (4, 5))
    assert not is_copy(signature(a), signature(b))


def test_a_form_filled_in_with_other_figures_is_none():
    def report(seed):
        draw = random.Random(seed)
        lines = "".join(
            f"Stocks of grain number {i} in the depots of the northern district, which the board counts each Friday at "
            f"noon before the gates are closed for the week, stood at {draw.randint(1000, 9000)} tonnes this time. "
            for i in range(12)
        )
        return f"The harbour board gave its weekly figures. {lines}"

    first, second = signature(report(1)), signature(report(2))
    assert containment(first, second) > 0.5
    assert not is_copy(first, second)
    assert is_copy(first, signature(report(1).replace("harbour board", "port authority")))


def test_short_texts_must_agree_almost_wholly():
    a = "The central bank left its key rate unchanged on Thursday, as was widely expected by economists."
    b = "The central bank left its key rate unchanged on Thursday, as was widely feared by exporters."
    assert is_copy(signature(a), signature(a + "\n"))
    assert not is_copy(signature(a), signature(b))


def test_furniture_does_not_count():
    a = "Sign up to our morning briefing\n\n" + ORIGINAL + "\n\nRead more: Another story\n"
    assert signature(a) == signature(ORIGINAL)


@pytest.mark.parametrize("text", ["", " \n", "…", "one", "\ud800", "日本語の短い文章です。"])
def test_any_text_has_a_signature(text):
    made = signature(text)
    assert signature(text) == made
    assert not is_copy(made, signature(ORIGINAL))


def test_empty_texts_are_no_copies_of_each_other():
    assert not is_copy(signature(""), signature(" "))


def test_text_without_spaces_is_compared_too():
    text = (
        "市長は月曜日に橋の閉鎖を発表し、住民に謝罪した。工事は来年の春まで続く見込みで、費用は十億円にのぼるという。"
        * 2
    )
    assert containment(signature(text), signature(text[:60])) == 1.0


def test_the_earliest_article_is_matched():
    met = NearCopies()
    first, second = signature(ORIGINAL), signature(ORIGINAL + " Ada left.")
    assert met.match(first) is None
    met.add("a", first)
    met.add("b", second)
    met.add("c", signature(" ".join(story(9))))
    assert met.match(second) == "a"
    assert met.match(signature(" ".join(story(10)))) is None
    assert len(met) == 3


def test_estimate_is_close_to_the_count():
    sentences = story(6, sentences=120)
    whole = signature(" ".join(sentences))
    for share in (0.2, 0.5, 0.8):
        kept = int(len(sentences) * share)
        mixed = " ".join([*sentences[:kept], *story(7, sentences=120 - kept)])
        assert containment(whole, signature(mixed)) == pytest.approx(share, abs=0.12)


@pytest.mark.parametrize("bad", [b"", b"\x01", b"\x63" + signature(ORIGINAL)[1:], signature(ORIGINAL)[:40]])
def test_what_is_no_signature_is_refused(bad):
    with pytest.raises(ValueError, match="signature"):
        NearCopies().add("a", bad)
