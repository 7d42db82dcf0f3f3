"""Several blocks, both forms of runs, pairs of characters, long documents and large frequencies,
against counting by hand."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest
from columns import Doc, columns, new_index, put, run, scores, stock, stock_scores
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.writing import NO_MERGE, OPTIMIZE

from engine.arrays import Array, strings
from engine.columns.coding import encode, find_bytes, recode
from engine.columns.layout import (
    BLOCK,
    MAX_FREQUENCY,
    MIN_DENSE,
    MIN_LISTED,
    MIN_PAIRED,
    WORDS_PER_BLOCK,
)
from engine.columns.native import Handle, Kernel
from engine.columns.numbers import read_number, size_of_number, write_number
from engine.columns.read.matcher import decode
from engine.columns.read.terms import TermDictionary, find
from engine.columns.run import tally as tally_module
from engine.columns.run.counting import count_groups, filter_groups, nonzero_words
from engine.columns.run.ops import SegmentResult
from engine.columns.run.searcher import ColumnSearcher
from engine.columns.run.tally import Tally
from engine.columns.run.topk import collect
from engine.columns.sequences import Chunk, join, positions
from engine.columns.texts import CHUNK, TextReader, TextWriter
from engine.columns.write.document_writer import Group, to_bytes
from engine.columns.write.inverting import invert
from engine.columns.write.merging import merge
from engine.columns.write.numbering import END_TOKEN, TermNumbering
from engine.columns.write.pairing import pair
from engine.columns.write.writer import ColumnWriter, join_sentences, join_tokens
from engine.ranking import K1, B
from engine.whoosh_queries import OneSentence

SIZE = 2 * BLOCK + 9000  # documents: two whole blocks and a part of one
IN_GROUP = 701  # documents, so that groups and blocks end at different positions
HAN = "医疗保障基金监管工作报告省市县区"  # the first ones are the most frequent


class LargeIndex:
    """A large index, and the texts in it."""

    def __init__(self, folder: Path) -> None:
        luck = random.Random(5)
        weights = [1 / rank for rank in range(1, len(HAN) + 1)]
        self.texts = [
            "".join(luck.choices(HAN, weights, k=luck.randint(1, 8))) for _ in range(SIZE)
        ]
        self.texts[100] = "医疗" * 200 + "保" * 300 + "障" + "医" * 40  # long, and much the same
        self.texts[BLOCK + 7] = "管" + "工" * 700 + "作报" + "工" * 300 + "告"
        writer = ColumnWriter(new_index(folder))
        self.groups = [
            (f"g{low}", self.texts[low : low + IN_GROUP]) for low in range(0, SIZE, IN_GROUP)
        ]
        for name, texts in self.groups:
            writer.add_group(group(name, texts))
        writer.commit()
        self.index = writer_index(folder)

    def documents_with(self, wanted: str) -> set[int]:
        return {number for number, text in enumerate(self.texts) if wanted in text}


def group(name: str, texts: list[str]) -> Group:
    ids = [f"{name}-{number}".encode() for number in range(len(texts))]
    tokens = "".join(join_tokens(text) for text in texts)
    labels = [f"body|{len(text) % 3}" for text in texts]
    title = join_tokens(["题", name])
    exact = "".join(join_sentences(sentences_of(text)) for text in texts)
    return Group(name.encode(), b"", title, ids, labels, tokens, exact, [t.encode() for t in texts])


def sentences_of(text: str) -> list[str]:
    """Sentences that no sign ends: every 区 begins a new one."""
    return [part for part in re.split("(?=区)", text) if part]


def writer_index(folder: Path) -> ColumnSearcher:
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

    from engine.local.store import NAME, schema

    return ColumnSearcher(FileIndex(FileStorage(str(folder)), schema(), NAME).searcher())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> LargeIndex:
    return LargeIndex(tmp_path_factory.mktemp("blocks") / "index")


def test_the_large_index_has_everything_that_is_tested(large: LargeIndex) -> None:
    (part,) = large.index.segments
    postings, pairs = part.reader.postings, part.reader.pairs
    sizes = postings.run_size.astype(int) + 1
    assert len(part.texts.columns.live) == 3
    assert (sizes >= MIN_DENSE).any()
    assert (sizes < MIN_DENSE).any()
    assert len(pairs.dense)
    assert len(pairs.gaps)
    assert len(postings.large)


PHRASES = [
    "医疗",
    "疗医",
    "保障",
    "省市",
    "县区",
    "医疗保",
    "保障基金",
    "工作报",
    "工作报告",
    "医" * 9,
]


@pytest.mark.parametrize("text", [*HAN, *PHRASES])
def test_phrases_are_what_a_scan_finds(large: LargeIndex, text: str) -> None:
    query = wq.Phrase("exact", list(text)) if len(text) > 1 else wq.Term("exact", text)
    result = run(large.index, query, SIZE)
    assert set(scores(result)) == large.documents_with(text)
    counts = [sum(text in document for document in texts) for _, texts in large.groups]
    assert result.group_counts[0].tolist() == counts
    labels = large.index.segments[0].reader.label_names
    by_label = [
        sum(text in document and f"body|{len(document) % 3}" == name for document in large.texts)
        for name in labels
    ]
    assert result.label_counts[0].tolist() == by_label


SENTENCES = [
    *(["医疗", "保障"], ["医疗", "疗医"], ["医", "疗"], ["医疗保", "保障"], ["区", "医"]),
    *(
        ["保障基金", "疗医"],
        ["省市", "县区"],
        ["疗医", "区医"],
        ["医疗", "障", "金"],
        ["告", "医疗"],
    ),
]


@pytest.mark.parametrize("terms", SENTENCES, ids=" ".join)
def test_one_sentence_is_what_a_scan_finds(large: LargeIndex, terms: list[str]) -> None:
    """By the lists of frequent pairs, by a search of the sequences, and by both."""
    parts = [
        wq.Phrase("exact", list(text)) if len(text) > 1 else wq.Term("exact", text)
        for text in terms
    ]
    result = run(large.index, wq.And([*parts, OneSentence([[text] for text in terms])]), SIZE)
    assert set(scores(result)) == {
        number
        for number, text in enumerate(large.texts)
        if any(all(term in sentence for term in terms) for sentence in sentences_of(text))
    }


def test_sentences_of_frequent_pairs_are_listed(large: LargeIndex) -> None:
    reader = large.index.segments[0].reader
    pairs, sequences = reader.pairs, reader.sequences["exact"]
    names, low = reader.terms.all(), int(pairs.terms[0])
    numbered: list[list[tuple[int, str]]] = [[], [], []]  # the sentences of each block
    for document, text in enumerate(large.texts):
        number = int(sequences.sizes_at[document])
        for sentence in sentences_of(text):
            numbered[document // BLOCK].append((number, sentence))
            number += size_of_number(len(sentence))  # a byte for each character here
    for row, pair_number in list(enumerate(pairs.listed.tolist()))[::5]:
        block = int(np.searchsorted(pairs.at, pair_number, "right")) - 1
        key = int(pairs.keys[pair_number])
        text = (names[low + (key >> 16)] + names[low + (key & 65_535)]).decode()
        listed = pairs.sentences[pairs.sentences_at[row] : pairs.sentences_at[row + 1]]
        at, last = 0, int(sequences.sizes_at[block * BLOCK])
        found: list[int] = []
        while at < len(listed):
            gap, at = read_number(listed, at, len(listed))
            last += gap
            found.append(last)
        assert found == [number for number, of in numbered[block] if text in of], text
    assert len(pairs.listed) == np.count_nonzero(pairs.sizes.astype(int) + 1 >= MIN_LISTED) > 9


@given(st.lists(st.integers(0, 1 << 40)))
def test_numbers_come_back(numbers: list[int]) -> None:
    data, at = np.empty(6 * len(numbers) + 1, np.uint8), 0
    for number in numbers:
        before, at = at, write_number(number, data, at)
        assert at - before == size_of_number(number)
    place = 0
    for number in numbers:
        found, place = read_number(data, place, at)
        assert found == number
    assert place == at


def test_phrases_of_characters_and_other_tokens(tmp_path: Path) -> None:
    """All are frequent enough for a pair, but a number is no character that could be in one."""
    docs = [Doc("r", (), ["医", "98.25", "保", "障"]), Doc("r", (), ["98.25", "医", "障", "保"])]
    index = columns(tmp_path, docs * MIN_PAIRED)
    opened = ColumnSearcher(index.searcher())
    for wanted in (
        ["医", "98.25"],
        ["98.25", "保"],
        ["98.25", "医", "障"],
        ["保", "障"],
        ["障", "医"],
    ):
        result = run(opened, wq.Phrase("exact", wanted), len(docs) * MIN_PAIRED)
        kinds = {
            number for number, doc in enumerate(docs) if " ".join(wanted) in " ".join(doc.exact)
        }
        assert {document % 2 for document in scores(result)} == kinds, wanted
        assert result.total == MIN_PAIRED * len(kinds), wanted


def test_terms_are_decoded_to_what_went_in(large: LargeIndex) -> None:
    columns_ = large.index.segments[0].reader
    for char in HAN:
        decoded = decode(columns_.postings, columns_.term("exact", char.encode()))
        docs = [number for number, text in enumerate(large.texts) if char in text]
        assert decoded.docs.tolist() == docs
        assert decoded.freqs.tolist() == [large.texts[number].count(char) for number in docs]
        sequences = columns_.sequences["exact"]
        code = sequences.codes[columns_.term("exact", char.encode()) - columns_.range["exact"][0]]
        starts, spots = positions(sequences, code, decoded.docs)
        assert np.diff(starts).tolist() == decoded.freqs.tolist()
        right = [at for number in docs for at, c in enumerate(large.texts[number]) if c == char]
        assert spots.tolist() == right


def test_scores_count_how_often_a_term_stands(large: LargeIndex) -> None:
    """Also in a document of 400 characters, whose frequencies are large."""
    docs = [
        Doc("g", list(text), list(text)) for text in (*large.texts[90:110], large.texts[BLOCK + 7])
    ]
    place = Path(large.index.searcher.reader().storage().folder).parent
    expected = stock(place / "stock", docs)
    opened = ColumnSearcher(columns(place / "few", docs).searcher())
    for query in (
        *(wq.Term(field, char) for field in ("words", "exact") for char in HAN),
        *(wq.Phrase("exact", list(text)) for text in PHRASES if len(text) > 1),
    ):
        right = stock_scores(expected, query)
        assert scores(run(opened, query)) == pytest.approx(right, rel=1e-5), query


@pytest.mark.parametrize("chars", ["医", "障", "区", "医疗", "医区", "疗县区", HAN])
def test_scores_are_those_of_the_formula(large: LargeIndex, chars: str) -> None:
    """Of terms in many and in few documents of a block, alone and where others stand too."""
    lengths = np.array([len(text) for text in large.texts])
    kept = np.array([byte_to_length(length_to_byte(length)) for length in lengths])
    norms = K1 * (1 - B + B * kept / lengths.mean())
    expected, found = np.zeros(SIZE), np.ones(SIZE, np.bool_)
    for char in chars:
        freqs = np.array([text.count(char) for text in large.texts])
        weight = log(SIZE / (int((freqs > 0).sum()) + 1)) + 1
        expected += weight * freqs * (K1 + 1) / (freqs + norms)
        found &= freqs > 0
    result = run(large.index, wq.And([wq.Term("exact", char) for char in chars]), SIZE)
    own = sorted((document, score) for score, document in result.items)
    assert [document for document, _ in own] == np.flatnonzero(found).tolist()
    np.testing.assert_allclose([score for _, score in own], expected[found], rtol=1e-5)


@pytest.mark.parametrize("query", [wq.Term("words", "医"), wq.Phrase("exact", ["基", "金"])])
def test_several_threads_give_what_one_thread_gives(
    large: LargeIndex, query: wq.Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = run(large.index, query, 50)
    monkeypatch.setattr("engine.columns.run.collector._MIN_SHARED_BLOCKS", 1)
    monkeypatch.setattr("engine.columns.run.collector._MIN_SHARED_POSTINGS", 0)
    for processors in (2, 3, 7):
        monkeypatch.setattr("engine.columns.run.collector._PROCESSORS", processors)
        shared = run(large.index, query, 50)
        assert (shared.items, shared.total) == (alone.items, alone.total)
        assert np.array_equal(shared.group_counts[0], alone.group_counts[0])
        assert np.array_equal(shared.label_counts[0], alone.label_counts[0])


def test_merging_moves_blocks(tmp_path: Path) -> None:
    """All documents of one block are deleted, and documents move to other blocks."""
    luck = random.Random(6)
    texts = ["".join(luck.choices(HAN, k=4)) for _ in range(BLOCK + 3000)]
    index = new_index(tmp_path)
    writer = ColumnWriter(index)
    bounds = [0, BLOCK, BLOCK + 1000, len(texts)]
    for number, (low, high) in enumerate(pairwise(bounds)):
        writer.add_group(group(f"g{number}", texts[low:high]))
    writer.commit()
    writer = ColumnWriter(index)
    assert writer.delete_group(b"g0") == [BLOCK]
    writer.add_group(group("new", texts[:5000]))
    writer.commit(mergetype=OPTIMIZE)
    left = texts[BLOCK:] + texts[:5000]
    opened = ColumnSearcher(index.searcher())
    assert (len(opened.segments), opened.documents) == (1, len(left))
    for terms in (["医", "疗"], ["医疗", "保障"], ["区", "障"]):
        query = wq.And(
            [*(wq.Phrase("exact", list(term)) for term in terms), OneSentence([[t] for t in terms])]
        )
        expected = {
            number
            for number, document in enumerate(left)
            if any(all(term in part for term in terms) for part in sentences_of(document))
        }
        assert set(scores(run(opened, query, len(left)))) == expected
    for text in ("医", "医疗", "保障基"):
        query = wq.Phrase("exact", list(text)) if len(text) > 1 else wq.Term("exact", text)
        expected = {number for number, document in enumerate(left) if text in document}
        assert set(scores(run(opened, query, len(left)))) == expected
    part = opened.segments[0].reader
    assert [part.stored(number).decode() for number in range(0, len(left), 997)] == left[::997]
    assert [part.keys["report"].get(number) for number in range(3)] == [b"g1", b"g2", b"new"]


def test_searches_go_on_beside_each_other(large: LargeIndex) -> None:
    """Eight threads, each with a query of its own, many times."""
    queries = [wq.Phrase("exact", list(text)) for text in PHRASES if len(text) > 1][:8]
    expected = [run(large.index, query, 5).items for query in queries]
    wrong: list[object] = []

    def ask(number: int) -> None:
        for _ in range(20):
            items = run(large.index, queries[number], 5).items
            if items != expected[number]:
                wrong.append(items)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(len(queries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_processes_read_beside_a_writer(tmp_path: Path) -> None:
    """Readers in other processes see whole commits while this process writes."""
    index = columns(tmp_path, [Doc("r0", ["x"]), Doc("r0", ["x"])])
    readers = [
        subprocess.Popen([sys.executable, "-c", _READER, str(tmp_path)], cwd=ROOT / "tests")
        for _ in range(2)
    ]
    for number in range(1, 9):
        writer = ColumnWriter(index)
        writer.delete_group(f"r{number - 1}".encode())
        put(writer, [Doc(f"r{number}", ["x"])] * 2)
        writer.commit(mergetype=NO_MERGE if number % 2 else OPTIMIZE)
    (tmp_path / "done").touch()
    assert [reader.wait(60) for reader in readers] == [0, 0]


_READER = """
import sys, pathlib
sys.path.insert(0, "..")
from columns import run
from whoosh import query as wq
from whoosh.util.numeric import length_to_byte
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from engine.columns.run.searcher import ColumnSearcher
from engine.local.store import NAME, schema
folder = pathlib.Path(sys.argv[1])
while not (folder / "done").exists():
    try:
        opened = ColumnSearcher(FileIndex(FileStorage(str(folder)), schema(), NAME).searcher())
    except FileNotFoundError:
        continue  # replaced between two looks; the engine looks again, too
    assert run(opened, wq.Term("words", "x")).total == 2
