"""The obstore client of an address: path-style S3 at any endpoint, timeouts, checksums, no retries of its own."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, MemoryStore, S3Store

from bottleneck_tasks.errors import ConfigurationError
from bottleneck_tasks.secrets import secret, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottleneck_tasks.settings_sections import StoreLimits
    from bottleneck_tasks.store.uri import Address

__all__ = ["connect"]

_AMAZON = {
    "access_key_id": "AWS_ACCESS_KEY_ID",
    "secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "session_token": "AWS_SESSION_TOKEN",
}
_GOOGLE = {"service_account_key": "GOOGLE_SERVICE_ACCOUNT_KEY"}
_AZURE = {
    "account_key": "AZURE_STORAGE_ACCOUNT_KEY",
    "sas_key": "AZURE_STORAGE_SAS_KEY",
    "client_secret": "AZURE_CLIENT_SECRET",
}
_TO_CHECK = {
    "s3": "AWS_ENDPOINT_URL and the keys AWS_...",
    "gs": "GOOGLE_SERVICE_ACCOUNT_KEY (the JSON of the key, whole) or GOOGLE_APPLICATION_CREDENTIALS (the path of its file)",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_KEY",
}
_IN_MEMORY: dict[str, MemoryStore] = {}


def connect(address: Address, limits: StoreLimits) -> Any:
    """Make the client; nothing is sent. Raises ConfigurationError (78) for an address or a setting it refuses."""
    if address.scheme == "memory":
        return _IN_MEMORY.setdefault(address.bucket, MemoryStore())
    options: dict[str, Any] = {
        "client_options": {
            "timeout": timedelta(seconds=limits.timeout_seconds),
            "connect_timeout": timedelta(seconds=min(5.0, limits.timeout_seconds)),
        },
        "retry_config": {"max_retries": 0, "retry_timeout": timedelta(seconds=limits.timeout_seconds)},
    }
    try:
        if address.scheme == "s3":
            return _s3(address, options)
        if address.scheme == "gs":
            return GCSStore(address.bucket, **options, **_given(_GOOGLE))
        return AzureStore(address.bucket, **options, **_given(_AZURE))
    except (BaseError, ValueError):  # nothing was sent; what it says may quote the key
        raise ConfigurationError(
            "STORE", f"the settings of {address.scheme}:// are missing or malformed", f"check {_TO_CHECK[address.scheme]}",
            bucket=address.bucket, store=address.uri,
        ) from None  # fmt: skip


def _s3(address: Address, options: dict[str, Any]) -> S3Store:
    endpoint = setting("AWS_ENDPOINT_URL_S3") or setting("AWS_ENDPOINT_URL")
    if endpoint:
        options["endpoint"] = endpoint.rstrip("/")
        options["client_options"]["allow_http"] = endpoint.startswith("http://")
    options |= _given(_AMAZON)
    options["region"] = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return S3Store(address.bucket, virtual_hosted_style_request=False, checksum_algorithm="SHA256", **options)


def _given(names: Mapping[str, str]) -> dict[str, Any]:
    """The options whose secret is set somewhere."""
    return {option: value for option, name in names.items() if (value := secret(name))}
