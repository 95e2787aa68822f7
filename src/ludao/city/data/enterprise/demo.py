"""The demonstration's part: what departments let offices see of enterprises, and a dispute of 韩梅梅's shop."""

from ludao.base.actor import Actor
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Mandate
from ludao.blocks.profile import public as profile

OFFICES = ("xm-dsj", "xm-350203")
PURPOSE = "一企一档核验"
PLAIN = ("person_name", "enterprise_name", "credit_code", "party_name")
BY = "data.enterprise"


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if not catalogue.Permit.objects.filter(by=BY).exists():
        for address in profile.addresses("company"):
            _permit(address)
    mandate = Mandate.objects.select_related("person").filter(person__username="hanmeimei").first()
    if mandate and not profile.Dispute.objects.filter(profile="company").exists():
        han = Actor(person=str(mandate.person_id), name=mandate.person.name, organisation=mandate.enterprise_id,
                    channel="demo")
        seal, _ = profile.value_of(han, "company", "source.market.enterprise", "employees")
        if seal:
            stands = profile.disputing.Value.unseal(seal, han).shown.strip()
            claimed = "11" if stands != "11" else "12"
            profile.disputing.dispute(han, what=seal, claimed=claimed, reason="新招了员工，登记的从业人数没有更新")


def _permit(address: str) -> None:
    """Every column but secret ones; numbers of persons masked."""
    entry = catalogue.get(address)
    if entry is None:
        return
    columns = [c for c in entry.columns.all() if c.grade != "secret"]
    plain = [c.name for c in columns if c.means in PLAIN]
    for office in OFFICES:
        catalogue.permit(address, office, [c.name for c in columns], PURPOSE, None, plain=plain, by=BY)
