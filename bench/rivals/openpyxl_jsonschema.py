"""A roster row by row with openpyxl and jsonschema, field rules only, as one process."""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from openpyxl import load_workbook

HEADER_ROW = 3
FIELDS = ("serial_no", "name", "gender", "major", "id_number", "note")

path, schema = map(Path, sys.argv[1:3])
validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
sheet = load_workbook(path).worksheets[0]
rows = errors = 0
for values in sheet.iter_rows(min_row=HEADER_ROW + 1, max_col=len(FIELDS), values_only=True):
    record = {
        name: value for name, value in zip(FIELDS, values, strict=True) if value is not None
    }
    rows += 1
    errors += sum(1 for _ in validator.iter_errors(record))
print(rows, "rows", errors, "errors")
