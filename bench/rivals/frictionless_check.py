"""A roster against a Table Schema with frictionless-py: what its users write, as one process."""

import sys

from frictionless import Dialect, Resource, Schema
from frictionless.formats import ExcelControl

HEADER_ROW = 3
SCHEMA = {
    "fields": [
        {"name": "序号", "type": "integer", "constraints": {"minimum": 1}},
        {
            "name": "姓名",
            "type": "string",
            "constraints": {"required": True, "pattern": "[^?？□■*＊\ufffd]+"},
        },
        {"name": "性别", "type": "string", "constraints": {"required": True, "enum": ["男", "女"]}},
        {"name": "专业", "type": "string", "constraints": {"required": True, "minLength": 1}},
        {
            "name": "身份证号",
            "type": "string",
            "constraints": {"required": True, "unique": True, "pattern": "[0-9]{17}[0-9X]"},
        },
        {"name": "备注", "type": "string"},
    ]
}

dialect = Dialect(header_rows=[HEADER_ROW], controls=[ExcelControl()])
resource = Resource(path=sys.argv[1], schema=Schema.from_descriptor(SCHEMA), dialect=dialect)
report = resource.validate()
print(report.tasks[0].stats["rows"], "rows", len(report.flatten()), "errors")
