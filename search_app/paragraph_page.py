"""The page of one passage, a paragraph or some of its sentences, in its context: the permalink."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Query
from search_app import marks, params, present, site
from search_app.attachment import attachment
from search_app.cite import STYLES, cite
from search_app.lookup import redirect_keeping, requested_passage, searcher
from search_app.passages import Passage, passage_id
from search_app.references import files
from search_app.references.page_tags import page_tags
from search_app.references.record import Reference, reference_of

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
    url = _url(passage)
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
        tags=page_tags(_reference(passage)),
        citations={style: cite(passage, url, style, site.today()) for style in STYLES},
        plain=Query(),
        query=params.readable_query(request.args),
    )


@pages.get("/cite/<paragraph_id>.ris", defaults={"suffix": "ris"})
@pages.get("/cite/<paragraph_id>.bib", defaults={"suffix": "bib"})
@pages.get("/cite/<paragraph_id>.csl.json", defaults={"suffix": "csl.json"})
def reference_file(paragraph_id: str, suffix: str) -> AnyResponse:
    passage = requested_passage(paragraph_id)
    if passage.id != paragraph_id:
        return redirect_keeping(f"/cite/{passage.id}.{suffix}")
    content = b"".join(files.FILES[suffix]([_reference(passage)]))
    headers = attachment(f"{passage.report.title} {passage.locator}", "yinju-reference", suffix)
    return Response(content, content_type=files.MEDIA_TYPES[suffix], headers=headers)


def _reference(passage: Passage) -> Reference:
    return reference_of(passage, _url(passage), site.today())


def _url(passage: Passage) -> str:
    return site.root() + present.permalink(passage.id)


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
