"""Tests of data sharing."""
