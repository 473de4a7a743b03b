"""Rules of soundness: what the states show that a model can come into. Each sentence tells the way that leads there.

A way that supposes nothing of the data is certain, and in a bundle an error. Where the data decide whether the way is
ever gone, the milder twin `…-possible` says so.
"""

from __future__ import annotations

from engine.model.findings.rule import Rule

_CERTAIN: dict[str, Rule] = {
    "stands-still": Rule(
        "warning",
        "Tiến trình đứng mãi ở «{name}» khi đi: {way}; nhánh từ {missing} không tới.",
        'The process stands still at "{name}" on the way: {way}; the branch from {missing} does not come.',
        "Cho mọi nhánh đã chia tới cổng gộp, hoặc gộp bằng cổng cùng loại với cổng chia.",
        "Let every branch of the split come to the join, or join with the kind of gateway that splits.",
        "error",
    ),
    "end-leaves-tokens": Rule(
        "warning",
        "Tới điểm kết thúc rồi mà «{name}» vẫn chờ mãi nhánh từ {missing}, khi đi: {way}.",
        'The end is reached, and "{name}" still waits for the branch from {missing}, on the way: {way}.',
        "Cho mọi nhánh tới cổng gộp trước khi kết thúc, hoặc kết thúc bằng sự kiện dừng toàn bộ.",
        "Let every branch come to the join before the end, or end with a terminate event.",
        "error",
    ),
    "no-flow-to-take": Rule(
        "warning",
        "Ở «{name}» không có luồng nào để đi tiếp, khi đi: {way}.",
        'At "{name}" there is no flow to go on by, on the way: {way}.',
        "Thêm nhánh cho trường hợp này, hoặc đánh dấu một luồng mặc định.",
        "Add a branch for this case, or mark a default flow.",
        "error",
    ),
    "no-way-to-end": Rule(
        "warning",
        "Từ «{name}» không còn đường nào tới kết thúc, chỉ đi vòng mãi: {round}. Đường tới đó: {way}.",
        'From "{name}" no way leads to the end, it only goes round: {round}. The way there: {way}.',
        "Thêm một nhánh ra khỏi vòng lặp, hoặc sửa điều kiện của nhánh đang có.",
        "Add a branch out of the loop, or mend the condition of the one that is there.",
        "error",
    ),
    "tokens-without-bound": Rule(
        "warning",
        "Mỗi vòng lại thêm một lượt ở «{name}», không có giới hạn, khi đi: {way}.",
        'Each round brings one more token to "{name}", without bound, on the way: {way}.',
        "Gộp các nhánh đã chia trong vòng lặp trước khi quay lại.",
        "Join the branches that the loop splits before it goes back.",
        "error",
    ),
    "meets-without-join": Rule(
        "warning",
        "«{name}» được thực hiện hai lượt cùng lúc, vì các nhánh tới đó không được gộp, khi đi: {way}.",
        '"{name}" is done twice at the same time, because the branches that come to it are not joined, on the way: '
        "{way}.",
        "Gộp các nhánh bằng cổng song song (hoặc bao gồm) trước đó.",
        "Join the branches with a parallel (or inclusive) gateway before it.",
    ),
}

SOUNDNESS: dict[str, Rule] = {
    **_CERTAIN,
    **{
        f"{name}-possible": rule._replace(
            vi=f"Tùy dữ liệu: {rule.vi}", en=f"Depending on the data: {rule.en}", in_bundle=None
        )
        for name, rule in _CERTAIN.items()
    },
    "never-entered": Rule(
        "warning",
        "Không lần chạy nào tới được «{name}»: {causes} không bao giờ dẫn tới đó.",
        'No run ever comes to "{name}": {causes} never leads there.',
        "Sửa điều kiện của nhánh (hoặc lựa chọn của bước trước), hoặc xóa bước này.",
        "Mend the branch's condition (or the outcomes of the step before), or delete this step.",
    ),
}
