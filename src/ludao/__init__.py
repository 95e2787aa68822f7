"""Ludao 鹭岛, the open city brain."""
