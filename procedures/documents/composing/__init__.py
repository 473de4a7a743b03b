"""A document is composed of its parts: as .docx by a template (docxtpl, sandboxed) and as PDF (typst), of one content,
in the format of NĐ 30/2020/NĐ-CP, Phụ lục I."""