"""


# --- the small parts ---------------------------------------------------------------------------


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1))))
def test_tokens_are_numbered_in_their_order(texts: list[list[str]]) -> None:
    vocabulary = TermNumbering()
    numbers: dict[str, int] = {}
    for text in texts:
        half = len(text) // 2
        found, ends, breaks = vocabulary.number(join_sentences([text[:half], text[half:]]))
        assert found.tolist() == [numbers.setdefault(token, len(numbers)) for token in text]
        assert (ends.tolist(), breaks.tolist()) == ([len(text)], [half])
    assert vocabulary.strings().all() == [token.encode() for token in numbers]


def test_a_numbering_grows(tmp_path: Path) -> None:
    vocabulary = TermNumbering()
    tokens = [f"token{number}" for number in range(30_000)]
    found = vocabulary.number(join_sentences([tokens, tokens]))
    assert found.tokens.tolist() == [*range(30_000)] * 2
    assert (found.ends.tolist(), found.breaks.tolist()) == ([60_000], [30_000])
    assert vocabulary.number(join_tokens(tokens)).tokens.tolist() == [*range(30_000)]


KEYS = st.binary(min_size=1, max_size=4).filter(lambda key: END_TOKEN.encode() not in key)


@given(st.sets(KEYS), st.sets(KEYS), st.lists(KEYS, min_size=1))
def test_terms_are_found_where_they_stand(
    others: set[bytes], known: set[bytes], keys: list[bytes]
) -> None:
    """In the second of two fields, whose terms come behind those of the first."""
    terms = [*sorted(others), *sorted(known)]
    fields = np.array([[0, len(others)], [len(others), len(terms)]])
    freqs_at = np.arange(len(terms) + 1, dtype=np.uint32) * 7
    dictionary = Handle(TermDictionary(*strings(terms), fields, freqs_at))
    for key, row in zip(keys, find(dictionary, [(1, key) for key in keys]).tolist(), strict=True):
        first = len(others) + sum(term < key for term in known)
        assert row == ([first, first, 7] if key in known else [-1, first, 0])


@pytest.mark.parametrize(
    "fields",
    [
        np.zeros((2, 2), np.int32),
        np.zeros(4, np.int64),
        np.zeros((4, 2), np.int64)[::2],
    ],
    ids=["dtype", "dimensions", "not contiguous"],
)
def test_machine_code_gets_no_array_of_another_type(fields: np.ndarray) -> None:
    """It would read the array as what it is not."""
    with pytest.raises(TypeError, match="int64"):
        Handle(TermDictionary(*strings([b"a"]), fields, np.zeros(2, np.uint32)))


# Codes of one, two, three and five bytes: the first and last of each, and some between them.
CODES = np.array([0, 1, 159, 160, 700, 1631, 1632, 1700, 34_399, 34_400, 34_500, 10_000_000])
TOKENS = st.lists(st.integers(0, len(CODES) - 1), max_size=12)


@given(st.lists(TOKENS, min_size=1, max_size=5), TOKENS.filter(bool), st.data())
def test_sequences_are_searched_as_tokens(
    documents: list[list[int]], wanted: list[int], data: st.DataObject
) -> None:
    half = data.draw(st.integers(0, len(documents)))
    chunks = [_chunk(documents[:half]), _chunk(documents[half:])]
    sequences = join(chunks, CODES.astype(np.uint32))
    pattern = _chunk([wanted]).data
    first_bytes = np.flatnonzero(pattern < 192).tolist()
    for number, tokens in enumerate(documents):
        low, high = sequences.at[number : number + 2]
        starts = [at for at in range(len(tokens)) if tokens[at : at + len(wanted)] == wanted]
        expected = low + len(_chunk([tokens[: starts[0]]]).data) if starts else -1
        for pivot in first_bytes:
            place = find_bytes(sequences.data, low, high, pattern, 0, len(pattern), pivot)
            assert place == expected
    for token, code in enumerate(CODES.tolist()):
        starts, spots = positions(sequences, code, np.arange(len(documents)))
        found = [spots[low:high].tolist() for low, high in pairwise(starts.tolist())]
        assert found == [[at for at, t in enumerate(tokens) if t == token] for tokens in documents]
    kept = data.draw(st.sets(st.integers(0, len(documents) - 1)))
    moved = np.zeros(CODES[-1] + 1, np.int64)
    moved[CODES] = CODES[::-1]  # each token gets the code of another
    again = Chunk(*recode(sequences, np.array(sorted(kept), np.int64), moved))
    turned = [[len(CODES) - 1 - token for token in documents[number]] for number in sorted(kept)]
    right = _chunk(turned)
    assert again.ends.tolist() == right.ends.tolist()
    assert again.data.tolist() == right.data.tolist()


def _chunk(documents: list[list[int]], breaks: Sequence[int] = ()) -> Chunk:
    numbers = np.array([token for tokens in documents for token in tokens], np.uint32)
    ends = np.cumsum([len(tokens) for tokens in documents], dtype=np.int64)
    return Chunk(*encode(numbers, ends, np.array(breaks, np.int64), CODES))


@given(st.lists(TOKENS, min_size=1, max_size=5), st.data())
def test_sentences_keep_their_places(documents: list[list[int]], data: st.DataObject) -> None:
    """In bytes, also where tokens get other codes."""
    count = sum(map(len, documents))
    breaks = sorted(data.draw(st.sets(st.integers(0, count))))
    chunk = _chunk(documents, breaks)
    moved = np.zeros(CODES[-1] + 1, np.int64)
    moved[CODES] = CODES[::-1]
    sequences = join([chunk], CODES.astype(np.uint32))
    again = Chunk(*recode(sequences, np.arange(len(documents)), moved))
    for turned, made in ((False, chunk), (True, again)):
        sizes, token = [], 0
        for tokens in documents:
            inside = [b - token for b in breaks if token < b < token + len(tokens)]
            for low, high in pairwise([0, *inside, len(tokens)]):
                of = [len(CODES) - 1 - t if turned else t for t in tokens[low:high]]
                sizes += [len(_chunk([of]).data)] if of else []
            token += len(tokens)
        assert made.sizes.tolist() == sizes  # each of them below 128


def test_codes_have_as_many_bytes_as_they_need() -> None:
    widths = [len(_chunk([[token]]).data) for token in range(len(CODES))]
    assert widths == [1, 1, 1, 2, 2, 2, 3, 3, 3, 5, 5, 5]


def test_a_frequency_has_an_end() -> None:
    tokens = np.array([0] * (MAX_FREQUENCY + 9) + [1], np.uint32)
    piece = invert(tokens, np.array([len(tokens)]), 2)
    assert (piece.docs.tolist(), piece.freqs.tolist()) == ([0, 0], [MAX_FREQUENCY, 1])


def test_no_number_wraps_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that does not fit 32 bits, or a token without a code, is an error."""
    reader = (
        ColumnSearcher(columns(tmp_path / "some", [Doc("r", [], "医疗保障")]).searcher())
        .segments[0]
        .reader
    )
    piece = invert(np.arange(9, dtype=np.uint32), np.array([9]), 9)
    attempts: list[Callable[[], object]] = [
        lambda: strings([b"12345", b"67890"]),
        lambda: TermNumbering().number(join_tokens(["12345", "67890"])),
        lambda: merge([(0, np.arange(9), piece)], 9),
        lambda: pair(
            reader.postings, reader.terms, reader.range["exact"], reader.sequences["exact"]
        ),
    ]
    for attempt in attempts:
        attempt()
    monkeypatch.setattr("engine.arrays.MAX_UINT32", 8)
    for attempt in attempts:
        with pytest.raises(OverflowError, match="is more than the column can count to"):
            attempt()
    monkeypatch.undo()
    monkeypatch.setattr("engine.columns.write.field_writer.CODES", 3)
    writer = ColumnWriter(new_index(tmp_path / "more"))
    put(writer, [Doc("r", [], "医疗保障")])
    with pytest.raises(OverflowError, match="3 codes"):
        writer.commit()
    writer.cancel()


