"""The stored data of documents, compressed in small chunks with a dictionary of the segment.

A search shows ten documents from ten places, so each should cost little unpacking. Small
chunks compress badly by themselves. With a dictionary that is trained on the first few
megabytes of the segment they become smaller than large chunks without one.

A chunk ends with four bytes of its checksum, which is compared whenever it is read. So a text that
was damaged while the index is open is an error, and is never shown.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import zstandard

from engine.arrays import Array
from engine.columns.damage import damaged

EXTENSION = ".texts"
CHUNK = 2  # documents; eight would save a fortieth of an index and cost a search 0.1 ms
END = b"\n"  # separates the documents of a chunk, which contain none

_LEVEL = 6
_SAMPLE = 4 << 20  # bytes that the dictionary is trained on
_DICTIONARY = 256 << 10  # bytes; a segment smaller than a sample has none
_BATCH = 256  # chunks that a thread compresses at a time
_MAX_PENDING = 4  # batches


class TextWriter:
    """Writes chunks to a file; ``finish`` says where each of them is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[bytes] = []
        self._size = 0
        self._trained = False
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self._pool = ThreadPoolExecutor(1)  # the compressor is for one thread at a time
        self._batches: deque[Future[list[bytes]]] = deque()
        self._stream = path.open("wb")
        self._sizes: list[int] = []
        self.dictionary = b""

    def add(self, documents: Sequence[bytes]) -> None:
        """Write a chunk; the first chunk has the number 0."""
        self._waiting.append(END.join(documents))
        self._size += len(self._waiting[-1])
        if not self._trained and self._size >= _SAMPLE:
            self._train()
        if self._trained and len(self._waiting) >= _BATCH:
            self._send()

    def _train(self) -> None:
        documents: list[bytes | bytearray | memoryview] = [
            document for chunk in self._waiting for document in chunk.split(END)
        ]
        dictionary = zstandard.train_dictionary(_DICTIONARY, documents)
        self._compressor = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=dictionary, write_checksum=True
        )
        self.dictionary = dictionary.as_bytes()
        self._trained = True

    def _send(self) -> None:
        batch, self._waiting = self._waiting, []
        compress = self._compressor.compress
        self._batches.append(self._pool.submit(lambda: [compress(chunk) for chunk in batch]))
        while len(self._batches) > _MAX_PENDING:
            self._write()

    def _write(self) -> None:
        for packed in self._batches.popleft().result():
            self._stream.write(packed)
            self._sizes.append(len(packed))

    def finish(self) -> Array:
        """Return where each chunk begins in the file, and where the last one ends (int64)."""
        self._send()
        while self._batches:
            self._write()
        ends = np.zeros(len(self._sizes) + 1, np.int64)
        np.cumsum(self._sizes, out=ends[1:])
        return ends

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._stream.close()


class TextReader:
    """Reads chunks by number; threads may share it."""

    def __init__(self, path: Path, at: Array, dictionary: Array) -> None:
        self._path = path
        self._at = at.data  # a buffer gives Python's numbers and slices, and gives them sooner
        self._dictionary = zstandard.ZstdCompressionDict(dictionary.tobytes())
        # An empty file cannot be mapped.
        self._data = np.memmap(path, np.uint8, "r").data if path.stat().st_size else memoryview(b"")
        self._local = threading.local()

    def chunk(self, number: int) -> list[bytes]:
        """Return the documents of a chunk; raises ``IndexCorrupt``."""
        if not hasattr(self._local, "unpack"):  # a decompressor is for one thread at a time
            self._local.unpack = zstandard.ZstdDecompressor(dict_data=self._dictionary).decompress
        packed = self._data[self._at[number] : self._at[number + 1]]
        try:
            documents: list[bytes] = self._local.unpack(packed).split(END)
        except (zstandard.ZstdError, MemoryError) as error:
            raise damaged(self._path, number) from error
        return documents
