"""Specs: frozen fields with limits, and how they are read and written."""
