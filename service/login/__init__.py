"""Login and enrolment by face. ``face_reader.py`` reads the face of a request."""
