"""The text that users may enter: its normal form, and checks of its characters.

Usernames follow IdentifierClass and the bidi rule of UsernameCasePreserved (RFC 8264 and 8265). Free text follows
FreeformClass, with exceptions for people's names. A joiner (U+200C, U+200D) is allowed where it shapes letters, as in
Persian and Indic scripts, or joins emoji into one. A variation selector is allowed after the character that it varies,
and the tags of an emoji flag after the flag. Code points that are still unassigned are allowed too, because otherwise
emoji of later Unicode versions would be refused.

Default-ignorable code points are recognised by their Unicode property.
"""

import re
import unicodedata

from precis_i18n import get_profile
from pydantic_core import PydanticCustomError

_USERNAME = get_profile("UsernameCasePreserved")
_OPAQUE = get_profile("OpaqueString")
_UNICODE = _OPAQUE.base.ucd

REFUSED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""General categories that free text must not contain: controls, format characters, private use, line separators."""

MARKS = frozenset({"Mn", "Me", "Sk"})
"""General categories that can stand between a letter or an emoji and a joiner: vowel signs, skin tones."""

LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
TAGGED_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
"""An emoji flag of a part of a country, such as Scotland's (UTS #51, ED-14a)."""

PUNCTUATION = frozenset("._@+-")
LETTERS = frozenset("LMN")
"""First letters of the general categories of letters, marks and digits."""

JOINER = "\u200d"
JOINERS = ("\u200c", JOINER)

VIRAMA = 9
"""The canonical combining class of a virama, the sign that removes a consonant's vowel."""

ARABIC = "AL"
"""The bidirectional class of letters of cursive right-to-left scripts."""


def line(text: str) -> str:
    """Normalises free text to NFC with plain spaces."""
    return unicodedata.normalize("NFC", _UNICODE.map_nonascii_space_to_ascii(text)).strip()


def lines(text: str) -> str:
    r"""Normalises like :func:`line`, and turns line breaks into ``\n`` and tabs into spaces."""
    return line(LINE_BREAK.sub("\n", text).replace("\t", " "))


def password(text: str) -> str:
    """Normalises a password for hashing, by OpaqueString (RFC 8265)."""
    return _OPAQUE.apply_five_rules(text)


def check_username(text: str) -> str:
    """Returns the text if it is allowed as a new username. This and the other checks raise PydanticCustomError."""
    if not all(character in PUNCTUATION or unicodedata.category(character)[0] in LETTERS for character in text):
        raise PydanticCustomError("username", "may hold letters, digits and . _ @ + - alone")
    try:
        _USERNAME.enforce(text)
    except UnicodeEncodeError as error:
        mixed = "bidi_rule" in error.reason
        problem = (
            "must not mix letters that are written from right to left with others"
            if mixed
            else "has a letter that usernames cannot have"
        )
        raise PydanticCustomError("username", problem) from None
    return check_token(text)


def check_token(text: str) -> str:
    """Returns the text if every character is visible. For text that machines compare, such as email addresses."""
    if any(map(_is_ignorable, text)):
        raise _invisible()
    return check_printable(text)


def check_printable(text: str) -> str:
    """Returns the text if it has no character of general category C, the rule of earlier releases for usernames."""
    if any(unicodedata.category(character).startswith("C") for character in text):
        raise _invisible()
    return text


def check_line(text: str) -> str:
    """Returns the text if it is a line that a user may enter."""
    shown = TAGGED_FLAG.sub(lambda flag: flag[0][0], text)
    if any(_is_refused(shown, place) for place in range(len(shown))):
        raise _invisible()
    return text


def check_lines(text: str) -> str:
    """Returns the text if all its lines are ones that a user may enter."""
    for one in text.split("\n"):
        check_line(one)
    return text


def _invisible() -> PydanticCustomError:
    return PydanticCustomError("text", "must not hold control characters or others that cannot be seen")


def _is_refused(text: str, place: int) -> bool:
    character = text[place]
    if _is_ignorable(character):
        return not _has_use(text, place)
    return unicodedata.category(character) in REFUSED or _UNICODE.noncharacter(ord(character))


def _is_ignorable(character: str) -> bool:
    return _UNICODE.default_ignorable(ord(character))


def _has_use(text: str, place: int) -> bool:
    """Whether a default-ignorable character affects the characters around it."""
    if not text[:place].strip():
        return False
    if text[place] in JOINERS:
        return _shapes_letters(text, place) or _joins_emoji(text, place)
    varies = "VARIATION SELECTOR" in unicodedata.name(text[place], "")
    return varies and not text[place - 1].isspace() and not _is_ignorable(text[place - 1])


def _shapes_letters(text: str, place: int) -> bool:
    """Whether a joiner is next to a virama or after a letter of a cursive script.

    RFC 5892 (A.1, A.2) is stricter. But people type joiners after Arabic letters that never join the next letter, and
    Bengali and Kannada use them before a virama.
    """
    beside = text[place - 1] + text[place + 1 : place + 2]
    if any(unicodedata.combining(character) == VIRAMA for character in beside):
        return True
    return unicodedata.bidirectional(_base(text, place)) == ARABIC or _UNICODE.valid_jointype(text, place)


def _joins_emoji(text: str, place: int) -> bool:
    after = text[place + 1 : place + 2]
    return text[place] == JOINER and _is_symbol(_base(text, place)) and after != "" and _is_symbol(after)


def _is_symbol(character: str) -> bool:
    """Whether a character may be an emoji, including one of a later Unicode version."""
    category = unicodedata.category(character)
    return category.startswith("S") or category == "Cn"


def _base(text: str, place: int) -> str:
    """Returns the character that the marks before a place belong to."""
    while place > 1 and unicodedata.category(text[place - 1]) in MARKS:
        place -= 1
    return text[place - 1]
