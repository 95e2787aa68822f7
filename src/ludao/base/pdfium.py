"""One lock for the whole process around pdfium, which is not made for several threads."""

from threading import Lock

alone = Lock()
