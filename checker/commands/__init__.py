"""Commands of the command line that a plain check does not need, a module each."""
