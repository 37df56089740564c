"""The version: part of every reading's identity."""

VERSION = "0.1.0"
