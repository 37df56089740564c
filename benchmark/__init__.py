"""Measures onrecord: accuracy floors, speed, pages, near-copies. Not part of the installed package."""
