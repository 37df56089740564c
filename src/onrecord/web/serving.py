"""Lets a server answer for the application."""

import socket

import uvicorn
from fastapi import FastAPI

from onrecord.errors import InputError


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises InputError if it cannot."""
    made = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        if made is not None:
            made.close()
        reason = f"cannot listen at {host}:{port} ({error.strerror}): choose another --host or --port"
        raise InputError(reason) from error
    return made


def run(app: FastAPI, listening: socket.socket) -> None:
    """Serves until it is interrupted."""
    config = uvicorn.Config(app, log_level="warning", server_header=False, access_log=False)
    uvicorn.Server(config).run(sockets=[listening])
