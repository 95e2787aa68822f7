"""By what a holder is known when a benefit is claimed: a digest, so that the numbers themselves do not lie about."""

from django.conf import settings

from ludao.base.crypto import sm3_hmac


def identity_of(number: str) -> str:
    return sm3_hmac(settings.SECRET_KEY.encode(), f"data.benefit:{number}".encode()).hex()
