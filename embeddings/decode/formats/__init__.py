"""The three file formats that are read: what a file says of itself, and what of it the decoder is given."""
