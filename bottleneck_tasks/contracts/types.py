"""Column types that the contracts use and Pandera's Arrow backend does not bring."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pandera.engines.narwhals_engine import DataType, Engine, immutable

__all__ = ["MONEY", "Money"]

MONEY = pa.decimal128(12, 2)
"""EUR including tax, whole cents, below ten thousand million."""


@Engine.register_dtype(equivalents=["money"])
@immutable
class Money(DataType):
    """An exact amount: decimal with two places, of any precision."""

    type: Any = "Decimal(scale=2)"

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:  # noqa: ARG002
        """Accept a decimal of scale 2, refuse floats and other scales."""
        return str(pandera_dtype).startswith("Decimal(") and str(pandera_dtype).endswith("scale=2)")
