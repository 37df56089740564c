"""From the record to files other programs read, and back.

tables.py      jsonl (one line an article), csv and parquet (one row a statement)
register.py    a register file: what the user knows of actors
"""
