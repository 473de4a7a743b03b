"""What the text of DMN 1.5 says of FEEL, clause by clause; each line is an expression and its value as JSON."""

from __future__ import annotations

import pytest

from engine.feel import FeelError, diagnose, dumps, evaluate

CLAUSES = {
    "10.3.1.2 grammar": """
        1.2e3 => 1200
        -.5 + .5 => 0
        1 /* /* */ + 1 // hết => 2
        "a//b" => "a//b"
        "\\u0041\\U01F40E\\n\\"" => "A🐎\\n\\""
        2 * 3 + 4 ** 2 / 8 => 8
        -3 ** 2 => 9
        2 - -2 => 4
        1 < 2 and 2 < 3 or false => true
        if true then 1 else 2 + 5 => 1
        (if false then 1 else 2) + 5 => 7
        5 between 1 and 10 and 3 between 1 and 4 => true
        1 instance of number and true => true
    """,
    "10.3.1.6 names": """
        {lệ phí hồ sơ: 5, r: lệ phí hồ sơ * 2}.r => 10
        {"lệ-phí": 5, r: lệ-phí + 1}.r => 6
        {thu/chi: 5, r: thu / chi}.r => 5
        {a.b: 5, c: a.b}.c => 5
        {a+b: 1, a: 5, b: 6, r: [a + b, (a) + (b)]}.r => [1, 11]
        {a**b: 4, c: a**b}.c => 4
        {l'an: 1, l’anh: 2, r: [l'an, l’anh]}.r => [1, 2]
        {nước mắm: 1, nước: 2, r: nước mắm}.r => 1
        {tháng 12: 3, r: tháng 12}.r => 3
    """,
    "10.3.2.3 numbers": """
        0.1 + 0.2 = 0.3 => true
        1 / 3 * 3 => 0.9999999999999999999999999999999999
        9999999999999999999999999999999999 + 1 => 10000000000000000000000000000000000
        0 ** 0 => 1
        0 ** -1 => null
        2 ** -1 => 0.5
        (-8) ** (1 / 3) => null
        1 ** 1000000000 => null
        10 ** 6145 => null
        1 / 0 => null
        0 / 0 => null
        string(-0.0) => "0"
    """,
    "10.3.2.4 three-valued logic": """
        true and null => null
        false and "x" => false
        true or 1 => true
        false or 1 => null
        not(null) => null
        not("true") => null
    """,
    "10.3.2.5 lists and filters": """
        ["a", "b", "c"][2] => "b"
        ["a", "b", "c"][-1] => "c"
        ["a", "b", "c"][4] => null
        ["a", "b", "c"][0] => null
        ["a", "b", "c"][1.5] => null
        ["a", "b", "c"]["1"] => null
        [10, 20, 30][item > 10] => [20, 30]
        [{tuổi: 17}, {tuổi: 20}, {tuổi: null}][tuổi >= 18] => [{"tuổi": 20}]
        [{item: 1}, {item: 2}][item = 2] => [{"item": 2}]
        7[item > 5] => [7]
        7[1] => 7
        {a: 1}[a = 1] => [{"a": 1}]
        null[true] => []
        [{a: 1, b: 2}, {a: 3}].b => [2, null]
        [{a: {b: [1]}}, {a: {b: [2, 3]}}].a.b => [[1], [2, 3]]
        [[1, 2], [3]][1][2] => 2
    """,
    "10.3.2.6 contexts": """
        {a: 1, b: a + 1}.b => 2
        {a: 1, b: {a: 2, c: a}}.b.c => 2
        {a: 1, "a": 2} => null
        {"": 1} => {"": 1}
        {f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r => 3628800
    """,
    "10.3.2.7 ranges": """
        [1..10].start => 1
        (1..10].start included => false
        (> 5).end => null
        (> 5).start included => false
        [5..1] => null
        [1.."a"] => null
        [true..false] => null
        ]1..5[ = (1..5) => true
        (< 5) = (<= 5) => false
        (< 5) = (null..5) => false
        20 in [null..10] => false
        5 in [null..10] => null
        20 between null and 10 => false
        5 between 1 and null => null
    """,
    "10.3.2.9 types": """
        [1] instance of list => null
        {a: 1} instance of context => null
        [1..2] instance of range => null
        sum instance of function => null
        1 instance of nonsense => null
        null instance of Null => true
        null instance of Any => false
        [] instance of list<number> => true
        [1, "a"] instance of list<number> => false
        {a: 1, b: 2} instance of context<a: number> => true
        {a: 1} instance of context<a: number, b: number> => false
        ["a".."b"] instance of range<string> => true
        (function(x: number) x) instance of function<number> -> number => true
        (function(x: string) x) instance of function<number> -> number => false
        sum instance of function<list<number>> -> number => true
        sum instance of function<number, number> -> number => true
        sqrt instance of function<string> -> number => false
        (function(x: list<number>) x)(1) => [1]
        (function(x: number) x)([1]) => 1
        (function(x: number) x)("1") => null
        (function(x: date and time) x)(@"2026-02-14") => "2026-02-14T00:00:00Z"
        contains(["hồ sơ"], "sơ") => true
    """,
    "10.3.2.15 equality and order": """
        null = null => true
        1 != null => true
        1 = "1" => null
        [1, 2] = [1, 2, 3] => false
        [1, "a"] = ["a", 1] => null
        {a: 1, b: 2} = {b: 2.0, a: 1} => true
        "" < "a" => true
        true < false => null
        @"P1M" < @"P31D" => null
        @"2026-02-14T10:00:00" < @"2026-02-14T11:00:00Z" => true
        @"10:00:00" < @"09:00:00+07:00" => false
        @"10:00:00" = @"10:00:00Z" => false
        @"2026-02-14T10:00:00Z" = @"2026-02-14T17:00:00+07:00" => true
        @"2026-02-14" < @"2026-02-15T00:00:00" => null
    """,
    "10.3.2.15 arithmetic of dates": """
        @"2026-01-31" + @"P1M" => "2026-02-28"
        @"2024-02-29" + @"P1Y" => "2025-02-28"
        @"2026-01-01" - @"PT1H" => "2025-12-31"
        @"23:30:00" + @"PT1H" => "00:30:00"
        @"10:00:00" + @"P1M" => null
        @"10:00:00" - @"10:00:00Z" => null
        @"2026-02-14T00:00:00Z" - @"2026-02-13" => "P1D"
        @"2026-02-14T00:00:00" - @"2026-02-13" => null
        @"2021-03-28T01:30:00@Europe/Paris" + @"PT1H" => "2021-03-28T03:30:00@Europe/Paris"
        @"P1D" / @"PT1H" => 24
        @"P1Y" / 5 => "P2M"
        @"P1D" / 0 => null
        1 / @"P1D" => null
        -@"P1Y" => "-P1Y"
        @"-P1DT2H".hours => -2
        @"2026-07-01T00:00:00@Europe/Paris".time offset => "PT2H"
        @"10:00:00@Europe/Paris".time offset => null
        @"999999999-12-31" + @"P1D" => null
    """,
    "10.3.2.13.5 arguments by name": """
        (function(x, y) [x, y])(y: 1) => [null, 1]
        (function(x) x)(y: 1) => null
        (function(x) x)() => null
        is(value1: 1) => false
        list contains(list: [null]) => true
        substring(string: "abc") => null
        before(range: [1..2], point: 3) => true
        before(point: 3, range: [1..2]) => false
    """,
    "10.3.2.14 iterations": """
        for i in 3..1 return i => [3, 2, 1]
        for i in [1..3) return i => [1, 2]
        for i in 1..2, j in i..2 return [i, j] => [[1, 1], [1, 2], [2, 2]]
        for i in 0..4 return if i = 0 then 1 else i * partial[-1] => [1, 1, 2, 6, 24]
        for i in @"2026-02-28"..@"2026-03-01" return i => ["2026-02-28", "2026-03-01"]
        for i in 1.5..3 return i => null
        for i in null return i => null
        for i in "a" return i => ["a"]
        some x in [] satisfies true => false
        every x in [] satisfies false => true
        some x in [null, 1] satisfies x > 0 => true
        every x in [null, 1] satisfies x > 0 => null
        every x in [null, -1] satisfies x > 0 => false
        some x in [1, 2], y in [2, 3] satisfies x = y => true
    """,
    "10.3.4.1 conversion": """
        number("1 000,5", " ", ",") => 1000.5
        number("1.5", ".", ",") => 15
        number("1,5", ",", ",") => null
        number("1;5", ";") => null
        number(" 1") => null
        string(null) => null
        string({a: @"2026-02-14", "b c": "x"}) => "{a: @\\"2026-02-14\\", b c: \\"x\\"}"
        date("2026-2-1") => null
        date("2025-02-29") => null
        date(2026, 2, 30) => null
        date("2026-02-14Z") => "2026-02-14"
        date("2026-02-14+07:00") => "2026-02-14"
        date("2026-02-14+25:00") => null
        date and time("2026-02-14Z").year => 2026
        date and time("2026-02-14+07:00") => "2026-02-14T00:00:00+07:00"
        date and time("2026-02-14ZT10:00:00") => null
        date("0000-01-01") => "0000-01-01"
        date and time("2026-02-14T24:00:00") => "2026-02-15T00:00:00"
        date and time("2026-02-14 10:00:00") => null
        time("10:00:00@Nơi/Nào") => null
        time(24, 0, 0) => null
        time(11, 59, 45, @"PT7H") => "11:59:45+07:00"
        duration("P1Y1D") => null
        duration("PT") => null
        duration("P26M") => "P2Y2M"
        years and months duration(@"2026-01-31", @"2026-02-28") => "P0M"
        range("[1..3)") => "[1..3)"
        range("[3..1]") => null
        @"hôm qua" => null
    """,
    "10.3.4.3 strings": """
        substring("hộ tịch", 4) => "tịch"
        substring("hộ tịch", -4, 2) => "tị"
        substring("hộ tịch", 8) => null
        substring("hộ tịch", -8) => null
        substring("hộ tịch", 0) => null
        substring("hộ tịch", 4, 5) => null
        substring("hộ tịch", 4, 0) => null
        substring("\\U01F40Eab", 2) => "ab"
        string length("\\uD83D\\uDC0E") => 1
        upper case("đường ß") => "ĐƯỜNG SS"
        substring before("a-b-c", "-") => "a"
        substring after("a-b-c", "-") => "b-c"
        substring after("abc", "") => "abc"
        replace("2026-02-14", "(\\\\d+)-(\\\\d+)-(\\\\d+)", "$3/$2/$1") => "14/02/2026"
        replace("abc", "x*", "-") => null
        replace("abc", "B", "-", "i") => "a-c"
        replace("a.c", ".", "-", "q") => "a-c"
        matches("a\\nb", "a.b") => false
        matches("a\\nb", "a.b", "s") => true
        matches("xanh", "x a n h", "x") => true
        matches("a", "(") => null
        matches("a", "a", "y") => null
        split("a;b;;", ";") => ["a", "b", "", ""]
        string join(["a", null, "b"], "-") => "a-b"
        string join(["a", 1]) => null
        starts with("hồ sơ", "hồ") => true
        ends with("hồ sơ", null) => null
    """,
    "10.3.4.4 lists": """
        count(null) => null
        min("b", "a") => "a"
        max([1, null]) => null
        sum([]) => null
        sum([@"P1D", @"PT12H"]) => "P1DT12H"
        mean([1, 2]) => 1.5
        all([true, null]) => null
        all([null, false]) => false
        any([]) => false
        any([1, true]) => true
        sublist([1, 2, 3], -2) => [2, 3]
        sublist([1, 2, 3], 2, 3) => null
        sublist([1, 2, 3], 1, 0) => null
        append([1], [2], 3) => [1, [2], 3]
        concatenate([1], [2], [3]) => [1, 2, 3]
        concatenate([1], null) => null
        insert before([1, 3], -1, 2) => [1, 2, 3]
        insert before([1], 2, 2) => null
        remove([1, 2, 3], -1) => [1, 2]
        reverse([1, 2]) => [2, 1]
        index of([1, null, 1], null) => [2]
        union([1, 2], [2, 3]) => [1, 2, 3]
        distinct values([1, 1.0, "1", [1], [1], null, null]) => [1, "1", [1], null]
        flatten([1, [2, [3, []]]]) => [1, 2, 3]
        product(2, 3, 4) => 24
        median([4, 1, 3, 2]) => 2.5
        stddev([47]) => null
        mode([2, 1, 2, 1, 3]) => [1, 2]
        mode([]) => []
        list replace([1, 2, 3], -1, 9) => [1, 2, 9]
        list replace([1, 5], function(item, newItem) item > newItem, 3) => [1, 3]
        list replace([1], function(item) true, 3) => null
        sort([3, 1, 2], function(x, y) x > y) => [3, 2, 1]
        sort([1, null], function(x, y) x < y) => null
    """,
    "10.3.4.5 numbers": """
        decimal(2.5, 0) => 2
        decimal(1250, -2) => 1200
        decimal(1, 6177) => null
        floor(-1.56, 1) => -1.6
        ceiling(-0.5) => 0
        round up(-1.121, 2) => -1.13
        round down(-1.129, 2) => -1.12
        round half up(-2.5, 0) => -3
        round half down(-2.5, 0) => -2
        round up(1, null) => null
        modulo(-10.1, 4.5) => 3.4
        modulo(10.1, -4.5) => -3.4
        modulo(1, 0) => null
        abs(@"-PT5H") => "PT5H"
        sqrt(-1) => null
        log(0) => null
        exp(0) => 1
        exp(100000) => null
        odd(-3) => true
        even(2.5) => false
    """,
    "10.3.4.6 identity": """
        is(1, 1.0) => true
        is("1", 1) => false
        is(@"10:00:00Z", @"10:00:00+00:00") => true
        is(@"10:00:00Z", @"10:00:00") => false
        is(@"2026-02-14T10:00:00Z", @"2026-02-14T17:00:00+07:00") => false
        is([1, "a"], ["a", 1]) => false
        is(null, null) => true
    """,
    "10.3.4.8 dates": """
        day of year(@"2024-12-31") => 366
        day of week(@"2026-02-14T10:00:00Z") => "Saturday"
        month of year(@"2026-02-14") => "February"
        week of year(@"2027-01-01") => 53
        week of year(@"2024-12-30") => 1
        day of week("2026-02-14") => null
        today() = date(now()) => true
        now(1) => null
    """,
    "10.3.4.10 contexts": """
        get value({a: 1}, "b") => null
        get value({a: {b: 1}}, ["a", "b"]) => 1
        get entries({a: 1}) => [{"key": "a", "value": 1}]
        context([{key: "a", value: 1, thêm: 2}]) => {"a": 1}
        context([{key: "a"}]) => null
        context([{key: "a", value: 1}, {key: "a", value: 2}]) => null
        context put({x: 1, y: 0}, "x", 2) => {"x": 2, "y": 0}
        context put({x: {y: 0}}, ["x", "y"], 2) => {"x": {"y": 2}}
        context put({x: 1}, [], 2) => null
        context put({}, null, 1) => null
        context merge([{x: 1, y: 0}, {y: 2}]) => {"x": 1, "y": 2}
        context merge([{x: 1}, 2]) => null
    """,
}
CASES = [
    pytest.param(*(part.strip() for part in line.rsplit(" => ", 1)), id=f"{clause}: {line.strip()[:60]}")
    for clause, lines in CLAUSES.items()
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("text", "value"), CASES)
def test_an_expression_has_the_value_that_the_text_gives_it(text: str, value: str) -> None:
    assert dumps(evaluate(text, {})) == value


#: Nulls that are no errors: the value is not there, or logic leaves it open.
MEANT = (
    "true and null",
    "not(null)",
    "(> 5).end",
    "sum([])",
    "stddev([47])",
    "all([true, null])",
    "get value({a: 1}, ",
    "string(null)",
    '@"10:00:00@Europe',
)


@pytest.mark.parametrize(
    "text",
    [text for text, value in (case.values for case in CASES) if value == "null" and not str(text).startswith(MEANT)],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_null_that_is_an_error_says_why_and_where(text: str, language: str) -> None:
    value, diagnostics = diagnose(text, {}, language=language)
    assert value is None and diagnostics
    for each in diagnostics:
        assert each["code"] and 10 <= len(each["message"]) <= 10_000
        assert each["line"] == 1 and 1 <= each["column"] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.",
        "1 2",
        "[1, 2",
        "{a}",
        "if true then 1",
        "for i in",
        "a[",
        '"abc',
        "1 in ()",
        "=",
    ],
)
def test_a_text_that_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        evaluate(text, {})
