"""What the checker says of itself when one of its own rules breaks."""

from __future__ import annotations

from checker.model import Rule, Scope, Severity

CRASH = Rule(
    code="E00",
    name="rule-crashed",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="有一项没有查成",
    source=("本工具",),
    explanation="检查程序自己出了错，不是表格的错；其余各项都照常检查了。",
    message="“{title}”（{code}）这一项没有查成，程序出错（{error}）。",
    fix="这一项照样表自行核对，并把这条提示的文字告诉维护人员（不要附上名单）。",
)
