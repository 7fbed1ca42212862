"""The pages of people: the list, one person, inviting; and the acts of their buttons, each by POST."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import access, decisions, keys, mandate, people, peopleform, peoplelist, post, secondfactor, viewing
from .errors import Forbidden, Invalid, NotFound, SignIn
from .models import User

A_PAGE = 50  # people
HANDED = "link handed over"  # in the session, and what the link is bound to


def administrators(view):
    """The view, for administrators; never kept by a browser."""

    def asked(request, *args, **kwargs):
        if not request.user.is_authenticated:
            raise SignIn()
        if not access.administers(request.user):
            raise Forbidden()
        return view(request, *args, **kwargs)

    return never_cache(asked)


@require_safe
@administrators
def listed(request):
    """The people this administrator keeps, found by words and state."""
    text, state = " ".join(request.GET.get("q", "").split()), request.GET.get("state", "")
    found = peoplelist.people(request.user, text, state if state in peoplelist.STATES else "")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    words = {"page": page, "people": peoplelist.described(list(page)), "text": text, "state": state}
    query = f"{urlencode({'q': text, 'state': state})}&"
    return render(request, "people/list.html", words | {"states": peoplelist.STATES.items(), "query": query})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def invite(request):
    """The form of a new person; then their invitation, by mail or as a link that is shown this once."""
    form = peopleform.Invited(request.POST or None, giver=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = people.invite(request.user, form.given(), form.cleaned_data["language"])
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            return delivered(request, made)
    return render(
        request, "people/invite.html", {"form": form, "mail": post.serves()}, status=200 if not form.errors else 422
    )


def delivered(request, invitation):
    """The person's page, with the link to hand over where no mail carries it."""
    link = people.deliver(invitation, request.build_absolute_uri("/"))
    if link:
        return handed(request, invitation.user_id, link, "invitation")
    sentence = _("The invitation of %(name)s is on its way to %(address)s.")
    messages.success(request, sentence % {"name": decisions.called(invitation.user), "address": invitation.user.email})
    return redirect("person", invitation.user_id)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def person(request, pk: int):
    """One person: work, state, history; by POST their work becomes another."""
    if request.method != "POST":
        return shown(request, pk, **handed_over(request, pk))
    form = peopleform.Person(request.POST, giver=request.user, person=found(request, pk))
    if form.is_valid():
        try:
            people.change(request.user, pk, form.given())
        except Invalid as wrong:
            if not wrong.errors:
                raise
            form.take(wrong.errors)
        else:
            messages.success(request, _("Stored. It holds from now on."))
            return redirect("person", pk)
    return shown(request, pk, form=form)


def found(request, pk: int) -> User:
    """The person of an address, when this administrator keeps them or is it."""
    user = User.objects.select_related("invitation").filter(pk=pk).first()
    if user is None or (user.pk != request.user.pk and not mandate.keeps(request.user, user)):
        raise NotFound(_("This person is not there, or not within what you keep."))
    return user


def shown(request, pk: int, form=None, status: int = 200, **words):
    """The page of a person."""
    user = found(request, pk)
    own = user.pk == request.user.pk
    form = form or (None if own else peopleform.Person(giver=request.user, person=user))
    words |= {
        "seen": peoplelist.described([user])[0],
        "own": own,
        "form": form,
        "invitation": getattr(user, "invitation", None),
        "second": secondfactor.held(user),
        "needed": secondfactor.needed(user),
        "history": peoplelist.history(user),
        "barred": viewing.barred(request.user, user),
    }
    return render(request, "people/person.html", words, status=422 if form and form.errors else status)


@require_POST
@administrators
def again(request, pk: int):
    """The invitation once more."""
    return delivered(request, people.again(request.user, pk))


@require_POST
@administrators
def withdraw(request, pk: int):
    """The invitation opens nothing any more."""
    return done(
        request,
        people.withdraw(request.user, pk),
        _("The invitation of %(name)s is withdrawn: its link opens nothing."),
    )


@require_POST
@administrators
def suspend(request, pk: int):
    """Out at once."""
    return done(
        request, people.suspend(request.user, pk), _("%(name)s is suspended: signed out everywhere, phones too.")
    )


@require_POST
@administrators
def restore(request, pk: int):
    """In again."""
    return done(request, people.restore(request.user, pk), _("%(name)s may sign in again. Phones need access anew."))


@require_POST
@administrators
def phone(request, pk: int):
    """The second step is taken away."""
    sentence = _("%(name)s signs in with the password and sets up the second step anew. Make sure you know who asked.")
    return done(request, people.forget_phone(request.user, pk), sentence)


def done(request, user: User, sentence: str):
    """Back to the person's page with what was done."""
    messages.success(request, sentence % {"name": decisions.called(user)})
    return redirect("person", user.pk)


@require_POST
@administrators
def password(request, pk: int):
    """A link to a new password, shown this once."""
    _user, link = people.new_password(request.user, pk, request.build_absolute_uri("/"))
    return handed(request, pk, link, "password")


def handed(request, pk: int, link: str, what: str):
    """To the person's page, which shows this link once. Until then it lies in the session, encrypted; a page that came by POST
    would make another with each reload."""
    request.session[HANDED] = [pk, what, keys.encrypt(link, HANDED).hex()]
    return redirect("person", pk)


def handed_over(request, pk: int) -> dict:
    """The link that is waiting to be shown on this person's page, once; empty without one."""
    waiting = request.session.get(HANDED)
    if not waiting or waiting[0] != pk:
        return {}
    del request.session[HANDED]
    return {"link": keys.decrypt(bytes.fromhex(waiting[2]), HANDED), "link_for": waiting[1]}


@require_POST
@administrators
def view(request, pk: int):
    """From now on the product as this person sees it."""
    try:
        viewing.begin(request, found(request, pk), request.POST.get("reason", ""))
    except Invalid as wrong:
        if not wrong.errors:
            raise
        return shown(request, pk, status=422, view_error=wrong.sentence)
    return redirect("start")


@require_POST
def stop(request):
    """The administrator's own again, on the page of the person viewed as."""
    seen = viewing.end(request, request.user, "stopped") if request.user.is_authenticated else None
    return redirect("person", seen[0]) if seen else redirect("home")
