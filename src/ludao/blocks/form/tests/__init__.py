"""Tests of what is special to forms."""
