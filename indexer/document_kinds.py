"""Infers what kind of document a file is, with the words that show it.

The kind comes before all other labels, because it decides how they are inferred: a report to
a congress bears the year of its delivery, a notice the year of its signature, and a document
of the central authorities is about the whole country.

The title names the kind of most documents, as it must: since 2012 the rules for official
documents (党政机关公文处理工作条例, articles 8 and 9) prescribe a title that ends in the kind
(…的通知, …的意见). Without a telling title, these are read in turn: the sentence in which a
speaker says for whom he reports, the form of the text (articles of a law, the lead of a news
item), and what a report to a congress speaks of throughout.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

GOVERNMENT_REPORT = "政府工作报告"
COURT_REPORT = "法院工作报告"
PROCURATORATE_REPORT = "检察院工作报告"
CONGRESS_REPORT = "人大常委会工作报告"
CONSULTATIVE_REPORT = "政协常委会工作报告"
AUDIT_REPORT = "审计报告"
BUDGET_REPORT = "预算报告"
PLAN_REPORT = "计划报告"
BULLETIN = "统计公报"
DISCLOSURE_REPORT = "信息公开年报"
SUMMARY = "工作总结"
PLAN = "规划"
WORK_PLAN = "工作计划"
LAW = "法律法规"
CENTRAL = "中央文件"
SPEECH = "讲话"
NEWS = "新闻"
INTERPRETATION = "政策解读"
OFFICIAL = ("通知", "意见", "决定", "决议", "公告", "通告", "公示", "通报", "批复", "函", "纪要")

# Kinds that are delivered to a congress, so that their year is that of the congress.
TO_CONGRESS = (
    GOVERNMENT_REPORT,
    COURT_REPORT,
    PROCURATORATE_REPORT,
    CONGRESS_REPORT,
    CONSULTATIVE_REPORT,
)
# Kinds that look back: what is signed in January is about the year before.
LOOKING_BACK = (SUMMARY, DISCLOSURE_REPORT, BULLETIN, AUDIT_REPORT)
KINDS = (
    *TO_CONGRESS,
    *(AUDIT_REPORT, BUDGET_REPORT, PLAN_REPORT, BULLETIN, DISCLOSURE_REPORT, SUMMARY),
    *(PLAN, WORK_PLAN, LAW, CENTRAL, SPEECH, NEWS, INTERPRETATION, *OFFICIAL),
)

HEAD = 16  # paragraphs in which a speaker says for whom he reports
LEAD = 4  # paragraphs that may hold the lead of a news item, or the heading of a document
MAX_STATEMENT_LENGTH = 200  # characters of a paragraph that are searched for such a sentence
MIN_ARTICLES = 3  # of a law

_FOR = r"(?<=[我现])(?:代表|受)"  # the speaker's words: 我代表…, 我受…委托
_COMMISSIONED = r"受.{0,30}政府(?:的)?委托"
_CONGRESS = r"(?:人大常委会|人民代表大会常务委员会)"
_REMARK = r"(?:\([^()]{1,12}\)|\[\d{1,2}\])*$"  # （草案）, （全文）, the number of a note
_TITLES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (BULLETIN, r"统计公报"),
        (AUDIT_REPORT, r"审计.{0,12}(?:报告|公告|公报)"),
        ("决议", rf"决议{_REMARK}"),
        (BUDGET_REPORT, r"(?:预算|决算|财政收支).{0,30}(?:报告|说明)"),
        (PLAN_REPORT, r"社会发展计划.{0,30}报告"),
        (COURT_REPORT, r"法院(?:\d{4}年)?(?:工作)?(?:的)?报告"),
        (PROCURATORATE_REPORT, r"检察院(?:\d{4}年)?(?:工作)?(?:的)?报告"),
        (CONGRESS_REPORT, rf"(?:{_CONGRESS}|^\W*人大)(?:\d{{4}}年)?工作(?:的)?报告"),
        (CONSULTATIVE_REPORT, r"政协.{0,30}(?<!提案)工作(?:情况)?(?:的)?报告"),
        (GOVERNMENT_REPORT, r"政府(?:\d{4}年)?(?:政府)?工作(?:的)?报告"),
        (DISCLOSURE_REPORT, r"信息公开.{0,8}(?:年度报告|年报|工作报告)"),
        (INTERPRETATION, r"(?:解读|问答|答记者问|一图读懂|图解)[^的]{0,6}$|^问答|\?$"),
        (SPEECH, r"(?<!发表)(?<!重要)(?:讲话|致辞|致词|发言|演讲|贺词)(?:稿|全文|提纲)?.{0,10}$"),
    )
)
# The title of a news item: 某某向大会作工作报告
_REPORTED = re.compile(r"^(?!在|.*关于).*(?:(?<!工)[作做]|听取|审议).{2,30}报告\W*$")
# 某市人代会今天开幕; 某某法院工作报告获全票通过
_EVENT = re.compile(
    r"(?:隆重|胜利|[今昨][天日])(?:开幕|闭幕|召开|举行)|(?:开幕|闭幕|出炉)\W*$"
    r"|(?:召开|举行)[^的]{0,16}(?:会议?|活动|仪式)\W*$|(?:报告|决议|议案).{0,4}(?:获|全票|高票)[^的]{0,6}通过\W*$"
)
_OFFICIAL = re.compile(rf"(?:的|^|[^代答])({'|'.join(OFFICIAL)}){_REMARK}")
# Of what a report or bulletin asks for, not of itself: 政府工作报告重点任务分工的通知
_ABOUT_ANOTHER = re.compile(
    r"(?:报告|公报).{0,8}(?:任务|分工|分解|目标|责任|方案|办法|制度)|(?:报告|公报)的(?:批复|函|.{0,4}意见)"
)
# Of an office's own work, though it may quote the 政府工作报告 that it carries out.
_OWN_WORK = re.compile(r"(总结|述职|工作情况)|工作要点|工作计划")
# These words tell less than what a speaker says: 关于“十五”计划的报告 is a government's.
_LATER_TITLES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (PLAN, r"规划|[一二三四五六七八九十]个?五年计划|(?:五年|十年)计划|发展纲要"),
        (SUMMARY, r"总结|汇报|述职|工作情况|回顾|年来|年度报告|工作报告"),
        (WORK_PLAN, r"要点|计划|工作安排|工作思路|打算|方案"),
    )
)
_CENTRAL = re.compile(
    r"^\W*(?:中共中央|在中国共产党第.{1,4}次全国代表大会|中国共产党(?!.{1,12}[省市州县区])|中央(?:纪委|军委|办公厅|组织部|宣传部|政法委)"
    r"|国务院(?!.{0,6}(?:总理|政府)|工作报告)|中办|国办)"
)
_HEADLINE = re.compile(r":|发布|召开|部署|强调|举行")  # in the title of news about these bodies
_CENTRAL_LETTERHEAD = re.compile(r"^\W*(?:中共中央|国务院)[^,。:]{0,30}(?:印发|发布)")
_LAW_TITLE = re.compile(
    rf"(?:条例|办法|规定|规则|细则|法|章程|决定|解释|准则){_REMARK}|^\W*第.{{1,4}}号令"
)
_ARTICLE = re.compile(r"\W*第[一二三四五六七八九十]{1,3}条")
_STATEMENTS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            AUDIT_REPORT,
            rf"{_COMMISSIONED}.{{0,40}}审计(?:情况|工作|结果|报告)|报告.{{0,40}}审计情况",
        ),
        (BUDGET_REPORT, rf"{_COMMISSIONED}.{{0,60}}(?:预算|决算)"),
        (PLAN_REPORT, rf"{_COMMISSIONED}.{{0,60}}社会发展计划"),
        (COURT_REPORT, rf"{_FOR}[^。]{{0,24}}法院[^。]{{0,12}}报告"),
        (PROCURATORATE_REPORT, rf"{_FOR}[^。]{{0,24}}检察院[^。]{{0,12}}报告"),
        (CONSULTATIVE_REPORT, rf"{_FOR}[^。]{{0,6}}政协[^,。]{{0,40}}[^。]{{0,14}}报告"),
        (
            CONGRESS_REPORT,
            rf"{_FOR}[^。]{{0,24}}(?:{_CONGRESS}|常委会|常务委员会)[^。]{{0,14}}报告",
        ),
        (
            GOVERNMENT_REPORT,
            r"[我现]代表[^。]{0,24}(?:政府|国务院)|代表(?!大会)[^。]{0,24}(?:政府|国务院),?(?:向|作|报告)"
            r"|^\W*政府工作(?:的)?报告|[作做]政府工作(?:的)?报告"
            r"|向[^。]{0,12}大会[^。]{0,6}(?:报告|作)[^。]{0,6}政府工作",
        ),
        ("通知", r"(?:通知|公告)如下|特此通知"),
        ("意见", r"(?:提出|制定)[^。]{0,6}(?:实施|以下|如下)意见[:。]?$"),
    )
)
_NEWS_LEAD = re.compile(
    r"^\W*(?:\d{1,2}月\d{1,2}日(?:上午|下午|晚)?,|本报讯|.{0,12}(?:网|报|台|社)[^,。]{0,6}讯|.{2,12}\d+日\s?[电讯]|.{0,16}记者"
    r"|(?:近日|日前|连日来|昨日|昨天|今天)[,，]"
    r"|[^。,]{8,40}(?:会议|大会)(?:[今昨][天日]|\d{1,2}日)[^。,]{0,24}(?:举行|召开|开幕|闭幕))|[(](?:记者|通讯员|全媒体)|(?:记者|从)[^。,]{0,20}(?:获悉|了解到)"
    r"|(?<!年)(?<!\d)\d{1,2}月\d{1,2}日(?:上午|下午|晚)?,[^。]{2,30}(?:召开|举行|举办)"
)
_RESOLVED = re.compile(
    r"\W*\d{4}年\d{1,2}月\d{1,2}日[^,。]{2,30}(?:人民代表大会|人大|政协)[^,。]{0,30}会议通过\W*"
)
_FIRST_PART = re.compile(r"\W*一、综\s*合\W*")  # the heading with which statistical bulletins begin
_ADDRESS = re.compile(r"^\W*同志们[:!]|^\W*各位(?:同志|领导|来宾|嘉宾)")
_DEPUTIES = re.compile(r"各位(?:人大)?代表")
_MEMBERS = re.compile(r"各位委员")
# What each report to a congress speaks of, and the others hardly; the mentions in a thousand
# characters from which on the report is about this.
_SUBJECTS = (
    (COURT_REPORT, re.compile(r"法院|审结|执结|审判|法官"), 8.0),
    (PROCURATORATE_REPORT, re.compile(r"检察"), 8.0),
    (CONGRESS_REPORT, re.compile(r"常委会|人大代表|人大工作"), 8.0),
    (CONSULTATIVE_REPORT, re.compile(r"政协|委员"), 8.0),
)
_GOVERNING = re.compile(
    r"政府(?:自身建设|工作|职能|系统|效能|决策)|(?:法治|服务型|廉洁|阳光|责任)政府|本届政府|各级政府"
    r"|人大[^,。]{0,4}次会议(?:确定|批准|通过)|向大会报告|国务院向"
)
_SELF = re.compile(r"政府自身建设|(?:法治|服务型|廉洁|阳光)政府|向大会报告")  # only of itself
MIN_GOVERNING = 3  # mentions of government in a report that addresses no deputies
MIN_REPORT_LENGTH = 4000  # characters of a report told by its subjects alone


def infer(title: str, paragraphs: Sequence[str], issuer: str = "") -> tuple[str, str]:
    """The kind of a document and its evidence; both "" where nothing shows it.

    ``issuer`` is what a person states about who issued it.
    """
    return (
        _by_title(title, paragraphs, issuer)
        or (None if "关于" in title else _by_lead(paragraphs[:LEAD]))
        or _by_statement(paragraphs[:HEAD])
        or _by_form(paragraphs[:LEAD])
        or _by_later_title(title)
        or _by_subjects("\n".join(paragraphs))
        or ("", "")
    )


def short(text: str, length: int = 40) -> str:
    """The text, cut to ``length`` characters, as evidence quotes it."""
    return text if len(text) <= length else text[:length] + "…"


def is_law(title: str, paragraphs: Iterable[str]) -> bool:
    """Whether a document consists of articles under a title that laws have."""
    articles = sum(_ARTICLE.match(line) is not None for line in paragraphs)
    return articles >= MIN_ARTICLES and (not title or _LAW_TITLE.search(title) is not None)


def _by_title(title: str, paragraphs: Sequence[str], issuer: str) -> tuple[str, str] | None:
    name = re.sub(r"\s", "", title)
    evidence = f"据标题“{short(title)}”"
    if _REPORTED.search(name) or _EVENT.search(name):
        return NEWS, evidence
    if kind := _by_title_alone(name):
        return kind, evidence
    if _CENTRAL.match(name) and not _HEADLINE.search(name):
        return CENTRAL, evidence
    if _CENTRAL.match(issuer):
        return CENTRAL, f"据发布机构“{issuer}”"
    for line in paragraphs[:LEAD]:
        if _CENTRAL_LETTERHEAD.match(line):
            return CENTRAL, f"据“{short(line)}”"
    if is_law(name, paragraphs):
        return LAW, f"{evidence}和分条的体例" if title else "据分条的体例"
    if match := _OFFICIAL.search(name):
        return match[1], evidence
    if match := _OWN_WORK.search(name):
        return SUMMARY if match[1] else WORK_PLAN, evidence
    return None


def _by_title_alone(name: str) -> str:
    kinds = (kind for kind, pattern in _TITLES if pattern.search(name))
    return "" if _ABOUT_ANOTHER.search(name) else next(kinds, "")


def _by_later_title(title: str) -> tuple[str, str] | None:
    name = re.sub(r"\s", "", title)
    for kind, pattern in _LATER_TITLES:
        if pattern.search(name):
            return kind, f"据标题“{short(title)}”"
    return None


def _by_statement(head: Iterable[str]) -> tuple[str, str] | None:
    for line in head:
        opening = line[:MAX_STATEMENT_LENGTH]
        for kind, pattern in _STATEMENTS:
            if match := pattern.search(opening):
                return kind, f"据“{short(match[0])}”"
    return None


def _by_lead(lead: Iterable[str]) -> tuple[str, str] | None:
    for line in lead:
        if match := _NEWS_LEAD.search(line[:MAX_STATEMENT_LENGTH]):
            return NEWS, f"据“{short(match[0])}”"
    return None


def _by_form(lead: Iterable[str]) -> tuple[str, str] | None:
    for line in lead:
        if _RESOLVED.fullmatch(line):
            return "决议", f"据“{short(line)}”"
        if match := _FIRST_PART.fullmatch(line):
            return BULLETIN, f"据体例“{match[0].strip()}”"
        if match := _ADDRESS.search(line):
            return SPEECH, f"据称呼“{match[0]}”"
    return None


def _by_subjects(text: str) -> tuple[str, str] | None:
    """The report to a congress that a text is by what it speaks of, if it is one at all."""
    deputies, members = len(_DEPUTIES.findall(text)), len(_MEMBERS.findall(text))
    governing = len(_GOVERNING.findall(text))
    if not deputies and not members and (len(text) < MIN_REPORT_LENGTH or not governing):
        return None
    for kind, pattern, least in _SUBJECTS:
        words = pattern.findall(text)
        if 1000 * len(words) >= least * len(text):
            return kind, f"据正文通篇所述（{words[0]}等）"
    if governing >= (1 if deputies else MIN_GOVERNING) and (deputies or _SELF.search(text)):
        return GOVERNMENT_REPORT, "据正文通篇所述" + (
            "，称“各位代表”" if deputies else "（政府工作）"
        )
    return None
