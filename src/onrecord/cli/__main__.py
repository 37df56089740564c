"""python -m onrecord.cli: as the command onrecord."""

from onrecord.cli import main

main()
