"""The door of profile: link records, find an entity, read its file, join and split, say why."""

from ludao.blocks.profile import definition as definitions
from ludao.blocks.profile import disputing
from ludao.blocks.profile.answering import answer
from ludao.blocks.profile.definition import Definition, use
from ludao.blocks.profile.files import conflicts, domains, explain, file, find, golden, relations
from ludao.blocks.profile.finding import CompanyForm, PersonForm
from ludao.blocks.profile.linking import link, linking
from ludao.blocks.profile.looking import PURPOSES, File, Purpose, look
from ludao.blocks.profile.models import Correction, Decision, Dispute, Doubt, Run
from ludao.blocks.profile.reading import addresses, value_of
from ludao.blocks.profile.viewing import Desk, file_page, opened
from ludao.blocks.profile.viewing import extract as extract_page
from ludao.blocks.profile.viewing import find as find_page
from ludao.blocks.profile.viewing import mine as mine_page
from ludao.blocks.profile.viewing import open_post as open_page
from ludao.blocks.profile.viewing import own_extract as own_extract_page

get = definitions.get

__all__ = ["PURPOSES", "CompanyForm", "Correction", "Decision", "Definition", "Desk", "Dispute", "Doubt", "File",
           "PersonForm", "Purpose", "Run", "addresses", "answer", "conflicts", "disputing", "domains", "explain",
           "extract_page", "file",
           "file_page", "find", "find_page", "get", "golden", "link", "linking", "look",
           "mine_page", "open_page", "opened",
           "own_extract_page", "relations", "use", "value_of"]
