"""Libraries that ours load where they find them and a command does not use: it starts as fast beside them as without.

Measured: Pandera loads pandas and Polars (2 s), Hypothesis (100 ms), PySpark (50 ms) and pydantic (50 ms), Arrow loads NumPy
(65 ms, and 100 ms of a second core for its BLAS threads), openpyxl loads Pillow (8 ms) and lxml (10 ms; it writes the same
bytes without).
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["bring_back", "leave_out", "placeholders"]

_OPTIONAL = {"pandas", "polars", "ibis", "hypothesis", "pyspark", "cloudpickle"}
"""What Pandera and Arrow work with where it is installed, and a month without pandas never meets."""

_WITHOUT_NUMPY = {"ingest", "analytics", "delivery", "publish", "notify", "dead-letter"}
"""The commands of a month's tasks that give DuckDB no Python function, for which it needs NumPy."""

_WITHOUT_PYDANTIC = {"run", "check", "quality", "analytics", "delivery"}
"""The commands that hold contracts, and write none as ODCS."""

_WRITE_WORKBOOKS = {"run", "delivery"}
"""The commands that write workbooks: charts, and no picture."""

_left_out: set[str] = set()


class _LeftOut:
    """A finder that answers for some libraries as an environment without them does."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Raise ModuleNotFoundError for a library that is left out; leave every other to the next finder."""
        if name in _left_out:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def leave_out(arguments: Sequence[str]) -> None:
    """Let this process, which must be our own command line with these arguments, find none of them."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _left_out.update(_OPTIONAL)
    if set(arguments[:1]) & _WITHOUT_PYDANTIC:
        sys.modules.setdefault("pydantic", _Pydantic("pydantic"))
    if set(arguments[:1]) & _WITHOUT_NUMPY:
        _left_out.add("numpy")
    if set(arguments[:1]) & _WRITE_WORKBOOKS:
        _left_out.update({"PIL", "lxml"})
    sys.meta_path.insert(0, _LeftOut)


def bring_back(*names: str) -> None:
    """Let what was left out be found again, for the part of a command that does use it."""
    _left_out.difference_update(names)


class _Pydantic(ModuleType):
    """All that Pandera asks of pydantic where no contract is a field of a pydantic model. Whoever asks for more gets pydantic."""

    __version__ = "1"  # from 2 on, its classes are asked for as well
    validate_arguments = None

    def __getattr__(self, name: str) -> Any:
        """A name of the real one."""
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), name)


class _Placeholder(ModuleType):
    """A module without content: its submodules are placeholders, and every other name in it is `object`."""

    def __getattr__(self, name: str) -> Any:
        """A submodule, or `object`, which an annotation can name."""
        return sys.modules.get(f"{self.__name__}.{name}", object)


@contextmanager
def placeholders(*names: str) -> Iterator[None]:
    """Let a library be imported without some that it imports, for the part of it that needs none of them.

    Those that the process has loaded already stay as they are, and afterwards all can be loaded as ever.
    """
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Placeholder(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
