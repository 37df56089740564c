"""Training of the stance model. See training/README.md."""
