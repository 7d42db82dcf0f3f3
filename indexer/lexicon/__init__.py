"""Reads the word lists that people may edit: cues of themes, policy phrases, and synonyms.

``synonyms.toml`` lists words that mean the same. Any other ``*.toml`` here is a pack;
the opening comment of ``economy.toml`` explains its entries. The environment variable
``YINJU_LEXICON`` may name a folder with a person's own packs and synonyms, which are read
after these. All packs are read together, so a cue of one pack may refer to a group of
another, and a person's pack may add words to a theme of this folder. Cues are kept
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

FOLDER_VARIABLE = "YINJU_LEXICON"  # an environment variable: a folder with a person's own packs
PHRASE_WEIGHT, SURE_WEIGHT, LIKELY_WEIGHT = 1.5, 1.0, 0.5  # of cues; 1 is enough for a theme
_WEIGHTS = {"phrases": PHRASE_WEIGHT, "sure": SURE_WEIGHT, "likely": LIKELY_WEIGHT}
_CONDITIONS = ("beside", "amid")
_KEYS = ("name", "overlaps", "quiet", *_WEIGHTS, *_CONDITIONS)
_THEME_NAME = re.compile(r"[^\s/|]+(/[^\s/|]+)?")  # a theme, or a theme and one below it
SYNONYMS = "synonyms.toml"
_SYNONYM_FORM = re.compile(r"[\w+.、]{2,}")  # without blanks or operators of a query


@dataclass(frozen=True, slots=True)
class Cue:
    """The weight of a word as evidence for a theme, and the conditions for it.

    If ``beside`` is not empty, the sentence must have a word of that group. If ``amid`` is
    not empty, the whole paragraph must be about that group.
    """

    theme: str
    weight: float
    beside: str = ""
    amid: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """The words of all packs.

    ``themes`` are in the order of the packs. ``overlaps`` has, by theme, those themes that
    share matters with it. An ``ignored`` word hides the cues inside it. A sentence with a
    ``silent`` word is skipped.
    """

    themes: list[str] = field(default_factory=list)
    overlaps: dict[str, set[str]] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    cues: dict[str, list[Cue]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    @property
    def words(self) -> set[str]:
        """The words that matter for themes, normalised; not phrases that are only highlighted."""
        return {*self.cues, *self.ignored, *self.silent}.union(*self.groups.values())


def pack_files() -> list[Path]:
    """The files of all packs: those of this package, then a person's own."""
    return [path for folder in _folders() for path in _files(folder)]


@lru_cache(maxsize=1)
def load(*folders: Path) -> Pack:
    """Read the packs of ``folders``, by default this package's and a person's own.

    A folder may define a theme once; a later folder may add to it. Raises ``ReadError``,
    which names the file and the entry.
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
        seen_themes: set[str] = set()
        for path, entry in folder:
            _add_theme(pack, path, entry, seen_themes)
    for path, entry in chain.from_iterable(entries):
        for other in entry.get("overlaps", []):
            if other not in pack.themes:
                _reject(path, f"{entry['name']}.overlaps", f"没有主题“{other}”，请检查名称")
    return pack


def policy_phrases() -> model.Lexicon:
    """The policy phrases with their themes, for highlighting and for the tokenizer."""
    return model.Lexicon(phrases=load().phrases)


def synonyms(*folders: Path) -> tuple[tuple[str, ...], ...]:
    """The groups of all ``synonyms.toml``; raises ``ReadError`` naming the file and the entry."""
    groups: list[tuple[str, ...]] = []
    group_of: dict[str, str] = {}
    for path in (folder / SYNONYMS for folder in folders or _folders()):
        for entry, others in _parse(path).items() if path.exists() else ():
            if not isinstance(others, list) or not others:
                _reject(path, entry, "应为带引号的词的列表，至少一个词")
            for name in (entry, *others):
                if not isinstance(name, str) or not _SYNONYM_FORM.fullmatch(name):
                    reason = "只能是汉字、字母、数字和 + . 、，至少两个字"
                    _reject(path, entry, f"“{name}”不能用，{reason}")
                if other_group := group_of.get(normalise(name)):
                    _reject(path, entry, f"“{name}”已在“{other_group}”一组里，请只留一处")
                group_of[normalise(name)] = entry
            groups.append((entry, *others))
    return tuple(groups)


def _folders() -> Sequence[Path]:
    own_folder = os.environ.get(FOLDER_VARIABLE)
    return (Path(__file__).parent, Path(own_folder)) if own_folder else (Path(__file__).parent,)


def _files(folder: Path) -> list[Path]:
    """The packs of a folder, sorted by name; raises ``ReadError`` where it has no ``*.toml``."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        reason = f"没有这个文件夹，或里面没有 .toml 词库；请检查环境变量 {FOLDER_VARIABLE}"
        raise ReadError(str(folder), reason)
    return [path for path in files if path.name != SYNONYMS]


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ReadError(str(path), "打不开，请检查是不是文件、有没有读取权限") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = f"不是 UTF-8 编码的 TOML 文件（{error}），请改正后重试"
        raise ReadError(str(path), reason) from error
    return data


