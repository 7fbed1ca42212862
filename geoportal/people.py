"""What an administrator does with people's accounts: invite, give work, suspend, restore. An account is closed, never deleted:
the history names it.

Every act takes a lock on all administrators and the person, and judges both as they are stored then. Since nobody keeps oneself
and only an administrator of the whole city keeps another, one of them is always left, whatever is done at the same time.
"""

import unicodedata
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from . import access, decisions, invitations, jobs, mandate, post, secondfactor, sessions
from .errors import Forbidden, Invalid, NotFound
from .invitations import Invitation
from .mandate import Work
from .models import Scope, User


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an administrator writes of a person."""

    name: str
    email: str
    work: Work


def kept(by, pk: int | None = None) -> tuple[User, User | None]:
    """(the administrator, the person `pk`) as stored now, locked until the transaction ends. Raises NotFound for a person out
    of the administrator's reach, Forbidden for a former administrator."""
    rows = User.objects.select_for_update().filter(Q(role="admin") | Q(is_superuser=True) | Q(pk__in=[by.pk, pk]))
    found = {user.pk: user for user in rows.order_by("pk")}
    giver, person = found[by.pk], found.get(pk)
    if not access.administers(giver):
        raise Forbidden()
    if pk is not None and pk == giver.pk:
        raise Invalid(_("This is your own account: another administrator changes it."))
    if pk is not None and (person is None or not mandate.keeps(giver, person)):
        raise NotFound(_("This person is not there, or not within what you keep."))
    return giver, person


def invite(by, given: Given, language: str) -> Invitation:
    """The stored invitation of a new account with this work, which nobody can sign in to yet."""
    giver, _nobody = kept(by)
    judge(giver, given, None)
    person = User(username=username(given.name), is_active=False, language=language)
    person.set_unusable_password()
    write(person, given)
    made = Invitation.objects.create(user=person, by=giver, language=language, expires=invitations.until())
    decisions.noted(giver, person, "invited", {}, told(person))
    return made


def change(by, pk: int, given: Given) -> User:
    """The person with other work, name or address, from the next request on."""
    giver, person = kept(by, pk)
    judge(giver, given, person)
    before = told(person)
    write(person, given)
    after = told(person)
    if before != after:
        decisions.noted(giver, person, "changed", before, after)
    return person


def judge(giver: User, given: Given, person: User | None) -> None:
    """Nothing; Invalid with a sentence a field when this may not be given."""
    errors = mandate.wanting(given.work)
    if not errors and (sentence := mandate.beyond(giver, given.work)):
        errors = {"role": sentence}
    others = User.objects.exclude(pk=person.pk if person else None)
    if given.email and others.filter(email__iexact=given.email).exists():
        errors["email"] = _("Another account has this address. One address opens one account.")
    if errors:
        raise Invalid(errors=errors)


def write(person: User, given: Given) -> None:
    """Nothing; the person is stored as given, scopes too."""
    first, _space, last = given.name.rpartition(" ")
    person.first_name, person.last_name = (first, last) if first else (last, "")
    person.email, person.role, person.sector = given.email, given.work.role, given.work.sector
    person.is_staff = given.work.role == "admin"
    person.is_superuser = person.is_superuser and person.is_staff
    person.save()
    areas, units = set(given.work.areas), set(given.work.units)
    for scope in Scope.objects.filter(user=person):
        if scope.area_id in areas or scope.unit in units:
            areas.discard(scope.area_id)
            units.discard(scope.unit)
        else:
            scope.delete()
    new = [Scope(user=person, area_id=code) for code in sorted(areas)]
    Scope.objects.bulk_create([*new, *(Scope(user=person, unit=unit) for unit in sorted(units))])


def told(person: User) -> dict[str, str]:
    """What a decision keeps of a person, by field."""
    scopes = Scope.objects.filter(user=person).order_by("area_id", "unit")
    words = ", ".join(scope.area_id or scope.unit for scope in scopes)
    return {"name": person.get_full_name(), "email": person.email, "role": person.role, "sector": person.sector} | {
        "scopes": words
    }


