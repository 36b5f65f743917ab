"""Real servers for tests, one per worker session: an S3 server (SeaweedFS) on ports of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ACCESS_KEY", "SECRET_KEY", "S3Bucket", "S3Server", "assert_conditions_hold", "free_ports", "s3_server"]

ACCESS_KEY, SECRET_KEY = "tests-access-key", "tests-secret-key-0123456789"
_STARTS_WITHIN = 300.0
_SERVICES = ("master", "volume", "filer", "s3", "admin")


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """A bucket that nobody else uses: `uri` for --store, `env` for a process that is to reach it."""

    name: str
    endpoint: str

    @property
    def uri(self) -> str:
        """`s3://<bucket>/reports`, a prefix in the bucket."""
        return f"s3://{self.name}/reports"

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that lead to the server."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
        }

    def through(self, endpoint: str) -> S3Bucket:
        """The same bucket, reached by another address (a fault proxy)."""
        return replace(self, endpoint=endpoint)

    def keys(self) -> list[str]:
        """Every key of the bucket."""
        return sorted(entry["path"] for page in obstore.list(self.client()) for entry in page)

    def read(self, key: str) -> bytes:
        """The bytes of a key, as the server gives them."""
        return bytes(obstore.get(self.client(), key).bytes())

    def put(self, key: str, content: bytes) -> None:
        """Write a key, whatever was there."""
        obstore.put(self.client(), key, content, use_multipart=False)

    def client(self) -> S3Store:
        """A client that asks this server directly."""
        return S3Store(
            self.name, endpoint=self.endpoint, region="us-east-1", access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY, virtual_hosted_style_request=False, client_options={"allow_http": True},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server: the address of S3, and of the filer that makes buckets."""

    endpoint: str
    filer: str

    def bucket(self) -> S3Bucket:
        """A fresh bucket."""
        name = f"tests-{uuid.uuid4().hex[:12]}"
        request = urllib.request.Request(f"{self.filer}/buckets/{name}/", method="POST")  # noqa: S310 - our own server
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - same
        return S3Bucket(name, self.endpoint)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Start SeaweedFS in a folder of its own; stop it and remove what it wrote."""
    folder = Path(tempfile.mkdtemp(prefix="weed-"))
    ports = free_ports(10)
    named = dict(zip(_SERVICES, ports, strict=False))
    command = [
        Path(sys.executable).with_name("weed"), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        "-admin.ui=false", "-webdav=false", "-s3.autoCreateBucket=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-master.volumeSizeLimitMB=1",  # a bucket takes several volumes, and there are as many as the disk has room for
        *(f"-{name}.port={port}" for name, port in named.items()),
        *(f"-{name}.port.grpc={port}" for name, port in zip(_SERVICES, ports[5:], strict=True)),
    ]  # fmt: skip
    env = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    try:
        server = S3Server(f"http://127.0.0.1:{named['s3']}", f"http://127.0.0.1:{named['filer']}")
        _wait_for(server, process, folder / "log")
        yield server
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listened on a moment ago, below those that Linux hands to clients."""
    with ExitStack() as held:
        ports = []
        while len(ports) < count:
            port = 10_000 + int.from_bytes(os.urandom(2), "big") % 20_000
            listener = held.enter_context(socket.socket())
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
        return ports


def _wait_for(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when a bucket can be made, written and read."""
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            bucket = server.bucket()
            bucket.put("ready", b"")
        except (OSError, BaseError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text()[-3000:]}") from None
            time.sleep(0.1)
        else:
            assert_conditions_hold(bucket)
            return


def assert_conditions_hold(bucket: S3Bucket) -> None:
    """Prove that the server keeps If-None-Match and If-Match: without them the tests of publishing would prove nothing.

    Raises RuntimeError when it ignores one.
    """
    client = bucket.client()
    first = obstore.put(client, "condition", b"1", use_multipart=False)
    obstore.put(client, "condition", b"2", use_multipart=False)
    for mode in ("create", {"e_tag": first["e_tag"]}):
        try:
            obstore.put(client, "condition", b"3", mode=mode, use_multipart=False)  # type: ignore[arg-type]
        except (AlreadyExistsError, PreconditionError):
            continue
        raise RuntimeError(f"the S3 server ignores the condition {mode}")
