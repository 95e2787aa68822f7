"""What is kept of seals: certificates with their keys under lock, every use of one, and the lists of revoked ones."""

from datetime import datetime

from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation


class Certificate(models.Model):
    """One certificate of the city's own authority: its own, that of the timestamps, or an organisation's seal."""

    AUTHORITY, TIMESTAMPS, SEAL = "authority", "timestamps", "seal"
    VALID, SUSPENDED, REVOKED = "valid", "suspended", "revoked"
    scope = Scope(organisation="organisation_id")
    history_omits = ("key", "sm2_key")
    kind = models.CharField(
        t("类别", "Kind"), max_length=10, default=SEAL,
        choices=[(AUTHORITY, t("根证书", "Authority")), (TIMESTAMPS, t("时间戳", "Timestamps")),
                 (SEAL, t("单位印章", "Organisation's seal"))],
    )
    serial = models.CharField(t("证书序列号", "Serial number"), max_length=40, unique=True)
    number = models.CharField(t("印章编码", "Seal code"), max_length=20, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+",
                                     verbose_name=t("单位", "Organisation"))
    name = models.CharField(t("名称", "Name"), max_length=200)
    pem = models.TextField(t("证书", "Certificate"))
    key = models.TextField(blank=True)  # sealed by the keystore; the authority's own stands in the keystore itself
    sm2_public = models.CharField(t("SM2 公钥", "SM2 public key"), max_length=128, blank=True)
    sm2_key = models.TextField(blank=True)
    is_demonstration = models.BooleanField(t("演示", "Demonstration"), default=True)
    state = models.CharField(
        t("状态", "State"), max_length=10, default=VALID,
        choices=[(VALID, t("有效", "Valid")), (SUSPENDED, t("停用", "Suspended")), (REVOKED, t("吊销", "Revoked"))],
    )
    reason = models.CharField(t("原因", "Reason"), max_length=300, blank=True)
    valid_from = models.DateTimeField(t("生效", "Valid from"))
    valid_until = models.DateTimeField(t("到期", "Valid until"))
    ended_at = models.DateTimeField(t("停用或吊销时间", "Suspended or revoked"), null=True, blank=True)
    issued_at = models.DateTimeField(t("签发时间", "Issued"), default=clock.now)

    class Meta:
        verbose_name = t("证书", "Certificate")
        verbose_name_plural = t("证书", "Certificates")
        indexes = [
            models.Index(fields=["organisation", "-id"], name="seal_certificate_of"),
            models.Index(fields=["valid_until"], name="seal_certificate_until"),
            models.Index(fields=["state", "-id"], name="seal_certificate_state"),
            grams.index("name", "seal_certificate_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.serial[:8]}"

    def is_good_at(self, moment: datetime) -> bool:
        """Whether it could seal at that moment; a revoked one was good until it was revoked."""
        is_ended = self.state != self.VALID and (self.ended_at is None or moment >= self.ended_at)
        return self.valid_from <= moment <= self.valid_until and not is_ended

    @property
    def is_seal(self) -> bool:
        return self.kind == self.SEAL


class Use(models.Model):
    """One use of one seal on one document: who, what, for which thing. Never changed."""

    PDF, SM2 = "pdf", "sm2"
    scope = Scope(organisation="organisation")
    kept = False
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="uses",
                                    verbose_name=t("证书", "Certificate"))
    organisation = models.CharField(t("机构代码", "Organisation code"), max_length=64)
    form = models.CharField(t("方式", "Form"), max_length=4,
                            choices=[(PDF, t("PDF 签章", "PDF (PAdES)")), (SM2, t("SM2 签名", "SM2 signature"))])
    title = models.CharField(t("文件", "Document"), max_length=200, blank=True)
    about = models.CharField(t("所属", "Belongs to"), max_length=120, blank=True)
    reason = models.CharField(t("事由", "Reason"), max_length=300)
    digest = models.CharField(t("签前摘要（SHA-256）", "Digest before (SHA-256)"), max_length=64)
    signed_digest = models.CharField(t("签后摘要（SHA-256）", "Digest after (SHA-256)"), max_length=64)
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)
    by = models.CharField(t("用印人", "Used by"), max_length=200)
    at = models.DateTimeField(t("用印时间", "Used at"), default=clock.now)

    class Meta:
        verbose_name = t("用印记录", "Use of a seal")
        verbose_name_plural = t("用印记录", "Uses of seals")
        indexes = [
            models.Index(fields=["certificate", "-id"], name="seal_use_certificate"),
            models.Index(fields=["organisation", "-id"], name="seal_use_organisation"),
            models.Index(fields=["signed_digest"], name="seal_use_signed"),
            models.Index(fields=["about"], name="seal_use_about"), models.Index(fields=["-at"], name="seal_use_at"),
            grams.index("title", "seal_use_title"),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.digest[:12]} #{self.pk}"


class Revocations(models.Model):
    """One issue of the list of revoked certificates, as it was published."""

    kept = False
    scope = None
    der = models.BinaryField()
    issued_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = t("吊销列表", "Revocation list")
