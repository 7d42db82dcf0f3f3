"""What people may edit: the words by which themes and policy phrases are known, and synonyms.

``synonyms.toml`` lists words that mean the same; any other ``*.toml`` here is a pack,
and ``economy.toml`` explains the entries in its opening comment. All packs are read
together, so that a cue of one may lean on a group of another. Cues are kept
normalised, the form in which texts are compared; phrases and synonyms keep their spelling.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from engine import model
from engine.analyze import normalise
from engine.errors import ReadError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PHRASE, SURE, LIKELY = 1.5, 1.0, 0.5  # what a cue weighs; 1 is enough for a theme
_WEIGHTS = {"phrases": PHRASE, "sure": SURE, "likely": LIKELY}
_NEAR = ("beside", "amid")
_KEYS = ("name", "quiet", "yields", *_WEIGHTS, *_NEAR)
SYNONYMS = "synonyms.toml"
_NAME = re.compile(r"[\w+.、]{2,}")  # what a synonym may be: one run of text to type and to find


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

    ``yields`` names, theme by theme, the themes it gives way to where they weigh
    more. ``ignored`` words hide the cues inside them; a sentence with a ``silent``
    word says nothing.
    """

    yields: dict[str, list[str]] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    cues: dict[str, list[Cue]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    @property
    def themes(self) -> tuple[str, ...]:
        """The names of all themes, in the order of the packs."""
        return tuple(self.yields)


@lru_cache(maxsize=1)
def load(folder: Path = Path(__file__).parent) -> Pack:
    """Read the packs of a folder; raises ``ReadError`` naming the file and the entry."""
    pack = Pack()
    paths = sorted(path for path in folder.glob("*.toml") if path.name != SYNONYMS)
    files = {path: _parse(path) for path in paths}
    for path, data in files.items():
        _add_groups(pack, path, data)
    entries = [(path, entry) for path, data in files.items() for entry in data.get("theme", [])]
    for path, entry in entries:
        _add_theme(pack, path, entry)
    for path, entry in entries:
        for other in entry.get("yields", []):
            if other not in pack.yields:
                _reject(path, f"{entry['name']}.yields", f"没有主题“{other}”，请改正")
    return pack


def policy_phrases() -> model.Lexicon:
    """The policy phrases with their themes: for highlighting and for the tokenizer."""
    return model.Lexicon(phrases=load().phrases)


def synonyms(folder: Path = Path(__file__).parent) -> tuple[tuple[str, ...], ...]:
    """The groups of ``synonyms.toml``; raises ``ReadError`` naming the file and the entry."""
    path = folder / SYNONYMS
    groups: list[tuple[str, ...]] = []
    known: dict[str, str] = {}
    for entry, others in _parse(path).items():
        if not isinstance(others, list) or not others:
            _reject(path, entry, "应为带引号的词的列表，至少一个词")
        for name in (entry, *others):
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                _reject(path, entry, f"“{name}”不能用，只能是汉字、字母、数字和 + . 、，至少两个字")
            if before := known.get(normalise(name)):
                _reject(path, entry, f"“{name}”已在“{before}”一组里，请只留一处")
            known[normalise(name)] = entry
        groups.append((entry, *others))
    return tuple(groups)


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = f"不是 UTF-8 编码的 TOML 文件（{error}），请改正后重试"
        raise ReadError(str(path), why) from error
    return data


def _add_groups(pack: Pack, path: Path, data: Mapping[str, Any]) -> None:
    _check_keys(path, "文件", data, ("groups", "ignore", "theme"))
    for name, words in data.get("groups", {}).items():
        pack.groups.setdefault(name, set()).update(_words(path, f"groups.{name}", words))
    ignore = data.get("ignore", {})
    _check_keys(path, "ignore", ignore, ("words", "sentences"))
    pack.ignored.update(_words(path, "ignore.words", ignore.get("words", [])))
    pack.silent.update(_words(path, "ignore.sentences", ignore.get("sentences", [])))


def _add_theme(pack: Pack, path: Path, entry: Mapping[str, Any]) -> None:
    theme = entry.get("name")
    if not isinstance(theme, str) or not theme:
        _reject(path, "theme", "缺少 name，请写明主题的名称")
    if theme in pack.yields:
        _reject(path, theme, "主题重复，请并成一处")
    _check_keys(path, theme, entry, _KEYS)
    pack.yields[theme] = entry.get("yields", [])
    for phrase in (*entry.get("phrases", []), *entry.get("quiet", [])):
        if phrase in pack.phrases:
            _reject(path, theme, f"短语“{phrase}”已属于“{pack.phrases[phrase]}”，请只留一处")
        pack.phrases[phrase] = theme
    for word, cue in _cues(pack, path, entry):
        known = pack.cues.setdefault(word, [])
        if any(replace(other, weight=cue.weight) == cue for other in known):
            _reject(path, theme, f"“{word}”写了两次，请删去一处")
        known.append(cue)


def _cues(pack: Pack, path: Path, entry: Mapping[str, Any]) -> Iterator[tuple[str, Cue]]:
    theme = entry["name"]
    for key, weight in _WEIGHTS.items():
        for word in _words(path, f"{theme}.{key}", entry.get(key, [])):
            yield word, Cue(theme, weight)
    for key in _NEAR:
        for group, words in entry.get(key, {}).items():
            if group not in pack.groups:
                _reject(path, f"{theme}.{key}", f"没有词组“{group}”，请先写进 [groups]")
            for word in _words(path, f"{theme}.{key}.{group}", words):
                yield word, Cue(theme, SURE, **{key: group})


def _words(path: Path, place: str, words: object) -> list[str]:
    """The words of a list, normalised; each must have two characters at least."""
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        _reject(path, place, "应为带引号的词的列表")
    for word in words:
        if len(word) < 2:
            _reject(path, place, f"“{word}”太短，至少要两个字")
    return [normalise(word) for word in words]


def _check_keys(path: Path, place: str, entry: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in entry:
        if key not in keys:
            _reject(path, place, f"不认识“{key}”，可用的有：{'、'.join(keys)}")


def _reject(path: Path, place: str, why: str) -> NoReturn:
    raise ReadError(str(path), f"{place}：{why}")
