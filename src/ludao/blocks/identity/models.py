"""Everything identity keeps: areas and organisations, people and their posts, log-ins and preferences."""

from ludao.blocks.identity.people import Enterprise, Mandate, Person, Post, Tenure
from ludao.blocks.identity.places import Area, Organisation, TreeVersion
from ludao.blocks.identity.sessions import Client, Code, Consent, Login, Message, Preference

__all__ = ["Area", "Client", "Code", "Consent", "Enterprise", "Login", "Mandate", "Message", "Organisation", "Person",
           "Post",
           "Preference", "Tenure", "TreeVersion"]
