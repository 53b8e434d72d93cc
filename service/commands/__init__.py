"""The commands of ``visage``, a module for each group."""
