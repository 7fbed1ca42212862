"""A file taken in: kept in its private folder under a new upload, and a job asked to look at it."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import jobs
from ..errors import Invalid
from ..layer import Layer
from . import folder
from .kept import Upload, move

SHARE = 10  # times the largest file: what may lie here of one person


def refused(request) -> str:
    """Why no file can be taken from this request, as a sentence; empty when one can."""
    file = request.FILES.get("file")  # first: it is now that the body is read
    limit = {"limit": settings.UPLOAD_MEGABYTES}
    if getattr(request, "too_large", False):
        return _("The file has more than %(limit)s MB. Split it, and send the parts one after the other.") % limit
    if getattr(request, "no_room", False):
        return _("There is no room left on the server. Tell your administrator; nothing was kept.")
    if file is None:
        return _("Choose a file first.")
    if file.size == 0:
        return _("The file is empty.")
    since = timezone.now() - timezone.timedelta(days=settings.UPLOAD_DAYS)
    kept = [one.size for one in Upload.objects.filter(user=request.user, at__gte=since) if folder.file(one).is_file()]
    if sum(kept) + file.size > SHARE * settings.UPLOAD_MEGABYTES * 2**20:
        return _("Your uploads of the last %(days)s days fill the room there is for one person. Take files away that you need no more.") % {
            "days": settings.UPLOAD_DAYS
        }  # fmt: skip
    return ""


def take_in(layer: Layer, user, file) -> Upload:
    """The new upload; a job will look at it. Invalid when the disk does not take it."""
    made = Upload(layer=layer.name, user=user, file=folder.named(file.name), size=file.size, sha256=file.sha256)
    made.language = get_language() or settings.LANGUAGE_CODE
    try:
        folder.take_in(made.uid, file.temporary_file_path(), made.file)
    except OSError as error:
        folder.drop(made.uid)
        raise Invalid(_("The file could not be kept on the server. Tell your administrator.")) from error
    made.save(force_insert=True)
    ask(made)
    return made


def ask(one: Upload) -> None:
    """Nothing; a job will do what the upload's state asks for, if this transaction is committed."""
    jobs.take_upload.defer(upload=str(one.uid), user=one.user_id)


def go(one: Upload, state: str, **values) -> None:
    """Nothing; the upload waits for a job in this state, whose sentences will be in the language in force."""
    folder.note(one, "progress").unlink(missing_ok=True)
    move(one, state, language=get_language() or one.language, **values)
    ask(one)
