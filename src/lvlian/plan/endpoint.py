"""An OpenAI-compatible chat completions endpoint: one question, one answer, bounded in time, size and number of tries."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

MAX_ANSWER = 4 * 1024 * 1024
"""Bytes of one response that are read; a larger one is refused."""
TRIES = 3
LONGEST_PAUSE = 20.0
_AGAIN = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529))
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class EndpointError(ValueError):
    """The endpoint cannot be used at all (address, key, model); one sentence."""


class AnswerError(ValueError):
    """The endpoint gave no usable answer to one question, after all tries; one sentence."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key must not travel to another host."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`url` is the base (`http://localhost:8000/v1`) or the full address of chat/completions; `timeout` in seconds holds for one
    answer, to its last byte. The key is sent as a bearer token, never shown and never written."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 120.0
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            parts, host = None, None
        if parts is None or parts.scheme not in ("http", "https") or not host:
            raise EndpointError(f"reader url {self.url!r}: expected an address such as http://localhost:8000/v1")
        if parts.username or parts.password:
            raise EndpointError("reader url: holds a user name or password; give the key in LVLIAN_READER_KEY")
        if not self.model.strip():
            raise EndpointError("reader model: is empty, expected the model's name at the endpoint")
        if any(not 32 < ord(char) < 127 for char in self.key):
            raise EndpointError("reader key: holds a character that no key has; is there a line break in it?")
        if not 0 < self.timeout <= 3600:
            raise EndpointError(f"reader timeout: is {self.timeout}, expected seconds up to 3600")

    @property
    def host(self) -> str:
        """The host that the text goes to."""
        return urlsplit(self.url).netloc

    @property
    def is_exposed(self) -> bool:
        """Whether text and key travel without encryption to another machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname not in _LOOPBACK

    def ask(self, messages: Sequence[dict[str, str]]) -> str:
        """The model's answer. Raises EndpointError where asking again is of no use, AnswerError after all tries."""
        problem = ""
        for number in range(TRIES):
            try:
                return _answer(self._post(messages))
            except _Again as trouble:
                problem = str(trouble)
                if number + 1 < TRIES:
                    self.sleep(min(trouble.pause or 2.0**number, LONGEST_PAUSE))
        raise AnswerError(f"{self.host}: {problem}, after {TRIES} tries")

    def _post(self, messages: Sequence[dict[str, str]]) -> bytes:
        address = self.url.rstrip("/")
        if not address.endswith("/chat/completions"):
            address += "/chat/completions"
        body = {"model": self.model, "messages": list(messages), "temperature": 0, "stream": False}
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "lvlian"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(address, json.dumps(body).encode(), headers, method="POST")
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if urlsplit(address).hostname in _LOOPBACK:
            handlers.append(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + self.timeout
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=self.timeout) as response:
                return self._body(response, deadline)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from None
        except TimeoutError:
            raise _Again(f"no answer within {self.timeout:g} seconds") from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise _Again(f"no answer within {self.timeout:g} seconds") from None
            raise _Again(f"cannot be reached ({getattr(error.reason, 'strerror', None) or error.reason})") from None
        except (http.client.HTTPException, OSError) as error:
            raise _Again(f"broke off the connection ({type(error).__name__})") from None

    def _body(self, response: Any, deadline: float) -> bytes:
        parts, size = [], 0
        while part := response.read1(65536):
            size += len(part)
            if size > MAX_ANSWER:
                raise _Again(f"the answer is larger than {MAX_ANSWER // 1024 // 1024} MB")
            if time.monotonic() > deadline:
                raise _Again(f"the answer was not complete within {self.timeout:g} seconds")
            parts.append(part)
        return b"".join(parts)

    def _refused(self, error: urllib.error.HTTPError) -> Exception:
        if error.code in _AGAIN:
            return _Again(f"answers with status {error.code}", _pause(error.headers.get("Retry-After", "")))
        if 300 <= error.code < 400:
            return EndpointError(f"{self.host}: sends us elsewhere (status {error.code}); give the final address")
        hint = {
            401: ", is the key right?",
            403: ", is the key right?",
            404: f", is the address right and the model {self.model!r} there?",
        }
        return EndpointError(f"{self.host}: refuses the request with status {error.code}{hint.get(error.code, '')}")


class _Again(Exception):
    """Trouble that may pass; `pause` in seconds where the endpoint names one."""

    def __init__(self, problem: str, pause: float | None = None) -> None:
        super().__init__(problem)
        self.pause = pause


def _pause(header: str) -> float | None:
    return float(header) if header.isdecimal() and len(header) < 6 else None


def _answer(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
        if isinstance(content, list):
            content = "".join(part["text"] for part in content if part.get("type") == "text")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise _Again("the answer is not in the form of chat completions") from None
    if not isinstance(content, str) or not content.strip():
        raise _Again("the answer is empty")
    return content
