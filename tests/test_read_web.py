"""The report in a web page: all of it, nothing of the page around it, and what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafts import drafted, only
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.read import read_file
from indexer.readers import html

PARAGRAPHS = [
    "2024年，全县医疗保障工作平稳推进，参保率达98.25%，比上年提高零点三个百分点，群众满意。",
    "一、主要工作",
    "（一）守好基金。全年约谈定点机构19家，飞行检查两轮，追回资金46万元，公开通报典型案例五起。",
    "二是。",
    "报销医疗费用2.85亿元，惠及群众三万二千人次，其中异地就医直接结算占四成，比上年多一成。",
    "三、下一步打算",
    "继续把参保扩面、基金监管和经办下沉放在前面，年内把二十三个乡镇服务站都建成，一件一件办实。",
]
TITLE = "某县医疗保障局2024年工作总结"
HEAD = """<!DOCTYPE html><html><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>2024年工作总结_某县人民政府</title><script>var a = "不是正文。";</script></head><body>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul>
<div class="position">当前位置：<a>首页</a> &gt; 工作总结</div><h1>2024年工作总结</h1>
<p class="info">发布时间：2024-12-3 14:29　来源：某县医保局</p>"""
FOOT = """<div class="ewm"><p>扫一扫在手机打开当前页</p></div><div>责任编辑：张某</div>
<div>【打印本页】【关闭窗口】</div><div><h3>相关链接</h3>
<ul><li><a href="1">某县医疗保障局2023年工作总结</a></li>
<li><a href="2">某县部署年末结算工作</a></li></ul></div>
<p>上一篇：<a href="3">某县民政局2024年工作总结</a></p><p>下一篇：没有了</p>
<div class="footer">主办：某县人民政府办公室　承办：某县大数据中心
备案号：湘ICP备00000000号　网站标识码0000000000</div></body></html>"""
LAYOUTS = {
    "paragraphs": ("<div>", "<p>{}</p>\n", "</div>"),
    "divisions": ("<div>", "<div><span>{}</span></div>", "</div>"),
    "line breaks": ("<div>", "{}<br/>\n", "</div>"),
    "layout table": ("<table><tr><td>导航</td><td>", "<p>{}</p>", "</td></tr></table>"),
    "form": (
        "<table><tr><td>标题</td><td>总结</td></tr><tr><td>文号</td><td>1号</td></tr>"
        "<tr><td colspan=2>",
        "<p>{}</p>",
        "</td></tr></table>",
    ),
    "unclosed": ("<div>", "<p><font>{}", "</div>"),
    "bold": ("<div>", "<p><b>{}</b><!-- x --></p>", "</div>"),
    "boxes": ("<div>", "<div class='sec'><div><p>{}</p></div></div>", "</div>"),
    "lists": ("<ul>", "<li>{}</li>", "</ul>"),
    "flat": ("", "<p>{}</p>", ""),
    "preformatted": ("<pre>", "{}\n", "</pre>"),
}


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def page(path: Path, body: str, head: str = HEAD, foot: str = FOOT) -> Draft:
    path = path / "page.html"
    path.write_text(head + body + foot, encoding="utf-8")
    return drafted(path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_report_and_nothing_else(tmp_path: Path, layout: str) -> None:
    begin, each, end = LAYOUTS[layout]
    body = begin + "".join(map(each.format, PARAGRAPHS)) + end
    path = tmp_path / "page.html"
    path.write_bytes((HEAD + body + FOOT).encode("gb18030"))
    found = texts(drafted(path))
    assert [one for one in found if one not in ("2024年工作总结", "导航")] == PARAGRAPHS


SECTIONS = {
    "short paragraphs in boxes of their own": (
        "<div><h2>一、主要工作</h2></div><div><p>{long}</p><p>{long2}</p></div>"
        "<div><h2>二、存在问题</h2><p>人手不足。</p></div><div><p>三、打算</p><p>抓紧抓实。</p></div>"
        "<div class='sign'><p>某县医疗保障局</p><p>2024年12月20日</p></div>",
        [
            "一、主要工作",
            "{long}",
            "{long2}",
            "二、存在问题",
            "人手不足。",
            "三、打算",
            "抓紧抓实。",
            "某县医疗保障局",
            "2024年12月20日",
        ],
    ),
    "one long paragraph": (
        "<p>一、主要工作</p><p>目标实现。</p><p>{long}</p><p>二、存在问题</p><p>人手不足</p>",
        ["一、主要工作", "目标实现。", "{long}", "二、存在问题", "人手不足"],
    ),
    "a subtitle between title and text": (
        "<h2>——在全县医疗保障工作会议上</h2><div>王某某</div><div class='text'><p>{long}</p></div>",
        ["——在全县医疗保障工作会议上", "王某某", "{long}"],
    ),
    "a table in a box of its own": (
        "<div><p>{long}</p></div><div><table><tr><td>乡镇</td><td>人数</td></tr>"
        "<tr><td>甲镇</td><td>12</td></tr></table></div><div><p>{long2}</p></div>",
        ["{long}", "乡镇｜人数", "甲镇｜12", "{long2}"],
    ),
    "attachments": (
        "<div><p>{long}</p></div><p>附件：<a href='a.docx'>1.任务分工表.docx</a></p>",
        ["{long}", "附件：1.任务分工表.docx"],
    ),
    "links within the text": (
        "<div><p>{long}</p><p>详见<a href='x'>《某县医疗保障事业发展规划》</a>。</p>"
        "<p>{long2}</p></div>",
        ["{long}", "详见《某县医疗保障事业发展规划》。", "{long2}"],
    ),
    "a share box amid the text": (
        "<div><p>{long}</p><div class='share'><a>微信</a><a>微博</a></div><p>{long2}</p></div>",
        ["{long}", "{long2}"],
    ),
    "a sentence that begins like furniture": (
        "<div><p>{long}</p><p>关闭小煤矿12处。</p><p>返回家乡就业三百人。</p></div>",
        ["{long}", "关闭小煤矿12处。", "返回家乡就业三百人。"],
    ),
}


@pytest.mark.parametrize("case", SECTIONS)
def test_short_parts_belong_to_the_report(tmp_path: Path, case: str) -> None:
    body, expected = SECTIONS[case]
    fill = {"long": PARAGRAPHS[0], "long2": PARAGRAPHS[2]}
    found = texts(page(tmp_path, body.format(**fill)))
    assert [text for text in found if text != "2024年工作总结"] == [
        text.format(**fill) for text in expected
    ]


HIDDEN = {
    "a style": "<p style='display: none'>隐藏的话。</p>",
    "visibility": "<div style='height:0;VISIBILITY:hidden'><p>隐藏的话。</p></div>",
    "the attribute": "<div hidden><p>隐藏的话。</p></div>",
    "aria": "<div aria-hidden='true'><p>隐藏的话。</p></div>",
    "a class": "<style>.a, p.b{{color:red;display:none}}</style><p class='x b'>隐藏的话。</p>",
    "an id": "<style><!-- #m {{ display:none }} --></style><div id='m'><p>隐藏的话。</p></div>",
    "Word": "<p><span style='mso-hide:all'>隐藏的话。</span></p>",
    "a copy for telephones": "<div class='m' style='display:none'><p>{long}</p></div>",
    "deleted": "<p><del>隐藏的话。</del><s>四</s><strike>五</strike></p>",
    "struck out": "<p><span style='text-decoration: line-through'>隐藏的话。</span></p>",
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_a_reader_does_not_see_is_left_out(tmp_path: Path, case: str) -> None:
    body = "<div><p>{long}</p>" + HIDDEN[case] + "<p>{long2}</p></div>"
    body = body.format(long=PARAGRAPHS[0], long2=PARAGRAPHS[2])
    assert texts(page(tmp_path, body)) == [PARAGRAPHS[0], PARAGRAPHS[2]]


SHOWN = {
    "a rule for print": "<style>@media print {{ .t {{ display:none }} }}</style>",
    "a rule for small screens": "<style>@media (max-width:9px){{.t{{display:none}}}}</style>",
    "a rule that is overridden": "<style>.t{{display:none}} .t.on{{display:block}}</style>",
    "a rule for a part": "<style>.menu .t{{display:none}}</style>",
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_a_reader_sees_stays(tmp_path: Path, case: str) -> None:
    body = SHOWN[case] + "<div class='t on'><p>{long}</p><p>{long2}</p></div>"
    body = body.format(long=PARAGRAPHS[0], long2=PARAGRAPHS[2])
    assert texts(page(tmp_path, body)) == [PARAGRAPHS[0], PARAGRAPHS[2]]


def test_a_page_saved_while_a_dialog_was_open(tmp_path: Path) -> None:
    body = f"<div aria-hidden='true'><p>{PARAGRAPHS[0]}</p></div>"
    assert texts(page(tmp_path, body)) == [PARAGRAPHS[0]]


MENU = "<a href='/'>首页</a><a href='/a'>政务公开</a><p>主办：某县人民政府</p>"
WITHOUT = {
    "frames": (
        "<frameset><frame src='a.html'><noframes><body>浏览器不支持框架。</noframes></frameset>",
        "框架",
    ),
    "a text box": (f"{MENU}<textarea>&lt;p&gt;{PARAGRAPHS[0]}&lt;/p&gt;</textarea>", "文本框"),
    "only menus": (MENU, "只有菜单和链接"),
    "a list of titles": (
        MENU + "<li><a href=1>某县2023年工作总结</a> 2023-12-01</li>" * 9,
        "只有菜单",
    ),
    "a script's shell": (f"<div id='app'></div><script src='a.js'></script>{MENU}", "脚本"),
    "a notice": ("<script></script><p>您的浏览器不支持JavaScript，请开启后再访问。</p>", "提示"),
    "not there": ("<a href='/'>首页</a><p>抱歉，您访问的页面不存在或已被删除。</p>", "提示"),
    "a login": ("<form>用户名<input>密码<input type='password'><a>登录</a></form>", "登录"),
    "an embedded page": (f"{MENU}<iframe src='text.html'></iframe>", "嵌入"),
    "hidden text": (f"{MENU}<div style='display:none'><p>{PARAGRAPHS[0]}</p></div>", "隐藏"),
}


@pytest.mark.parametrize("case", WITHOUT)
def test_a_page_without_a_report_is_named(tmp_path: Path, case: str) -> None:
    markup, why = WITHOUT[case]
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><head><title>某县医保局</title></head>{markup}</html>", encoding="utf-8"
    )
    result = only(path)
    assert isinstance(result, ReadError)
    assert why in result.reason


MARKUP = {
    "headings": ("<h2>一、<b>工作</b></h2><p>甲</p>", [Block("一、工作", 2), Block("甲")]),
    "source line ends": (
        "<p>参保率\n  达98%，\r\n群众\r\n满意</p>",
        [Block("参保率达98%，群众满意")],
    ),
    "line ends beside Latin": ("<p>GDP\ngrowth 和\nDRG</p>", [Block("GDP growth 和 DRG")]),
    "line ends before labels": ("<p>时间：某日\n来源：某局</p>", [Block("时间：某日 来源：某局")]),
    "other blanks stay": ("<p>　　甲&nbsp;乙&amp;nbsp;</p>", [Block("　　甲\u00a0乙&nbsp;")]),
    "pre": ("<pre>甲\n\n乙</pre>", [Block("甲"), Block("乙")]),
    "text beside elements": ("甲<p>乙</p>丙<br>丁", [Block(one) for one in "甲乙丙丁"]),
    "declared xml": ('<?xml version="1.0" encoding="gbk"?><html><p>甲</p></html>', [Block("甲")]),
    "powers": (
        "<p>10<sup>8</sup>吨、m<sup>2</sup>、10<sup>-3</sup></p>",
        [Block("10⁸吨、m²、10⁻³")],
    ),
    "a raised style": (
        "<p>5<span style='vertical-align:super'>1</span>年</p>",
        [Block("5[1]年")],
    ),
    "marks of notes": ("<p>5.2<sup>1</sup>亿元<sup>[2]</sup></p>", [Block("5.2[1]亿元[2]")]),
    "formulas": ("<p>CO<sub>2</sub>、PM<sub>2.5</sub></p>", [Block("CO2、PM2.5")]),
    "ruby": ("<p><ruby>溆<rp>(</rp><rt>xù</rt><rp>)</rp></ruby>浦</p>", [Block("溆浦")]),
    "insertions": ("<p>资金<del>36</del><ins>46</ins>万元</p>", [Block("资金46万元")]),
}
TABLES = {
    "cells with elements": (
        "<tr><th>项目</th><th>金额</th></tr><tr><td><p>报销</p></td><td>3</td></tr>",
        ["项目｜金额", "报销｜3"],
    ),
    "empty cells": (
        "<tr><td>镇</td><td>去年</td><td>今年</td></tr><tr><td>甲</td><td></td><td>1</td></tr>",
        ["镇｜去年｜今年", "甲｜｜1"],
    ),
    "rows joined": (
        "<tr><td rowspan=2>居民</td><td>三级</td></tr><tr><td>二级</td></tr>",
        ["居民｜三级", "居民｜二级"],
    ),
    "columns joined": (
        "<tr><td></td><td colspan=2>今年</td></tr><tr><td>甲</td><td>1</td><td>2</td></tr>",
        ["｜今年｜今年", "甲｜1｜2"],
    ),
    "a long cell is not repeated": (
        f"<tr><td rowspan=2>{PARAGRAPHS[0]}</td><td>1</td></tr><tr><td>2</td></tr>",
        [f"{PARAGRAPHS[0]}｜1", "｜2"],
    ),
    "a title over all columns": (
        "<tr><td colspan=2>参保情况</td></tr><tr><td>甲</td><td>1</td></tr>",
        ["参保情况", "甲｜1"],
    ),
    "lines in a cell": (
        "<tr><td><p>县医院</p><p>扩建</p></td><td>12<br>（含设备）</td></tr><tr><td>乙</td><td>3</td></tr>",
        ["县医院 扩建｜12 （含设备）", "乙｜3"],
    ),
    "a caption": (
        "<caption>表1</caption><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr>",
        ["表1", "甲｜1", "乙｜2"],
    ),
    "hidden columns": (
        "<tr><td>甲</td><td style='display:none'>x</td><td>1</td></tr>"
        "<tr><td>乙</td><td>2</td></tr>",
        ["甲｜1", "乙｜2"],
    ),
    "one column": ("<tr><td>甲。</td></tr><tr><td>乙。</td></tr>", ["甲。", "乙。"]),
    "spans without end": (
        "<tr><td rowspan=99999 colspan=99999>甲</td><td>1</td></tr>",
        ["｜".join(["甲"] * 50 + ["1"])],
    ),
}


@pytest.mark.parametrize("case", MARKUP)
def test_markup_becomes_blocks(tmp_path: Path, case: str) -> None:
    markup, blocks = MARKUP[case]
    path = tmp_path / "page.htm"
    path.write_text(markup, encoding="utf-8")
    assert list(drafted(path).blocks) == blocks


@pytest.mark.parametrize("case", TABLES)
def test_tables_become_rows(tmp_path: Path, case: str) -> None:
    rows, expected = TABLES[case]
    found = page(tmp_path, f"<p>{PARAGRAPHS[0]}</p><table>{rows}</table>").blocks[1:]
    assert [block.text for block in found] == [PARAGRAPHS[0], *expected]
    assert all(block.row == ("｜" in block.text) for block in found)


TITLES = {
    "ArticleTitle": (f"<meta name='ArticleTitle' content='{TITLE}'><title>政务公开</title>", ""),
    "column and site": (f"<title>{TITLE}_部门动态_某县人民政府网</title>", ""),
    "a hyphen": (f"<title>{TITLE}-某县人民政府门户网站</title>", ""),
    "the site first": (f"<title>某县人民政府门户网站 - {TITLE}</title>", ""),
    "only the site, a heading": ("<title>某县人民政府门户网站</title>", f"<h1>{TITLE}</h1>"),
    "only the site, a box": ("<title>某县政府网</title>", f"<div class='xl_tit'>{TITLE}</div>"),
    "only the column": ("<title>工作动态</title>", f"<div class='title'>{TITLE}</div>"),
    "no title": ("", f"<p align=center>{TITLE}</p>"),
    "the catalogue": (
        "<title>某县政府网</title>",
        f"<table><tr><td>标　　题：</td><td>{TITLE}</td></tr>"
        "<tr><td>索 引 号：</td><td>1</td></tr></table>",
    ),
    "og:title": (f"<meta property='og:title' content='{TITLE}'><title>首页</title>", ""),
    "cut short": (f"<title>{TITLE[:12]}...</title>", f"<h1>{TITLE}</h1>"),
}


@pytest.mark.parametrize("case", TITLES)
def test_the_title_is_the_reports_not_the_sites(tmp_path: Path, case: str) -> None:
    tags, above = TITLES[case]
    head = f"<html><head>{tags}</head><body><a href='/'>首页</a><div>{above}</div>"
    body = f"<p>发布时间：2024-12-20</p><div><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[2]}</p></div>"
    assert page(tmp_path, body, head).metadata["title"] == TITLE


CATALOGUE = """<table><tr><td>索 引 号：</td><td>0001</td><td>主题分类：</td><td>卫生</td></tr>
<tr><td>发文机关：</td><td>某县医疗保障局</td><td>成文日期：</td><td>2024年12月18日</td></tr>
<tr><td>发文字号：</td><td>某医保发〔2024〕12号</td><td>发布日期：</td><td>2024年12月20日</td></tr></table>"""
STATED = {
    "meta tags": (
        "<meta name='PubDate' content='2024年1月2日 10:00'>"
        "<meta name='ContentSource' content='乙局'>",
        "",
        {"issuer": "乙局", "published": "2024-01-02"},
    ),
    "a catalogue": ("", CATALOGUE, {"issuer": "某县医疗保障局", "published": "2024-12-20"}),
    "a list": (
        "",
        "<ul><li><b>发布机构：</b>某县医疗保障局</li><li><b>成文日期：</b>2024/12/18</li></ul>",
        {"issuer": "某县医疗保障局", "published": "2024-12-18"},
    ),
    "a list of definitions": (
        "",
        "<dl><dt>发布机构</dt><dd>某县医疗保障局</dd><dt>发布日期</dt><dd>2024-12-20</dd></dl>",
        {"issuer": "某县医疗保障局", "published": "2024-12-20"},
    ),
    "a line": (
        "",
        "<p>发布时间：2024-12-3 14:29　来源：某县医疗保障局　浏览次数：3</p>",
        {"issuer": "某县医疗保障局", "published": "2024-12-03"},
    ),
    "a bare date": ("", "<div>2024-12-03 14:29 来源： 新华社</div>", {"published": "2024-12-03"}),
    "a newspaper is no issuer": ("", "<p>来源：某市日报</p>", {}),
    "an address": ("<link rel='canonical' href='http://a/b'>", "", {"url": "http://a/b"}),
    "no such date": ("", "<p>发布时间：2024-13-45</p>", {}),
}


@pytest.mark.parametrize("case", STATED)
def test_what_a_page_says_of_its_report(tmp_path: Path, case: str) -> None:
    tags, above, expected = STATED[case]
    head = f"<html><head>{tags}<title>总结报告</title></head><body><h1>总结报告</h1>{above}"
    draft = page(tmp_path, f"<div><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[2]}</p></div>", head)
    assert draft.metadata == {"title": "总结报告", **expected}
    assert texts(draft) == [PARAGRAPHS[0], PARAGRAPHS[2]]


def test_much_text_outside_the_report_is_mentioned(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    menu = "<p><a href='1'>某县民政局2024年工作总结</a></p>" * 12
    foot = f"<div>责任编辑：张某</div>{menu}<p>{PARAGRAPHS[2]}</p>"
    path.write_text(f"{HEAD}<div><p>{PARAGRAPHS[0] * 9}</p></div>{foot}", encoding="utf-8")
    assert [type(one) for one in read_file(path, "a")] == [Draft]
    path.write_text(f"{HEAD}<div><p>{PARAGRAPHS[0] * 9}</p></div>{foot * 6}", encoding="utf-8")
    draft, error = read_file(path, "a")
    assert isinstance(draft, Draft)
    assert texts(draft) == [PARAGRAPHS[0] * 9]
    assert "在正文之外（如“（一）守好基金。" in str(error)
    hidden = f"<div style='display:none'><p>{PARAGRAPHS[2] * 6}</p></div>"
    path.write_text(f"{HEAD}<div><p>{PARAGRAPHS[0]}</p>{hidden}</div>", encoding="utf-8")
    draft, error = read_file(path, "a")
    assert "是隐藏的" in str(error)


def test_embedded_pictures_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_CHARACTERS", 5_000)
    picture = f"<img src='data:image/png;base64,{'QUJD' * 5000}'>"
    assert texts(page(tmp_path, f"<div><p>{PARAGRAPHS[0]}</p>{picture}</div>")) == [PARAGRAPHS[0]]
    path = tmp_path / "page.html"
    path.write_text("<p>字</p>" * 5_000, encoding="utf-8")
    assert "请只留下报告部分" in str(only(path))


def test_a_page_nested_without_end_is_refused_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<div>" * 500 + "正文。", encoding="utf-8")
    assert texts(drafted(path)) == ["正文。"]
    path.write_text("<div>" * 5000 + "正文。", encoding="utf-8")
    assert "嵌套过深" in str(only(path))


TAGS = "<p> </p> <div> </div> <table> <tr> <td> </td> </table> <br> <span> </span> <b>"
PIECES = st.sampled_from([*TAGS.split(" "), "\n", "全县经济平稳。", "一、工作", "追回资金，"])


@given(st.lists(PIECES, max_size=40))
def test_no_sentence_of_a_page_without_furniture_is_lost(pieces: list[str]) -> None:
    """Whatever the boxes: every text of the page is in its blocks."""
    markup = "".join(pieces)
    shown = [piece for piece in pieces if piece[0] not in "<\n"]
    if "全县经济平稳。" not in shown:
        return
    draft = html.parse(f"<html><body>{markup}", "page.html")
    found = "".join("".join(block.text.replace("｜", "") for block in draft.blocks).split())
    for text in set(shown):
        assert found.count(text) >= shown.count(text)
