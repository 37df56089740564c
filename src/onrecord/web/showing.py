"""What every page needs: the record that is served, how it is served, and the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from onrecord.record import Record
from onrecord.types import ACTOR_KINDS, KINDS
from onrecord.version import VERSION
from onrecord.web import marking, wording

_CALLED = ("address", "bars", "count", "headline", "role", "who")
_FILTERS = ("country", "date", "moment", "number", "pairs", "percent", "spans", "web_link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a record is served. ``local``: to this machine only. ``accounts``: only to coders who sign in.

    ``reviewer``: under which name the person at this machine decides, where nobody signs in.
    """

    reviewer: str
    local: bool = True
    accounts: bool = False


def record_of(request: Request) -> Record:
    """The record that is served."""
    record: Record = request.app.state.record
    return record


Served = Annotated[Record, Depends(record_of)]


def templates() -> Environment:
    """The templates, with what they may call. Every word they are given is escaped."""
    known = Environment(
        loader=PackageLoader("onrecord.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    known.globals |= {name: getattr(wording, name) for name in _CALLED}
    known.globals |= {"KINDS": KINDS, "ACTOR_KINDS": ACTOR_KINDS, "paragraphs": marking.paragraphs, "version": VERSION}
    known.filters |= {name: getattr(wording, name) for name in _FILTERS}
    return known


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page made of a template."""
    written = request.app.state.templates.get_template(template).render(
        {
            "path": request.url.path,
            "setting": request.app.state.setting,
            "person": getattr(request.state, "person", None),
            **values,
        }
    )
    return HTMLResponse(written, status)
