"""What a seal officer does: issues a seal to an organisation, suspends it, takes it back, revokes it."""

from typing import Annotated

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from . import authority, revoking
from .models import Certificate

Office = Annotated[Organisation, Field(title=t("单位", "Organisation"))]
Years = Annotated[int, Field(title=t("有效年数", "Years"), ge=1, le=5)]
Reason = Annotated[str, Field(title=t("原因", "Reason"), min_length=4, max_length=300)]


@action("seal.issue", title=t("签发印章证书", "Issue a seal"), icon="certificate", says=("seal.issued",),
        lead=t("为单位制作电子印章：一张证书、一对 P-256 密钥、一对 SM2 密钥和印模。换发时旧章另行吊销。",
               "Makes an organisation's seal: a certificate, P-256 and SM2 keys, and the picture. The former one is "
               "revoked by itself."))
def issue(actor: Actor, organisation: Office, years: Years = 3) -> Certificate:
    made = authority.issue(organisation, years)
    say("seal.issued", _facts(made))
    return made


@action("seal.suspend", title=t("停用", "Suspend"), icon="player-pause", says=("seal.suspended",),
        when=lambda row: row.is_seal and row.state == Certificate.VALID,
        confirm=t("停用期间不能用印，可以恢复。", "It cannot be used meanwhile, and can be resumed."))
def suspend(actor: Actor, certificate: Certificate, reason: Reason) -> Certificate:
    return _end(certificate, Certificate.SUSPENDED, reason, "seal.suspended")


@action("seal.resume", title=t("恢复使用", "Resume"), icon="player-play", says=("seal.resumed",),
        when=lambda row: row.is_seal and row.state == Certificate.SUSPENDED)
def resume(actor: Actor, certificate: Certificate, reason: Reason) -> Certificate:
    certificate.state, certificate.reason, certificate.ended_at = Certificate.VALID, reason, None
    return _kept(certificate, "seal.resumed")


@action("seal.revoke", title=t("吊销", "Revoke"), icon="ban", says=("seal.revoked",),
        when=lambda row: row.is_seal and row.state != Certificate.REVOKED,
        confirm=t("吊销后不能恢复；此前盖章的文件仍然有效。",
                  "It cannot be taken back; what was sealed before stays valid."))
def revoke(actor: Actor, certificate: Certificate, reason: Reason) -> Certificate:
    return _end(certificate, Certificate.REVOKED, reason, "seal.revoked")


def _end(certificate: Certificate, state: str, reason: str, event: str) -> Certificate:
    certificate.ended_at = certificate.ended_at or clock.now()  # what was suspended ended then
    certificate.state, certificate.reason = state, reason
    return _kept(certificate, event)


def _kept(certificate: Certificate, event: str) -> Certificate:
    certificate.save(update_fields=["state", "reason", "ended_at"])
    revoking.publish()
    say(event, _facts(certificate))
    return certificate


def _facts(certificate: Certificate) -> dict[str, str]:
    return {"serial": certificate.serial, "organisation": certificate.organisation_id or "",
            "name": certificate.name, "state": certificate.state, "reason": certificate.reason}
