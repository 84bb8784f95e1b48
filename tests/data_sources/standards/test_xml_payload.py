import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.engine.contract import SourceError
from data_sources.standards.xml_payload import CHUNK, as_text, records

ROOTS, TAGS = frozenset({"list"}), frozenset({"item"})


def read(raw: bytes) -> list[str]:
    return [as_text(e) for e in records(raw, ROOTS, TAGS)]


def test_records_are_read_whatever_their_namespace() -> None:
    raw = b'<a:list xmlns:a="urn:a"><a:item n="1">x</a:item><other/><a:item><b/></a:item></a:list>'
    assert [e.count("item") for e in read(raw)] == [2, 2]


def test_a_record_in_a_record_is_part_of_it() -> None:
    assert read(b"<list><item><item/></item></list>") == ["<item><item/></item>"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3 * CHUNK), min_size=1, max_size=6), st.integers(0, CHUNK))
def test_records_of_any_size_arrive_whole_across_the_pieces(sizes: list[int], between: int) -> None:
    """The texts are longer and shorter than the pieces that the parser is fed with."""
    items = [f"<item>{'x' * size}</item>" for size in sizes]
    raw = ("<list>" + (" " * between).join(items) + "</list>").encode()
    assert [len(e.text or "") for e in records(raw, ROOTS, TAGS)] == sizes


def test_comments_and_instructions_before_the_root_are_no_declaration() -> None:
    assert read(b'<?xml version="1.0"?><!-- <!DOCTYPE --><?style x?> <list><item/></list>') == ["<item/>"]


def test_a_declaration_spelled_inside_a_text_is_a_text() -> None:
    assert read(b"<list><item><![CDATA[<!DOCTYPE html>]]></item></list>") == ["<item>&lt;!DOCTYPE html&gt;</item>"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not XML: an empty answer"),
        (b"plain text", "not XML"),
        (b"<list><item></list>", "not whole XML"),
        (b"<list>", "not whole XML"),
        (b"<other/>", "another document: its root is other"),
        (b"<!DOCTYPE list []><list/>", "document type declaration"),
        (b"<!doctype HTML><html>", "an HTML page"),
        (b"\xff\xfe<", "not UTF-16"),
    ],
)
def test_what_can_t_be_read_fails_as_a_whole(raw: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(raw)
