"""A TCP proxy in front of an HTTP server that spoils requests as a test plans: one request a connection."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Fault", "FaultProxy", "Request", "fault_proxy"]

_ERROR = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>spoilt by a test</Message></Error>"


@dataclass(frozen=True, slots=True)
class Request:
    """What the proxy knows of a request when the plan is asked: its number from 0, method, path, body length."""

    number: int
    method: str
    path: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to a request; nothing set: it passes.

    status: answered by the proxy, with an S3 error `code`; cut_at: the connection is reset after that many bytes of
    the body; drop_answer: reset when the server has answered; hang: nothing more happens; bytes_per_second and latency
    slow it down.
    """

    status: int = 0
    code: str = "SlowDown"
    cut_at: int = -1
    drop_answer: bool = False
    hang: bool = False
    bytes_per_second: int = 0
    latency: float = 0.0


@dataclass
class FaultProxy:
    """A running proxy: `plan` may be changed at any time; `seen` lists the requests."""

    endpoint: str
    plan: Callable[[Request], Fault | None]
    upstream: int
    seen: list[Request] = field(default_factory=list)
    spoilt: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            line, *headers = head.decode("latin-1").split("\r\n")
            method, path, _ = line.split(" ", 2)
            lengths = [text.split(":")[1] for text in headers if text.lower().startswith("content-length:")]
            request = Request(len(self.seen), method, path, int(lengths[0]) if lengths else 0)
            self.seen.append(request)
            fault = self.plan(request)
            self.spoilt += fault is not None
            head = head[:-2] + b"Connection: close\r\n\r\n"
            await self._pass(head, request, fault or Fault(), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            with suppress(OSError, ConnectionError):
                writer.close()

    async def _pass(
        self, head: bytes, request: Request, fault: Fault, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await asyncio.sleep(fault.latency)
        if fault.hang:
            await asyncio.sleep(3600)
        if fault.status:
            await reader.readexactly(request.length)
            body = _ERROR.format(code=fault.code).encode()
            answer = f"HTTP/1.1 {fault.status} Spoilt\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(answer.encode() + body)
            await writer.drain()
            return
        to_server, server = await self._connect()
        try:
            server.write(head)
            body = await reader.readexactly(request.length)
            await _send(server, body[: fault.cut_at] if fault.cut_at >= 0 else body, fault.bytes_per_second)
            if fault.cut_at >= 0:
                _reset(server)
                _reset(writer)
                return
            answer_bytes = await to_server.read()
            if fault.drop_answer:
                _reset(writer)
                return
            await _send(writer, answer_bytes, fault.bytes_per_second)
        finally:
            server.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.upstream)


@contextmanager
def fault_proxy(upstream: str, plan: Callable[[Request], Fault | None] = lambda _: None) -> Iterator[FaultProxy]:
    """Run a proxy in front of an `http://127.0.0.1:port` address, in a thread."""
    proxy = FaultProxy("", plan, int(upstream.rpartition(":")[2]))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=1 << 20)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
    proxy.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _send(writer: asyncio.StreamWriter, content: bytes, rate: int) -> None:
    if not rate:
        writer.write(content)
        await writer.drain()
        return
    step = max(1, rate // 10)
    for start in range(0, len(content), step):
        writer.write(content[start : start + step])
        await writer.drain()
        await asyncio.sleep(0.1)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, not FIN."""
    raw = writer.get_extra_info("socket")
    with suppress(OSError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
