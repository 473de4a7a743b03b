"""Documents (văn bản): what comes to an agency and what goes out from it, by the decree on clerical work
(NĐ 30/2020/NĐ-CP)."""
