"""Carry values and errors across the border between Java and Python. Values cross as JSON."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.errors import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["calling_kestra", "java_class", "plain", "to_java_map", "when"]


def java_class(name: str) -> Any:
    """A Java class by its full name."""
    import jpype

    return jpype.JClass(name)


@contextmanager
def calling_kestra() -> Iterator[None]:
    """Turn a Java exception into EngineCallError that carries Kestra's text."""
    import jpype

    try:
        yield
    except jpype.JException as error:
        raise EngineCallError(_text_of(error)) from None


def _text_of(error: Any) -> str:
    cause = error
    while cause.getCause() is not None and cause.getMessage() in {None, str(cause.getCause())}:
        cause = cause.getCause()
    message = cause.getMessage()
    return str(message) if message is not None else str(cause)


def plain(java_object: Any) -> Any:
    """A Java object as dicts, lists and scalars, by way of Kestra's own JSON mapper."""
    mapper = java_class("io.kestra.core.serializers.JacksonMapper").ofJson()
    return json.loads(str(mapper.writeValueAsString(java_object)))


def to_java_map(values: Mapping[str, Any]) -> Any:
    """A mapping of JSON-able values as a java.util.Map; dates become ISO text."""
    text = json.dumps(dict(values), default=_iso)
    mapper = java_class("com.fasterxml.jackson.databind.ObjectMapper")()
    return mapper.readValue(text, java_class("java.util.LinkedHashMap").class_)


def _iso(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def when(text: str | None) -> datetime | None:
    """An ISO instant of Kestra's JSON as an aware datetime, to the microsecond."""
    return None if text is None else datetime.fromisoformat(text)
