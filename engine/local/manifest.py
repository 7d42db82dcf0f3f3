"""The manifest of a generation: what made the index, and from which files.

Its file is JSON, and a last line with the checksum of all that stands before it. Every file of
the index has its checksum in the manifest; this one is the manifest's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from engine.local.files import new_file, sync, text_checksum
from engine.model import FileRecord, Lexicon
from engine.packing import check_types, unpack_arrivals, unpack_lexicon, unpack_record

SCHEMA_VERSION = 11
_FIRST_WITH_CHECKSUM = 11  # of the schemas; older manifests are only read for their files
MANIFEST_NAME = re.compile(r"manifest_([0-9]+)\.json")

_INDEX_FILE = re.compile(r"\w+\.[a-z]+", re.ASCII)
_TYPES = {
    **dict.fromkeys(("tokenizer", "dictionary"), str),
    **dict.fromkeys(("schema", "reports", "paragraphs"), int),
    **dict.fromkeys(("files", "parts", "lexicon", "arrivals"), dict),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made an index, and from which files.

    ``index_files`` maps each file of the index to its size and checksum; the file of a manifest
    calls it ``parts``. ``files`` maps the absolute path of each source file to its record,
    ``arrivals`` the id of each report to the time at which it came in, see ``engine.arrivals``.
    """

    tokenizer: str
    dictionary: str
    schema: int = SCHEMA_VERSION
    reports: int = 0
    paragraphs: int = 0
    lexicon: Lexicon = field(default_factory=Lexicon)
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    index_files: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    arrivals: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def path(folder: Path, generation: int) -> Path:
        return folder / f"manifest_{generation}.json"

    @classmethod
    def load(cls, folder: Path, generation: int) -> Manifest:
        """Raise ``FileNotFoundError``, or ``ValueError`` where the file is not a manifest."""
        try:
            text, _, sum_ = cls.path(folder, generation).read_text("utf-8").rpartition("\n")
            is_whole = text_checksum(text) == sum_
            data = json.loads(text if is_whole else f"{text}\n{sum_}")
            check_types(data, _TYPES)
            if not is_whole and data["schema"] >= _FIRST_WITH_CHECKSUM:
                raise ValueError("the manifest does not match its checksum")
            records = {name: unpack_record(record) for name, record in data.pop("files").items()}
            index_files = {
                name: _index_file(name, *entry) for name, entry in data.pop("parts").items()
            }
            lexicon = unpack_lexicon(data.pop("lexicon"))
            arrivals = unpack_arrivals(data.pop("arrivals", {}))  # new
            return cls(
                **data,
                lexicon=lexicon,
                files=records,
                index_files=index_files,
                arrivals=arrivals,
            )
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"not a manifest: {error}") from error

    def save(self, folder: Path, generation: int) -> None:
        data = asdict(self)
        data["parts"] = data.pop("index_files")
        text = json.dumps(data, ensure_ascii=False, indent=1)
        path = self.path(folder, generation)
        with new_file(path) as stream:
            stream.write(f"{text}\n{text_checksum(text)}".encode())
        sync(path)


def _index_file(name: str, size: int, checksum: str) -> tuple[int, str]:
    """Check the entry of a file of the index; its name must not lead out of the folder."""
    check_types({"size": size, "checksum": checksum}, {"size": int, "checksum": str})
    if not _INDEX_FILE.fullmatch(name):
        raise ValueError(f"{name} is no file of an index")
    return size, checksum
