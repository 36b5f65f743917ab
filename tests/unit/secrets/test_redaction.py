"""What must not be read in a message is not in it; what must be read still is."""

from __future__ import annotations

import base64
import json
import logging
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottleneck_tasks import console
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.errors import GateError, UnavailableError
from bottleneck_tasks.redaction import MASK, redact, redact_all, register

_SHAPES = [
    ("smtp://max:hunter-2@mail.example.org:587", "smtp://max:***@mail.example.org:587"),
    ("postgresql://u:p@ss/w:rd@db/x?ssl=1", "postgresql://u:***@db/x?ssl=1"),
    ("file s3:/key:hunter-2@bucket/prefix", "file s3:/key:***@bucket/prefix"),
    ("redis://:hunter-2@cache:6379/0", "redis://:***@cache:6379/0"),
    ("cloning https://ghp_abcdef@git.example.org/x.git", "cloning https://***@git.example.org/x.git"),
    ("GET https://b.s3.example/k?X-Amz-Signature=abc123&X-Amz-Expires=60",
     "GET https://b.s3.example/k?X-Amz-Signature=***&X-Amz-Expires=60"),
    ("https://b/k?X-Amz-Credential=AKIA%2F2026&X-Amz-Security-Token=FQo",
     "https://b/k?X-Amz-Credential=***&X-Amz-Security-Token=***"),
    ("https://a.blob.example/c/b?sv=2024&sig=Zm9v%3D&se=2026", "https://a.blob.example/c/b?sv=2024&sig=***&se=2026"),
    ("https://storage.example/o?GoogleAccessId=x@y&Signature=zz", "https://storage.example/o?GoogleAccessId=***&Signature=***"),
    ("Authorization: Bearer abc.def", "Authorization: ***"),
    ("{'authorization': 'Basic dTpw', 'accept': '*/*'}", "{'authorization': '***', 'accept': '*/*'}"),
    ("Proxy-Authorization: Basic dTpw\nHost: x", "Proxy-Authorization: ***\nHost: x"),
    ("sent AUTH PLAIN AG1heABodW50ZXI=", "sent AUTH PLAIN ***"),
    ("AccountName=a;AccountKey=Zm9v==;Suffix=b", "AccountName=a;AccountKey=***;Suffix=b"),
    ("aws_secret_access_key=wJalr region=eu", "aws_secret_access_key=*** region=eu"),
    ("host=db password='my pass' port=1", "host=db password=*** port=1"),
    ('{"smtp_password": "hunter-2", "port": 25}', '{"smtp_password": "***", "port": 25}'),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter", "***\nafter"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "masked"), _SHAPES, ids=[masked for _, masked in _SHAPES])
def test_credentials_are_known_by_their_shape(text: str, masked: str) -> None:
    """X2: a password in an address, a signature of a presigned link, a header: masked without having been read by us."""
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8333/bottleneck/month=2026-10/CURRENT.json",
        "s3://reports/bottleneck",
        "revenue 70,568.60 EUR for 714 products, max@example.org",
        "set SMTP_PASSWORD, SMTP_PASSWORD_FILE or SECRET_SMTP_PASSWORD",
        "REC-01: SKU 15298 is in no liaison row",
    ],
)
def test_ordinary_messages_stay_whole(text: str) -> None:
    """Masking too much would leave a person without the file, the address or the figure that the message is about."""
    assert redact(text) == text


@given(st.text(min_size=4, max_size=40))
def test_a_registered_value_is_masked_in_every_form(value: str) -> None:
    """As it is, URL-encoded, in base64, inside JSON and inside a repr."""
    if not value.strip() or set(value) <= set(MASK):
        return
    register(value)
    for form in (value, quote(value), quote(value, safe=""), base64.b64encode(value.encode()).decode(),
                 json.dumps(value), repr(value)):  # fmt: skip
        assert value not in redact(f"<{form}>").replace(MASK, "")


