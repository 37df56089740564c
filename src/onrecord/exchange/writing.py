"""How files are written: whole or not at all, without cells a spreadsheet would run, without characters XML forbids."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from onrecord.errors import OnrecordError

# What spreadsheets take for a formula and may run. An apostrophe is put before it, and before what looks as if that
# had been done: so taking one apostrophe away from what matches gives back the words.
_FORMULA = re.compile("'*[=+\\-@＝＋－＠\t\r\n]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2 (Char)


def guarded(cell: object) -> object:
    """``cell``, with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def xml_words(words: str) -> str:
    """``words`` with U+FFFD for each character that XML 1.0 cannot hold: control characters and lone surrogates."""
    return _NO_XML.sub("\ufffd", words)


def xml_text(words: str) -> str:
    """``words`` as they stand between tags."""
    return escape(xml_words(words), {"\r": "&#13;"})


def xml(tag: str, attributes: Mapping[str, str], inside: str = "") -> str:
    """An element; ``inside`` is XML already. Many small ones are written many times faster so than by a library."""
    told = "".join(f" {name}={quoteattr(xml_words(value))}" for name, value in attributes.items())
    return f"<{tag}{told}>{inside}</{tag}>" if inside else f"<{tag}{told}/>"


@contextmanager
def writing(where: str | Path) -> Iterator[BinaryIO]:
    """A stream whose bytes are at ``where`` when all is done, and nowhere if something fails; ``-`` is standard output.

    Raises OnrecordError if nothing can be written there.
    """
    if str(where) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(where).resolve()  # what a link points to is replaced, not the link
    try:
        if path.exists() and not path.is_file():  # a pipe or a device cannot be moved to; a folder fails here
            with path.open("wb") as out:
                yield out
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as out:
                yield out
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OnrecordError(f"{where}: cannot be written ({error.strerror or error}): choose another place") from error
