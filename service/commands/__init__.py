"""The commands of ``visage``, one module for each group."""
