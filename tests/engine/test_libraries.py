"""What other libraries say of broken texts is told in the reader's language, and in that alone."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
import yaml
from lxml import etree

from engine import libraries
from engine.libraries import Said

XML = (
    "", "chữ", "<a>", "<a></b>", "<a><b></a>", "<a/>x", "<a b='1' b='2'/>", "<a b=1/>", "<a b='<'/>", "<a>&x;</a>",
    "<a>Phòng & Ban</a>", "<a x='A & B'/>", "<a>&#1;</a>", "<p:a/>", "<a p:b='1'/>", "<a><!-- x -- y --></a>",
    "<a><![CDATA[x</a>", "<?xml version='1.0' encoding='xyz'?><a/>", "<?xml version='9'?", "<a <b/>", "<a b></a>",
    "<a>< b/></a>", "<a>]]></a>", "<a b='x></a>", "<1/>", "<a:b:c xmlns:a='urn:a'/>", "<a>&#xFFFFFF;</a>",
    "<!-- a", "<a",
)  # fmt: skip
YAML = (
    "a: [1", "a: {b: 1", "a: 'x", 'a: "x', "\ta: 1", "a:\n\t- 1", "a: b: c", "a: 1\n  b: 2", "- a\nb: 1", "a: %x",
    "a: @x", "a: `x", "&a *a", "a: !!python/object:os.system x", "a: *b", "? [a]\n: 1", 'a: "\\q"', "a\nb: 1", "[a, b",
    "a: \x07", "---\n...\nx: [", "a: - b",
)  # fmt: skip
JSON = (
    "", "{", "{'a': 1}", '{"a" 1}', '{"a": 1,}', "[1 2]", "[1,]", '"a', '{"a": "\\q"}', "1 2", "nan", "\ufeff{}",
    "[" * 5_000,
)  # fmt: skip

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)


def alone(said: Said, theirs: str) -> None:
    """Each sentence is of its own language, and none of the library's own words stand in it."""
    assert VIETNAMESE.search(said.vi) and not VIETNAMESE.search(re.sub('"[^"]*"', "", said.en))
    words = re.findall(r"[a-z]{2,}", theirs.lower())
    for at in range(len(words) - 2):
        assert " ".join(words[at : at + 3]) not in " ".join(re.findall(r"[a-z]{2,}", said.vi.lower())), (said, theirs)
    assert "{" not in said.vi and "{" not in said.en


@pytest.mark.parametrize("text", XML)
def test_what_the_xml_parser_says_is_told_in_one_language(text: str) -> None:
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError as error:
        said = libraries.of_xml(str(error.msg))
        alone(said, str(error.msg))
        assert said != libraries._XML_OTHERWISE, error.msg
    else:
        pytest.skip("this release of libxml2 reads it")


@pytest.mark.parametrize("text", YAML)
def test_what_the_yaml_reader_says_is_told_in_one_language(text: str) -> None:
    with pytest.raises(yaml.YAMLError) as raised:
        yaml.safe_load(text)
    said = libraries.of_yaml(raised.value)
    alone(said, str(raised.value))
    assert said != libraries._YAML_OTHERWISE, str(raised.value)


@pytest.mark.parametrize("text", JSON)
def test_what_the_json_reader_says_is_told_in_one_language_with_its_place(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)) as raised:
        json.loads(text)
    said = libraries.of_json(raised.value)
    alone(said, str(raised.value))
    assert ("dòng" in said.vi and "line" in said.en) or isinstance(raised.value, RecursionError)


def test_a_sentence_that_nobody_foresaw_becomes_a_general_one() -> None:
    for said in (libraries.of_xml("xmlFooBar: gremlins"), libraries.of_yaml(yaml.YAMLError("gremlins"))):
        assert "gremlins" not in said.vi + said.en and said.vi != said.en


@pytest.mark.parametrize("error", [FileNotFoundError(2, "x"), PermissionError(13, "x"), OSError(71, "Protocol error")])
def test_why_a_file_cannot_be_read_is_told_in_one_language(error: OSError) -> None:
    alone(libraries.of_file(error), str(error.strerror))


@pytest.mark.parametrize("text", ["a", "a = ", "[a", "a = 1\na = 2", 'a = "x'])
def test_what_the_toml_reader_says_is_told_in_one_language(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as raised:
        tomllib.loads(text)
    alone(libraries.of_toml(raised.value), str(raised.value))