def _add_groups(pack: Pack, path: Path, data: Mapping[str, Any]) -> None:
    _check_keys(path, "文件", data, ("groups", "ignore", "theme"))
    for name, words in _table(path, "groups", data).items():
        pack.groups.setdefault(name, set()).update(_words(path, f"groups.{name}", words))
    ignore = _table(path, "ignore", data)
    _check_keys(path, "ignore", ignore, ("words", "sentences"))
    pack.ignored.update(_words(path, "ignore.words", ignore.get("words", [])))
    pack.silent.update(_words(path, "ignore.sentences", ignore.get("sentences", [])))


def _add_theme(pack: Pack, path: Path, entry: Mapping[str, Any], seen_themes: set[str]) -> None:
    """Add a theme's entry; ``seen_themes`` has the themes that its folder has defined so far."""
    theme = entry.get("name")
    if not isinstance(theme, str) or not theme:
        _reject(path, "theme", "缺少 name，请写明主题的名称")
    if theme == UNKNOWN or not _THEME_NAME.fullmatch(theme):
        _reject(path, theme, "主题名应为“主题”或“主题/子题”，不含空白和“|”")
    if theme in seen_themes:
        _reject(path, theme, "主题重复，请并成一处")
    seen_themes.add(theme)
    _check_keys(path, theme, entry, _KEYS)
    if theme not in pack.themes:
        pack.themes.append(theme)
    others = _strings(path, f"{theme}.overlaps", entry.get("overlaps", []))
    pack.overlaps.setdefault(theme, set()).update(others)
    for key in ("phrases", "quiet"):
        _words(path, f"{theme}.{key}", entry.get(key, []))
        for phrase in entry.get(key, []):
            if phrase in pack.phrases:
                _reject(path, theme, f"短语“{phrase}”已属于“{pack.phrases[phrase]}”，请只留一处")
            pack.phrases[phrase] = theme
    for word, cue in _cues(pack, path, entry):
        cues = pack.cues.setdefault(word, [])
        if any(replace(other, weight=cue.weight) == cue for other in cues):
            _reject(path, theme, f"“{word}”写了两次，请删去一处；只要突出显示，可写进 quiet")
        cues.append(cue)


def _cues(pack: Pack, path: Path, entry: Mapping[str, Any]) -> Iterator[tuple[str, Cue]]:
    theme = entry["name"]
    for key, weight in _WEIGHTS.items():
        for word in _words(path, f"{theme}.{key}", entry.get(key, [])):
            yield word, Cue(theme, weight)
    for key in _CONDITIONS:
        for group, words in _table(path, key, entry).items():
            if group not in pack.groups:
                _reject(path, f"{theme}.{key}", f"没有词组“{group}”，请先写进 [groups]")
            for word in _words(path, f"{theme}.{key}.{group}", words):
                yield word, Cue(theme, SURE_WEIGHT, **{key: group})


def _words(path: Path, place: str, words: object) -> list[str]:
    """The words of a list, normalised; each must have at least two characters."""
    for word in (strings := _strings(path, place, words)):
        if len(word) < 2:
            _reject(path, place, f"“{word}”太短，至少要两个字")
    return [normalise(word) for word in strings]


def _strings(path: Path, place: str, words: object) -> list[str]:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        _reject(path, place, "应为带引号的词的列表")
    return words


def _tables(path: Path, entries: object) -> list[dict[str, Any]]:
    """The themes of a file; each must be a table under ``[[theme]]``."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        _reject(path, "theme", "应写成 [[theme]]，两层方括号")
    return entries


def _table(path: Path, key: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The value of a key, which must be a table; empty where the key is missing."""
    table = data.get(key, {})
    if not isinstance(table, dict):
        _reject(path, key, "应写成一节，节里每行一个“名称 = [词的列表]”")
    return table


def _check_keys(path: Path, place: str, entry: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in entry:
        if key not in keys:
            _reject(path, place, f"不认识“{key}”，可用的有：{'、'.join(keys)}")


def _reject(path: Path, place: str, reason: str) -> NoReturn:
    raise ReadError(str(path), f"{place}：{reason}")
