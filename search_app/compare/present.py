"""A comparison as JSON. Offsets of ``spans`` count the code points of a sentence's ``text``."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import Paragraph, Report
from search_app.compare.alignment import Pair, Sentence
from search_app.compare.changes import Changes
from search_app.compare.comparison import Comparison
from search_app.compare.values import Indicator
from search_app.figures.present import value_json
from search_app.present import Json, permalink


def comparison_json(comparison: Comparison) -> Json:
    """The answer of ``/api/compare`` and ``yinju compare --json``."""
    sentences = comparison.sentences
    return {
        "a": _report_json(comparison.a),
        "b": _report_json(comparison.b),
        "phrases": _phrases_json(comparison.phrases),
        "themes": _themes_json(comparison.themes),
        "values": [_indicator_json(each) for each in comparison.indicators],
        "sentences": [_pair_json(pair) for pair in sentences.pairs],
        "new": [_sentence_json(sentence) for sentence in sentences.new],
        "gone": [_sentence_json(sentence) for sentence in sentences.gone],
    }


def _report_json(report: Report) -> Json:
    return {
        "id": report.id,
        "title": report.title,
        "region": list(report.region.names),
        "year": report.year,
        "url": f"/r/{report.id}",
    }


def _phrases_json(changes: Changes[Sentence]) -> Json:
    return {
        state: [
            {"phrase": change.name, "a": _places_json(change.a), "b": _places_json(change.b)}
            for change in group
        ]
        for state, group in changes.by_state()
    }


def _places_json(places: Sequence[Sentence]) -> list[Json]:
    return [{"id": each.paragraph.id, "sentence": each.number} for each in places]


def _themes_json(changes: Changes[Paragraph]) -> Json:
    return {
        state: [
            {
                "theme": change.name,
                "a": [paragraph.id for paragraph in change.a],
                "b": [paragraph.id for paragraph in change.b],
            }
            for change in group
        ]
        for state, group in changes.by_state()
    }


def _indicator_json(indicator: Indicator) -> Json:
    return {
        "indicator": indicator.name,
        "unit": indicator.unit,
        "measure": indicator.measure,
        "years": [
            {
                "year": each.year,
                "a": [value_json(value) for value in each.a],
                "b": [value_json(value) for value in each.b],
            }
            for each in indicator.years
        ],
    }


def _pair_json(pair: Pair) -> Json:
    return {
        "a": _sentence_json(pair.a),
        "b": _sentence_json(pair.b),
        "likeness": round(pair.likeness, 4),
        "spans": [span._asdict() for span in pair.spans],
    }


def _sentence_json(sentence: Sentence) -> Json:
    """A sentence; ``start`` and ``end`` count the code points of its paragraph's text."""
    return {
        "id": sentence.paragraph.id,
        "sentence": sentence.number,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "themes": list(sentence.themes),
        "url": permalink(sentence.paragraph.id),
    }
