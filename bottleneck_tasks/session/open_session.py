"""Open a session on the engine of the settings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.session.interface import Session
    from bottleneck_tasks.settings import Settings

__all__ = ["open_session"]


@contextmanager
def open_session(settings: Settings) -> Iterator[Session]:
    """Open a session with tables of its own, that go when it ends.

    Raises UnavailableError (75) when memory is too small for the work, ConfigurationError (78) without the engine.
    """
    if settings.engine.name == "spark":
        from bottleneck_tasks.session.on_spark import spark_session

        with spark_session(settings) as on_spark:
            yield on_spark
        return
    from bottleneck_tasks.database import session
    from bottleneck_tasks.session.on_duckdb import DuckDBSession

    with session(settings.resources) as connection:
        yield DuckDBSession(connection)
