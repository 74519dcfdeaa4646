"""Identity numbers: what must pass, what must be found, and that schema and code agree."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import catalog
from checker.identifiers import id_document, permanent_resident, regions, resident_id, travel_permit
from checker.identifiers.id_document import Fault, Kind

TODAY = dt.date(2024, 10, 8)

# domain.md §8: synthetic, with a right check character; the last one is a published specimen.
GENUINE = (
    "410302190001010012", "410302190001010020", "41030219000101008X", "410381190001020013",
    "410306190001020021", "412723190001030019", "810000190001010018", "941840190001010012",
    "410302190001016000", "11010519491231002X",
)  # fmt: skip

REGIONS = st.sampled_from([*sorted(catalog.region_codes()), "941840", "911156", "940156"])
BIRTHS = st.dates(dt.date(1900, 1, 1), TODAY)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Any valid number: every region, every birth date, every order code."""
    order = draw(st.integers(0, 999))
    body = f"{draw(REGIONS)}{draw(BIRTHS):%Y%m%d}{order:03d}"
    return body + resident_id.check_character(body)


@pytest.mark.parametrize("number", GENUINE)
def test_genuine_numbers_pass(number: str) -> None:
    assert resident_id.is_valid(number, TODAY)
    assert id_document.examine(number, TODAY).fault is None


@given(numbers())
def test_every_valid_number_passes(number: str) -> None:
    document = id_document.examine(number, TODAY)
    assert document.fault is None
    assert document.number == number
    assert document.is_resident_like
    assert resident_id.validate(number, TODAY) == number


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_wrong_digit_is_found(number: str, at: int, character: str) -> None:
    wrong = number[:at] + character + number[at + 1 :]
    if wrong != number:
        assert id_document.examine(wrong, TODAY).fault is not None
        assert not resident_id.is_valid(wrong, TODAY)


@given(numbers(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_found(number: str, at: int) -> None:
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if wrong != number:
        assert id_document.examine(wrong, TODAY).fault is not None


UNTIDY = st.sampled_from(
    (
        lambda text: text.lower(),
        lambda text: "".join(chr(ord(each) + 0xFEE0) for each in text),
        lambda text: f"{text[:6]} {text[6:14]}\u3000{text[14:]}",
        lambda text: f"{text[:6]}-{text[6:14]}–{text[14:]}",
        lambda text: f"'{text}",
        lambda text: f'="{text}"',
        lambda text: f"\ufeff{text}\u200b\u00a0\n",
        lambda text: text.replace("X", "×"),
        lambda text: text.replace("X", "Х"),
        lambda text: text.replace("X", "ⅹ"),
    )
)


@given(numbers(), UNTIDY)
def test_untidy_writing_is_read(number: str, untidy: object) -> None:
    assert callable(untidy)
    assert resident_id.compact(untidy(number)) == number
    assert id_document.examine(untidy(number), TODAY).fault is None


@given(st.text("0123456789XxOl*EHM+.- 　０Ｘ×男", max_size=22) | st.text(max_size=22))
def test_the_schema_refuses_exactly_the_faulty_forms(text: str) -> None:
    of_form = {
        Fault.SCIENTIFIC, Fault.MASKED, Fault.WORDS,
        Fault.OLD_LENGTH, Fault.LENGTH, Fault.CHARACTER,
    }  # fmt: skip
    number = resident_id.compact(text)
    for name in catalog.PEOPLE_FORMS:
        pattern = catalog.load().forms[name].schema["properties"]["id_number"]["pattern"]
        refused = bool(number) and not re.search(pattern, number)
        assert (id_document.examine(text, TODAY).fault in of_form) == refused


def test_a_stale_list_refuses_nobody() -> None:
    number = "41999919000101001" + resident_id.check_character("41999919000101001")
    assert not regions.is_known("419999")
    assert resident_id.is_valid(number)


@pytest.mark.parametrize(
    "text",
    ["", "410302190001010013", "400302190001010012", "410302190013010012", "410302190001010O12"],
)
def test_wrong_numbers_are_refused(text: str) -> None:
    assert not resident_id.is_valid(text)
    with pytest.raises(resident_id.InvalidNumberError, match="不是一个正确的身份证号"):
        resident_id.validate(text)


def test_births_lie_between_1900_and_today() -> None:
    assert resident_id.birth_date("410302189912310012") is None
    assert resident_id.birth_date("410302202410090012", TODAY) is None
    assert resident_id.birth_date("410302202410090012") == dt.date(2024, 10, 9)


def test_the_type_of_a_cell_comes_before_its_digits() -> None:
    # Equal as Python values, but three different cells.
    assert id_document.examine(True, TODAY).fault is Fault.WORDS
    assert id_document.examine(1, TODAY).fault is Fault.LENGTH
    assert id_document.examine(410302190001016000, TODAY).fault is Fault.LOST_DIGITS
    assert id_document.examine(float(410302190001016000), TODAY).fault is Fault.LOST_DIGITS
    assert id_document.examine("410302190001016000", TODAY).fault is None
    assert id_document.examine(None, TODAY).fault is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("XXX410300010101", Kind.OLD_PERMANENT_RESIDENT),
        ("H12345678", Kind.TRAVEL),
        ("810000190001010018", Kind.RESIDENCE_PERMIT),
        ("941840190001010012", Kind.PERMANENT_RESIDENT),
        ("410302190001010012", Kind.RESIDENT),
    ],
)
def test_documents_are_told_apart(text: str, kind: Kind) -> None:
    assert id_document.examine(text, TODAY).kind is kind


def test_the_older_permanent_residence_card_weights_letters_and_digits() -> None:
    # X is 33: (33*7 + 33*3 + 33*1 + 4*7 + 1*3 + 0*1 + 3*7 + 0 + 0 + 0 + 1*3 + 0 + 1*7 + 0) % 10
    assert permanent_resident.check_digit("XXX41030001010") == str(425 % 10)
    assert permanent_resident.checksum_ok("XXX410300010105")
    assert not permanent_resident.checksum_ok("XXX410300010106")
    assert travel_permit.recognise("XXX410300010105") is None


def test_the_region_list_is_sorted_and_knows_luoyang() -> None:
    codes = catalog.region_codes()
    assert len(codes) > 7000
    assert all(re.fullmatch("[0-9]{6}", code) and code[:2] in regions.PROVINCES for code in codes)
    luoyang = {*range(2, 9), 11, *range(21, 30), 81}  # domain.md §2.2
    assert {f"4103{rest:02d}" for rest in luoyang} <= codes
