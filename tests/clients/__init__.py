"""Tests of the packages in ``clients/``. Both packages pass the same tables."""
