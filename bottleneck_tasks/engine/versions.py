"""The Kestra versions that the engine embeds. One JVM holds one version, and one process holds one JVM."""

from __future__ import annotations

from pathlib import Path

from bottleneck_tasks.engine.errors import EngineStartError

__all__ = ["CURRENT", "LTS", "SUPPORTED", "resource", "supported"]

CURRENT = "2.0.0"
LTS = "1.3.31"
SUPPORTED = (CURRENT, LTS)


def supported(version: str) -> str:
    """Return `version`, or raise EngineStartError that lists the versions there are."""
    if version not in SUPPORTED:
        what = f"Kestra {version} is not one of the embedded versions: {', '.join(SUPPORTED)}."
        raise EngineStartError(what, f"Use version={CURRENT!r} (current) or version={LTS!r} (long-term support).")
    return version


def resource(*parts: str) -> Path:
    """Path of a file shipped inside this package."""
    return Path(__file__).parent.joinpath("resources", *parts)
