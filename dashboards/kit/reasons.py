"""Why rows are refused, in the reader's language: the border's own sentences, as repository.refusals keeps them without
the values they quote. A sentence nobody translated is told as it came."""

import re

from dashboards.kit.language import Language
from dashboards.kit.words import plain_text

SAID = {
    r"(?:no \w+: )?(?P<name>\w+) is empty": "{name} is empty",
    r"(?P<name>\w+) … is not between … and …": "{name} is outside what is plausible",
    r"(?P<name>\w+) … is not a time": "{name} is not a time",
    r"(?P<name>\w+) … is not a number": "{name} is not a number",
    r"(?P<name>\w+) … has no offset": "{name} does not say its time zone",
    r"(?P<name>\w+) … is before …": "{name} lies before 1990",
    r"(?P<name>\w+) … is before (?P<other>\w+) …": "{name} lies before {other}",
    r"(?P<name>\w+) … is more than a day ahead": "{name} lies more than a day ahead",
    r"latitude … and longitude … are swapped": "latitude and longitude are swapped",
    r"(?P<name>\w+) … is not ours": "{name} is a word nobody knows",
    r"(?P<name>\w+): the unit … can't become (?P<other>\S+)": "{name} comes in a unit that can't become {other}",
}
"""How the border says it, and the sentence the catalogues know."""


def reason(told: str, say: Language) -> str:
    for pattern, sentence in SAID.items():
        found = re.fullmatch(pattern, told)
        if found:
            return say(sentence, **{k: plain_text(v, 60) for k, v in found.groupdict().items()})
    return plain_text(told, 160)
