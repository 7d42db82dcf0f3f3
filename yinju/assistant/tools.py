"""The tools: what an assistant asks, answered from an index in small pieces.

The numbers are those of the page. Each answer holds at most some thousand characters, and says
what it leaves off.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.errors import QueryError
from engine.ids import read_id
from search_app.check.check import MAX_LETTERS
from search_app.check.letters import count_letters
from search_app.cite import WRITERS
from search_app.holder import EngineHolder
from search_app.memo import REFERENCE_STYLE
from search_app.quotation import flaws
from yinju.answers import link
from yinju.api import Index
from yinju.assistant import shapes, shaping

MAX_LISTED = 30  # paragraphs or figures of one answer

QueryText = Annotated[
    str,
    Field(
        description="检索式：词语以空格分开，须在同一段里；“加引号”逐字查找；A OR B；-C 不含；"
        "参保* 以此开头；标题:商洛 在报告标题里。也可以是一个问句。"
    ),
]
Exact = Annotated[bool, Field(description="逐字查找，不分词，不查同义词。")]
Regions = Annotated[
    str | list[str],
    Field(description="地区，一个或几个：湖南省、湖南省/怀化市、辰溪县；unknown 为未标明。"),
]
Years = Annotated[
    int | str | list[int | str],
    Field(description="报告的年份，一个或几个：2024、2019..2022；unknown 为未标明。"),
]
Themes = Annotated[
    str | list[str], Field(description="段落的主题，一个或几个：医疗保障、医疗保障/基金监管。")
]
Limit = Annotated[int, Field(ge=1, le=MAX_LISTED, description=f"至多列几条，1 到 {MAX_LISTED}。")]
Others = Annotated[str | list[str], Field(description="与之比较的检索式，至多 4 个。")]
By = Annotated[
    str, Field(description="地区分到 province（省）、city（市）或 county（县）；不写则自定。")
]
FetchId = Annotated[
    str,
    Field(description="search 给出的段落编号；编号~2-4 只取第 2 到 4 句；报告编号取全篇。"),
]
QuotedText = Annotated[str, Field(description="引文，照抄，不带外面的引号。")]
ReferenceText = Annotated[
    str, Field(description="所注的出处，有则写：网址、段落或报告的编号，或报告标题。")
]
PassageId = Annotated[str, Field(description="段落编号；编号~2-4 只引第 2 到 4 句。")]
Style = Annotated[str, Field(description=f"引用格式：{'、'.join(WRITERS)}。")]


class Tools:
    """The tools over the index of a holder; ``root`` (``http://host``) makes links absolute.

    Each public method is a tool; its docstring is what a client is told. All raise
    ``YinjuError``.
    """

    def __init__(self, holder: EngineHolder, root: str) -> None:
        self._holder = holder
        self._root = root

    def search(
        self,
        query: QueryText,
        exact: Exact = False,
        region: Regions = "",
        year: Years = "",
        theme: Themes = "",
        limit: Limit = 10,
    ) -> shapes.Found:
        """在政府工作报告里逐段检索，给出最相关的段落（编号、标题、网址、摘录）和总数。

        只要数目用 count；要一段的全文用 fetch。region、year、theme 缩小范围。
        """
        return shaping.found(
            self._index().search(
                query, exact=exact, region=region, year=year, theme=theme, limit=limit
            )
        )

    def fetch(self, id: FetchId) -> shapes.Document:
        """按编号取一段（或其中几句、或整篇报告）的全文、出处、前后段的编号和引用。"""
        index, wanted = self._index(), read_id(id)
        if "-" not in wanted:  # no paragraph's id
            report = index.report(wanted)
            return shaping.report(report, index.paragraphs(report.id), self._root)
        passage = index.passage(wanted)
        neighbours = index.paragraphs(passage.report.id)
        return shaping.document(passage, neighbours, index.cite(passage.id), self._root)

    def count(
        self,
        query: QueryText,
        exact: Exact = False,
        region: Regions = "",
        year: Years = "",
        theme: Themes = "",
    ) -> shapes.Counted:
        """数一数：有多少段（total）、多少篇报告（reports）符合检索式和范围。

        数目是准确的，与 url 所指的检索页相同。
        """
        return shaping.counted(
            self._index().search(query, exact=exact, region=region, year=year, theme=theme, limit=1)
        )

    def trend(
        self,
        query: QueryText,
        vs: Others = "",
        by: By = "",
        exact: Exact = False,
        region: Regions = "",
        year: Years = "",
        theme: Themes = "",
    ) -> shapes.Trended:
        """逐年、逐地区有多大比例的报告提到检索式（附 95% 区间），以及哪些地区提得最早。

        of 是报告总数，没有报告的年份不列。
        """
        return shaping.trended(
            self._index().trend(
                query, vs=vs, by=by, exact=exact, region=region, year=year, theme=theme
            )
        )

    def values(
        self,
        query: QueryText,
        region: Regions = "",
        year: Years = "",
        theme: Themes = "",
        limit: Limit = 20,
    ) -> shapes.FoundValues:
        """找指标的数值（参保率、基金支出、地区生产总值等），带单位、年份，注明是结果还是目标。

        每个数值的 year 是数值自己的年份；看不准的年份为 null，看不准的 kind 为 unknown。
        """
        found = self._index().values(query, region=region, year=year, theme=theme)
        return shaping.values(found, limit)

    def verify_quote(self, text: QuotedText, reference: ReferenceText = "") -> shapes.Verified:
        """核对一处引文是否照录报告原文；写进回答的每处引文都该先核对。

        source 是报告里的话。verdict：same 逐字相同；same_normalised 只差空白、全半角、繁简或引号；
        differs 有出入，见 differences；elsewhere 不在 reference 所指的地方，但别处有；
        not_found 没有这样的话；too_short 不足 12 字，没有核对。
        """
        if count_letters(text) > MAX_LETTERS:
            raise QueryError(f"引文超过 {MAX_LETTERS:,} 字", "分成几处核对")
        return shaping.verified(self._index().check_quotation(text, reference), self._root)

    def cite(self, id: PassageId, style: Style = REFERENCE_STYLE) -> shapes.Cited:
        """一段或其中几句的参考文献著录，可直接写进备忘。"""
        index = self._index()
        passage = index.passage(id)
        return {
            "id": passage.id,
            "style": style,
            "reference": index.cite(passage.id, style),
            "url": link(self._root, passage.id),
            "caution": "；".join(flaws(passage.paragraph)),
        }

    def _index(self) -> Index:
        return Index(self._holder.engine(), self._root)
