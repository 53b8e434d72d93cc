"""Comparisons of two pictures for a host application, such as an identity provider that keeps the pictures itself."""
