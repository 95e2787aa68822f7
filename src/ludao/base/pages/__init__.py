"""The page kit: a subsystem declares its pages in a table; lists, details and forms are built from it."""

from ludao.base.pages.declare import Column, Detail, Form, List, Page, Related

__all__ = ["Column", "Detail", "Form", "List", "Page", "Related"]
