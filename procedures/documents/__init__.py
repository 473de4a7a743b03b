"""Administrative documents: what the decree on clerical work (NĐ 30/2020/NĐ-CP) asks of them."""
