"""What went wrong at an object store: from obstore's exceptions to ours, and whether another try may help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from obstore import exceptions

from bottleneck_tasks.errors import (
    AccessDeniedError,
    BottleneckError,
    ConfigurationError,
    SourceMissingError,
    UnavailableError,
)

if TYPE_CHECKING:
    from bottleneck_tasks.store.uri import Address

__all__ = ["KIND_OF", "Failure", "conflict", "damaged", "failure_of", "to_error"]

Kind = Literal["transient", "lost", "missing", "denied", "configuration"]

KIND_OF: dict[type[BaseException], Kind] = {
    exceptions.AlreadyExistsError: "lost",
    exceptions.PreconditionError: "lost",
    exceptions.NotModifiedError: "lost",
    exceptions.NotFoundError: "missing",
    FileNotFoundError: "missing",
    exceptions.PermissionDeniedError: "denied",
    exceptions.UnauthenticatedError: "denied",
    exceptions.InvalidPathError: "configuration",
    exceptions.NotSupportedError: "configuration",
    exceptions.UnknownConfigurationKeyError: "configuration",
    ValueError: "configuration",
    exceptions.JoinError: "transient",
    exceptions.GenericError: "transient",
    exceptions.BaseError: "transient",
}
"""The kind of each exception, for GenericError when its status says nothing more."""

_BUCKET_MISSING = ("NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist", "InvalidBucketName")
_DENIED_CODES = {
    "AccessDenied", "AccountProblem", "AllAccessDisabled", "AuthenticationFailed", "AuthorizationHeaderMalformed",
    "ExpiredToken", "InvalidAccessKeyId", "InvalidSecurity", "InvalidToken", "RequestExpired", "RequestTimeTooSkewed",
    "SignatureDoesNotMatch", "TokenRefreshRequired",
}  # fmt: skip
_ELSEWHERE = ("BareRedirect", "redirect without LOCATION")
_NO_CREDENTIALS = ("169.254.169.254", "metadata.google.internal")
_TRANSIENT_STATUS = {408, 409, 425, 429}
_TRANSIENT_CODES = {"RequestTimeout", "SlowDown", "OperationAborted", "ConditionalRequestConflict", "BadDigest"}


class Failure(NamedTuple):
    """The kind of a failure and its reason in a few words that hold no secret."""

    kind: Kind
    reason: str


def failure_of(error: BaseException) -> Failure:
    """Judge what obstore raised."""
    text = str(error).split("\n\nDebug source", maxsplit=1)[0]
    status = _status_of(text)
    code = _code_of(text)
    if type(error) is exceptions.BaseError:
        return Failure("transient", text)
    kind = next(KIND_OF[parent] for parent in type(error).__mro__ if parent in KIND_OF)
    if any(sign in text for sign in _BUCKET_MISSING):
        return Failure("configuration", "there is no such bucket")
    if any(sign in str(error) for sign in _ELSEWHERE):
        return Failure("configuration", "the bucket is in another region")
    if any(sign in text for sign in _NO_CREDENTIALS):
        return Failure("denied", "no credentials were found")
    reason = " ".join(filter(None, (f"answer {status}" if status else "", code))) or _connection_of(str(error))
    if kind == "transient" and isinstance(error, exceptions.GenericError):
        kind = _kind_of_answer(status, code, text)
    return Failure(kind, reason)


def damaged() -> BaseException:
    """The failure of a read whose bytes do not have the checksum they were written with."""
    return exceptions.BaseError("the bytes read differ from their checksum")


def conflict() -> BaseException:
    """The failure of a conditional write refused although its condition holds: two writers met."""
    return exceptions.BaseError("two writers met")


def to_error(failure: Failure, address: Address, *, doing: str) -> BottleneckError:
    """The error that a caller sees: it names the bucket, the reason and the next step."""
    facts = {"bucket": address.bucket, "store": address.uri}
    what = f"could not {doing} at {address.uri}: {failure.reason}"
    if failure.kind == "denied":
        return AccessDeniedError(
            "STORE", what, "check the key, its rights on the bucket and whether the token has expired", **facts
        )
    if failure.kind == "configuration":
        return ConfigurationError("STORE", what, "check the bucket's name, the region and AWS_ENDPOINT_URL", **facts)
    if failure.kind == "missing":
        return SourceMissingError("STORE", what, "check the name", **facts)
    return UnavailableError(
        "STORE", what, "nothing is lost: run the same command again when the store answers", **facts
    )


def _kind_of_answer(status: int | None, code: str, text: str) -> Kind:
    if code in _DENIED_CODES or status in {401, 403}:
        return "denied"
    if code in _TRANSIENT_CODES or status is None:
        return "configuration" if "builder error" in text else "transient"
    if status in _TRANSIENT_STATUS or status >= 500:  # noqa: PLR2004 - server errors
        return "transient"
    return "missing" if code == "NoSuchKey" else "configuration"


def _status_of(text: str) -> int | None:
    match = re.search(r"status code: (\d{3})", text)
    return int(match[1]) if match else None


def _code_of(text: str) -> str:
    match = re.search(r"<Code>(\w+)</Code>", text)
    return match[1] if match else ""


def _connection_of(text: str) -> str:
    if "imed out" in text or "TimedOut" in text or "kind: Timeout" in text:
        return "no answer in time"
    return "no connection" if "kind: Connect" in text else "the connection broke"
