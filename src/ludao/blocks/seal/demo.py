"""Seals for every department, institution and government of the demonstration city; a letter under one of them."""

from pathlib import Path

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation, Person, Post

from . import drawing
from .actions import issue
from .models import Certificate, Use
from .signing import sign_pdf

KINDS = ("government", "department", "institution")


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    held = Certificate.objects.filter(kind=Certificate.SEAL).values("organisation")
    for organisation in Organisation.objects.filter(kind__in=KINDS, is_active=True).exclude(pk__in=held):
        issue(actor, organisation=organisation)
    if not Use.objects.exists():
        post = Post.objects.get(person__username="wangke", organisation="xm-dsj")
        officer = Actor(person=str(post.person_id), name=Person.objects.get(pk=post.person_id).name, post=str(post.pk),
                        organisation="xm-dsj", channel="demo")
        sign_pdf(sample(), organisation="xm-dsj", reason="演示用印", actor=officer, about="demo", title="用印样张")


def sample() -> bytes:
    """A sheet to try a seal on."""
    import typst

    made = typst.compile(Path(__file__).parent.joinpath("content", "sample.typ").read_bytes(), format="pdf",
                         font_paths=drawing.fonts(), pdf_standards=["a-2b"])
    assert isinstance(made, bytes)
    return made
