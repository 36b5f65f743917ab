"""The rows of docs/reliability.md: what is done to a run, and what is promised then."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ROWS", "Row"]


class Row(NamedTuple):
    """A fault, how the tests bring it about, and the promise."""

    id: str
    fault: str
    injected: str
    promise: str


ROWS = (
    Row("K1", "kill -9 at every crash point", "points found in the syntax trees, SIGKILL there", "running again: same bytes, nothing partial seen"),
    Row("K2", "kill -9 at random moments", "SIGKILL, S3 server, reader polling CURRENT.json", "0 mixed or torn months"),
    Row("K3", "SIGTERM", "sent while each stage runs", "exit 143 within 2 s, manifest `interrupted`"),
    Row("K4", "power loss", "a disk that keeps only what was synced", "0 corrupt manifests, running again repairs"),
    Row("S1", "S3 fails", "proxy: 503 on 30 % of the requests", "the run succeeds, 10 tries a call at most"),
    Row("S2", "S3 down", "nothing listens", "exit 75 within 60 s, nothing published, local dead letter"),
    Row("S3", "S3 hangs or crawls", "proxy: no answer; 1 KB/s", "no call over 30 s, then exit 75"),
    Row("S4", "upload cut", "proxy: RST at byte 0, 1, half, last", "whole object or none"),
    Row("S5", "answer lost", "proxy: RST after the server has stored", "0 false failures"),
    Row("S6", "two writers", "8 publishers of one content at once", "exactly 1 version of CURRENT.json"),
    Row("S7", "no right, no bucket, token expired", "real server and proxy", "exit 77 or 78 at once, one request a call"),
    Row("S8", "server ignores conditions", "a server that accepts every write", "the suite refuses it"),
    Row("M1", "SMTP down or 4xx", "real server, proxy", "exit 75; only the mail is tried again"),
    Row("M2", "a recipient is refused", "real server", "the others get theirs, warning"),
    Row("M3", "killed between DATA and 250", "SIGKILL", "at most 1 duplicate, recorded"),
    Row("M4", "mail above SIZE", "EHLO SIZE", "links instead of attachments, warning"),
    Row("D1", "disk full at each write", "file size limits; tmpfs", "exit 74, nothing partial"),
    Row("D2", "no right, no inodes", "read-only tmpfs, nr_inodes, a file in the way", "exit 77 or 74 with the path"),
    Row("C1", "runs of one month at once", "processes, same and different exports", "a serial order; a loser ends with 73"),
    Row("C2", "two months at once", "processes", "independent"),
    Row("T4", "other time zone, no tzdata", "TZ, PYTHONTZPATH", "same bytes"),
    Row("R1", "run elsewhere and again", "folder, locale, hash seed, processors", "same bytes"),
    Row("R2", "rows and sheets in another order", "shuffled exports", "same tables"),
    Row("R3", "code changed after a crash", "two versions of the package", "new run id, no mix"),
    Row("W1", "bytes of an export changed", "2,000 mutations of .xlsx, of the XML inside, of .xls, .csv and .parquet", "read right or refused with a next step, under 1 s of processor time"),
    Row("W8", "odd values in cells", "5,000 mutations, columns in any order", "read as Excel shows them; figures, or a rule with a next step, under 1 s of processor time"),
    Row("P1", "hostile names", "traversal, control characters, look-alikes, reserved names", "0 escapes"),
    Row("P2", "links", "in the exports and the output folder", "0 followed"),
    Row("X1", "secrets", "canaries over every error path", "0 in any output"),
    Row("X2", "addresses with credentials", "same", "masked"),
    Row("Q1", "wrong exports", "missing, empty, twice, ambiguous, stale", "exit 66 or 65, says which"),
    Row("O1", "lineage backend down, page not drawn", "nothing listens, a broken template", "the run succeeds with a warning"),
    Row("O2", "DuckDB out of memory", "memory_limit", "spills, or exit 75 with advice"),
)  # fmt: skip
