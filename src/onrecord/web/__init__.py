"""The record in the browser: `onrecord serve`. It holds no logic of the record; what it shows, the record answers.

app.py        the application: its parts put together, errors as pages and as JSON
serving.py    a server that answers for it
safety.py     what every request must meet and every answer carries
queries.py    the filters a person can ask with, as parameters of addresses
answers.py    what a page shows, and the API answers: the same values
pages.py      pages to read: one function for each
api.py        the same as JSON, under /api
downloads.py  whole lists as CSV and JSON
positions.py  where everybody stands, as pages and JSON
deciding.py   what people decide, as the API takes it
checking.py   samples, accuracy, double coding, as pages and JSON
signing.py    who asks and who decides
showing.py    the record that is served, and the templates
marking.py    a text cut into pieces, with source, cue and content marked
wording.py    how dates, numbers and people are put into words

templates/ and static/ hold all that is sent; nothing comes from elsewhere.
"""

from onrecord.web.app import make_app
from onrecord.web.showing import Setting

__all__ = ["Setting", "make_app"]
