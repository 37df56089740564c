"""The command that serves the record in the browser: serve."""

import ipaddress
import threading
import webbrowser
from typing import Annotated

import typer

from onrecord.cli.app import Default, RecordOption, Reviewer, app, errors, reviewing
from onrecord.errors import InputError


@app.command(epilog="Example: onrecord serve --record coverage.db --open")
def serve(
    record: RecordOption = Default,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine only with accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for one that is free.")] = 8321,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    reviewer: Reviewer = None,
) -> None:
    """Read, search and correct the record in the browser. Ctrl-C ends it. See docs/browser.md."""
    from onrecord.record import Record  # noqa: PLC0415
    from onrecord.web import Setting, make_app  # noqa: PLC0415
    from onrecord.web.serving import listen, run  # noqa: PLC0415

    with errors(), Record.open(record, create=False) as served:
        local = is_local(host)
        accounts = any(coder.has_password and coder.removed_at is None for coder in served.coders())
        if not (local or accounts):
            raise InputError(
                f"--host {host}: others could reach it, and this record has no accounts: make some first with "
                "onrecord coders add, or leave --host out"
            )
        socket = listen(host, port)
        address = f"http://{'localhost' if local else host}:{socket.getsockname()[1]}"
        typer.echo(f"{record}: {address}  (Ctrl-C ends it)")
        if open_:
            threading.Timer(0.5, webbrowser.open, [address]).start()
        setting = Setting(reviewer=reviewing(reviewer), local=local, accounts=accounts)
        run(make_app(served, setting), socket)


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
