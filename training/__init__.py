"""Makes the weights in src/onrecord/weights. Not part of the installed package."""
