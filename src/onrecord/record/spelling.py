"""How names are spelled, across scripts and ways of transliteration: what two spellings of one name have in common."""

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

from onrecord.reading.naming import Person, core, initials, person, plain

# Ways to write one sound in Latin letters, in this order. What they make equal need not sound alike everywhere: names
# are only compared whole, given name and surname together.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z0-9 ]+", ""),
        (r"\bye", "e"),  # Yeltsin, Eltsin
        (r"\b[yj](?=[aeiou])", "j"),  # Yulia, Julia; but not Ian, Jan
        (r"(?<=[a-z])[yj]", "i"),  # Zelenskyy, Zelenskiy
        (r"\by", "i"),
        (r"([aou])e", r"\1"),  # Mueller, Müller
        (r"shch|sch|sh|sc", "s"),
        (r"tsch|tch|ch|cz", "c"),  # Petrovich, Petrović
        (r"zh", "z"),
        (r"kh", "h"),
        (r"th", "t"),
        (r"ph", "f"),
        (r"ck|q", "k"),
        (r"x", "ks"),  # Alexei, Aleksei
        (r"w", "v"),
        (r"([a-z])\1+", r"\1"),
    )
)
_WITHOUT_VOWELS = re.compile("[\u0590-\u07bf\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew, Arabic and Syriac letters
_SYLLABLES = re.compile("[\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")  # Chinese, Japanese and Korean letters
_SYLLABLE = re.compile("(?<=[a-z])(?=[A-Z])")
_VARIANT = 0.9  # Jaro–Winkler similarity of two given names or surnames that may be one: Aleksandr, Alexander


@lru_cache(maxsize=50_000)
def latin(name: str) -> str:
    """``name`` in ASCII letters, case kept: "Зеленський" → "Zelens'kiy", 習近平 → "Xi Jin Ping"."""
    if name.isascii():
        return name
    found = anyascii(name)
    return _SYLLABLE.sub(" ", found) if _SYLLABLES.search(name) else found


@lru_cache(maxsize=50_000)
def sound(words: str) -> str:
    """``words`` reduced to what their spellings in other languages share; spaces kept, hyphens not."""
    found = plain(latin(words))
    for pattern, spelling in _SOUNDS:
        found = pattern.sub(spelling, found)
    return found


@lru_cache(maxsize=50_000)
def parts(name: str) -> Person:
    """Titles, given names and surname of a person, in Latin letters and reduced to their sound."""
    found = person(latin(name)) if plain(latin(name)) else Person((), (), "")
    return Person(found.titles, tuple(sound(g) for g in found.given), sound(found.surname))


def generation(name: str) -> str | None:
    """ "jr" or "sr" if the name says so."""
    last_word = plain(latin(name)).split()[-1:]
    return {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr"}.get(last_word[0]) if last_word else None


def whole(name: str) -> str:
    """A person's name as one run of letters, whatever its script and spacing: "xijinping" for 習近平 and Xi Jinping."""
    found = parts(name)
    return "".join((*found.given, found.surname)).replace(" ", "")


def consonants(words: str) -> str:
    """What scripts without vowels write of a sound: "mhmd bn slmn" for "Mohammed bin Salman" and محمد بن سلمان."""
    return re.sub(r"([a-z])\1+", r"\1", re.sub("[aeiou]", "", words))


def written_without_vowels(name: str) -> bool:
    """Whether ``name`` is in a script that leaves vowels out."""
    return bool(_WITHOUT_VOWELS.search(name))


def last(surname: str) -> str:
    """The part of a surname by which it is found: "leyen" of "von der leyen"."""
    return surname.rsplit(" ", maxsplit=1)[-1]


def acronym(name: str) -> str | None:
    """The acronym that ``name`` is ("BGV" → "bgv"), None if it is none."""
    bare = latin(name).replace(".", "")
    return bare.lower() if 1 < len(bare) <= 8 and bare.isupper() and bare.isalnum() else None


def first_letters(name: str) -> str | None:
    """The acronym that may stand for an organisation's name of several words: "ecb"."""
    found = initials(latin(name))
    return found if len(found) > 1 else None


def body(name: str) -> str:
    """An organisation's name without article, fillers and legal form, in Latin letters and reduced to its sound."""
    return sound(" ".join(core(latin(name)))) or sound(name)


def is_proper(name: str) -> bool:
    """Whether ``name`` is written as a proper name, not a description: "Rail Union", not "rail workers' union"."""
    return any(c.isupper() or (c.isalpha() and not c.islower()) for c in name)


def alike(a: str, b: str) -> bool:
    """Whether two sounds may be spellings of one name: "aleksandr" and "aleksander", "vladimir" and "volodimir"."""
    if JaroWinkler.similarity(a, b, score_cutoff=_VARIANT) > 0:
        return True
    return len(consonants(a)) >= 3 and consonants(a) == consonants(b)
