"""X1 and X2: no secret in any output, on any path through the command line, at debug level with tracebacks."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from bottleneck_tasks.sample import write_sample
from tests.faults.mail_months import publish_once
from tests.faults.processes import start
from tests.mail_servers import dead_port, mail_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.mail_servers import Mailbox

_NAMES = (
    "SMTP_USER", "SMTP_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "GOOGLE_SERVICE_ACCOUNT_KEY", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_KEY", "AZURE_CLIENT_SECRET",
)  # fmt: skip
_PLACES = ("environment", "named file", "folder", "kestra")


def canary(name: str) -> str:
    """A value that stands nowhere else, with letters that encodings change."""
    return f"canary/{name.lower()}+Zq9=="


def forms(name: str) -> set[str]:
    """How a secret may look in an output."""
    value = canary(name)
    login = f"\0{canary('SMTP_USER')}\0{canary('SMTP_PASSWORD')}"
    encoded = {base64.b64encode(text.encode()).decode() for text in (value, login)}
    return {
        value,
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        *encoded,
        *(text.rstrip("=") for text in encoded),
    }


@dataclass
class Scene:
    """A folder to work in, secrets in one kind of place, and everything that came out."""

    folder: Path
    store: Path
    run_dir: Path
    exports: Path
    env: dict[str, str]
    mail: Mailbox
    s3: str
    said: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def run(self, *words: object, code: int | None, **env: str) -> None:
        """Run a command at debug level with tracebacks, and as JSON when it can; keep what it said."""
        log = self.folder / f"log{len(self.said)}"
        command = start("--log-level", "debug", *words, log=log, env={**self.env, "BOTTLENECK_DEBUG": "1", **env})
        found = command.wait()
        self.said.append(f"$ {' '.join(map(str, words))}\n{command.said()}")
        self.codes.append(found)
        assert found == code or (code is None and found != 0), self.said[-1]

    def config(self, name: str = "bottleneck", **mail: object) -> Path:
        """Settings with a mail server and a store that gives up quickly."""
        values = {
            "host": "127.0.0.1", "port": self.mail.port, "security": "plain", "sender": "reports@example.org",
            "recipients": ["zoe@example.org"], "retry_seconds": 0.0, "timeout_seconds": 5.0, **mail,
        }  # fmt: skip
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        path = self.folder / f"{name}.toml"
        path.write_text("[store]\ngive_up_seconds = 1.0\nattempts = 2\n[mail]\n" + "\n".join(lines) + "\n")
        return path

    def leaks(self) -> list[str]:
        """Every canary in what was printed, written or sent."""
        places = {f"output of {said.splitlines()[0]}": said.encode() for said in self.said}
        for root in (self.folder, self.store, self.run_dir):
            for path in root.rglob("*"):
                if path.is_file() and "secrets" not in path.parts and not path.name.startswith("log"):
                    places[str(path)] = path.read_bytes()
        for envelope in self.mail.envelopes:
            places[f"mail {envelope.rcpt_tos}"] = bytes(envelope.content or b"")
        return [
            f"{name} in {place}" for place, content in places.items() for name in _NAMES
            if any(form.encode() in content for form in forms(name))
        ]  # fmt: skip


@contextmanager
def telltale() -> Iterator[str]:
    """An S3 server that refuses and repeats every header and the path of the request in its answer."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            status = 500 if "broken" in self.path else 403
            body = (
                f"<Error><Code>InvalidAccessKeyId</Code><Message>{self.headers}{self.path}</Message></Error>".encode()
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_POST = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def hide(place: str, folder: Path) -> dict[str, str]:
    """Put every canary in one kind of place and return the environment that leads there."""
    folder.mkdir()
    if place == "environment":
        return {name: canary(name) for name in _NAMES}
    if place == "kestra":
        return {f"SECRET_{name}": base64.b64encode(canary(name).encode()).decode() for name in _NAMES}
    for name in _NAMES:
        (folder / name.lower()).write_text(canary(name) + "\n")
    if place == "folder":
        return {"BOTTLENECK_SECRETS": str(folder)}
    return {f"{name}_FILE": str(folder / name.lower()) for name in _NAMES}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports, a run directory and a store of one month."""
    folder = tmp_path_factory.mktemp("published")
    write_sample(folder / "exports", products=30, seed=1)
    publish_once(folder, folder / "exports")
    return folder


@pytest.fixture
def scene(request: pytest.FixtureRequest, published: Path, tmp_path: Path) -> Iterator[Scene]:
    """The secrets in the place that the test asks for."""
    (run_dir,) = (published / "work" / "2026-10").iterdir()
    shutil.copytree(published / "store", tmp_path / "store")
    shutil.copytree(run_dir, tmp_path / "run")
    (tmp_path / "here").mkdir()
    env = hide(request.param, tmp_path / "secrets")
    with mail_server(auth_require_tls=False) as server, telltale() as s3:
        yield Scene(tmp_path / "here", tmp_path / "store", tmp_path / "run", published / "exports", env, server, s3)


def _mails(scene: Scene) -> None:
    """The login refused, taken, repeated by the server; a server that is gone, speaks no TLS, cuts the connection."""
    notify = ("notify", "--store", scene.store, "--month", "2026-10", "--config")
    scene.run(*notify, scene.config(), code=77)
    assert scene.mail.logins[-1][0] == canary("SMTP_USER")
    scene.run(*notify, scene.config(security="starttls"), "--json", code=78)
    scene.run(*notify, scene.config(security="tls"), code=78)
    scene.run(*notify, scene.config(port=dead_port()), "--json", code=75)
    scene.run(*notify, scene.config(host="mail.invalid"), code=78)
    scene.mail.password = canary("SMTP_PASSWORD").encode()
    echo = f"550 not for {canary('SMTP_USER')} with {canary('SMTP_PASSWORD')}"
    scene.mail.replies = {"MAIL": [echo], "zoe@example.org": ["451" + echo[3:], echo], "DATA": ["554" + echo[3:]]}
    scene.run(*notify, scene.config(), code=77)
    scene.run(*notify, scene.config(), "--json", code=75)
    scene.run(*notify, scene.config(), code=78)
    scene.run(*notify, scene.config(recipients=["max@example.org"]), code=78)
    scene.mail.cut_after_data = 1
    scene.run(*notify, scene.config(), "--to", "eve@example.org", code=75)
    scene.run(*notify, scene.config(), "--to", "eve@example.org", "--json", code=0)
    scene.run(
        "notify", "--run-dir", scene.run_dir, "--config", scene.config(), "--dry-run", scene.folder / "m.eml", code=0
    )


def _stores(scene: Scene) -> None:
    """A store that refuses and repeats what it was sent, one that breaks, one that is gone; other clouds."""
    config, at = scene.config(), {"AWS_ENDPOINT_URL": scene.s3}
    for bucket, code in (("refusing", 77), ("broken", 77)):
        for command in (
            ("publish", "--run-dir", scene.run_dir, "--store", f"s3://{bucket}"),
            ("verify", f"s3://{bucket}", "--month", "2026-10", "--json"),
            ("notify", "--store", f"s3://{bucket}", "--month", "2026-10"),
        ):
            scene.run(*command, "--config", config, code=code, **at)
    gone = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{dead_port()}"}
    scene.run("current", "--store", "s3://gone", "--config", config, code=75, **gone)
    for uri in ("gs://bucket/x", "az://bucket/x"):
        scene.run("current", "--store", uri, "--config", config, code=None, AZURE_STORAGE_ACCOUNT_NAME="someone")


def _wrong_words(scene: Scene) -> None:
    """Settings, arguments and files that hold a secret by mistake: the message is about the place, not the value."""
    password = canary("SMTP_PASSWORD")
    wrong = scene.folder / "secrets" / "wrong.toml"
    wrong.parent.mkdir()
    for text in (f'[mail]\npassword = "{password}"\n', f'[mail]\nport = "{password}"\n', f'[mail]\nsecurity = "{password}"\n',
                 f'[mail]\nlinks = "{password}"\n', f"[mail]\nhost = {password}\n"):  # fmt: skip
        wrong.write_text(text)
        for json_too in ((), ("--json",)):
            scene.run("notify", "--run-dir", scene.run_dir, "--config", wrong, *json_too, code=78)
    env_file = scene.folder / "secrets" / "given.env"
    env_file.write_text(f"SMTP_PASSWORD {password} {password}\n")
    scene.run("secrets", "encode", env_file, code=78)
    scene.run(
        "run", "--source", scene.folder / "nowhere", "--out", scene.folder / "o", "--work", scene.folder / "w", code=66
    )
    scene.run("check", "--source", scene.exports, "--month", "x", "--json", code=64)
    scene.run("nonsense", code=64)


def _month(scene: Scene) -> None:
    """A whole month, published, and the letter of a failure whose reason and log repeat every secret."""
    work = ("--work", scene.folder / "work")
    scene.run("run", "--source", scene.exports, "--month", "2026-10", "--out", scene.folder / "out", *work,
              "--store", scene.folder / "published", "--json", code=0)  # fmt: skip
    told = " ".join(canary(name) for name in _NAMES)
    log = scene.folder / "log-of-the-task"
    log.write_text(f"{'x' * 480} {told}\n{told}\n")
    scene.run("dead-letter", "--store", scene.folder / "letters", "--month", "2026-10", "--reason", told, "--log", log, *work,
              code=0)  # fmt: skip
    scene.said[-1] = scene.said[-1].split("\n", 1)[1]
    assert list((scene.folder / "letters").rglob("*.json"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "walk"),
    [*(("environment", walk) for walk in (_mails, _stores, _wrong_words, _month)),
     *((place, _month) for place in _PLACES[1:]), ("kestra", _mails)],
    indirect=["scene"],
)  # fmt: skip
def test_x1_no_path_shows_a_secret(
    scene: Scene, walk: Callable[[Scene], None], measured: Callable[[str, str], None]
) -> None:
    """X1: every secret is a canary; nothing printed, written or sent holds one, in clear, URL-encoded or in base64."""
    walk(scene)
    assert scene.leaks() == []
    paths, hits = len(scene.codes), len(scene.leaks())
    measured("X1", f"{hits} hits; {len(_NAMES)} secrets in 4 kinds of places; up to {paths} commands a walk, 8 walks")


_ADDRESSES = [
    "s3://key:canary-of-x2@bucket/prefix",
    "s3://bucket/prefix?X-Amz-Signature=canary-of-x2",
    "https://bucket.s3.example/x?X-Amz-Credential=canary-of-x2&X-Amz-Security-Token=canary-of-x2",
    "az://box/x?sv=2024&sig=canary-of-x2",
    "postgresql://kestra:canary-of-x2@db:5432/kestra",
    "https://canary-of-x2@git.example.org/x.git",
]


@pytest.mark.slow
def test_x2_addresses_lose_their_credentials(
    published: Path, tmp_path: Path, measured: Callable[[str, str], None]
) -> None:
    """X2: a presigned link or an address with a password, given anywhere an address or a path can be given."""
    (run_dir,) = (published / "work" / "2026-10").iterdir()
    said, runs = "", 0
    for address in _ADDRESSES:
        for words in (
            ("publish", "--run-dir", run_dir, "--store", address),
            ("verify", address, "--month", "2026-10", "--json"),
            ("notify", "--store", address, "--month", "2026-10"),
            ("run", "--source", address, "--month", "2026-10", "--out", tmp_path / "out", "--work", tmp_path / "work"),
            ("notify", "--run-dir", run_dir, "--config", address),
            ("notify", "--run-dir", run_dir, "--to", address),
            ("contracts", "diff", address, address, "--json"),
            ("secrets", "encode", address),
            ("current", "--store", run_dir, "--month", address),
        ):
            command = start("--log-level", "debug", *words, log=tmp_path / "log", env={"BOTTLENECK_DEBUG": "1"})
            assert command.wait() not in {0, 70}, command.said()
            assert "canary" not in command.said()
            said, runs = said + command.said(), runs + 1
    assert "***" in said
    measured("X2", f"0 hits in {runs} commands")
