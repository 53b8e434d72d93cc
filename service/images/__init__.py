"""The photographs of enrolments: where they are stored, their encryption and its keys."""
