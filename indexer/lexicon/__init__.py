"""What people may edit: the words by which themes and policy phrases are known, and synonyms.

``synonyms.toml`` lists words that mean the same; any other ``*.toml`` here is a pack, and
``economy.toml`` explains the entries in its opening comment. A person's own packs and
synonyms lie in a folder that the environment variable ``YINJU_LEXICON`` names, and are read
after these. All packs are read together, so that a cue of one may lean on a group of
another; a theme of this folder may get further words in the other. Cues are kept
normalised, the form in which texts are compared; phrases and synonyms keep their spelling.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from engine import model
from engine.analyze import normalise
from engine.errors import ReadError
from engine.model import UNKNOWN

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OWN = "YINJU_LEXICON"  # names a folder of packs of one's own
PHRASE, SURE, LIKELY = 1.5, 1.0, 0.5  # what a cue weighs; 1 is enough for a theme
_WEIGHTS = {"phrases": PHRASE, "sure": SURE, "likely": LIKELY}
_NEAR = ("beside", "amid")
_KEYS = ("name", "quiet", *_WEIGHTS, *_NEAR)
_NAME = re.compile(r"[^\s/|]+(/[^\s/|]+)?")  # a theme, or a theme and one below it
SYNONYMS = "synonyms.toml"
_SYNONYM = re.compile(r"[\w+.、]{2,}")  # one run of text to type and to find


@dataclass(frozen=True, slots=True)
class Cue:
    """What a word says: so much (``weight``) for a theme.

    It counts only where the sentence holds a word of the group ``beside``, or
    the whole paragraph is about the group ``amid``, if these are not empty.
    """

    theme: str
    weight: float
    beside: str = ""
    amid: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """The words of all packs.

    ``themes`` stand in the order of the packs. ``ignored`` words hide the cues inside
    them; a sentence with a ``silent`` word says nothing.
    """

    themes: list[str] = field(default_factory=list)
    phrases: dict[str, str] = field(default_factory=dict)
    cues: dict[str, list[Cue]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    @property
    def words(self) -> set[str]:
        """The words that themes are told by, normalised; not phrases that are only shown."""
        return {*self.cues, *self.ignored, *self.silent}.union(*self.groups.values())


def pack_files() -> list[Path]:
    """The files of all packs: the package's, then a person's own."""
    return [path for folder in _folders() for path in _files(folder)]


@lru_cache(maxsize=1)
def load(*folders: Path) -> Pack:
    """Read the packs of these folders, by default of the package and of a person's own.

    A folder tells a theme once; a later folder may add to it. Raises ``ReadError``
    naming the file and the entry.
    """
    pack = Pack()
    read = [[(path, _parse(path)) for path in _files(folder)] for folder in folders or _folders()]
    for path, data in chain.from_iterable(read):
        _add_groups(pack, path, data)
    entries = [
        [(path, entry) for path, data in files for entry in _tables(path, data.get("theme", []))]
        for files in read
    ]
    for folder in entries:
        told: set[str] = set()
        for path, entry in folder:
            _add_theme(pack, path, entry, told)
    return pack


def policy_phrases() -> model.Lexicon:
    """The policy phrases with their themes: for highlighting and for the tokenizer."""
    return model.Lexicon(phrases=load().phrases)


def synonyms(*folders: Path) -> tuple[tuple[str, ...], ...]:
    """The groups of each ``synonyms.toml``; raises ``ReadError`` naming the file and the entry."""
    groups: list[tuple[str, ...]] = []
    known: dict[str, str] = {}
    for path in (folder / SYNONYMS for folder in folders or _folders()):
        for entry, others in _parse(path).items() if path.exists() else ():
            if not isinstance(others, list) or not others:
                _reject(path, entry, "应为带引号的词的列表，至少一个词")
            for name in (entry, *others):
                if not isinstance(name, str) or not _SYNONYM.fullmatch(name):
                    why = "只能是汉字、字母、数字和 + . 、，至少两个字"
                    _reject(path, entry, f"“{name}”不能用，{why}")
                if before := known.get(normalise(name)):
                    _reject(path, entry, f"“{name}”已在“{before}”一组里，请只留一处")
                known[normalise(name)] = entry
            groups.append((entry, *others))
    return tuple(groups)


def _folders() -> Sequence[Path]:
    own = os.environ.get(OWN)
    return (Path(__file__).parent, Path(own)) if own else (Path(__file__).parent,)


def _files(folder: Path) -> list[Path]:
    """The packs of a folder, in the order of their names; it must hold something."""
    held = sorted(folder.glob("*.toml"))
    if not held:
        why = f"没有这个文件夹，或里面没有 .toml 词库；请检查环境变量 {OWN}"
        raise ReadError(str(folder), why)
    return [path for path in held if path.name != SYNONYMS]


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ReadError(str(path), "打不开，请检查是不是文件、有没有读取权限") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = f"不是 UTF-8 编码的 TOML 文件（{error}），请改正后重试"
        raise ReadError(str(path), why) from error
    return data


def _add_groups(pack: Pack, path: Path, data: Mapping[str, Any]) -> None:
    _check_keys(path, "文件", data, ("groups", "ignore", "theme"))
    for name, words in _table(path, "groups", data).items():
        pack.groups.setdefault(name, set()).update(_words(path, f"groups.{name}", words))
    ignore = _table(path, "ignore", data)
    _check_keys(path, "ignore", ignore, ("words", "sentences"))
    pack.ignored.update(_words(path, "ignore.words", ignore.get("words", [])))
    pack.silent.update(_words(path, "ignore.sentences", ignore.get("sentences", [])))


def _add_theme(pack: Pack, path: Path, entry: Mapping[str, Any], told: set[str]) -> None:
    """Add an entry; ``told`` are the themes that its folder has told before."""
    theme = entry.get("name")
    if not isinstance(theme, str) or not theme:
        _reject(path, "theme", "缺少 name，请写明主题的名称")
    if theme == UNKNOWN or not _NAME.fullmatch(theme):
        _reject(path, theme, "主题名应为“主题”或“主题/子题”，不含空白和“|”")
    if theme in told:
        _reject(path, theme, "主题重复，请并成一处")
    told.add(theme)
    _check_keys(path, theme, entry, _KEYS)
    if theme not in pack.themes:
        pack.themes.append(theme)
    for key in ("phrases", "quiet"):
        _words(path, f"{theme}.{key}", entry.get(key, []))
        for phrase in entry.get(key, []):
            if phrase in pack.phrases:
                _reject(path, theme, f"短语“{phrase}”已属于“{pack.phrases[phrase]}”，请只留一处")
            pack.phrases[phrase] = theme
    for word, cue in _cues(pack, path, entry):
        known = pack.cues.setdefault(word, [])
        if any(replace(other, weight=cue.weight) == cue for other in known):
            _reject(path, theme, f"“{word}”写了两次，请删去一处；只要突出显示，可写进 quiet")
        known.append(cue)


def _cues(pack: Pack, path: Path, entry: Mapping[str, Any]) -> Iterator[tuple[str, Cue]]:
    theme = entry["name"]
    for key, weight in _WEIGHTS.items():
        for word in _words(path, f"{theme}.{key}", entry.get(key, [])):
            yield word, Cue(theme, weight)
    for key in _NEAR:
        for group, words in _table(path, key, entry).items():
            if group not in pack.groups:
                _reject(path, f"{theme}.{key}", f"没有词组“{group}”，请先写进 [groups]")
            for word in _words(path, f"{theme}.{key}.{group}", words):
                yield word, Cue(theme, SURE, **{key: group})


def _words(path: Path, place: str, words: object) -> list[str]:
    """The words of a list, normalised; each must have two characters at least."""
    for word in (strings := _strings(path, place, words)):
        if len(word) < 2:
            _reject(path, place, f"“{word}”太短，至少要两个字")
    return [normalise(word) for word in strings]


def _strings(path: Path, place: str, words: object) -> list[str]:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        _reject(path, place, "应为带引号的词的列表")
    return words


def _tables(path: Path, entries: object) -> list[dict[str, Any]]:
    """The themes of a file, each a table under ``[[theme]]``."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        _reject(path, "theme", "应写成 [[theme]]，两层方括号")
    return entries


def _table(path: Path, key: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under a key, which is a table by itself."""
    table = data.get(key, {})
    if not isinstance(table, dict):
        _reject(path, key, "应写成一节，节里每行一个“名称 = [词的列表]”")
    return table


def _check_keys(path: Path, place: str, entry: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in entry:
        if key not in keys:
            _reject(path, place, f"不认识“{key}”，可用的有：{'、'.join(keys)}")


def _reject(path: Path, place: str, why: str) -> NoReturn:
    raise ReadError(str(path), f"{place}：{why}")
