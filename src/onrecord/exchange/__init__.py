"""From the record to files other programs read, and back.

tables.py        jsonl (one line an article), csv and parquet (one row a statement)
register.py      a register file: what the user knows of actors
codebook.py      a codebook file: the proposals that actors support or oppose
rows.py          files written by hand, row by row
dna/             files of Discourse Network Analyzer, in and out
found.py         what a record found in each article, for forms that need the text beside it
annotations.py   W3C Web Annotations
refi_qda.py      projects and codebooks for NVivo, MAXQDA, ATLAS.ti, QualCoder
graphs.py        networks and event lists: CSV, UCINET DL, Pajek, JSON, Parquet, and the two below
graphml.py       GraphML
gexf.py          GEXF, with time
parts.py         a network taken apart: nodes, ties, what it was made from
writing.py       files written whole or not at all
"""
