"""Names: nothing a card may carry is changed, and what people add is taken away."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import catalog
from checker.identifiers import person_name

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF).filter(lambda each: each != "某")
RARE = st.sampled_from("㼆䶮䮌𠮷𬀩〇")
PARTS = st.text(HAN | RARE, min_size=1, max_size=12)


@given(PARTS, PARTS)
def test_no_name_of_a_card_is_changed(first: str, second: str) -> None:
    name = f"{first}·{second}"
    assert not person_name.placeholder(name)
    assert not person_name.has_blank_inside(name)
    assert not person_name.has_other_separator(name)
    assert not person_name.look_alike(name)
    assert person_name.tidy(name) == person_name.compact(name) == name


@given(PARTS, PARTS, st.sampled_from("•‧∙・･．.。●⋅-－"), st.sampled_from(["", " ", "　"]))
def test_every_dot_becomes_the_middle_dot(first: str, second: str, dot: str, blank: str) -> None:
    name = f"{first}{blank}{dot}{blank}{second}"
    assert person_name.has_other_separator(name)
    assert person_name.tidy(name) == f"{first}·{second}"


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("张 三", "张三"),
        ("张\u00a0三\u200b", "张三"),
        ("古丽米热 艾比布力", "古丽米热艾比布力"),
        ("John  SMITH", "johnsmith"),
        ("ＪＯＨＮ", "john"),
        ("刘\ue863", "刘䶮"),
        ("", ""),
    ],
)
def test_names_are_compared_without_what_was_typed_for_looks(typed: str, compared: str) -> None:
    assert person_name.compact(typed) == compared


def test_look_alikes_lead_to_normal_characters() -> None:
    table = catalog.look_alikes()
    assert table["⻰"] == "龙"
    for character, meant in table.items():
        assert unicodedata.normalize("NFKC", meant) == meant
        assert meant not in table
        assert person_name.look_alike(f"张{character}") == character
