"""Work files (hồ sơ công việc) and their end: the yearly list, opening and closing, loans, hand-over to the archive,
disposal (NĐ 30/2020/NĐ-CP, Điều 28–31; Luật Lưu trữ 33/2024/QH15). Documents and dossiers lie in them alike."""
