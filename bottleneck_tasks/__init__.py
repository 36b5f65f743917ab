"""Reusable Kestra tasks for BottleNeck's monthly revenue: ingest, quality, analytics, delivery."""

import os

__all__ = ["__version__"]

__version__ = "0.1.0"

os.environ["OPENPYXL_LXML"] = "False"  # where lxml happens to be installed, openpyxl would write other bytes with it
