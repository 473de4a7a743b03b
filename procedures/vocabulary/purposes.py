"""What a procedure is for, where it is none of the ordinary ones: paths of their own that a citizen may take about how
they were served or what is stored (Luật Khiếu nại 2011; NĐ 20/2008; Luật 91/2025)."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

COMPLAINT, SUGGESTION, PERSONAL_DATA = "complaint", "suggestion", "personal_data"
PURPOSES: Mapping[str, Word] = {
    COMPLAINT: Word("Khiếu nại", "Complaint"),
    SUGGESTION: Word("Phản ánh, kiến nghị", "Feedback and suggestions"),
    PERSONAL_DATA: Word("Yêu cầu chỉnh sửa dữ liệu cá nhân", "Correction of personal data"),
}
