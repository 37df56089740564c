"""Pictures fit to print: specifications and geometry only; what they show was worked out in analysis/.

    >>> picture = charts.network(network, clusters=clusters(network))   # an altair chart: a notebook shows it
    >>> charts.write(picture, "network.svg")                            # or .png, .pdf, .html

look.py       sizes, letters, colours; title, caption, what a picture was made from
layout.py     where nodes stand and names go
graph.py      networks
matrix.py     heat maps, dendrograms
over_time.py  polarization, frequencies, positions
files.py      SVG, PNG, PDF, HTML
"""

from onrecord.charts.files import write
from onrecord.charts.graph import Layout, arrange, arrange_all, network
from onrecord.charts.look import COLUMN, PAGE, Size
from onrecord.charts.matrix import dendrogram, heatmap
from onrecord.charts.over_time import frequency, polarization, timeline

__all__ = [
    "COLUMN",
    "PAGE",
    "Layout",
    "Size",
    "arrange",
    "arrange_all",
    "dendrogram",
    "frequency",
    "heatmap",
    "network",
    "polarization",
    "timeline",
    "write",
]
