"""From bytes or fields to a capture, or to the problem that says why there is none."""

import hashlib
from collections.abc import Callable, Mapping

from onrecord.reading.decoding import decode
from onrecord.reading.formats import HEAD, MAX_ARTICLE_BYTES, foreign
from onrecord.reading.metadata import Fields, tidy, unstorable
from onrecord.types import Capture, Problem

NO_TEXT = "has no text and no html"


def too_large(what: str) -> str:
    """The message for an article beyond the limit."""
    return f"has a {what} of more than {MAX_ARTICLE_BYTES // 1_000_000} MB, too much for one article; split it"


def from_bytes(
    name: str,
    data: bytes,
    *,
    html: bool,
    via: str,
    charset: str | None = None,
    recoded_from: str | None = None,
    url: str | None = None,
    fetched_at: str | None = None,
    given: Fields | None = None,
) -> Capture | Problem:
    """A page or a plain text as a capture.

    Text is decoded, every character kept. HTML stays bytes, with ``charset`` (what a server or a byte order mark said)
    among the given fields, except where ``recoded_from`` tells that its bytes are not as found: then it is text.
    """
    if not data.strip():
        return Problem(name=name, message="is empty")
    if reason := foreign(data[:HEAD]):
        return Problem(name=name, message=f"is {reason}")
    body: bytes | str = data
    encoding = recoded_from
    if html and recoded_from:
        body = data.decode()
    elif not html:
        body, found = decode(data, charset=charset)
        encoding = recoded_from or found
        if not body.strip():
            return Problem(name=name, message="is empty but for white space")
        if reason := unstorable(body):
            return Problem(name=name, message=reason)
    found_out = {"url": url, "encoding": encoding, "charset": charset if html and not recoded_from else None}
    fields = {**(given or {}), **{key: value for key, value in found_out.items() if value}}
    media_type = "text/html" if html else "text/plain"
    return Capture(
        name=name, body=body, media_type=media_type, via=via, url=url, fetched_at=fetched_at, given=tidy(fields)
    )


def from_fields(names: Mapping[str, str]) -> Callable[[str, Mapping[str, object], str | None], Capture | Problem]:
    """A function that makes captures of the rows of one file, each given as (where it stands, fields, encoding).

    ``names`` tells what fields are called in the input: {"body": "text"}. The function remembers the ids: the same id
    with another text is a problem.
    """
    met: dict[str, tuple[bytes, str]] = {}

    def capture(where: str, fields: Mapping[str, object], encoding: str | None) -> Capture | Problem:
        fields = {**fields, **{ours: fields[theirs] for theirs, ours in names.items() if theirs in fields}}
        kind = next((kind for kind in ("text", "html") if not _blank(fields.get(kind))), None)
        if kind is None:
            others = ", ".join(str(name) for name in fields if name not in ("text", "html"))[:200] or "none"
            return Problem(name=where, message=f"{NO_TEXT} (its other fields: {others})")
        body = fields[kind]
        if not isinstance(body, str):
            return Problem(name=where, message=f"has a {kind} that is no text but a {type(body).__name__}")
        if kind == "html":  # markup is not evidence: the text taken from it will be
            body = body.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        elif reason := unstorable(body):
            return Problem(name=where, message=reason)
        encoded = body.encode()
        if len(encoded) > MAX_ARTICLE_BYTES:
            return Problem(name=where, message=too_large(kind))
        rest = {key: value for key, value in fields.items() if key not in ("id", "text", "html", *names)}
        given = tidy({**rest, "encoding": encoding} if encoding else rest)
        url = str(given["url"]) if "url" in given else None
        name = url or where
        if not isinstance(fields.get("id"), bool | list | dict) and not _blank(fields.get("id")):
            name = str(tidy({"id": fields["id"]})["id"])
            digest = hashlib.blake2b(encoded, digest_size=8).digest()
            first, line = met.setdefault(name, (digest, where))
            if first != digest:
                return Problem(
                    name=where, message=f"has the id {name!r} of {line} but another text; give it its own id"
                )
        media_type = "text/html" if kind == "html" else "text/plain"
        return Capture(name=name, body=body, media_type=media_type, via=where, url=url, given=given)

    return capture


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
