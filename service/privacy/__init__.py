"""What users may ask for: erasure, a copy of their data, retention periods, disputes."""
