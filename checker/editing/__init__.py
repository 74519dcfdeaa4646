"""Editing: a user's workbook with a few cells changed and everything else left as it was.

Only the parts that change are written anew, and in them only the elements that change: what no
library of ours understands (pictures, x14 drop-downs, macros, threaded comments) stays untouched.
Files that are no xlsx are first made into one (`convert`), which says what could not come along.
"""

from checker.editing.comments import COMMENT_AUTHOR
from checker.editing.conversion import convert
from checker.editing.editor import edit
from checker.editing.edits import KEEP, CellEdit, Edits, NewSheet, SheetEdits, UneditableError
from checker.reading.marked import COMMENT_MARK

__all__ = [
    "COMMENT_AUTHOR",
    "COMMENT_MARK",
    "KEEP",
    "CellEdit",
    "Edits",
    "NewSheet",
    "SheetEdits",
    "UneditableError",
    "convert",
    "edit",
]
