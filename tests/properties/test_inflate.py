"""A large entry is inflated by another library than a small one: neither takes what the other refuses."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest import archive
from bottleneck_tasks.settings import Limits
from tests.faults.archives import Entry, write_archive

if TYPE_CHECKING:
    from pathlib import Path

_CELLS = b"".join(b'<c r="A%d"><v>%d</v></c>' % (row, row * 7_919 % 1_000) for row in range(1, 90))
_LIMITS = Limits.of({"ratio": 10_000})


@st.composite
def _damaged(draw: st.DrawFn) -> Entry:
    """An entry whose deflated bytes were changed, cut or followed by others, or none of it."""
    content = draw(st.binary(max_size=200) | st.sampled_from([_CELLS, _CELLS[:70], bytes(3_000)]))
    level, strategy = draw(st.sampled_from([0, 1, 9])), draw(st.sampled_from([zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED]))
    encoder = zlib.compressobj(level, zlib.DEFLATED, -15, strategy=strategy)
    deflated = bytearray(encoder.compress(content) + encoder.flush())
    for place, byte in draw(st.lists(st.tuples(st.integers(0, 2_999), st.integers(0, 255)), max_size=3)):
        deflated[place % len(deflated)] = byte
    end = draw(st.just(len(deflated)) | st.integers(0, len(deflated)))
    compressed = bytes(deflated[:end]) + draw(st.just(b"") | st.binary(max_size=9))
    return Entry(name="x", content=content, compressed=compressed)


@profile(max_examples=max(300, profile().max_examples))
@given(entry=_damaged(), chunk=st.integers(1, 400))
def test_both_libraries_inflate_and_refuse_the_same(
    entry: Entry, chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever an entry holds, wherever chunks end: the same bytes, or the same words of what is wrong with it."""
    path = write_archive(tmp_path_factory.mktemp("x") / "x", [entry])
    assert _inflated(path, chunk, large=0) == _inflated(path, chunk, large=1 << 40)


def _inflated(path: Path, chunk: int, *, large: int) -> bytes | str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archive, "_LARGE", large)
        patched.setattr(archive, "CHUNK", chunk)
        try:
            with archive.open_archive(path, name="x", limits=_LIMITS) as (file, [entry]):
                return b"".join(archive.inflate(file, entry, name="x", limits=_LIMITS))
        except (zipfile.BadZipFile, UnsafeWorkbookError) as error:
            return f"{type(error).__name__}: {error}"
