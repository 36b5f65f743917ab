"""One Spark for the session: two threads, a compiler that starts fast, no page to look at."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.session.on_spark import spark_session
from tests.spark.months import SPARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.session.on_spark import SparkSQLSession

os.environ.setdefault("SPARK_CONF_DIR", str(Path(__file__).with_name("conf")))
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx1g")


@pytest.fixture(scope="session", autouse=True)
def spark() -> Iterator[SparkSQLSession]:
    """A session that lives as long as the tests: Spark starts with it, once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # py4j leaves sockets to the garbage collector
        with spark_session(SPARK) as session:
            yield session
