"""Reusable Kestra tasks for BottleNeck's monthly revenue: ingest, quality, analytics, delivery."""

__all__ = ["__version__"]

__version__ = "0.1.0"
