"""The units of figures, as a pattern and in the one spelling that values are shown in."""

from __future__ import annotations

_MONEY = "人民币|美元|欧元|英镑|日元|港元|港币|澳元|新台币|元"
_SHARES = "个百分点|百分点|个基点|%|‰"
_MASS = "吨标准煤|吨标煤|吨|公斤|千克|斤|毫克|微克|克"
_AREA = "平方公里|平方千米|平方米|公顷|亩|立方米|方|公里|千米|厘米|毫米|米|海里"
_ENERGY = "千瓦时|兆瓦时|千瓦|兆瓦|吉瓦|瓦|度|标准箱|标箱|TEU|吨公里|人公里|标准立方米"
_PEOPLE = "人次|人天|人|名|户次|户|家次|家|位(?!数|居)"
_COUNTS = (
    "个|项|件|起|例|宗|辆|架|艘|台|套|头|只|羽|张|所|座|条|种|处|批|次|场|篇|部|册|枚|株|棵|尾|"
    "箱|床|间|片|支|颗|剂|份|笔|班|列|对|款|天|小时|分钟|岁|倍|分|双|瓶|桶|盏|口|眼|幅|孔|级|门"
)
_PER = r"(?:/(?:立方米|平方公里|平方米|亩|公顷|人|户|年|月|天|日|小时|吨|千瓦时|件|万元))?"
UNIT = rf"(?:(?:{'|'.join((_SHARES, _MONEY, _ENERGY, _MASS, _AREA, _PEOPLE, _COUNTS))}){_PER})"
_SPELLINGS = {"百分点": "个百分点", "人民币": "元", "港币": "港元", "平方千米": "平方公里"}
_SPELLINGS |= {"千米": "公里", "千克": "公斤", "标箱": "标准箱"}


def spell(unit: str | None) -> str | None:
    """The unit in its usual spelling: ``百分点`` → ``个百分点``."""
    return _SPELLINGS.get(unit, unit) if unit else None