def username(name: str) -> str:
    """A name to sign in by that nobody has: “nurhayati.daud”, “nurhayati.daud2”."""
    words = slugify(unicodedata.normalize("NFKD", name)).split("-")
    stem = ".".join(filter(None, [words[0], words[-1] if len(words) > 1 else ""]))[:140] or "user"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(found for n in range(1, len(taken) + 2) if (found := f"{stem}{n if n > 1 else ''}") not in taken)


def deliver(invitation: Invitation, site: str) -> str:
    """The link to hand over, where no mail can carry it; empty when the message is on its way."""
    if not (post.serves() and invitation.user.email):
        Invitation.objects.filter(pk=invitation.pk).update(mailed=False, sent=None)
        return post.invitation_link(invitations.token(invitation), site)
    fresh = {"mailed": True, "sent": None, "digest": None, "expires": invitations.until()}
    Invitation.objects.filter(pk=invitation.pk).update(**fresh)
    jobs.send_invitation.defer(invitation=invitation.pk, site=site)
    return ""


def again(by, pk: int) -> Invitation:
    """The invitation of somebody who has not come yet, open anew; the former link opens nothing."""
    giver, person = kept(by, pk)
    invitation = waiting(person)
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn=None, by=giver)
    decisions.noted(giver, person, "again")
    invitation.refresh_from_db()
    return invitation


def withdraw(by, pk: int) -> User:
    """The person, whose invitation opens nothing any more."""
    giver, person = kept(by, pk)
    invitation = waiting(person)
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn=timezone.now(), digest=None)
    decisions.noted(giver, person, "withdrawn")
    return person


def waiting(person: User) -> Invitation:
    """The invitation that was not accepted; Invalid when there is none."""
    found = Invitation.objects.select_for_update().filter(user=person, accepted=None).first()
    if found is None:
        raise Invalid(_("%(name)s has no open invitation.") % {"name": decisions.called(person)})
    return found


def accept(invitation: Invitation, password: str) -> User:
    """The person, whose account is open from now on; the invitation is used up."""
    person = invitation.user
    person.set_password(password)
    person.is_active = True
    person.save(update_fields=["password", "is_active"])
    Invitation.objects.filter(pk=invitation.pk).update(accepted=timezone.now(), digest=None)
    decisions.noted(None, person, "accepted")
    return person


def suspend(by, pk: int) -> User:
    """The person, who is out at once: every session ends and every phone loses its access."""
    giver, person = kept(by, pk)
    if person.is_active:
        sessions.end_all(person)
        User.objects.filter(pk=person.pk).update(is_active=False)
        decisions.noted(giver, person, "suspended")
    return person


def restore(by, pk: int) -> User:
    """The person, who may sign in again; phones get their access anew. Who never came is invited again instead."""
    giver, person = kept(by, pk)
    if Invitation.objects.filter(user=person, accepted=None).exists():
        raise Invalid(_("%(name)s never took over this account: invite again.") % {"name": decisions.called(person)})
    if not person.is_active:
        User.objects.filter(pk=person.pk).update(is_active=True)
        decisions.noted(giver, person, "restored")
    return person


def new_password(by, pk: int, site: str) -> tuple[User, str]:
    """(the person, a link to a new password to hand over)."""
    giver, person = active(by, pk)
    decisions.noted(giver, person, "password")
    return person, post.link(person, site)


def forget_phone(by, pk: int) -> User:
    """The person, whose second step is taken away; they set it up anew when they sign in. Everything ends."""
    giver, person = active(by, pk)
    secondfactor.forget(person)
    sessions.end_all(person)
    decisions.noted(giver, person, "phone")
    return person


def active(by, pk: int) -> tuple[User, User]:
    """(the administrator, the person), of whom the account is open."""
    giver, person = kept(by, pk)
    if not person.is_active:
        raise Invalid(_("The account of %(name)s is closed.") % {"name": decisions.called(person)})
    return giver, person
