"""The process that recognises text in pages that are pictures: prints a line of JSON for each.

``python -m indexer.readers.pdf.recognise FILE PAGE …`` counts pages from 0. Needs the extra
``ocr``: RapidOCR with the models that its package carries, so that nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pypdfium2

from indexer.limits import MAX_OCR_BYTES_IN_MEMORY
from indexer.readers.child_process import limit_memory

_DOTS_PER_POINT = 200 / 72
_MAX_DOTS = 4_000  # of a side; larger pages, such as maps, are shown smaller


def main(path: str, numbers: list[int]) -> None:
    """Print ``{"page", "lines"}`` for each page, as soon as it is done."""
    limit_memory(MAX_OCR_BYTES_IN_MEMORY)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime would report to its makers
    from rapidocr import RapidOCR  # takes seconds, and is not always installed

    engine = RapidOCR(params={"Global.log_level": "critical"})
    with pypdfium2.PdfDocument(path) as document:
        for number in numbers:
            print(
                json.dumps({"page": number, "lines": _lines(engine, document[number])}), flush=True
            )


def _lines(engine: Any, page: Any) -> list[tuple[str, float, float, float, float]]:
    """The lines of a page as ``recognised.py`` takes them."""
    scale = min(_DOTS_PER_POINT, _MAX_DOTS / max(page.get_size()))
    picture = page.render(scale=scale).to_numpy()[:, :, :3]
    result = engine(picture)
    if result.boxes is None:
        return []
    lines = []
    for corners, text in zip(result.boxes.tolist(), result.txts, strict=True):
        across = [x / scale for x, _ in corners]
        down = [y / scale for _, y in corners]
        lines.append((text, min(across), min(down), max(across), max(down)))
    return lines


if __name__ == "__main__":
    main(sys.argv[1], [int(number) for number in sys.argv[2:]])
