"""Paragraphs come back whole from PDFs in the layouts that reports are set in."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pdf_layouts import LAYOUTS, Score, paragraphs_of, score

SUBJECTS = ("县乡道路", "农村饮水", "中小学校", "卫生院所", "产业园区", "粮食生产", "文化场馆")
DEEDS = ("新建改造", "建成投用", "提前完成", "动工兴建", "验收交付", "扩容升级")
AMOUNTS = ("12公里", "3.6亿元", "47.25%", "九百余处", "1,280户", "两批次（含续建）", "“十项工程”")
ENDS = ("，群众反映良好", "，比上年多一成", "；资金全部到位", "、进度快于时序", "")
REPORTS = Path(__file__).resolve().parents[2] / "shared" / "reports"
ALLOWED_LOSS = {"flush": 0.08}  # where only a short last line ends a paragraph, some stay in doubt


def made_up(seed: int) -> list[str]:
    """A report of sentences put together by chance, under numbered headings."""
    chance = random.Random(seed)
    paragraphs = []
    for number in "一二三四五六":
        paragraphs.append(f"{number}、{chance.choice(SUBJECTS)}建设取得进展")
        for _ in range(chance.randint(2, 5)):
            sentences = (
                chance.choice(SUBJECTS) + chance.choice(DEEDS) + chance.choice(AMOUNTS)
                + chance.choice(ENDS) + "，" + chance.choice(SUBJECTS) + chance.choice(DEEDS)
                for _ in range(chance.randint(1, 9))
            )  # fmt: skip
            paragraphs.append("。".join(sentences) + "。")
    return paragraphs


@pytest.mark.parametrize("name", LAYOUTS)
def test_paragraphs_are_whole(tmp_path: Path, name: str) -> None:
    result = score(made_up(1), LAYOUTS[name], tmp_path / "a.pdf")
    assert result.whole >= (1 - ALLOWED_LOSS.get(name, 0)) * result.paragraphs
    assert result.lost <= 0.002 * result.phrases


@pytest.mark.shared
@pytest.mark.skipif(not REPORTS.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize("name", LAYOUTS)
def test_real_reports_are_whole(tmp_path: Path, name: str) -> None:
    result = Score(0, 0, 0, 0, 0, 0.0)
    for report in random.Random(3).sample(sorted(REPORTS.glob("*.md")), 3):
        result = result.plus(score(paragraphs_of(report), LAYOUTS[name], tmp_path / "a.pdf"))
    assert result.whole >= (0.97 - ALLOWED_LOSS.get(name, 0)) * result.paragraphs
    assert result.lost <= 0.002 * result.phrases
