"""How a name matches what was typed: the same, begun so, holding the words, or spelt alike (pg_trgm), accents aside."""

from unicodedata import combining, normalize

from django.db.models import Case, F, FloatField, Func, Q, TextField, Value, When
from django.db.models.functions import Lower

# Word similarity from which another spelling counts as the same word: posiandu ~ posyandu 0.5, pusung ~ pusong 0.4,
# mawer ~ mawar 0.33; but pustu ~ pusong 0.3.
ALIKE = 0.33


def ranked(rows, text, label, whole, code=None):
    """The rows that match, with `tier` (5 the code, 4 the same, 3 begins so, 2 its label holds all words, 1 label,
    kind and area together do, 0 spelt alike) and `alike` 0..1."""
    words = plain_words(text)
    named, holds, spelt = Q(), Q(), Q()
    for at, word in enumerate(words):
        named &= Q(plain_label__contains=word)
        holds &= Q(wide__contains=word)
        spelt &= Q(**{f"alike{at}__gte": ALIKE})
    mean = sum((F(f"alike{at}") for at in range(len(words))), Value(0.0)) / Value(float(len(words)))
    phrase = " ".join(words)
    tiers = [
        *([When(code, then=5)] if code else []),
        When(plain_label=phrase, then=4),
        When(plain_label__startswith=phrase, then=3),
        When(named, then=2),
        When(holds, then=1),
    ]
    return (
        rows.annotate(plain_label=plain_text(label), wide=plain_text(whole))
        .annotate(**{f"alike{at}": word_similarity(word, F("wide")) for at, word in enumerate(words)})
        .annotate(
            alike=Case(When(holds, then=Value(1.0)), default=mean, output_field=FloatField()),
            tier=Case(*tiers, default=0),
        )
        .filter(Q(tier__gt=0) | spelt)
    )


def plain_words(text):
    """Lower-case words without accents, as plain_text() makes them in the database."""
    bare = "".join(c for c in normalize("NFKD", text.lower()) if not combining(c))
    return "".join(c if c.isalnum() else " " for c in bare).split()[:8]


def plain_text(expression):
    """Lower-case text without accents and with single spaces for everything that is no letter or digit."""
    bare = Lower(Func(expression, function="unaccent", output_field=TextField()))
    return Func(
        bare, Value("[^[:alnum:]]+"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField()
    )


def word_similarity(word, text):
    """How well the word agrees with the likest word of the text, 0..1, by trigrams (pg_trgm)."""
    return Func(Value(word), text, function="strict_word_similarity", output_field=FloatField())
