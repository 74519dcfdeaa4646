"""The list of rules as a whole."""

from __future__ import annotations

import re

from checker import catalog
from checker.model import Scope
from checker.rules import BY_CODE, FAMILIES, RULES

LETTERS = {
    "workbook": "W", "header": "H", "row": "L", "person": "NGM", "resident_id": "I", "plan": "P",
    "filing_form": "B", "transcript": "T", "window": "D", "cross": "X",
}  # fmt: skip


def test_codes_are_unique_in_order_and_fit_their_family() -> None:
    assert len(BY_CODE) == len(RULES)
    for family in FAMILIES:
        codes = [rule.code for rule in family.RULES]
        letters = LETTERS[family.__name__.rpartition(".")[2]]
        assert codes == sorted(codes, key=lambda code: (letters.index(code[0]), code[1:]))


def test_names_are_kebab_case_and_unique() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", name) for name in names)


def test_texts_are_sentences_and_sources_exist() -> None:
    cycle = catalog.load().cycle(2024)
    for rule in RULES:
        for text in (rule.explanation, rule.message, rule.fix, *rule.variants.values()):
            assert text.endswith(("。", "？", "！", "）")), (rule.code, text)
        assert not rule.title.endswith("。"), rule.code
        assert rule.source, rule.code
        for source in rule.source:
            if re.fullmatch(r"S[0-9]+", source):
                assert source in cycle.data["clauses"], rule.code


def test_scopes_and_checks_fit() -> None:
    named_in_schemas = {
        code
        for form in catalog.load().forms.values()
        for rules in (form.record_rules, *(field.rules for field in form.fields.values()))
        for codes in rules.values()
        for code in codes
    }
    kinds = {f.kind for form in catalog.load().forms.values() for f in form.fields.values()}
    for rule in RULES:
        assert rule.check or rule.code in named_in_schemas, rule.code
        assert set(rule.forms) <= set(catalog.FORM_NAMES), rule.code
        assert bool(rule.kinds) <= (rule.scope is Scope.CELL), rule.code
        assert rule.code == "W06" or set(rule.kinds) <= kinds, rule.code
