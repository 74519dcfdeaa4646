"""Commands of the command line that a plain check does not need, and what all of them share."""
