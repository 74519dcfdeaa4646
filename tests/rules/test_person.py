"""Where the columns that rules compare are missing, or a remark has nothing to offer."""

from __future__ import annotations

import datetime as dt

import pytest

from checker import Report, check
from tests import filings

TODAY = dt.date(2024, 10, 8)
COLUMNS = {"姓名": "张三", "性别": "女", "专业": "土木工程", "身份证号": "410302190001010012"}


def codes(report: Report, families: str) -> list[str]:
    return [finding.code for finding in report.findings if finding.code[0] in families]


@pytest.mark.parametrize("missing", ["性别", "身份证号"])
def test_a_missing_column_is_one_finding(missing: str) -> None:
    columns = {heading: value for heading, value in COLUMNS.items() if heading != missing}
    lines = ["2024年度洛阳市示例单位专业技术人员继续教育参训人员名单", "单位：洛阳市示例单位",
             ",".join(columns), *[",".join(columns.values())] * 2]  # fmt: skip
    report = check("\n".join(lines).encode(), "名单.csv", today=TODAY)
    assert codes(report, "H").count("H02") == 1
    assert "G02" not in codes(report, "G")
    assert ("I17" in codes(report, "I")) == (missing == "性别")


def test_nothing_is_offered_while_a_character_is_unknown() -> None:
    report = check(filings.workbook({"roster": [{"name": "⽂\ue000"}]}), "名单.xlsx", today=TODAY)
    (found,) = [finding for finding in report.findings if finding.code == "N05"]
    assert found.suggestion is None
