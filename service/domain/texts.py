"""What people may write: the form that a text is kept in, and checks of the characters in it.

Usernames keep to IdentifierClass and the bidi rule of UsernameCasePreserved (RFC 8264 and 8265). Free text keeps to
FreeformClass, with exceptions that people's names need. A joiner (U+200C, U+200D) passes where it shapes letters, as
in Persian and in Indic scripts, or joins emoji to one. A variation selector passes after the character that it
varies, and the tags of an emoji flag after the flag. What a later Unicode version may assign passes too, or new emoji
would be refused.

Default-ignorable code points are told by their Unicode property.
"""

import re
import unicodedata

from precis_i18n import get_profile
from pydantic_core import PydanticCustomError

_USERNAME = get_profile("UsernameCasePreserved")
_OPAQUE = get_profile("OpaqueString")
_UNICODE = _OPAQUE.base.ucd

REFUSED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""General categories that free text does not hold: controls, format characters, private use, line separators."""

MARKS = frozenset({"Mn", "Me", "Sk"})
"""General categories of what stands between a letter or an emoji and a joiner: vowel signs, skin colours."""

LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
TAGGED_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
"""An emoji flag of a part of a country, such as Scotland's (UTS #51, ED-14a)."""

PUNCTUATION = frozenset("._@+-")
LETTERS = frozenset("LMN")
"""First letters of the general categories of letters, the marks on them, and digits."""

JOINER = "\u200d"
JOINERS = ("\u200c", JOINER)

VIRAMA = 9
"""The canonical combining class of the sign that takes the vowel from a consonant."""

ARABIC = "AL"
"""The bidirectional class of letters of cursive scripts from right to left."""


def line(text: str) -> str:
    """Free text in NFC, its spaces plain ones."""
    return unicodedata.normalize("NFC", _UNICODE.map_nonascii_space_to_ascii(text)).strip()


def lines(text: str) -> str:
    r"""The same, its line breaks ``\n`` and its tabs spaces."""
    return line(LINE_BREAK.sub("\n", text).replace("\t", " "))


def password(text: str) -> str:
    """A password as it is hashed: what OpaqueString (RFC 8265) maps it to."""
    return _OPAQUE.apply_five_rules(text)


def check_username(text: str) -> str:
    """The same text, known to be fit for a new username. It raises PydanticCustomError, as the other checks do."""
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
    """The same text, in which everything can be seen: for what machines compare, such as an email address."""
    if any(map(_is_ignorable, text)):
        raise _invisible()
    return check_printable(text)


def check_printable(text: str) -> str:
    """The same text, without characters of general category C: what earlier releases asked of a username."""
    if any(unicodedata.category(character).startswith("C") for character in text):
        raise _invisible()
    return text


def check_line(text: str) -> str:
    """The same text, a line that a person may write."""
    shown = TAGGED_FLAG.sub(lambda flag: flag[0][0], text)
    if any(_is_refused(shown, place) for place in range(len(shown))):
        raise _invisible()
    return text


def check_lines(text: str) -> str:
    """The same text, lines that a person may write."""
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
    """Whether a default-ignorable character does something for those around it."""
    if not text[:place].strip():
        return False
    if text[place] in JOINERS:
        return _shapes_letters(text, place) or _joins_emoji(text, place)
    varies = "VARIATION SELECTOR" in unicodedata.name(text[place], "")
    return varies and not text[place - 1].isspace() and not _is_ignorable(text[place - 1])


def _shapes_letters(text: str, place: int) -> bool:
    """Whether a joiner is beside a virama or after a letter of a cursive script.

    RFC 5892 (A.1, A.2) is stricter. People type joiners after Arabic letters that are never joined to the next, and
    Bengali and Kannada have them before a virama.
    """
    beside = text[place - 1] + text[place + 1 : place + 2]
    if any(unicodedata.combining(character) == VIRAMA for character in beside):
        return True
    return unicodedata.bidirectional(_base(text, place)) == ARABIC or _UNICODE.valid_jointype(text, place)


def _joins_emoji(text: str, place: int) -> bool:
    after = text[place + 1 : place + 2]
    return text[place] == JOINER and _is_symbol(_base(text, place)) and after != "" and _is_symbol(after)


def _is_symbol(character: str) -> bool:
    """Whether it may be an emoji, of a later Unicode version too."""
    category = unicodedata.category(character)
    return category.startswith("S") or category == "Cn"


def _base(text: str, place: int) -> str:
    """The character before a place that the marks before it belong to."""
    while place > 1 and unicodedata.category(text[place - 1]) in MARKS:
        place -= 1
    return text[place - 1]
