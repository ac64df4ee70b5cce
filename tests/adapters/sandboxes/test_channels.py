"""The pipes between the product and a sandbox."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.adapters.sandboxes.channels import opened


@given(chunks=st.lists(st.binary(max_size=50), max_size=8), limit=st.integers(0, 120))
def test_a_stream_keeps_the_beginning_and_tells_when_there_was_more(chunks: list[bytes], limit: int) -> None:
    with opened() as channels:
        stream, theirs = channels.stream(limit, owner=None)
        for chunk in chunks:
            os.write(theirs, chunk)
            stream.pull()
        channels.close_theirs()
        assert not stream.pull()
    whole = b"".join(chunks)
    assert stream.data == whole[:limit]
    assert stream.overflowed == (len(whole) > limit)


def test_an_open_stream_with_nothing_in_it_goes_on() -> None:
    with opened() as channels:
        stream, _ = channels.stream(10, owner=None)
        assert stream.pull()


def test_our_death_does_not_open_the_gate() -> None:
    with opened() as channels:
        theirs, _ = channels.gate()
        kept = os.dup(theirs)
    os.set_blocking(kept, False)
    with pytest.raises(BlockingIOError):
        os.read(kept, 1)
    os.close(kept)


def test_content_is_read_from_its_beginning_and_nothing_stays_open() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the listing is all that is wanted
    with opened() as channels:
        assert os.read(channels.content(b"bytes"), 10) == b"bytes"
        channels.watch(os.getpid())
        channels.gate()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
