"""Tests of what is special to sharing for services."""
