"""Files as they arrive: onto the disk piece by piece, never more than the limit, and only where a file is asked for."""

import contextlib
import errno
import hashlib
import tempfile

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import SkipFile, StopFutureHandlers, TemporaryFileUploadHandler
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from . import folder


def middleware(get_response):
    """Takes a file in before anybody asks the database: on a slow line it comes for minutes, in which a transaction would stay
    open and a session of the pool be held. A body that is spoilt or breaks off counts as none: the page says that there is no file."""

    def handle(request):
        if request.method == "POST" and request.path_info.startswith("/upload/"):
            with contextlib.suppress(MultiPartParserError, SuspiciousOperation, UnreadablePostError):
                request.FILES  # noqa: B018  reads the body
        return get_response(request)

    return handle


class Arrived(TemporaryUploadedFile):
    """A file on the disk where it will stay, so that keeping it copies nothing."""

    def __init__(self, name, content_type, size, charset, content_type_extra=None):
        file = tempfile.NamedTemporaryFile(prefix="arriving-", dir=folder.root())  # noqa: SIM115  closed with the request
        UploadedFile.__init__(self, file, name, content_type, size, charset, content_type_extra)


class Arriving(TemporaryFileUploadHandler):
    """Django's own, but that what is too large or finds no room is not kept (`request.too_large`, `request.no_room` then say so), nor
    what comes from a stranger or anywhere else than at /upload/; and the checksum is made on the way."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        signed_in = (
            settings.SESSION_COOKIE_NAME in self.request.COOKIES
        )  # whether it opens anything, the page finds out
        self.wanted = signed_in and self.request.path_info.startswith("/upload/")

    def new_file(self, *args, **kwargs):
        if not self.wanted:
            raise SkipFile()
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file = Arrived(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)
        self.sum, self.length = hashlib.sha256(), 0
        raise StopFutureHandlers()

    def receive_data_chunk(self, raw_data, start):
        self.length += len(raw_data)
        if self.length > settings.UPLOAD_MEGABYTES * 2**20:
            self.request.too_large = True
            self.file.close()
            raise SkipFile()
        self.sum.update(raw_data)
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self.request.no_room = True
            self.file.close()
            raise SkipFile() from None

    def file_complete(self, file_size):
        made = super().file_complete(file_size)
        made.sha256 = self.sum.hexdigest()
        return made