@given(st.lists(st.integers(0, 1 << 20)))
def test_lengths_are_kept_as_whoosh_keeps_them(lengths: list[int]) -> None:
    codes = to_bytes(np.array(lengths, np.int64))
    assert codes.tolist() == [length_to_byte(length) for length in lengths]


@pytest.mark.parametrize("repeats", [1, 40_000])
def test_texts_come_back(tmp_path: Path, repeats: int) -> None:
    """A small segment has no dictionary, a large one has."""
    documents = [
        f"第{number}段，医疗保障基金监管工作。{number * 7919}".encode() for number in range(9)
    ]
    chunks = [documents[:CHUNK], documents[CHUNK:], [b"", b""], [b"last"]] * repeats
    writer = TextWriter(tmp_path / "texts")
    for chunk in chunks:
        writer.add(chunk)
    at = writer.finish()
    writer.close()
    assert bool(writer.dictionary) is (repeats > 1)
    reader = TextReader(tmp_path / "texts", at, np.frombuffer(writer.dictionary, np.uint8))
    for number in (0, 1, 2, 3, len(chunks) - 1):
        assert reader.chunk(number) == chunks[number]


def test_a_tally_adds_up_values(large: LargeIndex) -> None:
    tally = Tally([["a", "a/b"], ["a"], [], ["c"]])
    every = np.ones(4, np.bool_)
    assert tally.add_up(np.array([2, 3, 9, 0], np.int32), every) == {"a": 5, "a/b": 2}
    assert tally.add_up(np.array([2, 3, 9, 1], np.int32), np.array([False, True, True, True])) == {
        "a": 3,
        "c": 1,
    }
    assert tally.items_with(["a/b", "c", "x"]).tolist() == [True, False, False, True]


