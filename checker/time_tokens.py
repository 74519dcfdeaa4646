"""The words and figures of which people make a date: the tokens of the plan's 时间 column.

Each alternative of TOKENS is one way of writing something; the first that fits wins, so the longer
and more certain ones stand first. What they mean together, sessions.py finds out.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from checker.normalise import INVISIBLE, western_digits


class Part(StrEnum):
    """A part of a day, in the words of the notice."""

    MORNING = "上午"
    AFTERNOON = "下午"
    EVENING = "晚上"
    ALL_DAY = "全天"
    UNSPECIFIED = ""


HALVES = (Part.MORNING, Part.AFTERNOON, Part.EVENING)
WHOLE_DAY = (Part.MORNING, Part.AFTERNOON)
PART_TOKENS = {
    "morning": Part.MORNING,
    "afternoon": Part.AFTERNOON,
    "evening": Part.EVENING,
    "all_day": Part.ALL_DAY,
}
_DROP_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_DASH = r"(?:[~—–―─-]{1,2}|至|到)"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_HOUR = r"(?:[01]?[0-9]|2[0-4])"
_MINUTE = r"(?:[0-5][0-9]|半)"
_DAY_ENDS = r"(?=$|[日号、,;和及与至到~—–―─() .上下晚全整白每共-])"
_NO_CLOCK = r"(?![0-9:点])"
# As text: `re` compiles it when it is first needed, which takes a while and only plans need.
TOKENS = "|".join(
    f"(?P<{name}>{pattern})"
    for name, pattern in (
        ("weekly", r"每个?(?:周|星期|月|季度?|年|旬)[1-6日天末]?"),
        ("weekday", r"(?:星期|礼拜|周)[1-6日天末]"
                    rf"(?:(?:{_DASH}|[、,])(?:星期|礼拜|周)?[1-6日天](?![0-9月日号./]))?"),
        ("each", r"每[天日]|每(?=[上下晚])|均为?"),
        ("periods", r"第?[0-9]{1,2}(?:[、,~-][0-9]{1,2}){1,5}节课?"),
        ("load", r"共?[0-9]{1,3}(?:\.[0-9])?个?(?:学时|课时|小时|节课?)"),
        ("label", r"第[0-9]{1,2}(?:期|批|场|讲|次|轮|节课?|班)|半[天日]"),
        ("length", r"(?:共计?|为期|历时){0,2}[0-9]{1,3}个?(?:天|工作日)"),
        ("ymd", r"(?P<y>[0-9]{4}|[23][0-9])(?:年[.,]?(?P<m1>[0-9]{1,2})[月.]|"
                r"(?P<sep>[./-])(?P<m2>[0-9]{1,2})(?P=sep))"
                r"(?P<d>[0-9]{1,2})(?![0-9月:点])[日号]?"),
        ("compact", r"(?P<cy>20[0-9]{2})(?P<cm>[01][0-9])(?P<cd>[0-3][0-9])(?![0-9])"),
        ("md", rf"(?P<zm>[0-9]{{1,2}})月(?:份)?(?P<zd>[0-9]{{1,2}})(?:[日号]|{_DAY_ENDS})"),
        ("year_month", r"20[0-9]{2}[./-][0-9]{1,2}(?![0-9])"),
        ("dotted", rf"(?P<dm>{_MONTH})[./](?P<dd>{_DAY}){_NO_CLOCK}[日号]?"),
        ("hyphened", rf"(?P<hm>0[1-9]|1[0-2])-(?P<hd>0[1-9]|[123][0-9]){_NO_CLOCK}[日号]?"),
        ("year", r"(?P<yy>[0-9]{4}|[23][0-9])年度?"),
        ("month", r"[0-9]{1,2}月(?:份)?"),
        ("clock", rf"(?P<h1>{_HOUR})(?:[:点时](?P<n1>{_MINUTE})?|(?={_DASH}[0-9]{{1,2}}[点时]))"
                  rf"[分整]?(?:{_DASH}(?P<h2>{_HOUR})[:点时](?P<n2>{_MINUTE})?[分整]?)?"),
        ("day", r"(?P<dn>[0-9]{1,2})(?:[日号]|(?![0-9]))"),
        ("morning", r"上半天|上午|早上|早晨|早|am|上(?=[、,/和及与]?下午)"),
        ("afternoon", r"下半天|下午|午后|pm"),
        ("evening", r"晚上|晚间|夜间|夜晚|傍晚|晚|夜"),
        ("all_day", r"1?整[天日]|全[天日]|白天"),
        ("range", _DASH),
        ("hard", r"[;\n]"),
        ("list", r"[、,/&]|以及|[和及与]"),
        ("open", r"[(\[]"),
        ("close", r"[)\]]"),
        ("filler", r"[ .。:]|于|在|拟|拟定|预计|暂定|开始"
                   r"|期间|自|从|起(?=至|到|[~—–―─-])|止|培训|学习|上课|授课|集中|时间|日期"),
        ("unknown", r"[\S\s]"),
    )
)  # fmt: skip

# A day in a way of writing that is not known here: 3-5, 0305, Mar 5, or the months 2024.3-5?
_MAYBE_DAY = re.compile(
    r"(?<![0-9./:-])[0-9]{1,2}[ ./\\-][0-9]{1,2}(?![0-9月周季年期次])"
    r"|(?<![0-9])[01][0-9][0-3][0-9](?![0-9])"
    r"|20[0-9]{2},[0-9]{1,2},[0-9]{1,2}"
    r"|[a-z]{3} ?[0-9]|[0-9] ?[a-z]{3}"
    r"|20[0-9]{2}[./][0-9]{1,2}-[0-9]{1,2}(?![0-9月周季年期次.])"
)


def maybe_day(text: str) -> bool:
    """Tell whether a cleaned text without a readable day may hold one all the same."""
    return bool(_MAYBE_DAY.search(text))


def clean(text: str) -> str:
    """Return the text for the tokens: western digits, no blanks but those between two numbers.

    >>> clean("２０２４年 三月五日 上午 8:30\\n3月12日"), clean("3月5日一7日")
    ('2024年3月5日上午8:30;3月12日', '3月5日-7日')
    """
    text = unicodedata.normalize("NFKC", text).translate(_DROP_INVISIBLE).lower().strip()
    text = re.sub(r"(?<![十一二三四五六七八九])一(?=[0-9])", "-", text)  # 一 typed for a dash
    text = re.sub("(?<![第期共计时每])一天", "全天", re.sub("两(?=个?[天日工])", "2", text))
    text = text.replace("【", "(").replace("】", ")").replace("〔", "(").replace("〕", ")")
    text = re.sub(r"[ \t]*[\r\n][ \t\r\n]*", ";", western_digits(text))
    return re.sub(r"(?<![0-9])[ \t]+|[ \t]+(?![0-9])", "", text)


def parts_of_clock(match: re.Match[str]) -> tuple[Part, ...]:
    """Return the parts of a day that a `clock` token takes up by more than an hour.

    Nobody trains between one and six at night, so such an hour is one of the afternoon.
    """
    start = _hours(match["h1"], match["n1"])
    end = _hours(match["h2"], match["n2"]) if match["h2"] else start
    if 1 <= start < 6:
        start, end = start + 12, end + 12 if end < 12 else end
    elif end < start and end < 12:
        end += 12
    spans = zip(HALVES, (0, 12, 18), (12, 18, 24), strict=True)
    taken = [part for part, low, high in spans if min(end, high) - max(start, low) > 1]
    return tuple(taken) or (part_of_hour(start),)


def part_of_hour(hour: float) -> Part:
    """Return the part of the day in which something starts at an hour."""
    return HALVES[0 if hour < 12 else 1 if hour < 18 else 2]


def _hours(hour: str, minute: str | None) -> float:
    return int(hour) + (0.5 if minute == "半" else int(minute or 0) / 60)
