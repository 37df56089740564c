"""Who asks and who decides: the person at this machine, or a coder who has signed in.

A record without accounts is only served to this machine; whoever sits there may choose the name to decide under. With
accounts nobody reads without signing in; readers may not decide. The session is the record's (coders.py): the browser
keeps a secret that no script can read and that no other site can send.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from onrecord.errors import InputError, Refused, TooMany
from onrecord.web.showing import Served, page

SESSION = "onrecord_session"
NAME = "onrecord_name"
_YEAR = 365 * 24 * 3600
_HOURS = 12

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks. ``decides``: may judge. ``manages``: may hand out articles and settle differences."""

    name: str
    decides: bool = True
    manages: bool = True


class SignIn(Exception):
    """Nobody has signed in, or for too long."""


class NotAllowed(Exception):
    """Who has signed in may read, but not do this."""


def somebody(request: Request, record: Served) -> Person:
    """Who asks. Raises SignIn where accounts are needed and nobody has signed in."""
    setting = request.app.state.setting
    if setting.accounts:
        token = request.cookies.get(SESSION)
        coder = record.coder_of(token) if token else None
        if coder is None:
            raise SignIn
        person = Person(name=coder.name, decides=coder.role in ("coder", "admin"), manages=coder.role == "admin")
    else:
        chosen = unquote(request.cookies.get(NAME, ""))[:80].strip()
        person = Person(name=chosen if chosen.isprintable() and chosen else setting.reviewer)
    request.state.person = person
    return person


Reader = Annotated[Person, Depends(somebody)]


def decider(person: Reader) -> Person:
    """Who decides. Raises NotAllowed for somebody who may only read."""
    if not person.decides:
        raise NotAllowed(f"{person.name} may read, but not decide: an admin can change that")
    return person


def manager(person: Reader) -> Person:
    """Who hands out articles and settles differences."""
    if not person.manages:
        raise NotAllowed(f"{person.name} is no admin: ask one")
    return person


Decider = Annotated[Person, Depends(decider)]
Manager = Annotated[Person, Depends(manager)]


@router.get("/sign-in")
def form(request: Request, to: str = "/") -> HTMLResponse:
    """Where one signs in."""
    return page(request, "sign_in.html", {"to": _ours(to), "name": "", "fault": None})


@router.post("/sign-in")
def sign_in(
    request: Request,
    record: Served,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Signs a coder in."""
    client = request.client.host if request.client else ""
    try:
        login = record.log_in(name, password, client=client, hours=_HOURS)
    except Refused as error:
        status = 429 if isinstance(error, TooMany) else 403
        return page(request, "sign_in.html", {"to": _ours(to), "name": name, "fault": str(error)}, status)
    answer = RedirectResponse(_ours(to), 303)
    answer.set_cookie(
        SESSION, login.token, max_age=_HOURS * 3600, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/sign-out")
def sign_out(request: Request, record: Served) -> Response:
    """Ends the session."""
    if token := request.cookies.get(SESSION):
        record.log_out(token)
    answer = RedirectResponse("/sign-in" if request.app.state.setting.accounts else "/", 303)
    answer.delete_cookie(SESSION, httponly=True, samesite="strict")
    return answer


@router.post("/name")
def take_name(
    request: Request, name: Annotated[str, Form(max_length=80)], to: Annotated[str, Form()] = "/"
) -> Response:
    """Under which name the person at this machine decides, where there are no accounts."""
    if request.app.state.setting.accounts:
        raise InputError("names are those of the accounts here")
    chosen = " ".join(name.split())
    if not chosen.isprintable() or not chosen:
        raise InputError("write a name: it stands beside all you decide")
    answer = RedirectResponse(_ours(to), 303)
    answer.set_cookie(NAME, quote(chosen), max_age=_YEAR, httponly=True, samesite="strict")
    return answer


def _ours(to: str) -> str:
    """Where to go on, which must be a page of ours."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and "\\" not in to and to.isprintable()
    return to if plain else "/"