def test_pairs_are_of_frequent_characters(large: LargeIndex) -> None:
    """Of the pairs of a block, all and only those of characters that stand in enough documents."""
    columns_ = large.index.segments[0].reader
    low = int(columns_.pairs.terms[0])
    names = columns_.terms.all()
    for block in range(3):
        texts = large.texts[block * BLOCK : (block + 1) * BLOCK]
        often = {char for char in HAN if sum(char in text for text in texts) >= MIN_PAIRED}
        pairs = {a + b for text in texts for a, b in pairwise(text) if {a, b} <= often}
        begin, end = columns_.pairs.at[block : block + 2]
        noted = {
            (names[low + (key >> 16)] + names[low + (key & 65_535)]).decode()
            for key in columns_.pairs.keys[begin:end].tolist()
        }
        assert noted == pairs


def bitset(documents: list[int]) -> Array:
    """The bitset of these documents of a block."""
    bits = np.zeros(WORDS_PER_BLOCK, np.uint64)
    for document in documents:
        bits[document >> 6] |= np.uint64(1 << (document & 63))
    return bits


def members(bits: Array) -> list[int]:
    return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little")).tolist()


# Sizes of groups that end at, before and behind a word of 64 documents or a block.
SIZES = st.lists(
    st.sampled_from([0, 1, 2, 63, 64, 65, 700, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK]),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40)
