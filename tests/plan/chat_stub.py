"""A local server that speaks the chat completions protocol, for the tests of the second reader. It says what it is told to."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = dict[str, Any] | str | bytes | int | Callable[["Stub", BaseHTTPRequestHandler], None]
"""A JSON object as the model's answer, its bare text, the bytes of the whole response, a status, or a function that answers."""


@dataclass
class Stub:
    """`replies` are given one after the other, the last one for ever; a function of the asked text may stand in their place."""

    replies: list[Reply] = field(default_factory=list)
    by_text: Callable[[str], Reply] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def reply(self, body: dict[str, Any]) -> Reply:
        self.requests.append(body)
        if self.by_text is not None:
            return self.by_text(asked_text(body))
        return self.replies[min(len(self.requests), len(self.replies)) - 1]


def asked_text(body: dict[str, Any]) -> str:
    """The document's text out of a request: what stands between the marks."""
    found = re.search(r"<<<(\w+)\n(.*)\n\1>>>", body["messages"][1]["content"], re.DOTALL)
    assert found is not None
    return found[2]


def completion(content: str, finish: str = "stop") -> bytes:
    return json.dumps(
        {"choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": finish}]}
    ).encode()


def drip(stub: Stub, handler: BaseHTTPRequestHandler) -> None:
    """One byte after the other, without an end."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def hang(stub: Stub, handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


def huge(stub: Stub, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10):
        handler.wfile.write(b" " * 1024 * 1024)


@contextmanager
def chat_server(*replies: Reply, by_text: Callable[[str], Reply] | None = None) -> Iterator[Stub]:
    """The server on a port of its own while the block runs."""
    stub = Stub(list(replies), by_text)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.headers.append(dict(self.headers))
            reply = stub.reply(body) if self.path == "/v1/chat/completions" else 404
            try:
                self._answer(reply)
            except OSError:
                return  # the client had enough

        def _answer(self, reply: Reply) -> None:
            if callable(reply):
                reply(stub, self)
                return
            status = reply if isinstance(reply, int) else 200
            content = (
                b""
                if isinstance(reply, int)
                else reply
                if isinstance(reply, bytes)
                else completion(reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False))
            )
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", "http://example.invalid/")
            if status == 429:
                self.send_header("Retry-After", "7")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
