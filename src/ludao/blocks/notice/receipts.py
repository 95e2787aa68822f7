"""The doors at which gateways tell what became of a sending; each asks for the gateway's own signature."""

import json
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from ludao.blocks.notice.channels import sms, wechat
from ludao.blocks.notice.models import SMS, WECHAT, Sending
from ludao.blocks.notice.sending import received

MOST = 2**16


@csrf_exempt
def receipt(request: HttpRequest, channel: str) -> HttpResponse:
    """204 (WeChat: "success"), also for what is not known here: the gateway has nothing to mend."""
    door = {SMS: _sms, WECHAT: _wechat}.get(channel)
    if door is None:
        raise Http404
    return door(request)


def _sms(request: HttpRequest) -> HttpResponse:
    body = request.body[:MOST]
    if not sms.is_signed(request.headers.get("X-Time", ""), request.headers.get("X-Signature", ""), body):
        raise Http404
    try:
        told = json.loads(body)
        token, is_delivered = str(told["id"]), told["state"] == "delivered"
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    _note(is_delivered, str(told.get("reason", "")), token=token)
    return HttpResponse(status=204)


def _wechat(request: HttpRequest) -> HttpResponse:
    get = request.GET
    if not wechat.is_signed(get.get("signature", ""), get.get("timestamp", ""), get.get("nonce", "")):
        raise Http404
    if request.method == "GET":
        return HttpResponse(get.get("echostr", ""), content_type="text/plain")
    try:
        told = ElementTree.fromstring(request.body[:MOST])
    except ElementTree.ParseError:
        return HttpResponse(status=400)
    if told.findtext("Event") == "TEMPLATESENDJOBFINISH" and (number := told.findtext("MsgID", "")):
        status = told.findtext("Status", "")
        _note(status == "success", status, channel=WECHAT, receipt=number)
    elif told.findtext("MsgType") == "text":
        wechat.bind(told.findtext("FromUserName", ""), told.findtext("Content", ""))
    return HttpResponse("success", content_type="text/plain")


def _note(is_delivered: bool, reason: str, **found_by: str) -> None:
    with transaction.atomic():
        try:
            row = Sending.objects.select_for_update().filter(**found_by).first()
        except ValidationError:  # no number of ours
            row = None
        if row is not None:
            received(row, is_delivered, reason)
