"""The photographs of enrolments: their place on disk, their encryption, and the keys of it."""
