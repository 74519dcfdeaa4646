"""Many filings at once, for the officer who receives them.

    files ─ look (each alone) ─ group ─ inspect (those of a filing) ─ Summary ─ workbook, JSON

Every step is pure. Where they run is for the caller to say: in processes that may die (the command
line), or in the browser's worker. A file that no reader survived is named by its `Look` and from
then on stands in its filing as one that cannot be opened.
"""

from checker.batch.grouping import Group, Look, group, look, lost
from checker.batch.inspection import inspect
from checker.batch.summary import JSON_NAME, Summary, Unit

__all__ = ["JSON_NAME", "Group", "Look", "Summary", "Unit", "group", "inspect", "look", "lost"]
