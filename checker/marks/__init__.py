"""The marked copy: what is added to a user's workbook, and how it comes off again."""
