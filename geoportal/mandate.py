"""How far an administrator's word reaches: nobody gives what lies beyond the own sector and areas.

An administrator without a sector keeps the people of all sectors, one without areas and units those of the whole city; with
them only of these. What is given is compared as scopes are: by the codes of areas, so that an area which is gone still binds.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from . import access, catalogue, places
from .layer import Grant, anyone
from .models import SECTOR_WORDS, User

RIGHTS = ("records", "identity", "add", "change", "export")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What somebody is given: a role, a sector, codes of areas, units."""

    role: str
    sector: str = ""
    areas: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


def work(user: User) -> Work:
    """The work of a stored person; an account made on the command line keeps everything."""
    if user.is_superuser:
        return Work(role="admin")
    if "scopes" in getattr(user, "_prefetched_objects_cache", ()):  # of a whole list
        scopes = user.scopes.all()
        areas, units = frozenset(s.area_id for s in scopes if s.area_id), frozenset(s.unit for s in scopes if s.unit)
    else:  # not through a policy: an administrator whose areas were hidden would seem to keep the whole city
        areas, units = access.named(user)
    return Work(role=user.role, sector=user.sector, areas=areas, units=units)


def covers(areas, code: str) -> bool:
    """Whether the area of this code is one of these areas or lies inside one."""
    return any(code == area or code.startswith(area + ".") for area in areas)


def everywhere(own: Work) -> bool:
    """Whether an administrator of this work keeps the people of the whole city."""
    return not (own.areas or own.units) or covers(own.areas, settings.AREA_ROOT)


def beyond(giver: User, given: Work) -> str:
    """Why this work is more than the giver may give, as a sentence; empty when it is not."""
    if not access.administers(giver):
        return _("Only an administrator keeps the accounts.")
    own = work(giver)
    free, whole = not own.sector, everywhere(own)
    if not free and given.sector != own.sector:
        return _("You keep the people of one sector, %(sector)s: choose it.") % {"sector": SECTOR_WORDS[own.sector]}
    if not whole and (sentence := outside(own, given)):
        return sentence
    if not (free and whole) and (given.role == "auditor" or not unbound(given) <= unbound(own)):
        return _("This role reaches over the whole city: an administrator of the whole city gives it.")
    return ""


def outside(own: Work, given: Work) -> str:
    """A sentence when the areas and units given are not within the own ones, or none are given."""
    if not (given.areas or given.units):
        return _("Choose where this person works: you keep the people of some areas only.")
    for code in sorted(given.areas):
        if not covers(own.areas, code):
            area = places.Area.objects.filter(code=code).first()
            return _("“%(area)s” is not within your areas.") % {"area": area or code}
    for unit in sorted(given.units - own.units):
        return _("“%(unit)s” is not one of your units.") % {"unit": unit}
    return ""


def unbound(given: Work) -> set[tuple[str, str]]:
    """(layer, right) of what this role and sector may do anywhere in the city, and not everybody may."""
    return {
        (layer.name, right)
        for layer in catalogue.layers()
        for right in RIGHTS
        if any(fits(grant, given) and not grant.own for grant in layer.access.grants(right) - anyone)
    }


def fits(grant: Grant, given: Work) -> bool:
    return grant.role == given.role and grant.sector in {"*", given.sector}


def keeps(giver: User, person: User) -> bool:
    """Whether this person is within the giver's reach. Nobody keeps oneself."""
    return giver.pk != person.pk and not beyond(giver, work(person))


def wanting(given: Work) -> dict[str, str]:
    """What is missing for the role to be of any use, as a sentence a field: what only some sectors may do asks for a sector,
    what is done in areas asks for an area."""
    of_role = {
        grant
        for layer in catalogue.layers()
        for right in RIGHTS
        for grant in layer.access.grants(right)
        if grant.role == given.role
    }
    found = {}
    if of_role and not given.sector and all(grant.sector != "*" for grant in of_role):
        found["sector"] = _("Choose a sector: without one this role sees what the public sees.")
    elif not (given.areas or given.units) and any(grant.own and fits(grant, given) for grant in of_role):
        found["areas"] = _("Choose where this person works: without it this role sees what the public sees.")
    return found
