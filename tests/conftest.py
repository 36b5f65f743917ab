"""Fixtures that every test may use: the real month, the sample month, and small months written by hand."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from bottleneck_tasks import redaction
from bottleneck_tasks.ingest import archive, narrow, scan
from bottleneck_tasks.sample import write_sample
from tests.months import SmallMonth
from tests.servers import S3Bucket, S3Server, s3_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data"

hypothesis.settings.register_profile("default", max_examples=10, deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile("default")


def pytest_collection_finish() -> None:
    """Thousands of tests and the libraries stay: the collector of garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)  # as in the command itself


def pytest_sessionfinish() -> None:
    """At the end everything is let go, as without the above."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the customer's month exist only where the month is: a public checkout has none."""
    if not REAL.exists():
        items[:] = [item for item in items if "real_month" not in getattr(item, "fixturenames", ())]


@pytest.fixture(autouse=True)
def _no_secret_known() -> Iterator[None]:
    """Each test begins without a secret to mask, and leaves none to the next."""
    redaction.forget()
    yield
    redaction.forget()


@pytest.fixture(scope="session")
def real_month() -> Path:
    """The folder of the customer's month."""
    return REAL


@pytest.fixture(scope="session")
def sample_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample month."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


@pytest.fixture(scope="session")
def delivered_sample(sample_month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deliverables of the sample month; its run directory is `work/2026-10/<run id>` beside them."""
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.monthly_revenue import monthly_revenue
    from bottleneck_tasks.settings import Settings

    folder = tmp_path_factory.mktemp("delivered")
    monthly_revenue(
        source=sample_month, month=Month.parse("2026-10"), out=folder / "out", work=folder / "work", settings=Settings()
    )
    return folder / "out"


@pytest.fixture
def small_month(tmp_path: Path) -> Callable[[], SmallMonth]:
    """A month of four products that breaks no rule, to be changed by the test and then run."""
    return lambda: SmallMonth(tmp_path)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[S3Server]:
    """One real S3 server per worker session."""
    with s3_server() as server:
        yield server


@pytest.fixture
def s3(s3_endpoint: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Bucket:
    """A fresh bucket of a real S3 server (`uri` for --store), with the environment that leads to it set."""
    bucket = s3_endpoint.bucket()
    for name, value in bucket.env.items():
        monkeypatch.setenv(name, value)
    return bucket


@pytest.fixture(params=["small", "large"])
def either_look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small sheet is looked at with patterns and read whole, a large one is inflated by zlib-ng, looked at as an array of bytes and narrowed.

    A test that uses this runs both ways.
    """
    if request.param == "large":
        monkeypatch.setattr(scan, "_LARGE", 0)
        monkeypatch.setattr(archive, "_LARGE", 0)
        monkeypatch.setattr(narrow, "HEAD", 900)
        monkeypatch.setattr(archive, "CHUNK", 500)