@given(SIZES, st.data())
def test_groups_are_counted_and_filtered_as_by_hand(sizes: list[int], data: st.DataObject) -> None:
    first = np.cumsum([0, *sizes])
    documents = int(first[-1])
    if not documents:
        return
    base = BLOCK * data.draw(st.integers(0, (documents - 1) // BLOCK))
    group_of = np.repeat(np.arange(len(sizes)), sizes)[base : base + BLOCK]
    group = int(np.searchsorted(first, base, "right")) - 1
    fails = data.draw(st.lists(st.integers(0, 2), min_size=len(sizes), max_size=len(sizes)))
    for most in (0, 1):
        out = np.empty(WORDS_PER_BLOCK, np.uint64)
        filter_groups(most, first, base, group, np.array(fails, np.uint8), out)
        assert members(out) == np.flatnonzero(np.array(fails)[group_of] <= most).tolist()
    step = data.draw(st.sampled_from([1, 7, len(group_of) // 64 or 1, len(group_of) // 60 or 1]))
    chosen = list(range(0, len(group_of), step))
    bits, counts = bitset(chosen), np.zeros(len(sizes), np.int32)
    words = nonzero_words(bits, np.empty(BLOCK, np.uint16))
    count_groups(bits, words, len(chosen), first, base, group, counts)
    assert counts.tolist() == np.bincount(group_of[chosen], minlength=len(sizes)).tolist()


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.integers(0, 1)), max_size=40),
    st.integers(1, 12),
    st.integers(0, 1),
)
def test_the_heap_keeps_the_best_and_its_bounds(
    found: list[tuple[int, int, int]], limit: int, count: int
) -> None:
    """Of equal scores the first document; what lies behind the heap is not touched."""
    hits = {document: (score, label) for document, score, label in found}
    worth, base = np.array([1, 0.5], np.float32), BLOCK
    labels, scores = np.zeros(2 * BLOCK, np.uint32), np.zeros(BLOCK, np.float32)
    for document, (score, label) in hits.items():
        labels[base + document], scores[document] = label, score
    top, documents = np.full(2 * limit + 2, -1, np.float32), np.full(2 * limit + 2, -1)
    result = SegmentResult(
        *(np.zeros(1, np.int32), np.zeros(2, np.int32), np.zeros(4, np.int64)),
        *(top[:limit], documents[:limit], scores, np.empty((3, BLOCK), np.uint16)),
    )
    bits = bitset(list(hits))
    words = nonzero_words(bits, result.scratch[0])
    size = collect(bits, words, worth, labels, base, result, 0, count)
    best = sorted((-score * worth[label], base + d) for d, (score, label) in hits.items())[:limit]
    kept = zip(top[:size].tolist(), documents[:size].tolist(), strict=True)
    assert sorted((-score, document) for score, document in kept) == best
    assert set(top[size:]) | set(documents[size:]) == {-1}
    assert not scores.any()
    own = [label for _, label in hits.values()]
    assert result.label_counts.tolist() == [count * own.count(0), count * own.count(1)]


def test_damaged_machine_code_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.columns.native.cache_folder", lambda: tmp_path)
    tally = Tally([["a", "b"], ["a"]])
    for damage in (0, 9, -40):  # bytes changed at the end, or how many bytes are left
        for path in tmp_path.iterdir():
            data = path.read_bytes()
            path.write_bytes(data[:-damage] + b"x" * damage if damage > 0 else data[:-damage])
        monkeypatch.setattr(tally_module, "_add_up", fresh(tally_module._add_up))
        assert tally.add_up(np.array([2, 3], np.int32), tally.every) == {"a": 5, "b": 2}
        (saved,) = tmp_path.iterdir()
        assert saved.stat().st_size > 1000


def fresh(kernel: Kernel) -> Kernel:
    """The same kernel, not loaded yet."""
    return Kernel(kernel.module, kernel.name, *kernel.types)
