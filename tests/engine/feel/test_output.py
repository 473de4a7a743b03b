"""What is printed as JSON."""

from decimal import Decimal

import orjson

from engine import feel, values


def test_numbers_of_python_print_as_json_numbers_with_all_their_digits():
    value = {"a": 1.5, "b": Decimal("0.1"), "c": 10**20}
    assert feel.dumps(value) == '{"a": 1.5, "b": 0.1, "c": 100000000000000000000}'


def test_what_json_has_no_number_for_prints_as_null():
    assert feel.dumps([float("nan"), float("inf")]) == "[null, null]"


def test_half_a_surrogate_pair_is_printed_escaped_and_stored_as_a_question_mark():
    assert feel.dumps({"a": "\ud83dộ"}) == '{"a": "\\ud83d\\u1ed9"}'
    assert orjson.loads(orjson.dumps(values.pack({"\udc0e": ["\ud83dộ"]}))) == {"?": ["?ộ"]}
