"""Measurements beside other tools, as ratios in one run: `make bench`.

`command_line` and `browser` measure, `rosters` makes what is checked, `results` writes down what
came out. What we are measured against is in `rivals/`: each does what its users would have it do.
"""
