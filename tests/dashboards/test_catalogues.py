"""The catalogues hold every word that pages say when they are drawn, and no other language's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from babel.messages.pofile import read_po

from city.places import UNLOCATED
from dashboards.kit import panels, shell
from dashboards.kit.address import Address
from dashboards.kit.contract import View
from dashboards.kit.discover import discover
from dashboards.kit.language import CATALOGUES, LOCALES, languages
from tests.dashboards import scenes

PAGES = discover()
SPOKEN = languages(scenes.HUE.zone)
OF_THE_CITY = {"rác thải", "giao thông", "điện", "ngập nước", "tiếng ồn"}
"""Words of rows: categories that a city names as it likes are shown as they are."""


class Noting(Mapping[str, str]):
    """A catalogue that notes what it was asked for in vain."""

    def __init__(self, words: Mapping[str, str], missed: set[str]) -> None:
        self.words, self.missed = words, missed

    def __getitem__(self, english: str) -> str:
        if english not in self.words:
            self.missed.add(english)
        return self.words[english]

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)


@pytest.mark.parametrize("lang", LOCALES)
def test_no_page_says_a_word_that_has_no_translation(lang: str) -> None:
    missed: set[str] = set()
    spoken = SPOKEN[lang]
    noting = replace(spoken, messages=Noting(spoken.messages, missed), plurals=Noting(spoken.plurals, missed))
    for name, make in scenes.ALL.items():
        snapshot = make()
        for key, page in PAGES.items():
            place = ("19753" if name != "empty" else UNLOCATED) if "{place}" in page.route else None
            view = View(snapshot, snapshot.places.slot(place) or 0, noting)
            shell.page(page, view, Address(key, place, lang=lang), PAGES, "{}")
            panels.drawn(page, view)
    assert len(spoken.messages) > 200
    assert sorted(missed - OF_THE_CITY) == []


def test_the_catalogues_have_the_same_entries() -> None:
    keys = {}
    for lang in LOCALES:
        with (CATALOGUES / lang / "LC_MESSAGES" / "ioc.po").open("rb") as f:
            found = read_po(f, abort_invalid=True)
        keys[lang] = {str(m.id if isinstance(m.id, str) else m.id[0]) for m in found if m.id}
        assert not found.obsolete and not [m.id for m in found if m.fuzzy or (m.id and not m.string)]
    assert keys["vi"] ^ keys["en"] == set() and keys["pt"] ^ keys["en"] == set()


@pytest.mark.parametrize("lang", LOCALES)
def test_no_entry_stands_twice(lang: str) -> None:
    text = (CATALOGUES / lang / "LC_MESSAGES" / "ioc.po").read_text("utf-8")
    ids = re.findall(r'^msgid "(.+)"$', text, re.M)
    assert sorted({i for i in ids if ids.count(i) > 1}) == []


@pytest.mark.parametrize("lang", LOCALES)
def test_a_language_has_as_many_forms_as_its_header_says(lang: str) -> None:
    forms = {"vi": 1, "en": 2, "pt": 2}[lang]
    assert {len(f) for f in SPOKEN[lang].plurals.values()} == {forms}
    with (CATALOGUES / lang / "LC_MESSAGES" / "ioc.po").open("rb") as f:
        assert read_po(f).num_plurals == forms
