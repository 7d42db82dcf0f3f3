"""The page of one passage, a paragraph or some of its sentences, in its context: the permalink."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Query
from search_app import marks, params, present, site
from search_app.cite import STYLES, cite
from search_app.lookup import redirect_keeping, requested_passage, searcher
from search_app.passages import Passage, passage_id

pages = Blueprint("paragraph", __name__)
NEIGHBOURS = 3  # paragraphs shown before and after a paragraph


@pages.get("/p/<paragraph_id>")
def paragraph(paragraph_id: str) -> AnyResponse | str:
    passage = requested_passage(paragraph_id)
    if passage.id != paragraph_id:  # a former id, or ~3-3
        return redirect_keeping(present.permalink(passage.id))
    hit = passage.hit
    siblings = searcher().paragraphs(hit.report.id)
    at = next(i for i, sibling in enumerate(siblings) if sibling.id == hit.paragraph.id)
    url = site.root() + present.permalink(passage.id)
    sentences = marks.sentence_runs(hit.paragraph.text, hit.spans)
    return render_template(
        "paragraph.html",
        passage=passage,
        hit=hit,
        sentences=sentences,
        choices=[choose(passage, number) for number in range(1, len(sentences) + 1)],
        before=siblings[max(0, at - NEIGHBOURS) : at],
        after=siblings[at + 1 : at + 1 + NEIGHBOURS],
        url=url,
        styles=STYLES,
        citations={style: cite(passage, url, style, site.today()) for style in STYLES},
        plain=Query(),
        query=params.readable_query(request.args),
    )


def choose(passage: Passage, number: int) -> str:
    """The id of the passage that one gets by choosing a sentence.

    It extends the passage up to a sentence outside; inside, it starts anew with this sentence,
    or with the whole paragraph where this is the only sentence.
    """
    first, last = passage.first, passage.last
    if first == last == number:
        return passage.paragraph.id
    if passage.is_whole or first <= number <= last:
        return passage_id(passage.paragraph.id, number, number)
    return passage_id(passage.paragraph.id, min(first, number), max(last, number))