def test_every_line_of_a_key_is_masked() -> None:
    """A key of several lines stays hidden when a message holds only one of them."""
    register("-----BEGIN KEY-----\nabcdefghijkl\nmnopqrstuvwx\n")
    assert redact("line mnopqrstuvwx of the key") == "line *** of the key"


def test_a_short_value_is_masked_only_where_it_stands_alone() -> None:
    """A password of two letters must not eat the words it is part of, and is masked all the same."""
    register("ab")
    assert redact("password ab rejected: abandon the table") == "password *** rejected: abandon the table"


def test_the_longest_value_goes_first() -> None:
    """A secret that begins like another one leaves no tail behind."""
    register("hunter")
    register("hunter-and-tail")
    assert redact("is hunter-and-tail") == "is ***"


def test_nested_values_are_masked_and_numbers_kept() -> None:
    """An error for a machine: keys, lists and inner objects."""
    register("hunter-2")
    assert redact_all({"hunter-2": ["x hunter-2", 3, None, {"deep": ("hunter-2",)}]}) == {
        MASK: ["x ***", 3, None, {"deep": [MASK]}]
    }


def test_errors_and_their_json_are_masked() -> None:
    """Text, facts, advice, args and the details of a gate: nothing that an error holds shows a secret."""
    register("hunter-2")
    error = UnavailableError("MAIL", "hunter-2 refused", "not hunter-2", server="smtp://u:pw-x@h", path="/hunter-2")
    check = Check(id="CA-01", stage="analytics", severity="block", statement="hunter-2", expected="", observed="hunter-2",
                  rows=1, result="block", next_step="hunter-2")  # fmt: skip
    for fault in (error, GateError([check], ["cell hunter-2"])):
        said = f"{fault}{fault!r}{fault.args}{json.dumps(fault.to_dict())}"
        assert "hunter-2" not in said
        assert "pw-x" not in said
        assert MASK in said


def test_logs_are_masked_with_their_facts_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    """A log line at debug level: the event, the facts, the traceback, and the retries of stamina."""
    register('hunter"2é')
    console.log_to_stderr("debug")
    log = logging.getLogger("bottleneck_tasks.anything")
    try:
        int('hunter"2é')
    except ValueError:
        log.exception('login hunter"2é', extra={"facts": {"answer": 'hunter"2é'}})
    logging.getLogger("stamina").warning(
        "retry", extra={"stamina.caused_by": "E('hunter\"2é')", "stamina.retry_num": 1}
    )
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["event"] == "login ***"
    assert first["answer"] == MASK
    assert "base 10: '***'" in first["traceback"]
    assert second == {"level": "warning", "event": "retry", "retry_num": 1, "caused_by": "E('***')"}


def test_tracebacks_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    """BOTTLENECK_DEBUG shows where a fault of any library came from, with its cause, and no secret."""
    register("hunter-2")
    fault = ValueError("login hunter-2")
    fault.__cause__ = OSError("smtp://u:pw-x@h")
    console.print_traceback(fault)
    said = capsys.readouterr().err
    assert "ValueError: login ***" in said
    assert "hunter-2" not in said
    assert "pw-x" not in said


def test_long_texts_are_masked_quickly() -> None:
    """A report of a megabyte without a blank does not hang the message about it."""
    began = time.perf_counter()
    redact("a:" * 50_000 + "http://" + "x:" * 20_000)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "piece", ["x", "a.", "a-", "_", "ab://:", "https://a", "password", "'password' ", "bearer ", "-----BEGIN ", "x@"]
)
def test_the_longest_cell_of_a_workbook_is_masked_at_once(piece: str) -> None:
    """32,000 characters without a blank, as a cell may hold, cost no time that grows with their square."""
    text = piece * (32_000 // len(piece))
    began = time.process_time()
    redact(f"price {text} cannot be read")
    assert time.process_time() - began < 1


def test_a_name_is_masked_wherever_it_stands_in_its_word() -> None:
    """What leads up to the name, dots and hyphens included, changes nothing."""
    assert redact("x.y-my_password=hunter2 and --token=abc") == f"x.y-my_password={MASK} and --token={MASK}"
