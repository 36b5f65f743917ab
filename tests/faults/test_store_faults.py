"""S1 to S8: a store that fails, is slow, lies or refuses, between the real client and a real S3 server."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import AccessDeniedError, ConfigurationError, UnavailableError
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import publish, verify
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store
from tests.faults.liar import liar
from tests.faults.processes import contents, start
from tests.faults.proxy import Fault, FaultProxy, Request, fault_proxy
from tests.servers import S3Bucket, assert_conditions_hold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bottleneck_tasks.store import Store
    from tests.faults.conftest import Exports

pytestmark = pytest.mark.slow

_MONTH = Month(2026, 10)
_CONTENT = random.Random(7).randbytes(200_000)  # noqa: S311 - a file, no secret


@pytest.fixture
def proxy(s3: S3Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """A proxy between this process and the S3 server."""
    with fault_proxy(s3.endpoint) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.endpoint)
        yield running


def _store(s3: S3Bucket, **limits: float) -> Store:
    return open_store(s3.uri, settings=Settings.of({"store": limits}))


def _content(s3: S3Bucket, key: str) -> bytes | None:
    known = s3.keys()
    return s3.read(f"reports/{key}") if f"reports/{key}" in known else None


def test_s1_a_third_of_the_requests_fail(
    proxy: FaultProxy, s3: S3Bucket, months: tuple[Exports, Exports], tmp_path: Path,
    scale: Callable[[int, int], int], measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """S1: 503 on 30 % of the requests: every run succeeds, each call within ten tries."""
    dice = random.Random(1)  # noqa: S311 - which requests fail
    proxy.plan = lambda _: Fault(status=503) if dice.random() < 0.3 else None
    until, runs, longest = time.monotonic() + scale(0, 60), 0, 0.0
    while runs == 0 or time.monotonic() < until:
        begin = time.monotonic()
        exports = months[runs % 2]
        command = start(
            "run", "--source", exports.source, "--month", "2026-10", "--work", tmp_path / "work", "--out",
            tmp_path / "out", "--store", s3.uri, log=tmp_path / "log",
        )  # fmt: skip
        assert command.wait() == 0, command.said()
        assert contents(tmp_path / "out") == exports.published
        longest = max(longest, time.monotonic() - begin)
        runs += 1
    tries = max(Counter((request.method, request.path) for request in proxy.seen if request.method == "PUT").values())
    proxy.plan = lambda _: None
    assert verify(_store(s3), _MONTH).published.pointer.sequence == runs
    assert tries <= 10 * runs
    assert longest < 300
    measured(
        "S1", f"{runs} of {runs} runs succeed with {proxy.spoilt} of {len(proxy.seen)} requests failing, "
        f"the slowest in {longest:.1f} s",
    )  # fmt: skip


def test_s2_nothing_listens(
    s3: S3Bucket, months: tuple[Exports, Exports], tmp_path: Path, measured: Callable[[str, str], None]
) -> None:
    """S2: exit 75 within a minute, naming the bucket and what to do; nothing is published; a local dead letter."""
    begin = time.monotonic()
    command = start(
        "run", "--source", months[0].source, "--month", "2026-10", "--work", tmp_path / "work", "--store", s3.uri,
        log=tmp_path / "log", env={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    )  # fmt: skip
    code, took = command.wait(), time.monotonic() - begin
    assert code == 75
    assert took <= 60
    assert s3.name in command.said()
    assert "run the same command again" in command.said()
    assert s3.keys() == []
    assert len(list(tmp_path.glob("work/dead_letter/2026/10/*.json"))) == 1
    measured("S2", f"exit 75 after {took:.1f} s, 0 objects")


@pytest.mark.parametrize("fault", [Fault(hang=True), Fault(bytes_per_second=1_000)], ids=["hang", "slow"])
def test_s3_no_answer_in_time(
    fault: Fault, proxy: FaultProxy, s3: S3Bucket, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """S3: a call that hangs or crawls is given up, tried again, and ends in exit 75; no call takes 30 s."""
    proxy.plan = lambda _: fault
    limits = (
        {"timeout_seconds": 15, "give_up_seconds": 60} if scale(0, 1) else {"timeout_seconds": 1, "give_up_seconds": 8}
    )
    begin = time.monotonic()
    with pytest.raises(UnavailableError, match="no answer in time"):
        _store(s3, **limits).create("k", _CONTENT)
    took = time.monotonic() - begin
    assert len(proxy.seen) >= 2
    assert took <= limits["give_up_seconds"] + 30
    assert took / len(proxy.seen) < 30
    assert _content(s3, "k") is None
    measured(
        f"S3-{'hang' if fault.hang else 'slow'}",
        f"{len(proxy.seen)} calls, exit 75 after {took:.1f} s (limit {limits['give_up_seconds']})",
    )


@pytest.mark.parametrize("cut", [0, 1, len(_CONTENT) // 2, len(_CONTENT) - 1])
def test_s4_an_upload_is_cut(cut: int, proxy: FaultProxy, s3: S3Bucket, measured: Callable[[str, str], None]) -> None:
    """S4: cut at any byte there is no object, never half of one; the next try writes the whole."""
    proxy.plan = lambda request: Fault(cut_at=cut) if request.number == 0 else None
    with pytest.raises(UnavailableError):
        _store(s3, attempts=1).create("k", _CONTENT)
    assert _content(s3, "k") is None
    proxy.seen.clear()
    assert _store(s3).create("k", _CONTENT)
    assert _content(s3, "k") == _CONTENT
    assert [request.method for request in proxy.seen] == ["PUT", "PUT"]
    measured(f"S4-{cut}", "0 truncated objects")


def test_s4_a_download_is_cut(proxy: FaultProxy, s3: S3Bucket, tmp_path: Path) -> None:
    """A download that breaks off is read again; what differs from its checksum is never handed on."""
    store = _store(s3)
    assert store.create("k", _CONTENT)
    proxy.seen.clear()
    proxy.plan = lambda request: Fault(drop_answer=True) if request.number == 0 else None
    store.download("k", tmp_path / "k")
    assert (tmp_path / "k").read_bytes() == _CONTENT


def test_s5_the_answer_is_lost(
    proxy: FaultProxy, s3: S3Bucket, tmp_path: Path, measured: Callable[[str, str], None]
) -> None:
    """S5: stored, but the answer never came: the next try sees its own bytes there and succeeds."""
    lost = 0

    def drop_first_answer(request: Request) -> Fault | None:
        nonlocal lost
        first = request.method == "PUT" and sum(seen.path == request.path for seen in proxy.seen) == 1
        lost += first
        return Fault(drop_answer=True) if first else None

    proxy.plan = drop_first_answer
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in ("a", "b", "c"):
            (folder / name).write_bytes(_CONTENT + name.encode() * number)
        published = publish(folder, store=_store(s3), month=_MONTH, run_id=f"run{number}")
        assert published.sequence == number
    proxy.plan = lambda _: None
    assert verify(_store(s3), _MONTH).published.pointer.run_id == "run2"
    measured("S5", f"{lost} answers lost, 0 false failures")


def test_s6_two_writers(
    s3: S3Bucket, tmp_path: Path, scale: Callable[[int, int], int], measured: Callable[[str, str], None]
) -> None:
    """S6: eight publishers of the same content at once: one CURRENT.json, everybody succeeds."""
    (tmp_path / "a").write_bytes(_CONTENT)
    rounds = scale(3, 50)
    for number in range(rounds):
        store = open_store(f"{s3.uri}/{number}", settings=Settings())
        failures: list[BaseException] = []
        barrier = threading.Barrier(8)

        def write(
            store: Store = store, barrier: threading.Barrier = barrier, failures: list[BaseException] = failures
        ) -> None:
            barrier.wait()
            try:
                publish(tmp_path, store=store, month=_MONTH, run_id="run")
            except BaseException as fault:  # noqa: BLE001 - counted below
                failures.append(fault)

        threads = [threading.Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert verify(store, _MONTH).published.pointer.sequence == 1
        assert len(store.list("")) == 3
    measured("S6", f"{rounds} rounds of 8 writers: 1 version each, 0 failures")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"AWS_ACCESS_KEY_ID": "nobody"}, 77),
        ({"AWS_SECRET_ACCESS_KEY": "wrong-secret-canary"}, 77),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 77),
        ({"bucket": "no-such-bucket"}, 78),
        ({"AWS_ENDPOINT_URL": "ftp://127.0.0.1"}, 78),
    ],
    ids=["unknown key", "wrong secret", "no key", "no bucket", "no endpoint"],
)  # fmt: skip
def test_s7_refused_at_once(
    change: dict[str, str], code: int, s3: S3Bucket, months: tuple[Exports, Exports], tmp_path: Path,
    measured: Callable[[str, str], None], request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """S7: a wrong key or bucket is told at once, without a second try and without the secret."""
    uri = f"s3://{change.get('bucket', s3.name)}/reports"
    env = {name: value for name, value in change.items() if name.startswith("AWS")}
    begin = time.monotonic()
    command = start(
        "run", "--source", months[0].source, "--month", "2026-10", "--work", tmp_path / "work", "--store", uri,
        log=tmp_path / "log", env=env,
    )  # fmt: skip
    assert command.wait() == code, command.said()
    took = time.monotonic() - begin
    assert took < 10
    assert "canary" not in command.said()
    measured(f"S7-{request.node.callspec.id.replace(' ', '-')}", f"exit {code} after {took:.1f} s")


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, "ExpiredToken", AccessDeniedError),
        (403, "RequestTimeTooSkewed", AccessDeniedError),
        (401, "Unauthorized", AccessDeniedError),
        (301, "PermanentRedirect", ConfigurationError),
        (400, "AuthorizationHeaderMalformed", AccessDeniedError),
        (404, "NoSuchBucket", ConfigurationError),
        (400, "InvalidArgument", ConfigurationError),
    ],
)  # fmt: skip
def test_s7_answers_that_no_retry_mends(
    status: int, answer: str, kind: type[Exception], proxy: FaultProxy, s3: S3Bucket
) -> None:
    """An expired token, a skewed clock, another region: one request per call, then the error that says so."""
    proxy.plan = lambda _: Fault(status=status, code=answer)
    store = _store(s3)
    for call in (lambda: store.get("k"), lambda: store.create("k", b"x"), lambda: store.list("")):
        proxy.seen.clear()
        with pytest.raises(kind) as caught:
            call()
        assert len(proxy.seen) == 1
        assert s3.name in str(caught.value)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_s1_answers_that_a_retry_mends(status: int, proxy: FaultProxy, s3: S3Bucket) -> None:
    """Throttling and server errors are tried again, whatever the method."""
    store = _store(s3)
    for call in (lambda: store.create("k", b"x"), lambda: store.get("k"), lambda: store.list("")):
        proxy.seen.clear()
        proxy.plan = lambda request: Fault(status=status) if request.number == 0 else None
        assert call()
        assert len(proxy.seen) == 2


def test_s8_the_suite_refuses_a_server_that_ignores_conditions(
    s3: S3Bucket, measured: Callable[[str, str], None]
) -> None:
    """S8: the fixture proves If-None-Match and If-Match on the server it has started; one that ignores them fails."""
    assert_conditions_hold(s3)
    with liar() as endpoint, pytest.raises(RuntimeError, match="ignores"):
        assert_conditions_hold(s3.through(endpoint))
    measured("S8", "refused")
