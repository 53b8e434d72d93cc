"""The three file formats: what a file states, and the parts of it that the decoder is given."""
