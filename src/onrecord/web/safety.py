"""What every request must meet and every answer carries.

Article text is hostile, and so may be another page open in the same browser. Against the first stands a policy that
lets no script run but those in static/; against the second, that writing requests must come from our own pages, and
that on this machine we only answer to its own names (or any site could call itself 127.0.0.1: DNS rebinding).
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LARGEST = 1_000_000  # bytes of a request's body: a note, a few spans, a form
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Safety:
    """ASGI middleware. ``hosts``: the names by which we answer, without port; None for any."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] | None) -> None:
        self.app = app
        self.hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses a request, or lets it through and adds the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                carried = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    carried[name] = value
                carried.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        if refusal := self._refusal(scope["method"], headers):
            status, why = refusal
            await PlainTextResponse(why + "\n", status)(scope, receive, sending)
            return
        await self.app(scope, receive, sending)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self.hosts is not None and _name(host) not in self.hosts:
            return 421, f"This server does not answer to the name {host[:100]!r}: open it as http://127.0.0.1"
        if method in _SAFE:
            return None
        if foreign(headers):
            return 403, "Refused: the request came from another site. Open the page here and try again."
        length = headers.get("content-length")
        if length is None and "transfer-encoding" in headers:
            return 411, "The length of the request must be told."
        if length is not None and (not length.isdecimal() or int(length[:12]) > LARGEST):
            return 413, f"The request is larger than {LARGEST:,} bytes."
        return None


def foreign(headers: Headers) -> bool:
    """Whether a writing request comes from a page that is not ours.

    Browsers say so themselves (Sec-Fetch-Site, else Origin); a program that is none sends neither, and carries no
    cookie of ours unless it means to. A browser that says neither but has a cookie is too old to be told apart.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    return "cookie" in headers


def _name(host: str) -> str:
    """The name in a Host header, without port, in lower case."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
