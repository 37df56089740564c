"""Given names that are a man's or a woman's in nearly all languages that have them, from Faker (MIT) and the US census.

    python -m training.given_names

Writes src/onrecord/reading/given_names.txt: names of men, an empty line, names of women; folded, sorted. A name is left
out where it is a man's in some countries and a woman's in others.
"""

import importlib
import pkgutil
from collections import Counter
from importlib.resources import files
from pathlib import Path

import faker.providers.person

from onrecord.reading.naming import plain

TARGET = Path(__file__).parent.parent / "src/onrecord/reading/given_names.txt"
SURE = 5  # how many times more countries must take the name for one than for the other


def counted() -> dict[str, Counter[str]]:
    """For "male" and "female": in how many countries each name is one."""
    count = {"male": Counter[str](), "female": Counter[str]()}
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = getattr(importlib.import_module(f"faker.providers.person.{module.name}"), "Provider", None)
        for gender, names in count.items():
            for source in (f"first_names_{gender}", f"first_{gender}_names"):
                names.update({plain(n) for n in getattr(provider, source, ()) if isinstance(n, str)})
    for gender, names in count.items():
        for line in (files("names") / f"dist.{gender}.first").read_text().splitlines():
            name, share = line.split()[:2]
            names[name.lower()] += 1 + 3 * (float(share) > 0.01)  # a common one counts as several countries
    return count


def main() -> None:
    """Write the table."""
    count = counted()
    lists = []
    for one, other in (("male", "female"), ("female", "male")):
        sure = {n for n, times in count[one].items() if times >= SURE * count[other][n] and n.isalpha() and len(n) > 1}
        lists.append("\n".join(sorted(sure)))
    TARGET.write_text("\n\n".join(lists) + "\n", encoding="utf-8")
    print(*(len(names.splitlines()) for names in lists))


if __name__ == "__main__":
    main()
