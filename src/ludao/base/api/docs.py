"""The API's page: what the reader may do and read, an example for each, a try, and the reader's tokens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "ludao/api/docs.html", {})
