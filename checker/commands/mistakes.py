"""What argparse says of a call that it cannot understand, in Chinese."""

from __future__ import annotations

import re

# argparse has no other way to tell one mistake from another than its English sentences; an unknown
# one (Python words them anew at times) is left out: the advice to read --help stands without it.
_SENTENCES = (
    ("the following arguments are required: (.+)", "缺少：{0}"),
    ("unrecognized arguments: (.+)", "不认识：{0}"),
    (
        r"argument ([^:]+): invalid choice: '?([^']*)'? \(choose from (.+)\)",
        "{0}里没有“{1}”，可以写：{2}",
    ),
    ("argument ([^:]+): invalid int value: '([^']*)'", "{0}要写数字，现在是“{1}”"),
    ("argument ([^:]+): expected .+", "{0} 后面还要写内容"),
    ("ambiguous option: (.+) could match (.+)", "“{0}”没有写全，是这里面的哪一个：{1}"),
)


def in_chinese(sentence: str) -> str:
    """Return what is wrong with a call in Chinese, "" where the sentence is an unknown one."""
    for pattern, words in _SENTENCES:
        if found := re.fullmatch(pattern, sentence, re.DOTALL):
            return words.format(
                *(each.replace("'", "").replace(", ", "、") for each in found.groups())
            )
    return ""
