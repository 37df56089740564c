"""The application: its parts put together, and errors as pages and as JSON."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from onrecord.errors import Changed, EvidenceError, InputError, NotFound, OnrecordError
from onrecord.record import Record
from onrecord.version import VERSION
from onrecord.web import api, checking, deciding, downloads, pages, positions, signing
from onrecord.web.safety import LOOPBACK, Safety
from onrecord.web.showing import Setting, page, templates

_PARTS = (
    downloads.router, api.router, deciding.router, positions.router, checking.router, pages.router, positions.pages,
    checking.pages,
)  # fmt: skip # the lists as files before what has an id in their place
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404), (InputError, 400), (EvidenceError, 400), (Changed, 409), (OnrecordError, 503),
    (signing.NotAllowed, 403),
)  # fmt: skip
_PLAIN = {404: "There is no such page.", 405: "This address cannot be used in this way."}


def make_app(record: Record, setting: Setting) -> FastAPI:
    """The site for ``record``. The caller opens and closes the record."""
    app = FastAPI(
        title="onrecord",
        version=VERSION,
        description="Who said what, with the exact words: the record as JSON.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere; the page /api tells the same
        redoc_url=None,
    )
    app.state.record, app.state.setting, app.state.templates = record, setting, templates()
    for part in _PARTS:
        app.include_router(part, dependencies=[Depends(signing.somebody)])
    app.include_router(signing.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    for kind in (OnrecordError, RequestValidationError, HTTPException, signing.NotAllowed, signing.SignIn, Exception):
        app.add_exception_handler(kind, _told)
    app.add_middleware(Safety, hosts=LOOPBACK if setting.local else None)
    return app


def _told(request: Request, error: Exception) -> Response:
    if isinstance(error, signing.SignIn) and not request.url.path.startswith("/api/"):
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/sign-in?" + urlencode({"to": to}), 303)
    status, message = _meaning(error)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message}, status)
    values = {"status": status, "phrase": HTTPStatus(status).phrase, "message": message}
    return page(request, "error.html", values, status)


def _meaning(error: Exception) -> tuple[int, str]:
    """The status and the words for an error."""
    if isinstance(error, RequestValidationError):
        return 422, "; ".join(_fault(fault) for fault in error.errors())
    if isinstance(error, HTTPException):
        return error.status_code, _PLAIN.get(error.status_code, str(error.detail))
    if isinstance(error, signing.SignIn):
        return 401, "Sign in first."
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status, str(error)
    return 500, "Something went wrong here, and nothing was changed. The terminal that runs onrecord tells more."


def _fault(fault: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in fault["loc"][1:]) or "the request"
    if fault["type"] == "extra_forbidden":
        return f"{where}: there is no such filter"
    return f"{where}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
