"""The round trip with Discourse Network Analyzer: .dna files in and out.

format.py      the tables, columns and limits of the format
file.py        what a file holds, as frozen values
reading.py     a file → values
writing.py     values → a file
offsets.py     positions: UTF-16 units ↔ code points
dates.py       dates: seconds ↔ ISO 8601
passwords.py   how DNA keeps passwords
roles.py       which variables say who agrees with what
payload.py     values ↔ JSON, to be kept in a record
importing.py   a file into a record
merging.py     several files as one
exporting.py   a record, or a selection, as a file
"""

from onrecord.exchange.dna.exporting import Exported, export_dna
from onrecord.exchange.dna.file import DnaFile
from onrecord.exchange.dna.importing import Imported, import_dna
from onrecord.exchange.dna.merging import merged
from onrecord.exchange.dna.reading import read_dna
from onrecord.exchange.dna.writing import write_dna

__all__ = ["DnaFile", "Exported", "Imported", "export_dna", "import_dna", "merged", "read_dna", "write_dna"]
