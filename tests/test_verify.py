"""核对: however the code on a paper is typed, it is found in the file it came from, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli import main
from checker.verify import Answer, codes_in, verify
from tests import filings

ROSTER = filings.workbook({"roster": [{}, {}]})
WHOLE = filings.workbook({"roster": [{}, {}], "transcript": [{}, {}]})


def _code(data: bytes) -> str:
    """Return the code of the first table."""
    return verify("7K3Q92MF", [("a.xlsx", data)]).editions[0].code


CODE = _code(ROSTER)


def _other(code: str, place: int) -> str:
    """Return the code with one character changed into another of the alphabet."""
    at = place if place > 4 else place - 1
    return code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("7K3Q-92MF", ["7K3Q-92MF"]),
        ("7k3q92mf", ["7K3Q-92MF"]),
        (" 7k3q 92mf ", ["7K3Q-92MF"]),
        ("7K 3Q 92 MF", ["7K3Q-92MF"]),
        ("７Ｋ３Ｑ－９２ＭＦ", ["7K3Q-92MF"]),
        ("7K3Q—92MF", ["7K3Q-92MF"]),
        ("7K3Q——92MF", ["7K3Q-92MF"]),
        ("7K3Q — 92MF", ["7K3Q-92MF"]),
        ("核对码 7K3Q-92MF　定稿 2024-10-12", ["7K3Q-92MF"]),
        ("核对码 7K3Q-92MF、ABCD-EFGH\n定稿 2024-10-12", ["7K3Q-92MF", "ABCD-EFGH"]),
        ("7K3Q-92MF、7K3Q-92MF", ["7K3Q-92MF"]),
        ("", []),
        ("7K3Q", []),
        ("7K3Q-92MFX", []),
        ("2024-10-12", []),
    ],
)
def test_what_is_typed_is_understood(typed: str, codes: list[str]) -> None:
    assert list(codes_in(typed)) == codes


@pytest.mark.parametrize(
    "typed", [CODE, CODE.lower(), CODE.replace("-", ""), f"核对码 {CODE}　定稿 2024-10-12"]
)
def test_the_edition_is_found(typed: str) -> None:
    found = verify(typed, [("名单.xlsx", ROSTER)])
    assert found.same
    (edition,) = found.editions
    assert (edition.file, edition.sheet, edition.title) == ("名单.xlsx", "roster", "参训人员名单")
    assert (edition.unit, edition.answer, edition.slip) == (filings.UNIT, Answer.SAME, 0)


def test_what_looks_alike_is_read_as_the_letter_meant() -> None:
    misread = CODE.replace("Q", "O").replace("L", "I")
    assert verify(misread, [("a.xlsx", ROSTER)]).same


@pytest.mark.parametrize("place", [1, 4, 5, 8])
def test_one_character_off_is_no_match_but_said_to_be_close(place: int) -> None:
    found = verify(_other(CODE, place), [("a.xlsx", ROSTER)])
    assert not found.same
    assert [(each.answer, each.slip) for each in found.editions] == [(Answer.CLOSE, place)]


def test_the_sheet_of_several_is_named() -> None:
    codes = [each.code for each in verify("", [("a.xlsx", WHOLE)]).editions]
    found = verify(codes[1], [("a.xlsx", WHOLE)])
    assert [each.answer for each in found.editions] == [Answer.OTHER, Answer.SAME]
    assert verify("、".join(codes), [("a.xlsx", WHOLE)]).same
    assert not verify(f"{codes[0]}、{_other(codes[1], 8)}", [("a.xlsx", WHOLE)]).same


def test_a_changed_file_is_another_edition() -> None:
    changed = filings.workbook({"roster": [{}, {"major": "会计学"}]})
    found = verify(CODE, [("a.xlsx", changed)])
    assert not found.same
    assert [each.answer for each in found.editions] == [Answer.OTHER]


def test_a_file_without_a_form_is_named_and_no_code_is_no_match() -> None:
    found = verify(CODE, [("坏.xlsx", b"PK"), ("空.xlsx", b"")])
    assert (found.same, found.unread) == (False, ("坏.xlsx", "空.xlsx"))
    assert not verify("", [("a.xlsx", ROSTER)]).same


def test_a_slip_beside_a_misread_character_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.verify.fingerprint", lambda table: "7K3Q-92MF")
    (edition,) = verify("7K30-92MA", [("名单.xlsx", ROSTER)]).editions
    assert (edition.answer, edition.slip) == (Answer.CLOSE, 8)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        (CODE, 0, f"一致：纸上的核对码 {CODE} 就是这份文件的"),
        (_other(CODE, 8), 1, f"差一位：纸上的 {_other(CODE, 8)} 和文件里的只差一位"),
        ("7K3Q-92MF", 1, "不一致：文件里没有核对码是 7K3Q-92MF 的表"),
    ],
)
def test_the_command(
    typed: str, status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "名单.xlsx").write_bytes(ROSTER)
    assert main(["verify", typed, str(tmp_path / "名单.xlsx")]) == status
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "file", "said"),
    [("7K3Q", "名单.xlsx", "“7K3Q”里没有找到核对码"), (CODE, "没有.xlsx", "读不了")],
)
def test_a_bad_call_is_one_line(
    typed: str, file: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "名单.xlsx").write_bytes(ROSTER)
    assert main(["verify", typed, str(tmp_path / file)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
