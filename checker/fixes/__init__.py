"""Safe corrections: what may be changed without looking anything up, each before and after.

What a cell should hold says `tidy`. Then the checker is asked once more (`proposals`): a change is
offered only where it has less to say of the row afterwards and nothing new, so that every single
change may be taken or left. `copies` makes those that were accepted.
"""

from checker.fixes.changes import DONE, LEGEND, SAFE, Change, Edit, as_dicts
from checker.fixes.corrected import correct
from checker.fixes.proposals import propose

__all__ = ["DONE", "LEGEND", "SAFE", "Change", "Edit", "as_dicts", "correct", "propose"]
