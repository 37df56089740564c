"""What a record shows as a whole. Reads it, writes nothing.

Where actors stand:
positions.py    where everybody stands, on what evidence, and who changed position

Networks:
of_record.py    networks of a record: what the command line and a notebook call
events.py       the table of statements they are made of
settings.py     how a network is made: what a user can choose
counting.py     which statements count
formulas.py     from counts to ties
networks.py     Network: matrix, graph, evidence of each tie
windows.py      moving windows, with kernels
uncertainty.py  bounds of ties, and how much of them people checked

What is done with them:
ties.py         matrices with names, checked
clusters.py     who belongs together; divide.py the ways to divide, modularity.py how good a division is
polarization.py how far a debate falls apart into camps
phases.py       when it passes from one state to another
debate.py       who supports and who opposes what, as counts
backbone.py     the concepts that carry it
scaling.py      where actors stand on one or two dimensions
centrality.py   who is in the middle
frequencies.py  how often, by whom, when
"""
