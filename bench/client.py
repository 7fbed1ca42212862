"""The load: a few keep-alive connections that ask URL after URL, the same for every server.

One thread over plain sockets, because the client shares the machine's cores with what it measures: it costs a tenth of
what the quickest answer costs, and both servers pay it alike.
"""

import selectors
import socket
import time
from dataclasses import dataclass, field

PATIENCE = 120  # seconds until an answer that does not come ends the run


@dataclass
class Answer:
    """One answer: its URL, HTTP status, headers in lower case, body as received and seconds from question to last byte."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass
class Wire:
    """One connection and the question it waits for."""

    socket: socket.socket
    url: str = ""
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)


class Broken(Exception):
    """A server that closed the connection, fell silent or speaks what this client does not read."""


def ask(port: int, urls, headers: dict[str, str] | None = None, connections: int = 8) -> tuple[list[Answer], float]:
    """(answers in the order they came, seconds for all) of GET requests for these URLs of 127.0.0.1:port."""
    lines = {"Host": f"127.0.0.1:{port}", "Accept-Encoding": "gzip", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    left, answers = iter(urls), []
    wires = [opened(port) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for wire in wires:
            wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if send(wire, left, head):
                selector.register(wire.socket, selectors.EVENT_READ, wire)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise Broken(f"No answer on port {port} within {PATIENCE} s.")
            for key, _mask in ready:
                wire = key.data
                piece = wire.socket.recv(262_144)
                if not piece:
                    raise Broken(f"The server on port {port} closed the connection at {wire.url}.")
                wire.received += piece
                answer = whole(wire)
                if answer:
                    answers.append(answer)
                    if not send(wire, left, head):
                        selector.unregister(wire.socket)
        seconds = time.perf_counter() - began
    for wire in wires:
        wire.socket.close()
    return answers, seconds


def opened(port: int) -> Wire:
    """A connection. Opened in a burst they would all go to that process of a server which happens to wake first."""
    wire = Wire(socket.create_connection(("127.0.0.1", port), PATIENCE))
    time.sleep(0.02)
    return wire


def send(wire: Wire, left, head: str) -> bool:
    """Whether there was a next URL to ask for."""
    url = next(left, None)
    if url is None:
        return False
    wire.url, wire.received, wire.began = url, bytearray(), time.perf_counter()
    wire.socket.sendall(f"GET {url} HTTP/1.1\r\n{head}\r\n".encode())
    return True


def whole(wire: Wire) -> Answer | None:
    """The answer once all of it is there."""
    end = wire.received.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = wire.received[:end].decode("latin-1").split("\r\n")
    headers = dict((name.lower(), value) for name, value in (line.split(": ", 1) for line in lines))
    status = int(first.split(" ", 2)[1])
    if status in (204, 304):
        length = 0
    elif "content-length" in headers:
        length = int(headers["content-length"])
    else:
        raise Broken(f"The answer to {wire.url} has no Content-Length.")
    body = wire.received[end + 4 :]
    if len(body) < length:
        return None
    return Answer(wire.url, status, headers, bytes(body), time.perf_counter() - wire.began)
