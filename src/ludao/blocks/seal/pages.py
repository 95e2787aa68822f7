"""The pages of seals: certificates and their uses for officers; verification and the root for everyone."""

from ludao.base.pages import Column, Detail, Form, List, Page, Related
from ludao.base.text import t

from .models import Certificate, Use
from .views import authority_page, image, shown, verify

pages = [
    Page("verify/", verify, t("验章", "Verify a seal"), right="", icon="shield-check",
         words=("验证", "真伪", "签名", "电子印章")),
    Page("authority/", authority_page, t("根证书与吊销列表", "Certificate authority"), right="", icon="certificate"),
    List(
        Certificate, title=t("印章证书", "Seals"), icon="certificate",
        columns=("name", "number", "state", "valid_until", "kind", "serial", "is_demonstration"),
        filters=("state", "kind", "valid_until"), search=("name",), sort=("valid_until",),
        hidden=("serial", "is_demonstration"), actions=("issue",), bulk=("suspend",),
        empty=t("还没有印章。点“签发印章证书”开始。", "No seals yet. Begin with “Issue a seal”."),
    ),
    Detail(
        Certificate, template="seal/certificate.html", context=shown,
        fields=("name", "number", "state", "reason", "kind", "organisation", Column("serial", kind="code"),
                "valid_from", "valid_until", "ended_at", "issued_at", "is_demonstration"),
        actions=("suspend", "resume", "revoke"),
        related=(Related("uses", ("at", "title", "form", "reason", "by", "about"), title=t("用印记录", "Uses")),),
    ),
    List(
        Use, title=t("用印记录", "Uses of seals"), icon="rubber-stamp",
        columns=("title", "certificate", "form", "reason", "by", "at", "about", "digest"), filters=("form", "at"),
        search=("title",), sort=("at",), hidden=("digest",), related=("certificate",),
        empty=t("还没有用过印。", "No seal has been used yet."),
    ),
    Detail(Use, fields=("title", "certificate", "form", "reason", "about", "by", "at",
                        Column("digest", kind="code"), Column("signed_digest", kind="code"))),
    Form("issue", icon="certificate", in_nav=False),
    Page("certificate/<int:pk>/seal.svg", image, t("印模", "Picture of the seal"), in_nav=False),
]
